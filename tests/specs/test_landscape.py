"""What surfaces and curves may be asked for, and what they are called in their file."""

import pytest
from pydantic import ValidationError

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
