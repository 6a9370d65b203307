"""How much of a surface was measured, on few examples, or estimated, and how far it is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from landscape_gui.shares import percentage, worst_error
from landscape_gui.store.records import SurfaceRecord


class _Lenient(BaseModel):
    """Notes come from files of any origin: unknown keys are left alone, wrong types refused."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class _Audit(_Lenient):
    points: int
    p95: float = math.nan
    covered: float = math.nan


class _TwoFidelity(_Lenient):
    used: bool = False
    examples: dict[str, int] = Field(default_factory=dict)
    reason: str = ""


class _Refinement(_Lenient):
    tolerance: float | None = None
    cost: float = math.nan
    errors: dict[str, float] = Field(default_factory=dict)
    audit: dict[str, _Audit] = Field(default_factory=dict)
    two_fidelity: _TwoFidelity = _TwoFidelity()
    sampling_error: dict[str, float] = Field(default_factory=dict)


def refinement(surface: SurfaceRecord) -> dict[str, Any] | None:
    """What a surface says of its estimates; None where every point is to be measured.

    The counts are those of the file; ``errors``, ``audit``, ``cost``, ``sampling_error`` and
    ``two_fidelity`` are what the job noted at its end, missing until then.
    """
    if not surface.estimates:
        return None
    noted = surface.notes.get("refinement")
    measured = surface.order >= 0
    few = surface.few_order
    sampled = 0 if few is None else int(((few >= 0) & ~measured).sum())
    points = int(measured.size)
    return (dict(noted) if isinstance(noted, dict) else {}) | {
        "tolerance": surface.spec.get("tolerance"),
        "lattice": points,
        "measured": int(measured.sum()),
        "measured_share": float(measured.mean()),
        "sampled": sampled,
        "sampled_share": sampled / points,
        "estimated": points - int(measured.sum()) - sampled,
        "few_examples": _few_examples(surface),
    }


def refinement_lines(found: Mapping[str, Any]) -> list[str]:
    """The same for a person; what a file says in another way than ours is left out."""
    lines = [f"measured     {_counts(found)}"]
    try:
        noted = _Refinement.model_validate(dict(found))
    except ValidationError:
        return lines
    if noted.errors:
        asked = "" if noted.tolerance is None else f", asked for {percentage(noted.tolerance, 3)}"
        lines.append(f"error        {stated_error(noted.errors)}{asked}")
        lines.append(f"             {_by_metric(noted.errors)}")
    if noted.sampling_error:
        lines.append(
            "examples     standard error as a share of the range (median): "
            + _by_metric(noted.sampling_error)
        )
    for metric, audit in noted.audit.items():
        if audit.points:
            lines.append(f"checked      {metric.replace('_', ' ')}: {_audited(audit)}")
    if noted.two_fidelity.reason:
        used = "used" if noted.two_fidelity.used else "not used"
        lines.append(f"few examples {used}: {noted.two_fidelity.reason}")
    if math.isfinite(noted.cost):
        whole = noted.cost / found["lattice"]
        lines.append(
            f"cost         that of {noted.cost:.0f} points on all examples, "
            f"{percentage(whole)} of measuring every point"
        )
    return lines


def stated_error(errors: Mapping[str, float]) -> str:
    """One statement for all metrics, ``within 2 % of the range …``, by the worst of the losses."""
    worst = worst_error(errors)
    share = "an unknown share" if worst is None else percentage(worst)
    return f"within {share} of the range at 95 % of the points"


def _few_examples(surface: SurfaceRecord) -> dict[str, int]:
    """Split → mean number of examples of the points that were measured on few."""
    if surface.few_order is None:
        return {}
    few = (surface.few_order >= 0) & (surface.order < 0)
    found: dict[str, int] = {}
    for split, counts in surface.few_examples.items():
        known = counts[few & (counts > 0)]
        if len(known):
            found[split] = round(float(known.mean()))
    return found


def _counts(found: Mapping[str, Any]) -> str:
    share = percentage(found["measured_share"])
    parts = [f"{found['measured']} of {found['lattice']} points ({share})"]
    if found["sampled"]:
        few = ", ".join(f"{k} {split}" for split, k in found["few_examples"].items())
        share = percentage(found["sampled_share"])
        parts.append(f"{found['sampled']} on few examples ({share}{': ' if few else ''}{few})")
    if found["estimated"]:
        parts.append(f"{found['estimated']} estimated")
    return ", ".join(parts)


def _by_metric(errors: Mapping[str, float]) -> str:
    return ", ".join(
        f"{metric.replace('_', ' ')} "
        + (percentage(share) if math.isfinite(share) else "not known")
        for metric, share in errors.items()
    )


def _audited(audit: _Audit) -> str:
    # No error in percent of the range: that of the estimates before these points were measured
    # reads as if it were the error of the picture that is shown.
    text = f"{audit.points} points drawn at random were estimated, then measured"
    if math.isfinite(audit.covered):
        text += f": {percentage(audit.covered)} within the bound stated before"
    return text
