"""What a file holds of the Hessian at the end point: for JSON, and in lines for a person."""

from __future__ import annotations

import math
from typing import Any

from landscape_gui.store.records import HessianRecord

_COLUMNS = ("delta1", "axis2")


def hessian(record: HessianRecord) -> dict[str, Any]:
    """Plain values; what is not measured is NaN."""
    return {
        "status": record.status,
        "examples": record.examples,
        "loss": record.loss,
        "probes": record.probes,
        "spec": record.spec,
        "regions": [_region(record, number) for number in range(len(record.regions))],
    }


def _region(record: HessianRecord, number: int) -> dict[str, Any]:
    along = {}
    for column, name in enumerate(_COLUMNS):
        along[name] = {
            "norm": float(record.norms[number, column]),
            "filter_ratio": float(record.filter_ratios[number, column]),
            "slope": float(record.slopes[number, column]),
            "curvature": float(record.curvatures[number, column]),
            "finite_differences": dict(
                zip(
                    (f"{step:g}" for step in record.difference_steps),
                    record.differences[number, column].tolist(),
                    strict=True,
                )
            ),
        }
    return {
        "group": record.regions[number],
        "gradient_norm": float(record.gradient_norms[number]),
        "largest_eigenvalue": float(record.largest[number, 0]),
        "largest_residual": float(record.largest[number, 1]),
        "smallest_eigenvalue": float(record.smallest[number, 0]),
        "smallest_residual": float(record.smallest[number, 1]),
        "lanczos_steps": int(record.lanczos_steps[number]),
        "trace": float(record.traces[number, 0]),
        "trace_error": float(record.traces[number, 1]),
        "along": along,
    }


def hessian_lines(summary: dict[str, Any]) -> list[str]:
    """A heading and a line for each region."""
    of = f"training loss of {summary['examples']} examples"
    share = "" if summary["status"] == "complete" else ", not complete"
    lines = [f"  hessian    {of}, {summary['probes']} probes{share}"]
    for region in summary["regions"]:
        numbers = {
            "largest eigenvalue": (region["largest_eigenvalue"], region["largest_residual"]),
            "trace": (region["trace"], region["trace_error"]),
            "curvature along delta1": (region["along"]["delta1"]["curvature"], None),
        }
        facts = [f"{name} {_known(*pair)}" for name, pair in numbers.items()]
        lines.append(f"    {region['group'] or 'whole':12} {', '.join(facts)}")
    return lines


def _known(value: float, error: float | None) -> str:
    if math.isnan(value):
        return "not measured"
    return f"{value:.4g}" if error is None else f"{value:.4g} ± {error:.2g}"
