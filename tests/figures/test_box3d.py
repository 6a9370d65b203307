import numpy as np
import pytest

from landscape_gui.figures.box3d import HEIGHT, HeightField, View, seen_runs
from landscape_gui.figures.box_axes import height_ticks, plane_ticks
from landscape_gui.figures.scale import Scale


def test_the_view_is_the_windows():
    from landscape_gui.ui.surface3d.camera import Camera

    points = np.array([[-1, -1, 0], [1, -1, 0], [0.3, 0.8, 0.5], [0, 0, HEIGHT]], dtype=float)
    for azimuth, elevation, parallel in ((-60, 34, False), (20, 70, True)):
        camera = Camera(azimuth=azimuth, elevation=elevation, parallel=parallel)
        theirs = camera.projection(800, 800).project(points)
        ours = View(azimuth, elevation, parallel).project(points)
        # The same up to size and place; the window's y runs down.
        flipped = theirs * [1, -1]
        span = np.ptp(ours, axis=0) / np.ptp(flipped, axis=0)
        assert span[0] == pytest.approx(span[1], rel=0.02)
        moved = (flipped - flipped[0]) * span + ours[0]
        np.testing.assert_allclose(moved, ours, atol=0.02)


def test_a_wall_hides_what_is_behind_it_and_not_what_is_before():
    axis = np.linspace(-1, 1, 41)
    z = np.where(np.abs(axis)[None, :] < 0.06, 1.0, 0.0) * np.ones((41, 1))
    wall = HeightField(axis, axis, z)
    places = np.array([[-0.5, 0, 0.02], [0.5, 0, 0.02], [-0.5, 0, HEIGHT]])
    from_the_right = View(azimuth=0, elevation=20)
    assert wall.seen(from_the_right, places).tolist() == [False, True, True]
    from_above = View(azimuth=0, elevation=90)
    assert wall.seen(from_above, places).all()


def test_only_runs_that_are_seen_are_kept():
    line = np.arange(10.0).reshape(5, 2)
    runs = seen_runs(line, np.array([True, True, False, True, False]))
    assert [run.tolist() for run in runs] == [line[:2].tolist()]


def test_ticks_are_round_numbers_at_their_places():
    ticks = plane_ticks(-4.0, 4.0, 4)
    assert ticks.words == ("\N{MINUS SIGN}4", "\N{MINUS SIGN}2", "0", "2", "4")
    np.testing.assert_allclose(ticks.places, [-1, -0.5, 0, 0.5, 1])
    ticks = height_ticks(Scale(0.001, 2.4), 5, 0.0)
    assert ticks.words[0] == "0.0"
    assert ticks.places[-1] == pytest.approx(HEIGHT * (float(ticks.words[-1]) - 0.001) / 2.399)
    logarithm = height_ticks(Scale(0.001, 10.0, log=True), 4, 0.0)
    assert {"0.01", "0.1", "1"} <= set(logarithm.words)


def test_levels_lie_inside_and_are_as_many_as_asked():
    assert Scale(0.0, 1.0).levels((0.5, 2.0, -1.0)) == [0.5]
    levels = Scale(0.0, 3.0).levels(12)
    assert 6 <= len(levels) <= 13
    assert min(levels) > 0.0
    logarithm = Scale(1e-4, 1e2, log=True).levels(6)
    assert logarithm == pytest.approx([1e-3, 1e-2, 1e-1, 1, 10])
    assert Scale(1.0, 1.3, log=True).levels(6) == pytest.approx([1.1, 1.2])
