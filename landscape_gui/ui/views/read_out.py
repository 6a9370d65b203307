"""The line under a plot that says what is under the pointer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from landscape_gui.ui.background import fill_background
from landscape_gui.ui.theme import LIGHT, Theme

_LEAST_NAME = 44.0
_MARGIN = 12.0
_HINT = 160.0


@dataclass(frozen=True)
class ReadOutItem:
    """One quantity.

    Attributes
    ----------
    name, value
        ``name`` is muted, ``value`` is not. Either may be empty.
    color
        ``#rrggbb`` of a dot in front; empty for none.
    filled
        Whether that dot is solid (measured) or a ring (estimated or filled in).
    width
        Room to keep for the value, as a text of that width, so that the line does not dance.
    """

    name: str
    value: str
    color: str = ""
    filled: bool = True
    width: str = ""


class ReadOut(QWidget):
    """Shows a row of ``ReadOutItem``, or a hint while there is nothing to say.

    Signals
    -------
    changed
        It says something else.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._items: tuple[ReadOutItem, ...] = ()
        self._hint = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def text(self) -> str:
        """What it shows, as plain text."""
        if not self._items:
            return self._hint
        return "   ".join(f"{item.name} {item.value}".strip() for item in self._items)

    def set_items(self, items: Sequence[ReadOutItem]) -> None:
        if tuple(items) != self._items:
            self._items = tuple(items)
            self.setAccessibleName(self.text())
            self.update()
            self.changed.emit()

    def wanted_width(self) -> int:
        """Pixels in which everything can be read; the hint, which says nothing new, may be cut."""
        metrics = QFontMetricsF(self.font())
        if not self._items:
            return round(min(metrics.horizontalAdvance(self._hint), _HINT))
        return round(2 * _MARGIN + sum(_item_width(item, metrics) for item in self._items))

    def set_hint(self, hint: str) -> None:
        if hint != self._hint:
            self._hint = hint
            self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(QFontMetricsF(self.font()).height() + 13))

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        theme = self._theme
        fill_background(painter, self, theme.canvas)
        painter.fillRect(0, 0, self.width(), 1, QColor(theme.border))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self.font())
        metrics = QFontMetricsF(self.font())
        baseline = 1 + (self.height() - 1 + metrics.capHeight()) / 2
        x, right = _MARGIN, self.width() - _MARGIN
        if not self._items:
            painter.setPen(QColor(theme.muted))
            hint = metrics.elidedText(self._hint, Qt.TextElideMode.ElideRight, right - x)
            painter.drawText(QPointF(x, baseline), hint)
            return
        longest = self._longest_name(metrics, right - x)
        for item in self._items:
            if x >= right - 12 or (x > _MARGIN and self._cut(item, right - x, longest)):
                break
            if item.color:
                self._dot(painter, QPointF(x + 4, baseline - metrics.capHeight() / 2), item)
                x += 15
            for text, color in ((item.name, theme.muted), (item.value, theme.text)):
                if not text:
                    continue
                if text is item.name:
                    text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, longest)
                shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, right - x))
                painter.setPen(QColor(color))
                painter.drawText(QPointF(x, baseline), shown)
                keep = item.width if text is item.value else ""
                x += max(metrics.horizontalAdvance(shown), metrics.horizontalAdvance(keep)) + 7
            x += 13

    def _cut(self, item: ReadOutItem, room: float, longest: float) -> bool:
        """Whether a named number would be cut, which is worse than none."""
        if not item.name:
            return False
        metrics = QFontMetricsF(self.font())
        name = min(metrics.horizontalAdvance(item.name), longest)
        return name + 7 + metrics.horizontalAdvance(item.value) > room + 1

    def _longest_name(self, metrics: QFontMetricsF, room: float) -> float:
        """Pixels that a name may take, so that all values are seen: long run names give way."""
        names = [metrics.horizontalAdvance(item.name) for item in self._items]
        spared = room - sum(_item_width(item, metrics) for item in self._items) + sum(names)
        if sum(names) <= spared:
            return room
        # The short names stay whole, the long ones share what is left.
        longest, rest = spared / max(1, len(names)), sorted(names)
        for k, name in enumerate(rest):
            longest = (spared - sum(rest[:k])) / (len(rest) - k)
            if name > longest:
                break
        return max(_LEAST_NAME, longest)

    @staticmethod
    def _dot(painter: QPainter, at: QPointF, item: ReadOutItem) -> None:
        painter.setPen(QPen(QColor(item.color), 1.4))
        painter.setBrush(QColor(item.color) if item.filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 3.2, 3.2)


def _item_width(item: ReadOutItem, metrics: QFontMetricsF) -> float:
    name = metrics.horizontalAdvance(item.name)
    value = max(metrics.horizontalAdvance(text) for text in (item.value, item.width))
    return (15 if item.color else 0) + name + (7 if item.name else 0) + value + 20
