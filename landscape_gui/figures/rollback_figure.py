"""Development accuracy with layer groups put back to θ0 (Hao et al. 2019, §7, Table 1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.models import measured_rollback
from landscape_gui.figures.page import Page
from landscape_gui.figures.titles import run_titles, shortened
from landscape_gui.store.records import LandscapeRecord, RollbackRecord

_MINUS = "\N{MINUS SIGN}"
_FINE_TUNED = "#0072b2"
_ROLLED_BACK = "#8fb8d8"
_MAX_BARS = 64


def rollback_figure(records: Sequence[LandscapeRecord], *, page: Page | None = None) -> Figure:
    """Draw a bar per measured combination of groups, with standard errors and the difference.

    At most 64 combinations are drawn of each file, those of the fewest groups first; the title
    says so.

    Raises
    ------
    UserError
        If a file holds no rollback, or none with the development error.
    """
    page = page or Page()
    rollbacks = [measured_rollback(record) for record in records]
    drawn = [_masks(rollback)[:_MAX_BARS] for rollback in rollbacks]
    titles = run_titles([record.run for record in records])
    with style.paper_style(page.preset):
        bars = [len(masks) for masks in drawn]
        needed = style.pt(0.38 * len(records) + 0.35 + 0.19 * sum(bars))
        figure = style.new_figure(page.width, page.height(needed), page=page.preset)
        grid = figure.add_gridspec(len(records), 1, height_ratios=bars)
        for row, (rollback, masks, title) in enumerate(zip(rollbacks, drawn, titles, strict=True)):
            axes = figure.add_subplot(grid[row])
            _draw(axes, rollback, masks)
            found = len(_masks(rollback))
            words = f"{title}: layer groups rolled back"
            if found > len(masks):
                words += f"\n{len(masks)} of {found} combinations"
            axes.set_title(words, pad=style.pt(4))
            if row == len(records) - 1:
                axes.set_xlabel("development accuracy (%)", labelpad=style.pt(2))
    return figure


def _masks(rollback: RollbackRecord) -> list[int]:
    error = rollback.values["dev_error"]
    masks = [int(m) for m in np.flatnonzero(rollback.measured & np.isfinite(error))]
    return sorted(masks, key=lambda mask: (mask.bit_count(), mask))


def _draw(axes: Axes, rollback: RollbackRecord, masks: list[int]) -> None:
    error = rollback.values["dev_error"]
    accuracy = 100 * (1 - error[masks])
    spread = 100 * np.nan_to_num(rollback.standard_errors["dev_error"][masks])
    baseline = 100 * (1 - error[0]) if masks and masks[0] == 0 else None
    places = np.arange(len(masks))
    axes.barh(
        places,
        accuracy,
        height=0.68,
        color=[_FINE_TUNED if mask == 0 else _ROLLED_BACK for mask in masks],
        xerr=spread if spread.any() else None,
        error_kw={
            "elinewidth": style.pt(0.8),
            "capsize": style.pt(1.8),
            "capthick": style.pt(0.8),
            "ecolor": style.INK,
        },
    )
    for place, value in zip(places, accuracy, strict=True):
        difference = "" if baseline is None or not masks[place] else f" ({value - baseline:+.1f})"
        axes.annotate(
            f"{value:.1f}{difference}".replace("-", _MINUS),
            (1.0, float(place)),
            xycoords=("axes fraction", "data"),
            xytext=(style.pt(3), 0),
            textcoords="offset points",
            va="center",
            fontsize=style.pt(7),
        )
    if baseline is not None:
        axes.axvline(baseline, color=_FINE_TUNED, linewidth=style.pt(0.7), linestyle=(0, (2, 2)))
    axes.set_yticks(places, [_label(rollback, mask) for mask in masks])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="x")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _label(rollback: RollbackRecord, mask: int) -> str:
    names = [name for bit, name in enumerate(rollback.groups) if mask >> bit & 1]
    if not names:
        return "fine-tuned"
    if len(names) == len(rollback.groups) > 1:
        return "all groups"
    return shortened(" + ".join(names), 36)
