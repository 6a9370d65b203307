"""The curve view: 1D curves and training histories, with legend and read-out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.contour_view import short_title
from landscape_gui.ui.views.curve_plot import CurveLine, CurvePlot
from landscape_gui.ui.views.grab import grab_widget
from landscape_gui.ui.views.read_out import ReadOut, ReadOutItem
from landscape_gui.ui.views.ticks import format_coordinate, format_value

__all__ = ["CurveLine", "CurveView"]

_EMPTY = "Nothing to show yet."
_EMPTY_LOG = "No value above zero, so there is nothing to show on a logarithmic scale."
_HINT = "Wheel or Shift+drag zooms · drag pans · double click shows all"


class CurveView(QWidget):
    """Curves over a common x.

    Signals
    -------
    cursor_moved
        x under the pointer, or ``None`` when it left the plot. Not emitted for ``set_cursor``.
    """

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Curves")
        self.plot = CurvePlot(self)
        self.plot.setAccessibleName("Curves")
        self.read_out = ReadOut(self)
        self.read_out.set_hint(_HINT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.read_out)
        self._x_title = ""
        self._empty_text = _EMPTY
        self.plot.hovered.connect(self._hover)
        self.plot.toggled.connect(self.toggle)
        self._arrange()

    def set_lines(self, lines: Sequence[CurveLine], x_title: str, y_title: str) -> None:
        """Show curves in this order, the last on top. The view stays zoomed."""
        self.plot.lines = tuple(lines)
        if x_title != self._x_title:
            self.plot.reset_view()  # where one had zoomed to means something else now
        self._x_title = x_title
        self.plot.set_titles(x_title, y_title)
        self.plot.invalidate()
        self._arrange()

    def set_vertical_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Show named vertical lines, e.g. α = 0 for the start and α = 1 for the end."""
        if tuple(marks) != self.plot.marks:
            self.plot.marks = tuple(marks)
            self.plot.invalidate()

    def set_log(self, logarithmic: bool) -> None:
        """Whether y is logarithmic; values that are not above 0 are then left out."""
        if logarithmic != self.plot.log_y:
            self.plot.log_y = logarithmic
            self._arrange()
            self.plot.reset_view()

    def toggle(self, identity: str) -> None:
        """Hide a line, or show it again; it stays in the legend."""
        self.plot.hidden = self.plot.hidden ^ {identity}
        self.plot.invalidate()
        self._arrange()

    def set_bands(self, shown: bool) -> None:
        """Whether one standard error around each line is drawn."""
        if shown != self.plot.show_bands:
            self.plot.show_bands = shown
            self.plot.invalidate()

    def set_empty_text(self, text: str) -> None:
        """What to say while there are no curves."""
        self._empty_text = text
        self.plot.invalidate()
        self._arrange()

    def set_cursor(self, x: float | None) -> None:
        """Put the cross-hair at x, e.g. where the pointer is in another view."""
        x = x if x is not None and math.isfinite(x) else None
        if x != self.plot.cross_hair:
            self.plot.cross_hair = x
            self.plot.update()
            self._say()

    def set_theme(self, theme: Theme) -> None:
        self.plot.set_theme(theme)
        self.read_out.set_theme(theme)
        self._say()

    def reset_view(self) -> None:
        """Show all curves."""
        self.plot.reset_view()

    def grab_image(self) -> QImage:
        """The plot with its axes and without cross-hair, at twice the screen's resolution."""
        cursor, self.plot.cross_hair = self.plot.cross_hair, None
        try:
            return grab_widget(self.plot)
        finally:
            self.plot.cross_hair = cursor
            self.plot.update()

    def _arrange(self) -> None:
        plot = self.plot
        home = plot.whole()
        finite = any(np.isfinite(line.y).any() for line in plot.lines)
        plot.empty_text = _EMPTY_LOG if plot.log_y and finite else self._empty_text
        if (home is not None) != plot.axes_visible:
            plot.set_axes_visible(home is not None)
            plot.reset_view()
        if home is not None:
            plot.set_home(home, keep_view=not plot.at_home())
        self._say()

    def _hover(self, position: tuple[float, float] | None) -> None:
        x = None if position is None else position[0]
        self.cursor_moved.emit(x)
        self.set_cursor(x)

    def _say(self) -> None:
        x = self.plot.cross_hair
        if x is None or not self.plot.axes_visible:
            self.read_out.set_items(())
            return
        items: list[ReadOutItem] = []
        places: list[float] = []
        steps = [1.0]
        for line in self.plot.shown_lines:
            good = np.isfinite(line.x) & np.isfinite(line.y)
            if not good.any():
                continue
            k = int(np.abs(np.where(good, line.x, np.inf) - x).argmin())
            places.append(float(line.x[k]))
            steps.append(float(np.diff(np.unique(line.x[good])).min(initial=1.0)))
            measured = bool(line.measured[k])
            value = format_value(float(line.y[k]))
            if line.error is not None and math.isfinite(line.error[k]):
                value += f" ± {error_text(float(line.error[k]))}"
            value += "" if measured else "  filled in"
            color = self.plot.color(line).name()
            items.append(ReadOutItem(line.label, value, color, measured, width="0.0000"))
        if not items:
            self.read_out.set_items(())
            return
        # Each line is read at its own nearest point, where its dot is.
        shared = max(places) - min(places) <= 1e-6 * min(steps)
        at = format_coordinate(places[0] if shared else x, min(steps))
        self.read_out.set_items(
            [ReadOutItem(short_title(self._x_title), at, width="−0.00"), *items]
        )


def error_text(error: float) -> str:
    """A standard error with two digits that count: ``0.0042``."""
    return f"{error:.2g}" if 1e-4 <= error < 1e4 else format_value(error)
