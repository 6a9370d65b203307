from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from landscape_gui.ui.scene import Limits
from landscape_gui.ui.theme import DARK
from landscape_gui.ui.views.color_bar import ColorBar


@pytest.fixture
def bar(qtbot) -> ColorBar:
    bar = ColorBar()
    qtbot.addWidget(bar)
    bar.set_limits(Limits(0.0, 2.0))
    bar.set_data_range(0.0, 2.0)
    bar.resize(bar.sizeHint().width(), 400)
    bar.show()
    return bar


def drag(qtbot, bar: ColorBar, start: float, end: float) -> None:
    x = round(bar.bar_rect().center().x())
    first, last = QPoint(x, round(bar.y_of(start))), QPoint(x, round(bar.y_of(end)))
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(bar, last)
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=last)


SETTERS = {
    "limits": lambda bar: bar.set_limits(Limits(0.0, 3.5)),
    "data range": lambda bar: bar.set_data_range(-1.0, 5.0),
    "color map": lambda bar: bar.set_color_map("magma"),
    "scale": lambda bar: (bar.set_limits(Limits(0.1, 2.0)), bar.set_scale("log")),
    "bands": lambda bar: bar.set_banded(True),
    "title": lambda bar: bar.set_title("training loss"),
    "theme": lambda bar: bar.set_theme(DARK),
}


@pytest.mark.parametrize("name", SETTERS)
def test_every_setter_shows(bar, look, name):
    before = look(bar)
    SETTERS[name](bar)
    assert np.any(look(bar) != before)


def test_setting_limits_says_nothing(bar, qtbot):
    with qtbot.assertNotEmitted(bar.limits_changed):
        bar.set_limits(Limits(0.5, 1.0))


@pytest.mark.parametrize(
    ("key", "held", "expected"),
    [
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0.0, 2.04)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, (0.0, 1.8)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier, (0.04, 2.0)),
        (Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier, (-0.04, 1.96)),
    ],
)
def test_keys_move_limits(bar, qtbot, key, held, expected):
    with qtbot.waitSignal(bar.limits_changed) as changed:
        qtbot.keyClick(bar, key, held)
    assert changed.args[0] == bar.limits
    assert (bar.limits.low, bar.limits.high) == pytest.approx(expected)


def test_home_asks_for_limits_from_the_data_and_other_keys_are_left_to_the_window(bar, qtbot):
    with qtbot.waitSignal(bar.auto_requested):
        qtbot.keyClick(bar, Qt.Key.Key_Home)
    with qtbot.assertNotEmitted(bar.limits_changed):
        qtbot.keyClick(bar, Qt.Key.Key_A)


def test_keys_never_bring_the_limits_together(bar, qtbot):
    for _ in range(60):
        qtbot.keyClick(bar, Qt.Key.Key_PageDown)
    assert bar.limits.low == 0.0 < bar.limits.high


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(2.0, 1.0, (0.0, 1.0)), (0.0, 0.5, (0.5, 2.0)), (1.0, 1.5, (0.5, 2.5))],
    ids=["upper", "lower", "both"],
)
def test_dragging_moves_limits(bar, qtbot, start, end, expected):
    with qtbot.waitSignal(bar.limits_changed) as changed:
        drag(qtbot, bar, start, end)
    limits = changed.args[0]
    assert (limits.low, limits.high) == pytest.approx(expected, abs=0.02)
    assert bar.limits == limits


def test_limits_cannot_be_dragged_past_each_other(bar, qtbot):
    drag(qtbot, bar, 2.0, -5.0)
    assert bar.limits.low < bar.limits.high
    bar.set_limits(Limits(0.0, 2.0))
    drag(qtbot, bar, 0.0, 9.0)
    assert bar.limits.low < bar.limits.high


def test_an_owner_that_echoes_the_limits_does_not_disturb_the_drag(bar, qtbot):
    bar.limits_changed.connect(bar.set_limits)
    drag(qtbot, bar, 2.0, 1.0)
    assert bar.limits.high == pytest.approx(1.0, abs=0.02)


def test_double_click_asks_for_limits_from_the_data(bar, qtbot):
    with qtbot.waitSignal(bar.auto_requested):
        qtbot.mouseDClick(bar, Qt.MouseButton.LeftButton, pos=bar.bar_rect().center().toPoint())


def test_clipped_values_are_marked_by_arrows(bar, look):
    assert bar.clipped() == (False, False)
    middle, top = round(bar.bar_rect().center().x()), round(bar.bar_rect().top())
    plain = look(bar)
    bar.set_data_range(Limits(0.0, 9.0))
    assert bar.clipped() == (False, True)
    marked = look(bar)
    assert np.any(marked[top - 8 : top - 3, middle] != plain[top - 8 : top - 3, middle])
    bottom = round(bar.bar_rect().bottom())
    assert np.array_equal(marked[bottom + 3 : bottom + 9], plain[bottom + 3 : bottom + 9])


@pytest.mark.parametrize("bad", [Limits(1.0, 1.0), Limits(2.0, 1.0), Limits(float("nan"), 1.0)])
def test_impossible_limits_are_left_alone(bar, bad):
    bar.set_limits(bad)
    assert bar.limits == Limits(0.0, 2.0)


def test_bar_follows_the_frame_of_a_plot(qtbot):
    bar = ColorBar()
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 400)
    bar.set_limits(Limits(0.0, 2.0))
    bar.set_span(100.0, 300.0)
    assert (bar.bar_rect().top(), bar.bar_rect().bottom()) == (100.0, 300.0)
    assert bar.y_of(2.0) == 100.0
    assert bar.y_of(1.0) == 200.0


def test_a_logarithmic_bar_moves_limits_by_ratios(bar, qtbot):
    bar.set_limits(Limits(0.01, 1.0))
    bar.set_scale("log")
    middle = (bar.y_of(0.01) + bar.y_of(1.0)) / 2
    assert bar.y_of(0.1) == pytest.approx(middle)
    drag(qtbot, bar, 1.0, 0.1)
    assert bar.limits.high == pytest.approx(0.1, rel=0.05)
    assert bar.limits.low == 0.01


def test_a_banded_bar_changes_its_colour_at_the_levels(bar, look):
    bar.set_banded(True)
    x = round(bar.bar_rect().center().x())
    shot = look(bar)

    def colors(low: float, high: float) -> int:
        rows = shot[round(bar.y_of(high)) : round(bar.y_of(low)), x]
        return len(np.unique(rows.reshape(-1, 3), axis=0))

    assert colors(0.42, 0.58) == 1
    assert colors(0.5, 0.7) == 2, "0.6 is a level of a range from 0 to 2"
    bar.set_limits(Limits(0.0, 4.0))
    shot = look(bar)
    assert colors(0.52, 0.7) == 1, "levels follow the limits"
