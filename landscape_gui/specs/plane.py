"""Where points lie: ranges, the second axis, which layers move."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from landscape_gui.specs.base import NAME_PATTERN, Spec

# Weights are moved in float32, whose largest number is 3.4e38.
_FARTHEST: Final = 1e38


def _ascending_and_finite(value: tuple[float, float]) -> tuple[float, float]:
    low, high = value
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise ValueError(f"a range needs two finite numbers, low before high; got {value}")
    if max(-low, high) > _FARTHEST:
        raise ValueError(
            f"a range lies within -{_FARTHEST:g} and {_FARTHEST:g}, where weights can be moved to; "
            f"got {value}"
        )
    return value


Range: TypeAlias = Annotated[tuple[float, float], AfterValidator(_ascending_and_finite)]


def is_told_apart(ends: tuple[float, float], points: int) -> bool:
    """Whether so many evenly spaced points of a range are different numbers in float64.

    Points that lie farther apart than the numbers at the larger end do never round to one.
    """
    low, high = (Fraction(repr(float(end))) for end in ends)
    spacing = math.ulp(max(abs(end) for end in ends))
    return (high - low) / max(points - 1, 1) > Fraction(spacing)


def check_told_apart(ends: tuple[float, float] | None, points: int) -> int:
    """``points``, where the range has room for as many; without a range, that is wrong already."""
    if ends is not None and not is_told_apart(ends, points):
        raise ValueError(
            f"{points} points from {ends[0]!r} to {ends[1]!r} lie too close together to be told "
            "apart; ask for fewer points or a wider range"
        )
    return points


class LatticeSpec(Spec):
    """The points of a surface: ``alpha_points`` × ``beta_points`` over a rectangle.

    The default 41 points over [−4, 4] hits −4, 0, 1 and 4 exactly. The paper's 40 does not
    contain 0 and 1; start and end are measured separately in every case.
    """

    alpha_range: Range = Field(
        default=(-4.0, 4.0),
        title="Range",
        description="From where to where, in units of ‖δ1‖: of the whole model, 0 is the start "
        "point and 1 the fine-tuned model; of a layer group, 0 is the fine-tuned model.",
    )
    beta_range: Range = Field(
        default=(-4.0, 4.0),
        title="Range of axis 2",
        description="As of axis 1: axis 2 is rescaled to ‖δ1‖, so that both have one unit.",
    )
    alpha_points: int = Field(
        default=41,
        validate_default=True,
        ge=2,
        le=4001,
        title="Points per axis",
        description="An odd number over a symmetric range contains 0. 41 over −4 to 4 contains "
        "both end points.",
    )
    beta_points: int = Field(
        default=41,
        validate_default=True,
        ge=2,
        le=4001,
        title="Points of axis 2",
        description="As of axis 1.",
    )

    @field_validator("alpha_points", "beta_points")
    @classmethod
    def _points_are_told_apart(cls, points: int, info: ValidationInfo) -> int:
        axis = str(info.field_name).removesuffix("_points")
        return check_told_apart(info.data.get(f"{axis}_range"), points)


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

    name: str = Field(pattern=NAME_PATTERN, max_length=64)
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
