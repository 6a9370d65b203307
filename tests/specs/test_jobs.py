"""Jobs come back from the JSON that they were kept as."""

import pytest
from pydantic import ValidationError

from landscape_gui.specs import (
    CurveSpec,
    DemoSpec,
    HessianSpec,
    LayerGroup,
    OtherRunAxis,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
    parse_job,
)

LOW = LayerGroup(name="low", layers=(0, 1))


@pytest.mark.parametrize(
    "spec",
    [
        SurfaceSpec(run="a", axis2=OtherRunAxis(run="b"), group=LOW, tolerance=0.01),
        CurveSpec(run="a", alpha_range=(-1, 2), points=7),
        RollbackSpec(run="a", groups=(LOW,), combinations=(("low",),)),
        HessianSpec(run="a", groups=(LOW,)),
        TrainSpec(model="m", task=TaskSpec(name="mrpc"), out="r"),
        DemoSpec(out="d"),
    ],
    ids=lambda spec: spec.kind,
)
def test_json_brings_the_same_job_back(spec):
    assert parse_job(spec.model_dump_json()) == spec


def test_unknown_keys_and_kinds_are_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        parse_job('{"kind": "demo", "out": "d", "colour": 1}')
    with pytest.raises(ValidationError, match="kind"):
        parse_job('{"kind": "dance"}')
