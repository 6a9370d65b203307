"""Legends: as many entries beside each other as the page has room for."""

import pytest
from matplotlib.lines import Line2D

from landscape_gui.figures import style
from landscape_gui.figures.legends import WIDEST, fit_legend

ENTRIES = ["start", "end", "checkpoints, deviation, up to 65 % off the plane"]


def fitted(width_in, typeset=str):
    """The legend of a page of this width, in Agg's letters."""
    with style.paper_style():
        figure = style.bare_figure(width_in, 2.0)
        handles = [Line2D([], [], label=entry) for entry in ENTRIES]
        renderer = figure._get_renderer()
        for _ in range(2):  # again, and it is still one
            fit_legend(figure, handles, renderer, typeset, most_columns=3)
        figure.draw(renderer)
        (legend,) = figure.legends
        share = legend.get_window_extent(renderer).width / figure.bbox.width
    return legend, [text.get_text() for text in legend.get_texts()], share


def tops(legend):
    """How many rows there are."""
    return len({round(text.get_window_extent().y0) for text in legend.get_texts()})


@pytest.mark.parametrize(("width_in", "rows"), [(6.0, 1), (3.2, 2), (2.7, 3)])
def test_entries_stand_below_each_other_where_the_page_is_narrow(width_in, rows):
    legend, words, share = fitted(width_in)
    assert share <= WIDEST
    assert words == ENTRIES
    assert tops(legend) == rows


@pytest.mark.parametrize("width_in", [1.0, 1.5, 2.0])
def test_an_entry_wider_than_the_page_has_several_lines(width_in):
    _, words, share = fitted(width_in)
    assert share <= WIDEST
    assert "\n" in words[-1]
    assert words[-1].replace("\n", " ") == ENTRIES[-1]


def test_wider_letters_need_more_rows():
    assert tops(fitted(4.5)[0]) == 1
    legend, words, share = fitted(4.5, lambda entry: f"{entry} {entry}")
    assert words[0] == "start start"
    assert share <= WIDEST
    assert tops(legend) > 1
