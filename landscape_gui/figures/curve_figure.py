"""One-dimensional loss curves of several runs in one plot (Hao et al. 2019, Fig. 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeGuard

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.limits import robust_limits
from landscape_gui.figures.page import Page
from landscape_gui.figures.panel_reading import curve_values, marked_points
from landscape_gui.figures.series import finish_line_axes, line_figure, line_legend, run_series
from landscape_gui.figures.spec import CurveUnit, Look
from landscape_gui.figures.titles import alpha_title
from landscape_gui.specs import UserError
from landscape_gui.store.records import CurveRecord, LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES

_UNIT_TITLES = {
    "distance": "distance from the end point along δ1",
    "filter": "filter-normalised distance from the end point",
}


def curve_figure(
    records: Sequence[LandscapeRecord],
    names: Sequence[str],
    metric: str,
    *,
    unit: CurveUnit = "alpha",
    look: Look | None = None,
    page: Page | None = None,
) -> Figure:
    """Draw curves on common axes: fine-tuned solid, from scratch dashed, ends marked.

    Values that are not finite leave gaps and values far above the rest are cut off; a line above
    the plot says so.

    Parameters
    ----------
    records, names
        Landscapes, and the curve to draw of each.
    unit
        Of the axis along which the weights move: ‖δ1‖ (``alpha``), Euclidean (``distance``), or
        that of filter-normalised directions (``filter``; Li et al. 2018). With the latter two, all
        curves have their end point at 0, and widths can be compared.

    Raises
    ------
    UserError
        If a file holds no such curve, nothing of the metric is measured, or it does not say how
        long δ1 is in the unit.
    """
    if not records or len(records) != len(names):
        raise ValueError("a figure needs landscapes, and one curve name for each")
    look, page = look or Look(), page or Page()
    curves = [
        curve_values(record, name, metric) for record, name in zip(records, names, strict=True)
    ]
    known = [values[np.isfinite(values)] for _, values in curves]
    if not any(part.size for part in known):
        raise UserError(
            f"Nothing of the {METRIC_TITLES.get(metric, metric)} of these curves is measured.",
            "Continue their measurement first.",
        )
    low, high = look.limits or robust_limits(known)
    lengths = [_length(curve, unit, r) for (curve, _), r in zip(curves, records, strict=True)]
    with style.paper_style(page.preset):
        figure, axes = line_figure(page, len(curves))
        runs = [record.run for record in records]
        reach: list[FloatArray] = []
        for (curve, values), length, series in zip(curves, lengths, run_series(runs), strict=True):
            end = 0.0 if curve.plane.origin == "theta1" else 1.0

            def along(alpha: Any, end: float = end, length: float = length) -> Any:
                return alpha if unit == "alpha" else (alpha - end) * length

            drawn = curve.order >= 0
            points: dict[str, Any] = {} if drawn.all() else {"marker": "."}
            reach.append(along(curve.alpha[[0, -1]]))
            axes.plot(
                along(curve.alpha[drawn]), values[drawn], label=series.label,
                markersize=style.pt(3), **series.look, **points,
            )  # fmt: skip
            for point in marked_points(curve, metric):
                value = point.value
                if not math.isfinite(value):
                    value = float(np.interp(point.alpha, curve.alpha[drawn], values[drawn]))
                value = min(value, high)
                star = point.kind == "rolled_back"
                axes.plot(
                    along(point.alpha), value, linestyle="none", zorder=5,
                    marker="*" if star else "D" if point.kind == "start" else "o",
                    markersize=style.pt(6 if star else 2.9 if point.kind == "start" else 3.6),
                    markerfacecolor="white" if point.kind == "start" else series.look["color"],
                    markeredgecolor=series.look["color"], markeredgewidth=style.pt(0.9),
                )  # fmt: skip
        room = 0.05 * (high - low)
        if look.log and low > 0:
            axes.set_yscale("log")
            axes.set_ylim(low / 1.15, high * 1.15)
        else:
            axes.set_ylim(low - room, high + room)
        axes.set_xlim(
            *(look.alpha or (min(float(x[0]) for x in reach), max(float(x[1]) for x in reach)))
        )
        axes.xaxis.set_major_locator(MaxNLocator(9, integer=unit == "alpha"))
        title = alpha_title(curves[0][0]) if unit == "alpha" else _UNIT_TITLES[unit]
        axes.set_xlabel(title, labelpad=style.pt(2))
        axes.set_ylabel(METRIC_TITLES.get(metric, metric), labelpad=style.pt(3))
        finish_line_axes(axes)
        remarks = _remarks(curves, high) if look.remarks else []
        if remarks:
            axes.set_title(
                ", ".join(remarks), fontsize=style.pt(6), color=style.MUTED, loc="right",
                pad=style.pt(3),
            )  # fmt: skip
        line_legend(figure, runs, ends=unit != "alpha")
    return figure


def best_unit(curves: Sequence[CurveRecord]) -> CurveUnit:
    """The unit in which widths are best compared that all files know."""
    every = all(_known(curve.notes.get("filter_ratio")) for curve in curves)
    return "filter" if every else "distance"


def _length(curve: CurveRecord, unit: CurveUnit, record: LandscapeRecord) -> float:
    if unit == "alpha":
        return 1.0
    found = curve.plane.axis1_norm if unit == "distance" else curve.notes.get("filter_ratio")
    if not _known(found):
        raise UserError(
            f"{record.path.name} does not say how long δ1 is in the unit “{unit}”.",
            "Measure its curve anew with this version, or choose the unit alpha or distance.",
        )
    return float(found)


def _known(length: Any) -> TypeGuard[float]:
    return isinstance(length, int | float) and math.isfinite(length) and length > 0


def _remarks(curves: Sequence[tuple[CurveRecord, FloatArray]], high: float) -> list[str]:
    """What a reader has to know: what is not measured, not finite, or cut off."""
    found: list[str] = []
    total = sum(curve.order.size for curve, _ in curves)
    done = sum(int((curve.order >= 0).sum()) for curve, _ in curves)
    broken = sum(int(((curve.order >= 0) & np.isnan(values)).sum()) for curve, values in curves)
    if done < total:
        found.append(f"{done} of {total} points measured")
    if broken:
        found.append(f"{broken} not finite")
    if any(np.nanmax(values, initial=-np.inf) > high for _, values in curves):
        found.append(f"clipped at {high:.3g}")
    return found
