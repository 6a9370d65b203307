"""The steps of a study: what each makes, from what, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from landscape_gui.figures.presets import PresetName
from landscape_gui.specs import (
    CurveSpec,
    HessianSpec,
    Initialisation,
    MeasuringSpec,
    Metric,
    RollbackSpec,
    SurfaceSpec,
    TrainSpec,
)
from landscape_gui.study.spec import FigureNumber

StepKind: TypeAlias = Literal[
    "train", "curve", "surface", "group", "rollback", "hessian", "figure", "report", "export"
]


@dataclass(frozen=True)
class RunKey:
    """One run of a study."""

    model: str
    seed: int
    task: str
    init: Initialisation

    @property
    def name(self) -> str:
        """Of its directory and its landscape: ``mrpc-pretrained``."""
        return f"{self.task}-{self.init}"

    @property
    def folder(self) -> Path:
        """Below the runs and below the landscapes."""
        return Path(self.model) / f"seed{self.seed}"

    def directory(self, out: Path) -> Path:
        """Where the run is kept."""
        return out / "runs" / self.folder / self.name

    def file(self, out: Path) -> Path:
        """Its landscape file."""
        return out / "landscapes" / self.folder / f"{self.name}.landscape.h5"

    def __str__(self) -> str:
        return f"{self.folder.as_posix()}/{self.name}"


@dataclass(frozen=True)
class Step:
    """Something that is done once.

    Attributes
    ----------
    settings
        JSON-able: what the result depends on, wherever it lies. A result that was made with other
        settings is not taken for this one.
    outputs
        Files and directories that there are afterwards.
    needs
        Steps that come before.
    """

    id: str
    kind: StepKind
    title: str
    settings: dict[str, Any]
    outputs: tuple[Path, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainStep(Step):
    """Trains one run."""

    run: RunKey = field(kw_only=True)
    spec: TrainSpec = field(kw_only=True)


@dataclass(frozen=True)
class MeasureStep(Step):
    """Measures something of one run into its landscape file.

    ``groups`` are as they are written in the study: which layers they are, the model says.
    """

    run: RunKey = field(kw_only=True)
    spec: MeasuringSpec = field(kw_only=True)
    groups: tuple[str, ...] = ()

    @property
    def file(self) -> Path:
        """The landscape file."""
        return self.outputs[0]

    @property
    def points(self) -> int:
        """Placements of the weights, at most; of a Hessian, products with it."""
        match self.spec:
            case SurfaceSpec(lattice=lattice):
                return lattice.alpha_points * lattice.beta_points
            case CurveSpec(points=points):
                return points
            case RollbackSpec():
                count = len(self.groups) or 3
                return 2**count if count <= 3 else count + 2
            case HessianSpec(steps=steps, probes=probes):
                return (1 + (len(self.groups) or 3)) * (steps + 2) + probes


@dataclass(frozen=True)
class MakeStep(Step):
    """Makes a figure, a report or an export from landscape files."""

    files: tuple[Path, ...] = field(kw_only=True)
    figure: FigureNumber | None = None
    preset: PresetName | None = None
    metric: Metric = "train_loss"


AnyStep: TypeAlias = TrainStep | MeasureStep | MakeStep
