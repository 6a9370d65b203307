"""What surfaces and curves may be asked for, and what they are called in their file."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import (
    CurveSpec,
    LatticeSpec,
    LayerGroup,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    SurfaceSpec,
    target_name,
)

LOW = LayerGroup(name="low", layers=(0, 1))


@pytest.mark.parametrize("ends", [(1, 1), (2, -2), (float("nan"), 1), (0, float("inf"))])
def test_ranges_ascend_and_are_finite(ends):
    for wrong in (
        lambda: LatticeSpec(alpha_range=ends),
        lambda: LatticeSpec(beta_range=ends),
        lambda: CurveSpec(run="a", alpha_range=ends),
    ):
        with pytest.raises(ValidationError, match="low before high"):
            wrong()


@pytest.mark.parametrize(
    ("ends", "points"),
    [((1, 1.0000000000000002), 5), ((-1e-13, 1 - 1e-13), 4001), ((-1e38, 1e38), 100_001)],
)
def test_a_range_has_room_for_the_points_asked_of_it(ends, points):
    """A spec is refused where its axis would not ascend, whatever is asked of the other axis."""
    asks = (
        lambda: CurveSpec(run="a", alpha_range=ends, points=points).points,
        lambda: LatticeSpec(alpha_range=ends, alpha_points=min(points, 4001)).alpha_points,
        lambda: LatticeSpec(beta_range=ends, beta_points=min(points, 4001)).beta_points,
    )
    for ask in asks:
        if ends[0] == 1:
            with pytest.raises(ValidationError, match="told apart"):
                ask()
        else:
            assert (np.diff(axis_points(*ends, ask())) > 0).all()


@given(st.floats(-1e3, 1e3), st.integers(1, 200), st.integers(2, 60))
def test_what_is_accepted_ascends(low, steps, points):
    high = low
    for _ in range(steps):
        high = math.nextafter(high, math.inf)
    try:
        CurveSpec(run="a", alpha_range=(low, high), points=points)
    except ValidationError:
        return
    assert (np.diff(axis_points(low, high, points)) > 0).all()


def test_the_usual_number_of_points_is_checked_too():
    narrow = (1, 1.0000000000000002)
    for wrong in (
        lambda: LatticeSpec(alpha_range=narrow),
        lambda: LatticeSpec(beta_range=narrow),
        lambda: CurveSpec(run="a", alpha_range=narrow),
    ):
        with pytest.raises(ValidationError, match="told apart"):
            wrong()


@pytest.mark.parametrize("ends", [(-1e308, 1e308), (0, 3e38), (-3e38, 0)])
def test_ranges_stay_where_weights_can_be_moved_to(ends):
    with pytest.raises(ValidationError, match="can be moved to"):
        CurveSpec(run="a", alpha_range=ends)


@pytest.mark.parametrize("device", ["cuda:99999999999999999999", "cuda:100", "cuda:01", "cuda:１"])
def test_a_device_has_a_number_that_can_be_counted_to(device):
    with pytest.raises(ValidationError, match="device"):
        CurveSpec(run="a", device=device)
    assert CurveSpec(run="a", device="cuda:10").device == "cuda:10"


def test_every_point_of_a_part_is_measured():
    whole = SurfaceSpec(run="a", axis2=PCAAxis(), tolerance=0.01)
    part = whole.part("full-pca", LatticeSpec(alpha_range=(0, 1), beta_range=(0, 1)))
    assert not part.estimates
    assert target_name(part) == "full-pca-part"
    with pytest.raises(ValidationError, match="no tolerance"):
        SurfaceSpec(run="a", axis2=PCAAxis(), tolerance=0.01, part_of="full-pca")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (SurfaceSpec(run="a", axis2=RandomAxis(seed=3)), "full-random3"),
        (SurfaceSpec(run="a", axis2=PCAAxis(), group=LOW), "low-pca"),
        (SurfaceSpec(run="a", axis2=OtherRunAxis(run="runs/my run")), "full-my_run"),
        (CurveSpec(run="a", group=LOW), "low"),
    ],
)
def test_names_say_what_is_shown(spec, name):
    assert target_name(spec) == name
