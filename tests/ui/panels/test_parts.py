from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics

from landscape_gui.ui.panels.parts import ElidedLabel

STAYS = "  ·  18 % measured"


@pytest.fixture
def elided(qtbot) -> ElidedLabel:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("Whole model · a direction with a long name", stays=STAYS)
    return label


def width_of(label: ElidedLabel, text: str) -> int:
    return QFontMetrics(label.font()).horizontalAdvance(text)


def test_all_is_shown_where_there_is_room(elided):
    elided.resize(width_of(elided, elided.text()) + 4, 20)
    assert elided.shown_text() == elided.text() == elided.toolTip()


def test_start_and_end_stay_whole_where_the_name_between_them_gives_way(elided):
    elided.setText("a direction with a long name", stays=STAYS, head="Whole model · ")
    metrics = QFontMetrics(elided.font())
    elided.resize(metrics.horizontalAdvance("Whole model · a dire… name" + STAYS), 20)
    shown = elided.shown_text()
    assert shown.startswith("Whole model · a")
    assert shown.endswith(STAYS)
    assert "…" in shown
    # With less room, the start gives way too.
    elided.resize(metrics.horizontalAdvance("Whole mod" + STAYS), 20)
    assert elided.shown_text().startswith("Wh")
    assert elided.shown_text().endswith(STAYS)


def test_the_end_stays_whole_where_the_rest_gives_way(elided):
    elided.resize(width_of(elided, elided.text()) - 30, 20)
    assert elided.shown_text().endswith(STAYS)
    assert "…" in elided.shown_text()
    assert width_of(elided, elided.shown_text()) <= elided.width()


def test_nothing_is_drawn_beyond_a_label_too_narrow_for_the_end(elided):
    elided.resize(width_of(elided, STAYS), 20)
    assert width_of(elided, elided.shown_text()) <= elided.width()
    elided.setText("short")
    assert elided.shown_text() == "short"
