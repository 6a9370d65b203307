from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import synthetic_landscape

from landscape_gui.ui.animation.trail import checkpoint_times, trail_at, trail_words
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.scene_building import build_trajectory

NAME = "full-random0"


@pytest.fixture
def model():
    return LandscapeModel.of(synthetic_landscape.landscape(Path("a"), points=9))


@pytest.fixture
def overlay(model):
    return build_trajectory(model, model.plots["surface", NAME], "train_loss", "plane").overlay


def test_at_checkpoints_everything_is_as_measured(model, overlay):
    times = checkpoint_times(model, 6)
    for k in range(6):
        trail = trail_at(overlay, times, k / 5)
        assert trail.checkpoint == k
        assert trail.epoch == k
        assert (trail.head.alpha, trail.head.beta) == (overlay.alpha[k], overlay.beta[k])
        assert trail.value == overlay.value[k]
        assert trail.off_plane == overlay.off_plane[k]
        np.testing.assert_array_equal(trail.overlay.alpha, overlay.alpha[: k + 1])
        assert "≈" not in "".join(trail_words(trail, "train_loss"))


def test_between_two_the_head_is_on_the_line_and_its_numbers_say_about(model, overlay):
    times = checkpoint_times(model, 6)
    trail = trail_at(overlay, times, 0.5)  # epoch 2.5
    assert trail.checkpoint is None
    assert trail.head.alpha == pytest.approx((overlay.alpha[2] + overlay.alpha[3]) / 2)
    assert trail.head.beta == pytest.approx((overlay.beta[2] + overlay.beta[3]) / 2)
    assert len(trail.overlay.alpha) == 4
    assert trail.overlay.labels[-1] == ""
    epoch, own, off = trail_words(trail, "train_loss")
    assert epoch == "epoch 2.5"
    middle = (overlay.value[2] + overlay.value[3]) / 2
    assert own == f"own training loss ≈ {middle:.4f}"
    assert off.startswith("≈ ")
    assert off.endswith("% off the plane")


def test_uneven_epochs_are_even_in_time(model, overlay):
    times = np.array([0.0, 1.0, 2.0, 4.0, 8.0, 16.0])
    assert trail_at(overlay, times, 0.25).checkpoint == 3
    assert trail_at(overlay, times, 0.5).checkpoint == 4


def test_without_epochs_checkpoints_are_counted(model):
    flat = tuple(replace(c, epoch=0.0) for c in model.run.checkpoints)
    model.run = replace(model.run, checkpoints=flat)
    np.testing.assert_array_equal(checkpoint_times(model, 6), np.arange(6))
    np.testing.assert_array_equal(checkpoint_times(model, 9), np.arange(9))


def test_what_was_not_measured_is_not_said(model, overlay):
    unknown = replace(overlay, value=np.full(6, np.nan), off_plane=np.full(6, np.nan))
    words = trail_words(trail_at(unknown, checkpoint_times(model, 6), 0.4), "dev_error")
    assert words == ("epoch 2", "own development error not measured", "")
