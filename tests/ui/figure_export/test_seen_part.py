"""The part of the box that a view shows: nothing of the picture is lost, nothing is invented."""

import pytest

from landscape_gui.ui.figure_export.seen_part import seen_part
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera

SIZE = (640.0, 480.0)


@pytest.mark.parametrize("camera", [*VIEWPOINTS.values(), Camera(zoom=0.5)])
def test_a_view_of_the_whole_box_is_no_part(camera):
    assert seen_part(camera, *SIZE) is None


def test_zooming_shows_less_and_moving_shows_another_part():
    zoomed = Camera(zoom=3.0)
    left, bottom, right, top = seen_part(zoomed, *SIZE)
    assert right - left < 0.6
    assert (left + right) / 2 == pytest.approx(0.5, abs=0.05)
    closer = seen_part(Camera(zoom=6.0), *SIZE)
    assert closer[2] - closer[0] == pytest.approx((right - left) / 2, rel=0.02)
    # The picture is pulled to the right and down: more of its left and of its top is seen.
    moved = seen_part(zoomed.panned(80, 60, *SIZE), *SIZE)
    assert moved[0] < left
    assert moved[3] > top
    assert moved[1] > bottom


def test_a_box_out_of_sight_is_no_part():
    assert seen_part(Camera(zoom=12.0, center=(2.0, 2.0, 2.0)), *SIZE) is None
