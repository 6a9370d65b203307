"""Ticks at round numbers of a logarithmic axis, in words: matplotlib's own are formulas in TeX."""

from __future__ import annotations

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from landscape_gui.figures.box_axes import words_of
from landscape_gui.figures.scale import Scale

_WANTED = 5


def set_log_ticks(axis: Axis, low: float, high: float) -> None:
    """Label an axis at round numbers between two limits, both above zero."""
    ticks = Scale(low, high, log=True).levels(_WANTED)
    words = dict(zip(ticks, words_of(ticks), strict=True))
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: words.get(value, f"{value:g}")))
