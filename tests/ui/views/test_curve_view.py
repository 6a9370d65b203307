from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from landscape_gui.ui.theme import DARK, LIGHT
from landscape_gui.ui.views.curve_view import CurveLine, CurveView
from landscape_gui.ui.views.ticks import format_value

X = np.linspace(-4, 4, 41)


def line(dashed=False, y=None, measured=None, label="mrpc", color_index=0) -> CurveLine:
    y = 1.0 + 0.05 * (X - 1) ** 2 if y is None else y
    measured = np.ones(X.size, dtype=bool) if measured is None else measured
    return CurveLine(label, X, y, measured, dashed, color_index)


@pytest.fixture
def view(qtbot) -> CurveView:
    view = CurveView()
    qtbot.addWidget(view)
    view.resize(640, 420)
    view.show()
    return view


def ink(view: CurveView, shot: np.ndarray, index: int = 0) -> np.ndarray:
    """Where the plot has the line's colour, below the legend's corner."""
    color = view.plot.color(line(color_index=index))
    return np.all(np.abs(shot.astype(int) - [*color.getRgb()[:3]]) < 30, axis=-1)


def flat(dashed: bool, measured=None) -> CurveLine:
    return line(dashed, np.ones(X.size), measured)


def row_of(view: CurveView, value: float) -> int:
    return round(float(view.plot.to_pixels(np.array([0.0]), np.array([value]))[0, 1]))


def test_fine_tuned_is_solid_and_scratch_is_dashed(view, look):
    runs = {}
    for dashed in (False, True):
        view.set_lines([flat(dashed)], "α", "loss")
        row = row_of(view, 1.0)
        rows = ink(view, look(view))[row - 1 : row + 2].any(axis=0)
        runs[dashed] = int(np.abs(np.diff(rows.astype(int))).sum())
    assert runs[False] <= 4
    assert runs[True] > 20


def test_measured_points_are_dotted_and_the_rest_is_faint_while_incomplete(view, look):
    measured = np.zeros(X.size, dtype=bool)
    measured[:20] = True
    view.set_lines([flat(False, measured)], "α", "loss")
    view.plot.theme = LIGHT
    shot, row = look(view), row_of(view, 1.0)
    inked = ink(view, shot)
    dot = round(float(view.plot.to_pixels(X[8:9], np.ones(1))[0, 0]))
    gap = round(float(view.plot.to_pixels((X[8:9] + X[9:10]) / 2, np.ones(1))[0, 0]))
    later = round(float(view.plot.to_pixels(X[30:31], np.ones(1))[0, 0]))
    assert inked[row - 2 : row + 3, dot].sum() > inked[row - 2 : row + 3, gap].sum()
    assert inked[row - 2 : row + 3, gap].any()
    assert not inked[row - 2 : row + 3, later].any()


SETTERS = {
    "lines": lambda v: v.set_lines([line(), line(True, label="b", color_index=1)], "α", "loss"),
    "titles": lambda v: v.set_lines([line()], "epoch", "dev error"),
    "marks": lambda v: v.set_vertical_marks([(0.0, "start"), (1.0, "end")]),
    "log": lambda v: v.set_log(True),
    "cursor": lambda v: v.set_cursor(0.5),
    "hidden": lambda v: v.toggle("mrpc"),
    "theme": lambda v: v.set_theme(DARK),
    "nothing": lambda v: v.set_lines([], "α", "loss"),
}


@pytest.mark.parametrize("name", SETTERS)
def test_every_setter_shows(view, look, name):
    view.set_lines([line()], "α", "loss")
    before = look(view)
    SETTERS[name](view)
    assert np.any(look(view) != before)


def test_the_read_out_is_the_lines_value(view, qtbot):
    second = line(True, 2 + X**2, label="scratch", measured=X < 0)
    view.set_lines([line(), second], "α  (0 start, 1 end)", "loss")
    x, y = view.plot.to_pixels(np.array([1.0]), np.array([3.0]))[0]
    with qtbot.waitSignal(view.cursor_moved) as moved:
        qtbot.mouseMove(view.plot, QPoint(round(x), round(y)))
    assert moved.args[0] == pytest.approx(1.0, abs=0.02)
    text = view.read_out.text()
    assert text.startswith("α 1.00")
    assert f"mrpc {format_value(1.0)}" in text
    assert f"scratch {format_value(3.0)}  filled in" in text
    qtbot.mouseMove(view.plot, QPoint(1, 1))
    assert "mrpc" not in view.read_out.text()


def test_what_is_not_finite_is_left_out(view, look):
    y = np.ones(X.size)
    y[5:9] = [np.nan, np.inf, -np.inf, np.nan]
    view.set_lines([line(y=y)], "α", "loss")
    look(view)
    assert view.plot.shown.top < 10
    view.set_lines([line(y=np.full(X.size, np.nan))], "α", "loss")
    look(view)
    assert not view.plot.axes_visible


def test_a_logarithmic_scale_leaves_out_what_is_not_positive(view, look):
    view.set_lines([line(y=np.where(X > 0, 10.0**X, -1.0))], "α", "loss")
    view.set_log(True)
    look(view)
    assert view.plot.shown.bottom > -1
    view.set_lines([line(y=-np.ones(X.size))], "α", "loss")
    assert "logarithmic" in view.plot.empty_text


def test_without_lines_it_says_so(view, look):
    view.set_empty_text("No curve is measured yet.")
    assert not view.plot.axes_visible
    assert view.plot.empty_text == "No curve is measured yet."
    assert len(np.unique(look(view).reshape(-1, 3), axis=0)) > 2


def test_one_point_and_uneven_points_are_drawn(view, look):
    one = CurveLine("one", np.array([3.0]), np.array([0.5]), np.array([True]), False, 0)
    view.set_lines([one], "epoch", "loss")
    assert ink(view, look(view)).any()


def test_new_values_keep_the_zoom(view):
    view.set_lines([line()], "α", "loss")
    view.plot._zoom(0.5, view.plot.plot_rect.center())
    zoomed = view.plot.shown
    view.set_lines([line(y=X**2)], "α", "loss")
    assert view.plot.shown == zoomed
    view.reset_view()
    assert view.plot.shown.top > 15


def test_grabbed_without_cross_hair(view):
    view.set_lines([line()], "α", "loss")
    plain = view.grab_image()
    view.set_cursor(0.5)
    assert view.grab_image() == plain


def test_nothing_is_printed_while_painting(view, look, capfd):
    view.set_lines([line(), line(True)], "α", "loss")
    look(view)
    captured = capfd.readouterr()
    assert "Error" not in captured.out + captured.err
    assert "QPainter" not in captured.err


def legend_row(view: CurveView, identity: str) -> QPoint:
    """Somewhere on a line's row in the legend."""
    rect = view.plot.plot_rect.toRect()
    for y in range(rect.top(), rect.bottom(), 3):
        for x in range(rect.left(), rect.right(), 12):
            found = view.plot.line_at(QPointF(x, y))
            if found is not None and found.identity == identity:
                return QPoint(x, y)
    raise AssertionError(f"no row for {identity}")


def test_a_click_in_the_legend_hides_a_line_and_shows_it_again(view, look, qtbot):
    view.set_lines([line(), line(True, 5 + X**2, label="b", color_index=1)], "α", "loss")
    both = look(view)
    qtbot.mouseClick(view.plot, Qt.MouseButton.LeftButton, pos=legend_row(view, "b"))
    assert [shown.label for shown in view.plot.shown_lines] == ["mrpc"]
    assert view.plot.shown.top < 4, "the range follows what is shown"
    view.set_cursor(0.0)
    assert "b " not in view.read_out.text()
    view.set_cursor(None)
    look(view)
    qtbot.mouseClick(view.plot, Qt.MouseButton.LeftButton, pos=legend_row(view, "b"))
    view.set_cursor(None)
    assert np.array_equal(look(view), both)


def test_all_lines_can_be_hidden_and_come_back(view, look):
    view.set_lines([line()], "α", "loss")
    view.toggle("mrpc")
    shot = look(view)
    row = row_of(view, 1.0)
    assert not ink(view, shot)[row - 1 : row + 2, 60:200].any()
    assert legend_row(view, "mrpc") is not None


def test_lines_of_one_label_are_told_apart_by_their_keys(view):
    view.set_lines([replace(line(), key="1"), replace(line(True), key="2")], "α", "loss")
    view.toggle("2")
    assert [shown.key for shown in view.plot.shown_lines] == ["1"]


def test_a_band_of_one_standard_error_lies_around_a_line(view, look):
    one = replace(flat(False), error=np.full(X.size, 0.02))
    view.set_lines([one, line(y=1 + 0.05 * X, label="b", color_index=1)], "α", "loss")
    x, y = view.plot.to_pixels(np.array([-3.0]), np.array([1.012]))[0]
    band = look(view)
    view.set_bands(False)
    assert np.any(look(view)[round(y), round(x)] != band[round(y), round(x)])
    view.set_cursor(0.0)
    assert f"mrpc {format_value(1.0)} ± 0.02" in view.read_out.text()


def test_a_band_that_reaches_zero_is_drawn_on_a_logarithmic_scale(view, look, capfd):
    view.set_lines([replace(line(), error=np.full(X.size, 3.0))], "α", "loss")
    view.set_log(True)
    look(view)
    captured = capfd.readouterr()
    assert "Error" not in captured.out + captured.err


def test_more_lines_than_the_legend_has_room_for(view, look):
    lines = [line(label=f"run {k}", color_index=k) for k in range(40)]
    view.set_lines(lines, "α", "loss")
    look(view)
    assert legend_row(view, "run 39") is not None, "the last ones, which lie on top"
    with pytest.raises(AssertionError):
        legend_row(view, "run 0")


def test_the_read_out_gives_long_names_less_room_and_keeps_every_value(view, look):
    name = "a-very-long-name-of-a-run-that-goes-on-and-on-and-on-and-on-2026-11-25"
    lines = [line(label=f"{k}-{name}", y=np.full(X.size, 1.0 + k)) for k in range(2)]
    view.set_lines(lines, "α", "loss")
    view.set_cursor(0.0)
    long = look(view.read_out)
    other = [lines[0], line(label=lines[1].label, y=np.full(X.size, 7.0))]
    view.set_lines(other, "α", "loss")
    assert np.any(look(view.read_out) != long), "the second value is seen, and its change"


def test_lines_with_points_of_their_own_are_read_at_their_nearest_points(view):
    shifted = CurveLine("b", X + 0.07, X**2, np.ones(X.size, dtype=bool), False, 1)
    view.set_lines([line(), shifted], "α", "loss")
    view.set_cursor(1.03)
    text = view.read_out.text()
    assert text.startswith("α 1.03")
    assert f"mrpc {format_value(1.0)}" in text
    assert f"b {format_value(1.0)}" in text


def test_a_rectangle_drawn_with_shift_is_zoomed_into(view, qtbot):
    view.set_lines([line()], "α", "loss")
    corners = view.plot.to_pixels(np.array([0.0, 2.0]), np.array([1.2, 1.0]))
    first, last = (QPoint(round(x), round(y)) for x, y in corners)
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(view.plot, Qt.MouseButton.LeftButton, shift, first)
    qtbot.mouseMove(view.plot, last)
    qtbot.mouseRelease(view.plot, Qt.MouseButton.LeftButton, shift, last)
    assert (view.plot.shown.left, view.plot.shown.right) == pytest.approx((0, 2), abs=0.05)
    assert (view.plot.shown.bottom, view.plot.shown.top) == pytest.approx((1, 1.2), abs=0.02)
