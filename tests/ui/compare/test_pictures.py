"""Differences of surfaces as scenes, and what the panels say of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import estimated_landscape
import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.ui.compare.items import Contrast, Source
from landscape_gui.ui.compare.panel import read_out_items
from landscape_gui.ui.compare.pictures import panel_picture
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.theme import LIGHT

A, B = Path("a"), Path("b")
NAME = "full-random0"


def session(**records):
    models = {Path(k): LandscapeModel.of(replace(r, path=Path(k))) for k, r in records.items()}
    return SimpleNamespace(landscapes=models)


def source(path, metric="train_loss", name=NAME):
    return Source(path, name, metric)


def test_two_metrics_of_one_surface_are_subtracted_point_by_point():
    here = session(a=synthetic_landscape.landscape(points=21))
    item = Contrast(source(A, "dev_loss"), source(A, "train_loss"))
    picture = panel_picture(here, item, None)
    values = here.landscapes[A].plots["surface", NAME].values
    np.testing.assert_array_equal(picture.scene.height, values["dev_loss"] - values["train_loss"])
    assert picture.scene.measured.all()
    assert picture.title == "development loss − training loss"
    assert picture.quantity == "loss difference"
    assert picture.notes == ()
    end = next(m for m in picture.markers if m.kind == "end")
    anchor = here.landscapes[A].plots["surface", NAME].anchors["end"].values
    assert end.value == pytest.approx(anchor["dev_loss"] - anchor["train_loss"])
    errors = here.landscapes[A].plots["surface", NAME].standard_errors
    np.testing.assert_allclose(
        picture.scene.standard_error, np.hypot(errors["dev_loss"], errors["train_loss"])
    )


def test_on_the_same_examples_no_standard_error_is_claimed():
    here = session(
        a=synthetic_landscape.landscape(points=21), b=synthetic_landscape.landscape(points=21)
    )
    picture = panel_picture(here, Contrast(source(A), source(B)), None)
    assert picture.scene.standard_error is None


def test_different_lattices_are_resampled_and_the_panel_says_so():
    here = session(
        a=synthetic_landscape.landscape(points=21), b=synthetic_landscape.landscape(points=11)
    )
    picture = panel_picture(here, Contrast(source(A), source(B)), None)
    scene = picture.scene
    common = np.zeros((21, 21), bool)
    common[::2, ::2] = True
    np.testing.assert_array_equal(scene.measured, common)
    # The same formula on both: nothing but what interpolation misses is left.
    assert np.abs(scene.height[common]).max() < 1e-12
    assert np.abs(scene.height).max() < 0.02
    assert scene.kind(1, 1) == "filled", "an interpolated value has no bound"
    assert 0 < scene.trust[1, 1] < 1
    assert picture.notes[0].startswith("lattices differ: interpolated onto the common 21 × 21")
    assert "121 of 441 points measured in both" in picture.notes


def test_measured_only_where_both_are_and_bounds_add_up():
    here = session(
        a=estimated_landscape.landscape(points=21),
        b=synthetic_landscape.landscape(points=21, measured=0.5),
    )
    a, b = (here.landscapes[p].plots["surface", NAME] for p in (A, B))
    scene = panel_picture(here, Contrast(source(A), source(B)), None).scene
    np.testing.assert_array_equal(scene.measured, a.measured & b.measured)
    estimated = ~a.measured & b.measured
    np.testing.assert_allclose(scene.bound[estimated], a.bounds["train_loss"][estimated])
    unknown = ~b.measured
    assert np.isnan(scene.bound[unknown]).all()
    assert (scene.trust[unknown] == 0).all()
    assert np.isfinite(scene.height).all()
    j, i = np.argwhere(unknown)[0]
    assert scene.kind(j, i) == "filled"


def test_a_whole_model_and_a_layer_group_are_not_subtracted():
    here = session(a=synthetic_landscape.landscape(points=21))
    picture = panel_picture(here, Contrast(source(A), source(A, name="low-random0")), None)
    assert picture.scene is None
    assert "cannot be subtracted" in picture.reason


def test_nothing_measured_makes_an_empty_panel_and_a_closed_file_none():
    here = session(a=synthetic_landscape.landscape(points=21, measured=0.0))
    assert panel_picture(here, source(A), None).scene is None
    assert panel_picture(here, Contrast(source(A), source(A, "dev_loss")), None).scene is None
    assert panel_picture(here, source(B), None) is None


def test_a_layer_group_has_its_star_where_it_is_rolled_back():
    here = session(a=synthetic_landscape.landscape(points=21))
    markers = panel_picture(here, source(A, name="low-random0"), None).markers
    star = next(m for m in markers if m.kind == "rolled_back")
    assert (star.alpha, star.beta) == (-1.0, 0.0)
    measured = here.landscapes[A].rollback.measured[frozenset({"low"})]
    assert star.value == measured.values["train_loss"]


def text_at(picture, j, i):
    at = float(picture.scene.alpha[i]), float(picture.scene.beta[j])
    return [f"{item.name} {item.value}".strip() for item in read_out_items(picture, at, LIGHT)]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_number_is_read_out_where_what_was_measured_is_none(bad):
    here = session(
        a=synthetic_landscape.landscape(points=21), b=synthetic_landscape.landscape(points=21)
    )
    here.landscapes[A].plots["surface", NAME].values["train_loss"][2, 3] = bad
    picture = panel_picture(here, source(A), None)
    assert text_at(picture, 2, 3)[:2] == ["–", "not finite"]
    assert "measured" in text_at(picture, 2, 4)
    assert picture.notes == ("all 441 points, 1 not finite",)
    for item in (Contrast(source(A), source(B)), Contrast(source(B), source(A))):
        picture = panel_picture(here, item, None)
        assert text_at(picture, 2, 3)[:2] == ["–", "not finite"]
        assert "measured" in text_at(picture, 2, 4)
        assert picture.scene.trust[2, 3] == 0
        assert "440 of 441 points measured and finite in both" in picture.notes
