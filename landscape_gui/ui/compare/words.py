"""What is said below compared panels: their colours, their trajectories, their markers."""

from __future__ import annotations

from collections.abc import Iterable

from landscape_gui.ui.compare.items import Quantity
from landscape_gui.ui.compare.limits import Scale
from landscape_gui.ui.scene import Limits, Marker
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.wording import PROJECTION_TITLES, ProjectionKind, number


def scale_words(quantity: Quantity, scale: Scale, manual: Limits | None) -> str:
    """From where to where the colours of a quantity go, and why."""
    limits = manual or scale.limits
    how = "set by hand; double click the bar for the data’s" if manual else scale.words
    span = f"{number(limits.low, 2)} to {number(limits.high, 2)}"
    return f"Colours of {quantity}: {span}, {how}."


def trajectory_words(projection: ProjectionKind) -> str:
    """Which trajectories are drawn."""
    if projection == "pca":
        return "Trajectories: none, as principal components have axes of their own"
    return f"Trajectories: {PROJECTION_TITLES[projection].lower()}"


def legend_text(markers: Iterable[Marker], theme: Theme) -> str:
    """What the markers mean, each symbol in its colour, as rich text."""
    kinds = {marker.kind for marker in markers}
    entries = (
        ("start", "◆", theme.start, "start"),
        ("end", "●", theme.end, "fine-tuned"),
        ("rolled_back", "★", theme.rolled_back, "rolled back"),
    )
    return "&nbsp;&nbsp;&nbsp;".join(
        f'<span style="color:{color}">{symbol}</span>&nbsp;{words}'
        for kind, symbol, color, words in entries
        if kind in kinds
    )
