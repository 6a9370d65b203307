"""The shared vocabulary: what can be asked for, as frozen, validated, JSON-able models.

A spec together with the hashes of the checkpoints it names is enough to compute the same
result again, so the specs are at once the command line's options, the dialogs' fields and the
provenance kept in the file. This module imports nothing but pydantic and the standard library.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

Metric: TypeAlias = Literal["train_loss", "train_error", "dev_loss", "dev_error"]
METRICS: tuple[Metric, ...] = ("train_loss", "train_error", "dev_loss", "dev_error")

TaskName: TypeAlias = Literal["mnli", "rte", "sst2", "mrpc", "custom"]
Precision: TypeAlias = Literal["float32", "bfloat16", "float16", "tf32", "auto"]
TwoFidelity: TypeAlias = Literal["off", "auto", "on"]
Initialisation: TypeAlias = Literal["pretrained", "scratch"]

MAX_ROLLBACK_GROUPS = 12

# Names become HDF5 group names and parts of file names.
_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"


class UserError(Exception):
    """A problem the user can mend: one sentence that says what is wrong, one that says what to do.

    Parameters
    ----------
    message
        What was wrong, naming the thing (path, column, group) that was wrong.
    hint
        What to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message if not hint else f"{message} {hint}")
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[type[UserError], tuple[str, ...]]:
        # Exceptions pickle their args, which here is the joined sentence.
        return (type(self), (self.message, self.hint))


class Spec(BaseModel):
    """Base of all specs: immutable, and an unknown key is an error, not a shrug."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TaskSpec(Spec):
    """Where labelled text comes from and which columns hold it."""

    name: TaskName = Field(
        title="Task",
        description="A GLUE task, whose columns and classes are known, or data of your own.",
    )
    data: Path | None = Field(
        default=None,
        title="Data",
        description="Directory, or single file, of parquet, JSONL, TSV or CSV files. Empty loads "
        "the GLUE task from the Hub by name.",
    )
    text_columns: tuple[str, ...] = Field(
        default=(),
        title="Text columns",
        description="One column, or two for sentence pairs. Empty: those of the GLUE task.",
    )
    label_column: str = Field(
        default="label",
        title="Label column",
        description="The column with the class: an integer from 0, or one of the class names.",
    )
    labels: tuple[str, ...] = Field(
        default=(),
        title="Classes",
        description="Names of the classes in order. Empty: those of the GLUE task, or read from "
        "the data.",
    )
    max_length: int = Field(
        default=128,
        ge=4,
        le=8192,
        title="Longest example",
        description="In tokens; longer examples are truncated.",
    )

    @property
    def label(self) -> str:
        """What to call the task on an axis or in a legend: of custom data, its directory."""
        return self.data.stem if self.name == "custom" and self.data else self.name

    @model_validator(mode="after")
    def _custom_is_complete(self) -> Self:
        if self.name == "custom":
            if self.data is None:
                raise ValueError("a custom task needs data: a directory or file with its examples")
            if not self.text_columns:
                raise ValueError("a custom task needs the names of its text columns")
        if len(self.text_columns) > 2:
            raise ValueError("a task has one text column, or two for sentence pairs")
        return self


class TrainSpec(Spec):
    """One training run: fine-tuning from pre-trained weights, or training from scratch.

    ``None`` for epochs, learning rate and batch size means the paper's value for the task
    (Hao et al. 2019, §4).
    """

    kind: Literal["train"] = "train"
    model: str = Field(
        min_length=1,
        title="Model",
        description="Directory of a model, or its name on the Hub.",
    )
    task: TaskSpec
    init: Initialisation = Field(
        default="pretrained",
        title="Start",
        description="Fine-tune the model's own weights, or train the same network from random "
        "ones, for comparison.",
    )
    epochs: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        title="Epochs",
        description="Passes over the training examples; the weights after each are kept.",
    )
    learning_rate: float | None = Field(
        default=None,
        gt=0,
        le=1,
        title="Learning rate",
        description="Of the first step; it falls linearly to 0.",
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=100_000, title="Batch size", description="Examples per step."
    )
    train_examples: int | None = Field(
        default=None,
        ge=1,
        title="Training examples",
        description="Train on so many examples of the training split, chosen by the seed.",
    )
    dev_examples: int | None = Field(
        default=None,
        ge=1,
        title="Development examples",
        description="Evaluate on so many examples after each epoch.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Of the head's weights, the order of the examples and dropout.",
    )
    out: Path = Field(
        title="Directory of the run",
        description="Where the start point and the weights after each epoch are kept.",
    )


class LatticeSpec(Spec):
    """The points of a surface: ``alpha_points`` × ``beta_points`` over a rectangle.

    The default 41 points over [−4, 4] hits −4, 0, 1 and 4 exactly. The paper's 40 does not
    contain 0 and 1; start and end are measured separately in every case.
    """

    alpha_range: tuple[float, float] = Field(
        default=(-4.0, 4.0),
        title="Range",
        description="From where to where, in units of ‖δ1‖: of the whole model, 0 is the start "
        "point and 1 the fine-tuned model; of a layer group, 0 is the fine-tuned model.",
    )
    beta_range: tuple[float, float] = Field(
        default=(-4.0, 4.0),
        title="Range of axis 2",
        description="As of axis 1: axis 2 is rescaled to ‖δ1‖, so that both have one unit.",
    )
    alpha_points: int = Field(
        default=41,
        ge=2,
        le=4001,
        title="Points per axis",
        description="An odd number over a symmetric range contains 0. 41 over −4 to 4 contains "
        "both end points.",
    )
    beta_points: int = Field(
        default=41,
        ge=2,
        le=4001,
        title="Points of axis 2",
        description="As of axis 1.",
    )

    @field_validator("alpha_range", "beta_range")
    @classmethod
    def _ascending_and_finite(cls, value: tuple[float, float]) -> tuple[float, float]:
        low, high = value
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"a range needs two finite numbers, low before high; got {value}")
        return value


class OtherRunAxis(Spec):
    """Axis 2 is another task's direction, rescaled to ‖δ1‖ (Hao et al. 2019, §3.2).

    ``base`` is the other run's θ0, where it does not hold its own.
    """

    kind: Literal["other_run"] = "other_run"
    run: Path = Field(
        title="Other run",
        description="A run from the same start point on another task; axis 2 is its direction, "
        "rescaled to ‖δ1‖.",
    )
    base: Path | None = Field(
        default=None,
        title="Its base model",
        description="The model that the other run began from, if it does not hold its start point.",
    )


class RandomAxis(Spec):
    """Axis 2 is random, filter-normalised to θ1 (Li et al. 2018, §4), then rescaled to ‖δ1‖."""

    kind: Literal["random"] = "random"
    seed: int = Field(
        default=0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Of the random direction: the same seed gives the same one on every device.",
    )


class PCAAxis(Spec):
    """Axis 2 is the checkpoints' leading principal component orthogonal to δ1, scaled to ‖δ1‖."""

    kind: Literal["pca"] = "pca"


Axis2: TypeAlias = Annotated[OtherRunAxis | RandomAxis | PCAAxis, Field(discriminator="kind")]


class LayerGroup(Spec):
    """A named set of transformer layers, optionally with the embeddings or the pooler.

    Attributes
    ----------
    name
        Shown to the user and used in the file, e.g. ``low`` or ``0-3``.
    layers
        Indices of the transformer layers, from 0, in ascending order.
    embeddings, pooler
        Whether the embeddings or the pooler belong to the group. In none of the default groups.
    """

    name: str = Field(pattern=_NAME_PATTERN, max_length=64)
    layers: tuple[int, ...] = ()
    embeddings: bool = False
    pooler: bool = False

    @model_validator(mode="after")
    def _has_members(self) -> Self:
        if not (self.layers or self.embeddings or self.pooler):
            raise ValueError(f"layer group {self.name} is empty")
        if list(self.layers) != sorted(set(self.layers)) or any(i < 0 for i in self.layers):
            raise ValueError(f"layers of group {self.name} must be ascending, distinct, from 0")
        return self


class ExamplesSpec(Spec):
    """Which examples are evaluated: the first ``n`` of a seeded shuffle; ``None`` is all."""

    train: int | None = Field(
        default=None,
        ge=1,
        title="Training examples",
        description="Evaluate on so many examples of the training split, the same at every "
        "point. Fewer are faster, and the standard error says what that costs.",
    )
    dev: int | None = Field(
        default=None,
        ge=1,
        title="Development examples",
        description="Evaluate on so many examples of the development split, the same at every "
        "point.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        lt=2**32,
        title="Seed of the examples",
        description="Which examples are chosen.",
    )


class EvaluationSpec(Spec):
    """What all measuring jobs share."""

    run: Path = Field(
        title="Run",
        description="The training run whose head is used and whose θ0, θ1 span axis 1.",
    )
    base: Path | None = Field(
        default=None,
        title="Base model",
        description="θ0's model directory, for runs that do not hold their own start point.",
    )
    task: TaskSpec | None = Field(
        default=None,
        title="Task",
        description="Overrides what the run says of its task, for runs trained elsewhere.",
    )
    examples: ExamplesSpec = ExamplesSpec()
    precision: Precision = Field(
        default="float32",
        title="Precision",
        description="Automatic takes the fastest number format that agrees with float32 on this "
        "very plane. float16 and TF32 are for CUDA devices.",
    )
    device: str = Field(
        default="auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        title="Device",
        description="auto, cpu, cuda or cuda:1; auto is the first CUDA device, else the CPU.",
    )


class SurfaceSpec(EvaluationSpec):
    """A 2D surface (Hao et al. 2019, Eq. 2); with a ``group``, a layer-group surface (§7).

    Origin θ0 without a group, θ1 with one.
    """

    kind: Literal["surface"] = "surface"
    axis2: Axis2 = Field(
        title="Axis 2",
        description="The second direction of the plane. Another run's is the paper's choice; a "
        "random one is filter-normalised (Li et al. 2018).",
    )
    group: LayerGroup | None = Field(
        default=None,
        title="Layers",
        description="Which layers move. Of a group, the fine-tuned model is at (0, 0) and the "
        "group rolled back at (−1, 0).",
    )
    lattice: LatticeSpec = LatticeSpec()
    tolerance: float | None = Field(
        default=None,
        ge=1e-4,
        le=0.5,
        title="Tolerance",
        description="Points are skipped where the estimate is known to be this good: the error, "
        "as a share of the range of each loss, that 95 % of the lattice may not exceed. Without "
        "one, all are measured.",
    )
    two_fidelity: TwoFidelity = Field(
        default="auto",
        title="Few examples",
        description="Whether points may be measured on those examples only that cannot be "
        "foretold from the points around them; automatic does so with a tolerance where it is "
        "cheaper.",
    )
    part_of: str | None = Field(
        default=None,
        pattern=_NAME_PATTERN,
        max_length=200,
        title="Part of",
        description="Name of a surface of the same file of which this is a part, measured finer: "
        "the same plane and examples over a part of its range. Every point of it is measured.",
    )

    @model_validator(mode="after")
    def _part_is_measured(self) -> Self:
        if self.part_of is not None and self.estimates:
            raise ValueError("every point of a finer part is measured: it takes no tolerance")
        return self

    def part(self, name: str, lattice: LatticeSpec) -> SurfaceSpec:
        """A finer part of this surface, which is called ``name`` in its file."""
        fields = {field: getattr(self, field) for field in type(self).model_fields}
        own = {"lattice": lattice, "tolerance": None, "two_fidelity": "off", "part_of": name}
        return SurfaceSpec(**fields | own)

    @property
    def estimates(self) -> bool:
        """Whether some points of the lattice may be estimated instead of measured in full."""
        return self.tolerance is not None or self.two_fidelity == "on"

    @property
    def may_sample(self) -> bool:
        """Whether points may be measured on few examples."""
        return self.two_fidelity == "on" or (
            self.two_fidelity == "auto" and self.tolerance is not None
        )


class CurveSpec(EvaluationSpec):
    """A 1D curve f(α) = J(θ0 + α δ1) (Hao et al. 2019, Eq. 1); with a group, from origin θ1."""

    kind: Literal["curve"] = "curve"
    group: LayerGroup | None = Field(
        default=None,
        title="Layers",
        description="Which layers move. Of a group, the fine-tuned model is at 0 and the group "
        "rolled back at −1.",
    )
    alpha_range: tuple[float, float] = Field(
        default=(-4.0, 4.0),
        title="Range",
        description="From where to where, in units of ‖δ1‖: of the whole model, 0 is the start "
        "point and 1 the fine-tuned model; of a layer group, 0 is the fine-tuned model.",
    )
    points: int = Field(
        default=41,
        ge=2,
        le=100_001,
        title="Points",
        description="An odd number over a symmetric range contains 0.",
    )

    _check = field_validator("alpha_range")(LatticeSpec._ascending_and_finite.__func__)  # type: ignore[attr-defined]


class RollbackSpec(EvaluationSpec):
    """Metrics of the end point with sets of layer groups put back to θ0 (Hao et al. 2019, §7).

    Always measured in float32: a handful of placements is not worth a lower precision.
    """

    kind: Literal["rollback"] = "rollback"
    groups: tuple[LayerGroup, ...] = Field(
        default=(),
        max_length=MAX_ROLLBACK_GROUPS,
        title="Groups",
        description="Groups that can be rolled back. Empty: low, middle and high.",
    )
    combinations: tuple[tuple[str, ...], ...] = Field(
        default=(),
        title="Combinations",
        description="Sets of groups to roll back together, besides the fine-tuned model itself. "
        "Empty: every combination of up to three groups; of more, every single one and all of "
        "them.",
    )


class HessianSpec(EvaluationSpec):
    """Curvature of the training loss at the end point: eigenvalue, trace, along the axes.

    Of the whole encoder, and of each layer group with all else held fixed. Always in float32: a
    second derivative needs all of its bits.
    """

    kind: Literal["hessian"] = "hessian"
    axis2: Axis2 | None = Field(
        default=None,
        title="Axis 2",
        description="The second direction of a plane, along which the curvature is measured too.",
    )
    groups: tuple[LayerGroup, ...] = Field(
        default=(),
        max_length=MAX_ROLLBACK_GROUPS,
        title="Groups",
        description="Layer groups that are measured beside the whole. Empty: low, middle and high.",
    )
    steps: int = Field(
        default=30,
        ge=2,
        le=500,
        title="Lanczos steps",
        description="Most products per eigenvalue; fewer are taken once it is known to 1 %.",
    )
    probes: int = Field(
        default=20,
        ge=2,
        le=10_000,
        title="Probes of the trace",
        description="Random vectors over which Hutchinson's estimate is a mean; its standard "
        "error falls with their square root.",
    )

    @model_validator(mode="after")
    def _groups_differ(self) -> Self:
        names = [group.name for group in self.groups]
        if len(set(names)) < len(names):
            raise ValueError("two layer groups have the same name")
        return self


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


def target_name(spec: SurfaceSpec | CurveSpec) -> str:
    """Name of the spec's group in the file, from what it shows: ``full-random0``, ``low-mrpc``.

    Two specs that differ only in how finely or on how much they measure share a name; the writer
    keeps them apart by a number.
    """
    part = spec.group.name if spec.group else "full"
    if isinstance(spec, CurveSpec):
        return part
    if spec.part_of is not None:
        return f"{spec.part_of}-part"
    match spec.axis2:
        case OtherRunAxis(run=run):
            axis = "".join(c if c.isalnum() or c in "_.+-" else "_" for c in run.name) or "other"
        case RandomAxis(seed=seed):
            axis = f"random{seed}"
        case PCAAxis():
            axis = "pca"
    return f"{part}-{axis}"
