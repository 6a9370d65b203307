"""Films of the 3D view: drawn in a view that is never on screen."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import synthetic_landscape

from landscape_gui.ui.animation.director import Director
from landscape_gui.ui.animation.exporter import Exporter, Film
from landscape_gui.ui.animation.stage import Look, Stage
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.surface3d.camera import VIEWPOINTS
from landscape_gui.ui.theme import LIGHT

pytestmark = pytest.mark.gl


@pytest.fixture
def make_stage(qtbot):
    model = LandscapeModel.of(synthetic_landscape.landscape(points=21))
    plot = model.plots["surface", "full-random0"]
    director = Director(model, plot, "train_loss", "deviation")
    made = []

    def make(shot, size=(480, 360), camera=None):
        look = Look(LIGHT, "viridis", director.limits(), camera=camera)
        made.append(Stage(director, shot, look, size, QApplication.font()))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


def colorful(frame):
    return float(((frame.max(axis=-1).astype(int) - frame.min(axis=-1)) > 60).mean())


@pytest.mark.parametrize("shot", ["3d", "contours", "both"])
@pytest.mark.parametrize("story", ["trajectory", "growth"])
def test_frames_have_the_size_show_the_surface_and_change(make_stage, shot, story):
    stage = make_stage(shot)
    first, middle = stage.frame(story, 0.1), stage.frame(story, 0.6)
    assert first.shape == middle.shape == (360, 480, 3)
    assert colorful(middle) > 0.03
    assert (first != middle).any(axis=-1).mean() > 0.001
    np.testing.assert_array_equal(stage.frame(story, 0.1), first)


def test_every_frame_shows_its_own_map(make_stage):
    """The map is painted in turns, which do not come between two frames."""
    stage = make_stage("contours")
    stage.frame("growth", 0.1)
    early, late = (stage.frame("growth", position) for position in (0.4, 0.8))
    on_the_map = np.s_[120:300, 120:300]
    assert (early[on_the_map] != late[on_the_map]).any(axis=-1).mean() > 0.1


def test_the_film_looks_from_where_the_window_does(make_stage):
    front = make_stage("3d", camera=VIEWPOINTS["front"]).frame("growth", 1.0)
    top = make_stage("3d", camera=VIEWPOINTS["top"]).frame("growth", 1.0)
    assert (front != top).any(axis=-1).mean() > 0.1


def test_a_gif_of_the_3d_view(make_stage, qtbot, tmp_path):
    film = Film(tmp_path / "a.gif", "growth", (320, 240), 5, 2.0)
    exporter = Exporter(make_stage("3d", film.size), film)
    with qtbot.waitSignal(exporter.finished, timeout=60_000):
        exporter.start()
    with Image.open(film.path) as shown:
        assert shown.size == film.size
        assert shown.n_frames == 10
    exporter.deleteLater()
