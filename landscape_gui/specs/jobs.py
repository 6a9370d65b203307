"""Every job that can be asked for, and a job read back from JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from landscape_gui.specs.base import Spec
from landscape_gui.specs.end_point import HessianSpec, RollbackSpec
from landscape_gui.specs.landscape import CurveSpec, SurfaceSpec
from landscape_gui.specs.training import TrainSpec


class DemoSpec(Spec):
    """The built-in demonstration: four short trainings and two landscapes into ``out``."""

    kind: Literal["demo"] = "demo"
    out: Path
    points: int = Field(default=25, ge=5, le=201)
    seed: int = Field(default=0, ge=0, lt=2**32)


JobSpec: TypeAlias = Annotated[
    SurfaceSpec | CurveSpec | RollbackSpec | HessianSpec | TrainSpec | DemoSpec,
    Field(discriminator="kind"),
]
MeasuringSpec: TypeAlias = SurfaceSpec | CurveSpec | RollbackSpec | HessianSpec
_JOB_ADAPTER: TypeAdapter[JobSpec] = TypeAdapter(JobSpec)


def parse_job(text: str) -> JobSpec:
    """Read a job back from the JSON that a spec's ``model_dump_json`` gave."""
    return _JOB_ADAPTER.validate_json(text)
