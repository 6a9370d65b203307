"""Legends that fit the page in the letters of who draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from landscape_gui.figures.wrapping import wrapped

Typeset: TypeAlias = Callable[[str], str]
WIDEST = 0.98
"""Share of the page's width."""
_FEWEST_LETTERS = 6


def fit_legend(
    figure: Figure,
    handles: Sequence[Line2D],
    renderer: RendererBase,
    typeset: Typeset,
    *,
    most_columns: int,
    **look: Any,
) -> None:
    """Give a figure this legend and no other, with as many entries beside each other as fit.

    Parameters
    ----------
    renderer
        Who draws it: TeX sets wider letters than others do.
    typeset
        What an entry is in the renderer's language.
    look
        Of the legend, as matplotlib has it.
    """
    words = [str(handle.get_label()) for handle in handles]
    for columns, lines in _arrangements(words, most_columns):
        for legend in list(figure.legends):
            legend.remove()
        legend = figure.legend(
            handles=list(handles), labels=[typeset(entry) for entry in lines], ncols=columns, **look
        )
        if legend.get_window_extent(renderer).width <= WIDEST * figure.bbox.width:
            return


def _arrangements(words: Sequence[str], most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Columns and entries, from wide to narrow: below each other at last, and on several lines."""
    for columns in range(most_columns, 0, -1):
        yield columns, list(words)
    for letters in range(max(map(len, words)) - 1, _FEWEST_LETTERS - 1, -1):
        yield 1, ["\n".join(wrapped(entry, letters)) for entry in words]
