"""What is measured at the fine-tuned model: layer groups rolled back, curvature."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from landscape_gui.specs.evaluation import EvaluationSpec
from landscape_gui.specs.plane import Axis2, LayerGroup

MAX_ROLLBACK_GROUPS = 12


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
