"""Training history of several runs in one plot (Hao et al. 2019, Fig. 2)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.series import finish_line_axes, run_series
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES

HISTORY_METRICS = ("train_loss", "dev_loss", "dev_error")
_MARKED = 40


def history_figure(
    records: Sequence[LandscapeRecord], metric: str = "train_loss", *, width_in: float = 3.03
) -> Figure:
    """Draw a metric of the training history against epochs: from scratch dashed.

    Parameters
    ----------
    metric
        ``train_loss``, ``dev_loss`` or ``dev_error``.

    Raises
    ------
    UserError
        If none of the runs took the metric while it trained.
    """
    if metric not in HISTORY_METRICS:
        raise ValueError(f"a history holds {', '.join(HISTORY_METRICS)}, not {metric}")
    taken = [np.isfinite(getattr(record.run.history, metric)) for record in records]
    if not any(part.any() for part in taken):
        raise UserError(
            f"These runs hold no {METRIC_TITLES[metric]} over their training.",
            "Choose another metric, or train with evaluation after each epoch.",
        )
    with style.paper_style():
        figure = style.new_figure(width_in, 0.72 * width_in + 0.14 * math.ceil(len(records) / 2))
        axes = figure.add_subplot()
        for record, series, chosen in zip(
            records, run_series([record.run for record in records]), taken, strict=True
        ):
            history = record.run.history
            axes.plot(
                history.epoch[chosen],
                getattr(history, metric)[chosen],
                label=series.label,
                marker="o" if chosen.sum() <= _MARKED else None,
                markersize=2.6,
                **series.look,
            )
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]) if metric == "dev_error" else None)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.set_xlabel("epoch", labelpad=2)
        axes.set_ylabel(METRIC_TITLES[metric], labelpad=3)
        finish_line_axes(axes)
        figure.legend(loc="outside upper center", ncols=2 if len(records) > 1 else 1)
    return figure
