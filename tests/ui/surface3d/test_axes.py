import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.axes import BOUNDS, Face, back_faces, labelled_edge
from landscape_gui.ui.surface3d.axes_painter import ever_shorter
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera

CORNERS = np.array(np.meshgrid(*BOUNDS)).reshape(3, -1).T


def test_from_above_the_floor_and_two_walls_are_behind_the_surface():
    faces = back_faces(Camera(azimuth=-60, elevation=34).projection(800, 600).eye)
    # The eye is at positive α and negative β.
    assert set(faces) == {Face(2, 0), Face(0, 0), Face(1, 1)}


@given(st.floats(-180, 180), st.floats(5, 80), st.integers(0, 2))
def test_numbers_stand_on_the_outline_of_the_box(azimuth, elevation, axis):
    """So they never cross the surface: the box lies on one side of the edge."""
    projection = Camera(azimuth, elevation).projection(800, 600)
    edge = labelled_edge(axis, projection)
    assert edge is not None
    start, stop = projection.project(edge)
    if np.hypot(*(stop - start)) < 20:
        return
    normal = np.array([start[1] - stop[1], stop[0] - start[0]]) / np.hypot(*(stop - start))
    sides = (projection.project(CORNERS) - start) @ normal
    assert sides.min() > -0.5 or sides.max() < 0.5


def test_the_value_axis_has_no_numbers_seen_from_straight_above():
    assert labelled_edge(2, VIEWPOINTS["top"].projection(800, 600)) is None


def test_grid_lines_lie_in_their_face():
    lines = Face(2, 0).lines(0, np.array([-0.5, 0.5]))
    assert lines.shape == (2, 2, 3)
    assert (lines[..., 2] == 0).all()
    assert lines[0, :, 0] == pytest.approx(-0.5)
    assert lines[0, :, 1] == pytest.approx([-1, 1])


def test_a_title_without_room_loses_what_matters_least_first():
    assert ever_shorter("α") == ["α"]
    assert ever_shorter("α  (direction to the fine-tuned model)")[1:] == ["α"]
    assert ever_shorter("development error, logarithmic, cut off at 3") == [
        "development error, logarithmic, cut off at 3",
        "development error, logarithmic",
        "development error",
        "dev error",
    ]
