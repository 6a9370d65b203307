"""In which number format a target was measured, and how that compared with float32."""

from __future__ import annotations

import math
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from landscape_gui.shares import percentage


class _Precision(BaseModel):
    """The check as files hold it; unknown keys are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    chosen: str
    points: list[tuple[float, float]] = []
    deviation: float = math.nan
    absolute: float = math.nan


def precision_lines(noted: Any) -> list[str]:
    """For a person; nothing where no format was compared with float32."""
    try:
        check = _Precision.model_validate(noted)
    except ValidationError:
        return []
    if not check.points:
        return []
    off = (
        f"by at most {percentage(check.deviation)} of the range ({check.absolute:.2g}) "
        f"at {len(check.points)} points"
    )
    if check.chosen == "float32":
        return [f"measured in float32; bfloat16 was off {off}"]
    return [f"measured in {check.chosen}, off from float32 {off}"]
