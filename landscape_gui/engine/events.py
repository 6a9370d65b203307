"""What jobs say while they run: plain, frozen, picklable values.

The window draws them, the terminal prints them, tests collect them. Everything measured is in
the file before its event is given out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.specs import LayerGroup

FloatArray: TypeAlias = npt.NDArray[np.float64]
TargetKind: TypeAlias = Literal["surface", "curve"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a measurement belongs to: a surface or a curve of one file.

    ``file`` and ``name`` together are the address; ``name`` is the group below ``/surfaces`` or
    ``/curves``.
    """

    file: Path
    kind: TargetKind
    name: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """The four metrics of one placement of the weights.

    Attributes
    ----------
    values
        Metric name → mean over the examples. NaN and inf are kept as measured. A split that was
        not asked for is absent.
    standard_errors
        Metric name → standard error of that mean from the spread over the examples.
    seconds
        Wall time of the placement and the passes.
    """

    values: Mapping[str, float]
    standard_errors: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """A new stage of the job began, e.g. "Loading checkpoints". ``fraction`` if it can be told."""

    text: str
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class FileReady:
    """The target exists in the file at full size: readers may load ``target.file`` now.

    ``done`` of ``total`` points were already measured by an earlier job that is being continued.
    """

    target: Target
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class PointMeasured:
    """One lattice point: value[j, i] at (alpha[i], beta[j]); for a curve j is 0 and beta 0.

    ``order`` is its place in the sequence of measurements, from 0.
    """

    target: Target
    j: int
    i: int
    alpha: float
    beta: float
    order: int
    measurement: Measurement
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class AnchorMeasured:
    """A named point measured whether or not the lattice contains it: start, end, rolled_back."""

    target: Target
    name: str
    alpha: float
    beta: float
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class CheckpointMeasured:
    """A checkpoint's own encoder with the fixed head: its loss, not the surface under it.

    On a layer group's target only the group's parameters are the checkpoint's; the others are θ1's,
    as everywhere on that surface.
    """

    target: Target
    index: int
    epoch: float
    measurement: Measurement


@dataclass(frozen=True, slots=True)
class PointSampled:
    """A lattice point was measured on few examples: its metrics are estimates all the same.

    ``done`` and ``total`` as in ``PointMeasured``; in ``values``, the examples that were not
    measured count as foretold. ``examples``: split → on how many it was measured.
    """

    target: Target
    j: int
    i: int
    alpha: float
    beta: float
    values: Mapping[str, float]
    done: int
    total: int
    examples: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Estimated:
    """What is now believed of the whole lattice, where a schedule skips points.

    Attributes
    ----------
    estimates
        Metric → float64[m, n]: the measured value where a point was measured in full, else the
        estimate.
    bounds
        Metric → float64[m, n]: what 95 % of the estimates are not off by more than; 0 where
        measured in full.
    errors
        Metric → the 95th percentile of the error over the lattice, as a share of the range.
    """

    target: Target
    estimates: Mapping[str, FloatArray]
    bounds: Mapping[str, FloatArray]
    errors: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LevelComplete:
    """All points of one dyadic level (0 is the coarsest) are measured.

    ``errors``: metric → how far the picture before this level was off at its points, 95th
    percentile as a share of the range; empty for the coarsest level. The picture is now better.
    """

    target: Target
    level: int
    levels: int
    errors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RollbackMeasured:
    """The end point with ``groups`` put back to θ0; the empty tuple is the fine-tuned model.

    ``change_errors``: metric → standard error of its difference from the fine-tuned model's, from
    the differences of the single examples.
    """

    file: Path
    groups: tuple[str, ...]
    measurement: Measurement
    done: int
    total: int
    change_errors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HessianProgress:
    """``done`` of at most ``total`` products with the Hessian were taken.

    ``text`` says what was found by the last ones and is in the file now; empty where nothing was.
    """

    file: Path
    done: int
    total: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpeedMeasured:
    """How fast this device measures, said once by a job; for estimates of later ones.

    Attributes
    ----------
    run
        What was measured.
    device, precision
        ``cpu`` or ``cuda``, and the number format.
    parameters_per_second
        Parameters that a token is multiplied with, times tokens, a second.
    tokens_per_example
        Mean length of the examples.
    """

    run: Path
    device: str
    precision: str
    parameters_per_second: float
    tokens_per_example: float


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """A training step was logged or an epoch evaluated; metrics that were not taken are None."""

    run: Path
    step: int
    total_steps: int
    epoch: float
    train_loss: float | None = None
    dev_loss: float | None = None
    dev_error: float | None = None


@dataclass(frozen=True, slots=True)
class RunReady:
    """A training run is complete and can be opened."""

    run: Path


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that does not stop the job, e.g. a batch size halved.

    ``file`` is a landscape file of which something else is shown from now on.
    """

    text: str
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The job stopped by an error. What was measured before is in the file.

    ``detail`` is a traceback for a log, empty where the user can mend the cause.
    """

    message: str
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The job ended: everything asked for is measured, or it was cancelled on request."""

    status: Literal["complete", "cancelled"]
    file: Path | None = None


@dataclass(frozen=True, slots=True)
class RunDescription:
    """What the window needs to know of a run directory before it can ask for a job.

    ``needs_base``: it holds no start point θ0. ``needs_task``: nothing says what it was trained
    on. ``message`` says in words what is missing, empty when nothing is. ``parameters`` counts all,
    ``multiplied`` those that each token is multiplied with: all but the embeddings; 0 if not told.
    """

    path: Path
    name: str
    model: str
    init: str
    task: str | None
    layer_count: int
    checkpoints: int
    groups: tuple[LayerGroup, ...]
    needs_base: bool
    needs_task: bool
    message: str
    parameters: int = 0
    multiplied: int = 0


Event: TypeAlias = (
    Stage
    | FileReady
    | PointMeasured
    | PointSampled
    | Estimated
    | AnchorMeasured
    | CheckpointMeasured
    | LevelComplete
    | RollbackMeasured
    | HessianProgress
    | SpeedMeasured
    | TrainingProgress
    | RunReady
    | Notice
    | Failed
    | Done
)
