"""What a study file can say; each class is a section, each field a key with its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from landscape_gui.figures.presets import PresetName
from landscape_gui.specs import (
    DEVICE_PATTERN,
    METRICS,
    Initialisation,
    Metric,
    Precision,
    Range,
    Spec,
    TaskName,
    TwoFidelity,
    check_told_apart,
)

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"
Name: TypeAlias = Annotated[str, Field(pattern=_NAME, max_length=64)]
FigureNumber: TypeAlias = Literal["1", "2", "3", "4", "5", "6", "7", "table1"]
FIGURE_NEEDS: dict[FigureNumber, str] = {
    "1": "surfaces",
    "2": "",
    "3": "surfaces",
    "4": "surfaces",
    "5": "curves",
    "6": "surfaces",
    "7": "groups",
    "table1": "rollback",
}
"""Figure → the section that measures what it shows; every run has its training history."""
AxisKind: TypeAlias = Literal["other", "random", "pca"]


def _number_or_all(value: Any) -> Any:
    return None if value == "all" else value


def _share(value: Any) -> Any:
    """``0.01`` or ``"1%"``."""
    if isinstance(value, str) and value.strip().endswith("%"):
        try:
            return float(value.strip()[:-1]) / 100
        except ValueError:
            return value
    return value


Count: TypeAlias = Annotated[Annotated[int, Field(ge=1)] | None, BeforeValidator(_number_or_all)]
"""A number from 1, or ``"all"``."""
Share: TypeAlias = Annotated[
    Annotated[float, Field(ge=1e-4, le=0.5)] | None, BeforeValidator(_share)
]
"""``0.01`` or ``"1%"``."""


class ModelEntry(Spec):
    """``[models.NAME]``: a directory, or a name on the Hub.

    ``parameters`` and ``embedding_parameters`` are for the cost where the model is not here yet.
    """

    path: str = ""
    parameters: int = Field(default=0, ge=0)
    embedding_parameters: int = Field(default=0, ge=0)
    layers: int = Field(default=0, ge=0)


class Epochs(Spec):
    """Epochs by how a run starts."""

    pretrained: int | None = Field(default=None, ge=1)
    scratch: int | None = Field(default=None, ge=1)


class Training(Spec):
    """``[training]``: of all tasks; what is left out is the paper's (Hao et al. 2019, §4)."""

    epochs: Epochs | Annotated[int, Field(ge=1)] = Epochs()
    learning_rate: float | None = Field(default=None, gt=0, le=1)
    batch_size: int | None = Field(default=None, ge=1)
    train_examples: Count = None
    dev_examples: Count = None


class TaskEntry(Training):
    """``[tasks.NAME]``: data, and training where it differs from ``[training]``.

    Attributes
    ----------
    task
        The GLUE task, or ``custom``; NAME itself where it is one. Two entries may be trained on one
        task in two ways.
    data
        Directory of its files; by default the study's ``data`` joined with the task's name, and
        without either the Hub.
    other
        The entry whose direction is axis 2; by default the next one.
    inits, surfaces
        How its runs start, where not as the study's; whether its landscapes are measured at all.
    """

    task: TaskName | None = None
    data: Path | None = None
    text_columns: tuple[str, ...] = ()
    label_column: str = "label"
    labels: tuple[str, ...] = ()
    max_length: int = Field(default=128, ge=4, le=8192)
    other: Name | None = None
    inits: tuple[Initialisation, ...] | None = None
    landscape: bool = True


class Examples(Spec):
    """``[examples]``: what every point is measured on."""

    train: Count = None
    dev: Count = None
    seed: int = Field(default=0, ge=0, lt=2**32)


class Compute(Spec):
    """``[compute]``: where and in which format points are measured."""

    device: str = Field(default="auto", pattern=DEVICE_PATTERN)
    precision: Precision = "float32"
    threads: int | None = Field(default=None, ge=1, le=1024)


class Chosen(Spec):
    """Which runs a section is about; by default all that have a landscape."""

    tasks: tuple[Name, ...] | None = None
    inits: tuple[Initialisation, ...] | None = None


class Curves(Chosen):
    """``[curves]``: f(α) = J(θ0 + α δ1)."""

    points: int = Field(default=41, ge=2, le=100_001)
    range: Range = (-4.0, 4.0)

    @model_validator(mode="after")
    def _points_are_told_apart(self) -> Self:
        check_told_apart(self.range, self.points)
        return self


class Surfaces(Chosen):
    """``[surfaces]``; every point gives all four metrics, which come from one placement."""

    points: int = Field(default=41, ge=2, le=4001)
    range: Range = (-4.0, 4.0)
    alpha: Range | None = None
    beta: Range | None = None
    axis2: AxisKind = "other"
    tolerance: Share = None
    two_fidelity: TwoFidelity = "auto"

    @model_validator(mode="after")
    def _points_are_told_apart(self) -> Self:
        for ends in (self.alpha or self.range, self.beta or self.range):
            check_told_apart(ends, self.points)
        return self


class Groups(Surfaces):
    """``[groups]``: surfaces of single layer groups, around the end point."""

    groups: tuple[str, ...] = ("low", "middle", "high")
    inits: tuple[Initialisation, ...] | None = ("pretrained",)


class Rollback(Chosen):
    """``[rollback]``; no groups are low, middle and high in every combination."""

    groups: tuple[str, ...] = ()
    inits: tuple[Initialisation, ...] | None = ("pretrained",)


class Hessian(Chosen):
    """``[hessian]``: curvature at the end point, of the whole and of layer groups.

    ``train_examples`` replaces ``examples.train``: each product costs several passes over them.
    """

    groups: tuple[str, ...] = ()
    axis2: AxisKind | None = None
    steps: int = Field(default=30, ge=2, le=500)
    probes: int = Field(default=20, ge=2, le=10_000)
    train_examples: Count = None


class Figures(Spec):
    """``[figures]``: the paper's figures; ``tasks`` says which, and of which tasks.

    ``preset`` is the page that they are drawn for, ``tables`` are the formats of Table 1.
    """

    formats: tuple[Literal["pdf", "svg", "png", "pgf"], ...] = ("pdf",)
    tables: tuple[Literal["tex", "md", "csv", "pdf", "svg", "png"], ...] = ("tex",)
    tasks: dict[FigureNumber, tuple[Name, ...]] = Field(default_factory=dict)
    preset: PresetName | None = None


class Report(Spec):
    """``[report]``: one page of numbers over all landscapes."""

    formats: tuple[Literal["html", "md", "json"], ...] = ("html",)


class Export(Spec):
    """``[export]``: each landscape for other programs; ``metric`` is what a page shows first."""

    formats: tuple[Literal["html", "csv", "npz", "md", "tex", "vts", "vtp"], ...] = ("html",)
    metric: Metric = METRICS[0]


class StudySpec(Spec):
    """A study: every model × task × start × seed. A section that is left out is not done."""

    title: str = ""
    seeds: tuple[Annotated[int, Field(ge=0, lt=2**32)], ...] = Field(default=(0,), min_length=1)
    inits: tuple[Initialisation, ...] = Field(default=("pretrained", "scratch"), min_length=1)
    data: Path | None = None
    models: dict[Name, ModelEntry] = Field(min_length=1)
    tasks: dict[Name, TaskEntry] = Field(min_length=1)
    training: Training = Training()
    examples: Examples = Examples()
    compute: Compute = Compute()
    curves: Curves | None = None
    surfaces: Surfaces | None = None
    groups: Groups | None = None
    rollback: Rollback | None = None
    hessian: Hessian | None = None
    figures: Figures | None = None
    report: Report | None = None
    export: Export | None = None

    @model_validator(mode="after")
    def _names_belong(self) -> Self:
        known = ", ".join(self.tasks)
        for name, task in self.tasks.items():
            if task.other is not None and (task.other not in self.tasks or task.other == name):
                raise ValueError(
                    f"tasks.{name}.other: no other task {task.other}; there are {known}"
                )
            if task.task is None and name not in ("mnli", "rte", "sst2", "mrpc"):
                raise ValueError(f'tasks.{name}: say which task it is, e.g. task = "mrpc"')
        for section in ("curves", "surfaces", "groups", "rollback", "hessian"):
            chosen: Chosen | None = getattr(self, section)
            for name in (chosen.tasks or ()) if chosen is not None else ():
                if name not in self.tasks:
                    raise ValueError(f"{section}.tasks: no task {name}; there are {known}")
        for number, names in self.figures.tasks.items() if self.figures else ():
            section = FIGURE_NEEDS[number]
            if section and getattr(self, section) is None:
                raise ValueError(f"figures.tasks.{number} needs a section [{section}]")
            for name in names:
                if name not in self.tasks:
                    raise ValueError(f"figures.tasks.{number}: no task {name}; there are {known}")
        return self

    def other(self, task: str) -> str:
        """The task whose direction is axis 2 of a task's surfaces."""
        named = self.tasks[task].other
        if named is not None:
            return named
        names = list(self.tasks)
        return names[(names.index(task) + 1) % len(names)]
