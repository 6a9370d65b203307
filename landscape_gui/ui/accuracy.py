"""How far a picture is right, in words and numbers; no Qt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from landscape_gui.shares import percentage
from landscape_gui.specs import Metric
from landscape_gui.ui.landscape_model import LivePlot

WITHIN_EXPLAINED = (
    "At 95 % of the points the picture is off by no more than this share of the range of what is "
    "drawn. Measured points are exact; on the map they are dots."
)


def within(share: float) -> str:
    """A stated error: ``within 2.4 % of the range``."""
    return f"within {percentage(share)} of the range"


def points_words(plot: LivePlot, metric: Metric) -> str:
    """How much is measured, what of it is no number, and how far the rest is right.

    ``all 1,681 points``, ``all 289 points, 68 not finite``, ``302 of 1,681 points``,
    ``18 % measured, within 0.9 % of the range``.
    """
    done, total = plot.done, plot.total
    lost = int(plot.not_finite(metric).sum())
    if done == total:
        words = f"all {total:,} points"
    elif plot.estimated:
        words = f"{percentage(done / total)} measured"
    else:
        words = f"{done:,} of {total:,} points"
    if lost:
        words = f"{words}, {lost:,} not finite"
    share = plot.errors.get(metric)
    if done == total or share is None or not math.isfinite(share):
        return words
    return f"{words}  ·  {within(share)}"


def split_of(metric: Metric) -> str:
    """``train`` or ``dev``."""
    return metric.split("_", 1)[0]


def example_count(plot: LivePlot, metric: Metric) -> int:
    """Number of examples that points of the metric are measured on; 0 if not known."""
    counts = plot.notes.get("examples") or plot.spec.get("examples") or {}
    count = counts.get(split_of(metric)) if isinstance(counts, dict) else None
    return count if isinstance(count, int) else 0


def few_words(plot: LivePlot, metric: Metric) -> str:
    """On how many of how many examples points were sampled: ``24 of 256``, ``8–40 of 256``."""
    counts = plot.few_examples.get(split_of(metric))
    counts = counts[plot.sampled & (counts > 0)] if counts is not None else np.empty(0)
    if not counts.size:
        return ""
    least, most = int(counts.min()), int(counts.max())
    words = f"{most:,}" if least == most else f"{least:,}–{most:,}"
    total = example_count(plot, metric)
    return f"{words} of {total:,}" if total else words


def accuracy_facts(plot: LivePlot, metric: Metric) -> list[tuple[str, str]]:
    """How the points of a surface came to be, as name and value; empty if all are measured."""
    if not plot.estimated:
        return []
    done, total = plot.done, plot.total
    facts = [("Measured", f"{done:,} of {total:,}")]
    lost = int(plot.not_finite(metric).sum())
    if lost:
        facts.append(("Not finite", f"{lost:,}"))
    sampled = int((plot.sampled & ~plot.measured).sum())
    if sampled:
        on = few_words(plot, metric)
        facts.append(("On some examples", f"{sampled:,}"))
        if on:
            facts.append(("Examples there", on))
    rest = total - done - sampled
    if rest:
        facts.append(("Estimated", f"{rest:,}"))
    share = plot.errors.get(metric)
    if share is not None and math.isfinite(share):
        facts.append(("95 % within", f"{percentage(share)} of range"))
    sampling = _noted(plot.notes, "sampling_error", metric)
    if isinstance(sampling, int | float) and math.isfinite(sampling):
        facts.append(("Standard error", f"{percentage(sampling)} of range"))
    audit = _noted(plot.notes, "audit", metric)
    if isinstance(audit, dict) and audit.get("points"):
        words = f"{audit['points']:,} points"
        covered = audit.get("covered")
        if isinstance(covered, int | float) and math.isfinite(covered):
            words = f"{percentage(covered)} of {audit['points']:,}"
        facts.append(("Within bound", words))
    return facts


def _noted(notes: Mapping[str, Any], *keys: str) -> Any:
    found: Any = notes.get("refinement")
    for key in keys:
        if not isinstance(found, dict):
            return None
        found = found.get(key)
    return found
