"""Development accuracy with layer groups put back to θ0 (Hao et al. 2019, §7, Table 1)."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from landscape_gui.figures import style
from landscape_gui.figures.panel_data import shortened
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord, RollbackRecord

_MINUS = "\N{MINUS SIGN}"
_FINE_TUNED = "#0072b2"
_ROLLED_BACK = "#8fb8d8"
_MAX_BARS = 64


def rollback_figure(record: LandscapeRecord, *, width_in: float = 3.03) -> Figure:
    """Draw a bar per measured combination of groups, with standard errors and the difference.

    At most 64 combinations are drawn, those of the fewest groups first; the title says so.

    Raises
    ------
    UserError
        If the file holds no rollback, or none with the development error.
    """
    rollback = record.rollback
    if rollback is None or "dev_error" not in rollback.values:
        raise UserError(
            f"{record.path} holds no rollback with the development error.", "Measure one first."
        )
    error = rollback.values["dev_error"]
    masks = [int(m) for m in np.flatnonzero(rollback.measured & np.isfinite(error))]
    if not masks:
        raise UserError(
            f"Nothing of the rollback in {record.path} is measured yet.", "Continue it."
        )
    masks.sort(key=lambda mask: (mask.bit_count(), mask))
    found, masks = len(masks), masks[:_MAX_BARS]
    accuracy = 100 * (1 - error[masks])
    spread = 100 * np.nan_to_num(rollback.standard_errors["dev_error"][masks])
    baseline = 100 * (1 - error[0]) if masks[0] == 0 else None

    with style.paper_style():
        figure = style.new_figure(width_in, 0.75 + 0.19 * len(masks))
        axes = figure.add_subplot()
        places = np.arange(len(masks))
        axes.barh(
            places,
            accuracy,
            height=0.68,
            color=[_FINE_TUNED if mask == 0 else _ROLLED_BACK for mask in masks],
            xerr=spread if spread.any() else None,
            error_kw={"elinewidth": 0.8, "capsize": 1.8, "capthick": 0.8, "ecolor": style.INK},
        )
        for place, value in zip(places, accuracy, strict=True):
            difference = (
                "" if baseline is None or not masks[place] else f" ({value - baseline:+.1f})"
            )
            axes.annotate(
                f"{value:.1f}{difference}".replace("-", _MINUS),
                (1.0, place),
                xycoords=("axes fraction", "data"),
                xytext=(3, 0),
                textcoords="offset points",
                va="center",
                fontsize=7,
            )
        if baseline is not None:
            axes.axvline(baseline, color=_FINE_TUNED, linewidth=0.7, linestyle=(0, (2, 2)))
        axes.set_yticks(places, [_label(rollback, mask) for mask in masks])
        axes.tick_params(axis="y", length=0)
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel("development accuracy (%)", labelpad=2)
        axes.set_title(_title(record, len(masks), found), pad=4)
        axes.grid(axis="x")
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
    return figure


def _label(rollback: RollbackRecord, mask: int) -> str:
    names = [name for bit, name in enumerate(rollback.groups) if mask >> bit & 1]
    if not names:
        return "fine-tuned"
    if len(names) == len(rollback.groups) > 1:
        return "all groups"
    return shortened(" + ".join(names), 36)


def _title(record: LandscapeRecord, drawn: int, found: int) -> str:
    title = f"{shortened(record.run.name)}: layer groups rolled back"
    return title if drawn == found else f"{title}\n{drawn} of {found} combinations"
