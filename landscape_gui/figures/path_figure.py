"""Trajectories on their own leading principal components (Li et al. 2018, §7)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from landscape_gui.figures import style
from landscape_gui.figures.markers import legend_handles, marker
from landscape_gui.figures.models import needs_path
from landscape_gui.figures.page import Page
from landscape_gui.figures.spec import Look
from landscape_gui.figures.titles import epoch_words, run_titles
from landscape_gui.geometry.trajectory import project
from landscape_gui.store.records import LandscapeRecord


def components_figure(records: Sequence[LandscapeRecord], *, look: Look, page: Page) -> Figure:
    """Draw each run's checkpoints on axes of their own, with the variance that these explain.

    Raises
    ------
    UserError
        If a run has no checkpoint between start and end.
    """
    for record in records:
        needs_path(record)
    titles = run_titles([record.run for record in records])
    with style.paper_style(page.preset):
        columns = min(len(records), 3)
        rows = -(-len(records) // columns)
        side = page.width / columns
        needed = rows * (0.82 * side + style.pt(0.3)) + style.pt(0.2)
        figure = style.new_figure(page.width, page.height(needed), page=page.preset)
        for number, (record, title) in enumerate(zip(records, titles, strict=True)):
            axes = figure.add_subplot(rows, columns, number + 1)
            path = project(record.run.gram, "pca", has_axis2=False)
            axes.plot(
                path.alpha, path.beta, color=style.INK, linewidth=style.pt(0.9), marker="o",
                markersize=style.pt(2.2), zorder=2,
            )  # fmt: skip
            words = epoch_words(record.run)
            # Numbers of epochs, where there is room.
            reach = max(float(np.ptp(path.alpha)), float(np.ptp(path.beta)))
            last = 0
            for k in range(1, len(words) - 1):
                here = np.array([path.alpha[k], path.beta[k]])
                others = [np.array([path.alpha[j], path.beta[j]]) for j in (last, -1)]
                if min(float(np.hypot(*(here - other))) for other in others) < 0.1 * reach:
                    continue
                last = k
                axes.annotate(
                    words[k], (path.alpha[k], path.beta[k]), xytext=(style.pt(3), style.pt(3)),
                    textcoords="offset points", fontsize=style.pt(6), color=style.MUTED,
                )  # fmt: skip
            for kind, k in (("start", 0), ("end", -1)):
                axes.plot(path.alpha[k], path.beta[k], linestyle="none", zorder=5, **marker(kind))
            shares = path.explained or (0.0, 0.0)
            axes.set_xlabel(f"PC 1 ({100 * shares[0]:.0f} % of the variance)")
            axes.set_ylabel(f"PC 2 ({100 * shares[1]:.0f} %)")
            axes.set_title(title)
            axes.margins(0.12)
            axes.grid(True)
        figure.legend(
            handles=legend_handles(("start", "end")), loc="outside lower center", ncols=2,
            borderpad=0.2,
        )  # fmt: skip
    return figure
