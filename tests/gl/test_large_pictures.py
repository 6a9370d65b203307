"""The 3D view with more pixels than the screen has: what is on it stays as it is."""

import pytest
from PySide6.QtCore import Qt

from landscape_gui.ui.surface3d.gl_renderer import GlRenderer

pytestmark = pytest.mark.gl


def test_a_large_picture_has_the_pixels_asked_for_and_texts(make_view, picture, qtbot):
    view = make_view()
    qtbot.wait(300)
    small = view.image_at(1.0)
    large = view.image_at(3.0)
    assert (small.width(), small.height()) == (560, 440)
    assert (large.width(), large.height()) == (1680, 1320)
    large.setDevicePixelRatio(1.0)
    shrunk = large.scaled(560, 440, mode=Qt.TransformationMode.SmoothTransformation)
    # Grid, letters and surface are at the same places, only finer.
    assert picture.difference(small, shrunk) < 0.12
    assert picture.saturation(large) > 60


def test_a_picture_that_is_too_large_does_not_end_the_view(make_view, monkeypatch, qtbot):
    view = make_view()
    qtbot.wait(300)
    before = view.image_at(1.0)
    target = GlRenderer._target

    def small_ones(self, name, width, height, samples=0):
        if width > 2000:
            raise RuntimeError(f"no room for a picture of {width} × {height} pixels")
        return target(self, name, width, height, samples)

    monkeypatch.setattr(GlRenderer, "_target", small_ones)
    assert view.image_at(8.0) is None
    qtbot.wait(100)  # the answer for the screen would come now
    assert not view.reason
    assert view.image_at(1.0) == before


def test_a_large_picture_does_not_become_the_one_on_the_screen(make_view, qtbot):
    view = make_view()
    qtbot.wait(800)
    quality = view._canvas._moving, view._canvas._resting
    view.image_at(4.0)
    qtbot.wait(100)
    assert view._canvas._rendering.image.width() == 560
    assert (view._canvas._moving, view._canvas._resting) == quality
