"""One-dimensional loss curves of several runs in one plot (Hao et al. 2019, Fig. 5)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.panel_data import (
    FloatArray,
    alpha_title,
    curve_values,
    marked_points,
    robust_limits,
)
from landscape_gui.figures.series import finish_line_axes, run_series
from landscape_gui.specs import UserError
from landscape_gui.store.records import CurveRecord, LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES


def curve_figure(
    records: Sequence[LandscapeRecord],
    names: Sequence[str],
    metric: str,
    *,
    width_in: float = 3.03,
) -> Figure:
    """Draw curves on common axes: fine-tuned solid, from scratch dashed, ends marked.

    Values that are not finite leave gaps and values far above the rest are cut off; a line above
    the plot says so.

    Parameters
    ----------
    records, names
        Landscapes, and the curve to draw of each.

    Raises
    ------
    UserError
        If a file holds no such curve, or nothing of the metric is measured.
    """
    if not records or len(records) != len(names):
        raise ValueError("a figure needs landscapes, and one curve name for each")
    curves = [
        curve_values(record, name, metric) for record, name in zip(records, names, strict=True)
    ]
    known = [values[np.isfinite(values)] for _, values in curves]
    if not any(part.size for part in known):
        raise UserError(
            f"Nothing of the {METRIC_TITLES.get(metric, metric)} of these curves is measured.",
            "Continue their measurement first.",
        )
    low, high = robust_limits(known)
    with style.paper_style():
        figure = style.new_figure(width_in, 0.72 * width_in + 0.14 * math.ceil(len(curves) / 2))
        axes = figure.add_subplot()
        for (curve, values), series in zip(
            curves, run_series([record.run for record in records]), strict=True
        ):
            drawn = curve.order >= 0
            points: dict[str, Any] = {} if drawn.all() else {"marker": "."}
            axes.plot(
                curve.alpha[drawn], values[drawn], label=series.label, markersize=3,
                **series.look, **points,
            )  # fmt: skip
            for point in marked_points(curve, metric):
                value = point.value
                if not math.isfinite(value):
                    value = float(np.interp(point.alpha, curve.alpha[drawn], values[drawn]))
                value = min(value, high)
                axes.plot(
                    point.alpha, value, linestyle="none", zorder=5,
                    marker="*" if point.kind == "rolled_back" else "o",
                    markersize=6 if point.kind == "rolled_back" else 3.6,
                    markerfacecolor="white" if point.kind == "start" else series.look["color"],
                    markeredgecolor=series.look["color"], markeredgewidth=0.9,
                )  # fmt: skip
        room = 0.05 * (high - low)
        axes.set_ylim(low - room, high + room)
        axes.set_xlim(
            min(curve.alpha[0] for curve, _ in curves), max(curve.alpha[-1] for curve, _ in curves)
        )
        axes.xaxis.set_major_locator(MaxNLocator(9, integer=True))
        axes.set_xlabel(alpha_title(curves[0][0]), labelpad=2)
        axes.set_ylabel(METRIC_TITLES.get(metric, metric), labelpad=3)
        finish_line_axes(axes)
        remarks = _remarks(curves, high)
        if remarks:
            axes.set_title(", ".join(remarks), fontsize=6, color=style.MUTED, loc="right", pad=3)
        figure.legend(loc="outside upper center", ncols=2 if len(curves) > 1 else 1)
    return figure


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
