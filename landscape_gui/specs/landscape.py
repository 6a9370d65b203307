"""Surfaces and curves."""

from __future__ import annotations

from typing import Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from landscape_gui.specs.base import NAME_PATTERN
from landscape_gui.specs.evaluation import EvaluationSpec
from landscape_gui.specs.plane import (
    Axis2,
    LatticeSpec,
    LayerGroup,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    Range,
    check_told_apart,
)

TwoFidelity: TypeAlias = Literal["off", "auto", "on"]


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
        pattern=NAME_PATTERN,
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
    alpha_range: Range = Field(
        default=(-4.0, 4.0),
        title="Range",
        description="From where to where, in units of ‖δ1‖: of the whole model, 0 is the start "
        "point and 1 the fine-tuned model; of a layer group, 0 is the fine-tuned model.",
    )
    points: int = Field(
        default=41,
        validate_default=True,
        ge=2,
        le=100_001,
        title="Points",
        description="An odd number over a symmetric range contains 0.",
    )

    @field_validator("points")
    @classmethod
    def _points_are_told_apart(cls, points: int, info: ValidationInfo) -> int:
        return check_told_apart(info.data.get("alpha_range"), points)


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
