"""Start, end and rolled-back points, the same in all figures, and the words for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matplotlib.lines import Line2D

from landscape_gui.figures import style

NARROW_IN = 2.0
"""Panels narrower than this get fewer ticks and smaller markers, with letters of 8 pt."""

_LOOKS: dict[str, dict[str, Any]] = {
    "start": {"marker": "D", "color": style.START, "markersize": 4.2},
    "end": {"marker": "o", "color": style.END, "markersize": 4.8},
    "rolled_back": {"marker": "*", "color": style.ROLLED_BACK, "markersize": 8.5},
    "best": {"marker": "^", "color": "#0072b2", "markersize": 5.2},
}
TITLES = {
    "start": "start",
    "end": "end",
    "rolled_back": "rolled back",
    "best": "lowest development error",
}


def marker(kind: str, narrow: bool = False) -> dict[str, Any]:
    """How a point is drawn."""
    look = dict(_LOOKS[kind])
    look["markersize"] = style.pt(look["markersize"] * (0.8 if narrow else 1.0))
    return look | {"markeredgecolor": "white", "markeredgewidth": style.pt(0.6)}


def legend_handles(kinds: Iterable[str], titles: dict[str, str] | None = None) -> list[Line2D]:
    """One entry per kind of point, in the order of the table."""
    wanted = set(kinds)
    words = TITLES | (titles or {})
    return [
        Line2D([], [], linestyle="none", label=words[kind], **marker(kind))
        for kind in _LOOKS
        if kind in wanted
    ]


def path_handle(words: str) -> Line2D:
    """The checkpoints' path."""
    return Line2D(
        [], [], color=style.INK, linewidth=style.pt(0.9), marker="o", markersize=style.pt(2),
        label=words,
    )  # fmt: skip
