"""The shared vocabulary: what can be asked for, as frozen, validated, JSON-able models.

A spec together with the hashes of the checkpoints it names is enough to compute the same
result again, so the specs are at once the command line's options, the dialogs' fields and the
provenance kept in the file. This package imports nothing but pydantic and the standard library,
and everything in it is imported from here.
"""

from landscape_gui.specs.base import METRICS, Metric, Spec
from landscape_gui.specs.end_point import MAX_ROLLBACK_GROUPS, HessianSpec, RollbackSpec
from landscape_gui.specs.errors import UserError
from landscape_gui.specs.evaluation import DEVICE_PATTERN, EvaluationSpec, ExamplesSpec, Precision
from landscape_gui.specs.jobs import DemoSpec, JobSpec, MeasuringSpec, parse_job
from landscape_gui.specs.landscape import CurveSpec, SurfaceSpec, TwoFidelity, target_name
from landscape_gui.specs.plane import (
    Axis2,
    LatticeSpec,
    LayerGroup,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    Range,
    check_told_apart,
    is_told_apart,
)
from landscape_gui.specs.training import Initialisation, TaskName, TaskSpec, TrainSpec

__all__ = [
    "DEVICE_PATTERN",
    "MAX_ROLLBACK_GROUPS",
    "METRICS",
    "Axis2",
    "CurveSpec",
    "DemoSpec",
    "EvaluationSpec",
    "ExamplesSpec",
    "HessianSpec",
    "Initialisation",
    "JobSpec",
    "LatticeSpec",
    "LayerGroup",
    "MeasuringSpec",
    "Metric",
    "OtherRunAxis",
    "PCAAxis",
    "Precision",
    "RandomAxis",
    "Range",
    "RollbackSpec",
    "Spec",
    "SurfaceSpec",
    "TaskName",
    "TaskSpec",
    "TrainSpec",
    "TwoFidelity",
    "UserError",
    "check_told_apart",
    "is_told_apart",
    "parse_job",
    "target_name",
]
