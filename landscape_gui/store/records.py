"""What a landscape file holds, as plain values: NumPy arrays, strings and numbers.

Readers build these; views and figures use nothing else. ``value[j, i] = f(alpha[i], beta[j])``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CheckpointRecord:
    """One checkpoint of a run; index 0 is the start point θ0."""

    path: str
    step: int
    epoch: float
    sha256: str


@dataclass(frozen=True)
class History:
    """Training history (Hao et al. 2019, Fig. 2); arrays of one length, NaN where not taken."""

    step: FloatArray
    epoch: FloatArray
    train_loss: FloatArray
    dev_loss: FloatArray
    dev_error: FloatArray


@dataclass(frozen=True)
class RunRecord:
    """Everything a file knows of the one run it is about.

    Attributes
    ----------
    name
        Short name for legends, e.g. the run directory's name.
    path
        Where the run was on the machine that measured it.
    model, task, init
        Model name or directory, task name, ``pretrained`` | ``scratch`` | ``unknown``.
    details
        JSON-able: hyper-parameters, task spec, software versions.
    gram
        float64[k, k]: inner products ⟨δi, δj⟩ over all moving encoder parameters of
        checkpoints 1…k (δ of checkpoint 0 is zero and left out).
    part_norms
        Part of the encoder → ‖δ1‖² of its moving parameters, in the model's order. A part is
        ``embeddings``, a layer's index, or ``pooler``. Empty in files from before it was stored.
    """

    name: str
    path: str
    model: str
    task: str
    init: str
    checkpoints: tuple[CheckpointRecord, ...]
    history: History
    gram: FloatArray
    layer_count: int = 0
    details: dict[str, Any] = field(default_factory=dict)
    part_norms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Anchor:
    """A named measured point: ``start``, ``end`` or ``rolled_back``. NaN alpha is never stored."""

    name: str
    alpha: float
    beta: float
    values: dict[str, float]
    standard_errors: dict[str, float]


@dataclass(frozen=True)
class PlaneRecord:
    """Geometry of a surface's plane or a curve's line, enough to project any checkpoint.

    Attributes
    ----------
    origin
        ``theta0``, or ``theta1`` for layer-group planes.
    axis1_norm
        ‖δ1‖ (of the group's part for a group plane).
    axis2_norm
        ‖δ2‖ before rescaling; NaN for curves.
    cosine
        cos(δ1, δ2); NaN for curves.
    axis2_label
        For the axis title, e.g. ``sst2`` or ``random 0``. Empty for curves.
    gram
        float64[k + 1, k + 1] over checkpoints 1…k and then axis 2 as it is drawn (rescaled to
        ‖δ1‖), restricted to the plane's parameters. For a curve float64[k, k].
    """

    origin: str
    axis1_norm: float
    axis2_norm: float
    cosine: float
    axis2_label: str
    gram: FloatArray


@dataclass(frozen=True)
class SurfaceRecord:
    """One surface. ``order`` −1 = not measured; a NaN value with ``order`` ≥ 0 was measured as NaN.

    Read from a file, one that is complete or has estimates holds the named points that lie on its
    lattice as measured (``with_named_points``).

    ``values`` and ``standard_errors`` map metric name → float64[m, n]. ``checkpoint_values`` maps
    metric name → float64[k + 1], the checkpoints' own metrics, index 0 = θ0, NaN until measured.
    ``spec`` is the SurfaceSpec as a dict; ``status`` is ``incomplete`` or ``complete``.

    Attributes
    ----------
    estimates
        Metric → float64[m, n], what is believed of every point: the measured value where
        ``order`` ≥ 0, NaN where there is no estimate yet. Empty if all points are to be measured.
    bounds
        Metric → float64[m, n]: what 95 % of the estimates are not off by more than; 0 where
        measured, NaN where not known. Empty as ``estimates``.
    few_order
        int64[m, n] as ``order``, of points measured on few examples; None if none may be.
    few_examples
        Split → int64[m, n]: on how many examples; 0 where not said. Empty if none may be.
    example_results
        Split → (rows, N): at so many first points the results of all N examples are kept; they are
        read through the writer only.
    data_sha256
        Split → SHA-256 of its examples as the model gets them; empty in older files.
    """

    name: str
    alpha: FloatArray
    beta: FloatArray
    values: dict[str, FloatArray]
    standard_errors: dict[str, FloatArray]
    order: IntArray
    anchors: tuple[Anchor, ...]
    checkpoint_values: dict[str, FloatArray]
    plane: PlaneRecord
    spec: dict[str, Any]
    status: str
    group: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    estimates: dict[str, FloatArray] = field(default_factory=dict)
    bounds: dict[str, FloatArray] = field(default_factory=dict)
    few_order: IntArray | None = None
    few_examples: dict[str, IntArray] = field(default_factory=dict)
    example_results: dict[str, tuple[int, int]] = field(default_factory=dict)
    data_sha256: dict[str, str] = field(default_factory=dict)

    @property
    def part_of(self) -> str:
        """Name of the surface of which this is a part, measured finer; empty if of none."""
        name = self.spec.get("part_of")
        return name if isinstance(name, str) else ""


@dataclass(frozen=True)
class CurveRecord:
    """One curve; as a surface, with arrays of shape [n] and no beta."""

    name: str
    alpha: FloatArray
    values: dict[str, FloatArray]
    standard_errors: dict[str, FloatArray]
    order: IntArray
    anchors: tuple[Anchor, ...]
    checkpoint_values: dict[str, FloatArray]
    plane: PlaneRecord
    spec: dict[str, Any]
    status: str
    group: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    data_sha256: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RollbackRecord:
    """Metrics by set of rolled-back groups.

    ``values[metric][mask]``, where bit b of ``mask`` says that ``groups[b]`` is rolled back:
    arrays of length 2**len(groups), NaN where not measured. Mask 0 is the fine-tuned model.

    ``change_errors``: metric → standard error of the difference from the fine-tuned model, from
    the differences of the single examples; NaN where not known, empty in older files.
    ``change_intervals``: metric → float64[rows, 2], 95 % interval of that difference by bootstrap
    over the examples; as ``change_errors`` otherwise.
    ``data_sha256`` as of a surface.
    """

    groups: tuple[str, ...]
    layers: tuple[dict[str, Any], ...]
    values: dict[str, FloatArray]
    standard_errors: dict[str, FloatArray]
    measured: npt.NDArray[np.bool_]
    spec: dict[str, Any]
    change_errors: dict[str, FloatArray] = field(default_factory=dict)
    change_intervals: dict[str, FloatArray] = field(default_factory=dict)
    data_sha256: dict[str, str] = field(default_factory=dict)

    def mask(self, names: frozenset[str] | set[str]) -> int:
        """Row of a set of group names."""
        return sum(1 << bit for bit, name in enumerate(self.groups) if name in names)


@dataclass(frozen=True, eq=False)
class HessianRecord:
    """Curvature of the training loss at the end point.

    A *region* is the whole encoder (named ``""``) or a layer group with all else held fixed; r of
    them. Column 0 of [r, 2] is δ1, column 1 axis 2 rescaled to ‖δ1‖, each restricted to the
    region. What is not measured is NaN.

    Attributes
    ----------
    regions, groups
        Names; the layer groups among them as dicts.
    examples, loss
        Training examples, and the loss at the end point.
    gradient_norms
        float64[r].
    norms, filter_ratios
        float64[r, 2]: length of the directions in weight space, and the root mean square over
        the filters of how far each is moved, as a share of its norm.
    slopes, curvatures
        float64[r, 2]: first and second derivative along the directions, per unit of α and β, by
        automatic differentiation.
    difference_steps, differences
        float64[d] and float64[r, 2, d]: the second derivative by central differences with these
        steps.
    largest, smallest
        float64[r, 2]: extreme eigenvalue by Lanczos' iteration, and within what of it some
        eigenvalue lies for sure.
    lanczos_steps
        int64[r]: how many steps were taken; 0 where none was.
    traces
        float64[r, 2]: trace by Hutchinson's estimate, and its standard error over the probes.
    probes
        How many were taken.
    data_sha256
        As of a surface, of the training examples.
    """

    regions: tuple[str, ...]
    groups: tuple[dict[str, Any], ...]
    examples: int
    loss: float
    gradient_norms: FloatArray
    norms: FloatArray
    filter_ratios: FloatArray
    slopes: FloatArray
    curvatures: FloatArray
    difference_steps: FloatArray
    differences: FloatArray
    largest: FloatArray
    smallest: FloatArray
    lanczos_steps: IntArray
    traces: FloatArray
    probes: int
    spec: dict[str, Any]
    status: str
    data_sha256: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LandscapeRecord:
    """A whole file in memory. ``layer_groups`` maps name → LayerGroup as a dict.

    ``rollbacks_aside`` and ``hessians_aside``: those that another has taken the place of, by the
    names under which the file keeps them, e.g. ``rollback_1``.
    """

    path: Path
    run: RunRecord
    layer_groups: dict[str, dict[str, Any]]
    surfaces: dict[str, SurfaceRecord]
    curves: dict[str, CurveRecord]
    rollback: RollbackRecord | None
    problems: tuple[str, ...] = ()
    hessian: HessianRecord | None = None
    rollbacks_aside: dict[str, RollbackRecord] = field(default_factory=dict)
    hessians_aside: dict[str, HessianRecord] = field(default_factory=dict)
