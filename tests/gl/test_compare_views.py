"""Linked 3D views of the comparison, in a real window."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import synthetic_landscape

from landscape_gui.ui.compare.items import Source
from landscape_gui.ui.compare.page import ComparePage
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import LIGHT

pytestmark = pytest.mark.gl
NAME = "full-random0"


@pytest.fixture
def page(qtbot):
    session = Session()
    for name in "ab":
        record = synthetic_landscape.landscape(Path(name), name, 21, scratch=name == "b")
        session.landscapes[Path(name)] = LandscapeModel.of(replace(record, path=Path(name)))
    made = ComparePage(session, LIGHT)
    qtbot.addWidget(made)
    session.setParent(made)
    session.comparison.set_items([Source(Path(name), NAME, "train_loss") for name in "ab"])
    made.resize(1100, 620)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: all(p.surface is not None for p in made.panels))
    return made


def test_turning_one_turns_the_other_both_ways(page, picture):
    first, second = (panel.surface for panel in page.panels)
    for moved, follower in ((first, second), (second, first)):
        before = follower.grab_image()
        moved.set_camera(moved.camera().rotated(25, -8).zoomed(1.2))
        assert follower.camera() == moved.camera()
        assert picture.difference(before, follower.grab_image()) > 0.02
    page.comparison.linked = False
    first.set_camera(first.camera().rotated(40, 0))
    assert second.camera() != first.camera()


def test_named_viewpoints_and_the_cursor_reach_all(page, picture):
    page.set_viewpoint("top")
    first, second = (panel.surface for panel in page.panels)
    assert first.camera() == second.camera()
    before = second.grab_image()
    first.cursor_moved.emit((1.0, 0.0))
    assert picture.difference(before, second.grab_image()) > 0.001
    assert "measured" in page.panels[1].read_out.text()


def test_contours_and_back_keep_the_camera(page):
    first = page.panels[0].surface
    first.set_camera(first.camera().rotated(33, 0))
    wanted = first.camera()
    page.comparison.kind = "contours"
    assert page.panels[0].current_view() is page.panels[0].contour
    page.comparison.kind = "3d"
    assert page.panels[1].surface.camera() == wanted


def test_a_panel_added_later_looks_from_the_same_place(page, qtbot):
    first = page.panels[0].surface
    first.set_camera(first.camera().rotated(-50, 5))
    page.comparison.add_difference()
    qtbot.waitUntil(lambda: page.panels[2].surface is not None)
    assert page.panels[2].surface.camera() == first.camera()


def test_surfaces_too_large_for_software_begin_as_contours(page, monkeypatch):
    import landscape_gui.ui.compare.page as module

    monkeypatch.setattr(module, "known_answer", lambda: (True, "OpenGL 4.5, llvmpipe"))
    monkeypatch.setattr(module, "_AFFORDABLE", 100)
    page.comparison.set_items(page.comparison.items)
    assert page.comparison.kind == "contours"
    page.toolbar.kinds.buttons["3d"].click()
    page.comparison.set_items(page.comparison.items)
    assert page.comparison.kind == "3d", "the user's own choice stays"
    monkeypatch.setattr(module, "known_answer", lambda: (True, "OpenGL 4.5, some card"))
    page.toolbar.kind_chosen = False
    page.comparison.set_items(page.comparison.items)
    assert page.comparison.kind == "3d"
