"""Training history of several runs in one plot (Hao et al. 2019, Fig. 2)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.page import Page
from landscape_gui.figures.series import finish_line_axes, line_figure, line_legend, run_series
from landscape_gui.figures.spec import Look
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES

HISTORY_METRICS = ("train_loss", "dev_loss", "dev_error")
_MARKED = 40


def history_figure(
    records: Sequence[LandscapeRecord],
    metric: str = "train_loss",
    *,
    look: Look | None = None,
    page: Page | None = None,
) -> Figure:
    """Draw a metric of the training history against epochs: from scratch dashed.

    Parameters
    ----------
    metric
        ``train_loss``, ``dev_loss`` or ``dev_error``.

    Raises
    ------
    UserError
        If a run did not take the metric while it trained.
    """
    if metric not in HISTORY_METRICS:
        raise UserError(
            f"A training history holds no {METRIC_TITLES.get(metric, metric)}.",
            f"It holds {', '.join(METRIC_TITLES[name] for name in HISTORY_METRICS)}.",
        )
    look, page = look or Look(), page or Page()
    taken = [np.isfinite(getattr(record.run.history, metric)) for record in records]
    for record, part in zip(records, taken, strict=True):
        if not part.any():
            raise UserError(
                f"{record.path.name} holds no {METRIC_TITLES[metric]} over the training.",
                "Choose another metric, or train with evaluation after each epoch.",
            )
    runs = [record.run for record in records]
    with style.paper_style(page.preset):
        figure, axes = line_figure(page, len(records))
        for record, series, chosen in zip(records, run_series(runs), taken, strict=True):
            history = record.run.history
            axes.plot(
                history.epoch[chosen],
                getattr(history, metric)[chosen],
                label=series.label,
                marker="o" if chosen.sum() <= _MARKED else None,
                markersize=style.pt(2.6),
                **series.look,
            )
        # A little before the first epoch, whose marks would be cut in half.
        axes.set_xlim(left=-0.015 * axes.get_xlim()[1])
        if look.log:
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        if look.limits is not None:
            axes.set_ylim(*look.limits)
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
        axes.set_xlabel("epoch", labelpad=style.pt(2))
        axes.set_ylabel(METRIC_TITLES[metric], labelpad=style.pt(3))
        finish_line_axes(axes)
        line_legend(figure, runs)
    return figure
