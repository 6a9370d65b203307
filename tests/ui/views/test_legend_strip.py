from __future__ import annotations

import pytest
from PySide6.QtGui import QFont

from landscape_gui.ui.views.legend_chip import LegendRow
from landscape_gui.ui.views.legend_strip import strip_height, strip_lines, strip_width

SWATCH = 20.0
ROWS = [LegendRow(text, lambda painter, rect: None) for text in ("measured", "filled in", "way")]


@pytest.fixture
def font(qapp) -> QFont:
    return QFont(qapp.font())


def test_everything_is_on_one_line_where_there_is_room(font):
    lines = strip_lines(ROWS, font, SWATCH, 2000.0)
    assert [[row.text for _, row in line] for line in lines] == [["measured", "filled in", "way"]]
    offsets = [x for x, _ in lines[0]]
    assert offsets == sorted(offsets)
    assert offsets[0] == 0.0


def test_no_text_is_lost_where_there_is_little_room(font):
    lines = strip_lines(ROWS, font, SWATCH, 60.0)
    assert [row.text for line in lines for _, row in line] == [row.text for row in ROWS]
    assert all(line[0][0] == 0.0 for line in lines)
    assert strip_height(ROWS, font, SWATCH, 60.0) > strip_height(ROWS, font, SWATCH, 2000.0)


def test_nothing_to_say_takes_no_room(font):
    assert strip_height([], font, SWATCH, 300.0) == 0.0
    assert strip_width([], font, SWATCH, 300.0) == 0.0


def test_width_is_that_of_the_widest_line_and_never_more_than_there_is(font):
    assert SWATCH < strip_width(ROWS[:1], font, SWATCH, 2000.0) < 2000.0
    assert strip_width(ROWS, font, SWATCH, 50.0) == 50.0
