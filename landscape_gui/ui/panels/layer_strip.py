"""A row of cells, one per part of the encoder, over which a layer group is drawn with the mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

HEIGHT = 26
GAP = 1.0
SHORT = {"embeddings": "E", "pooler": "P"}
_LEFT, _RIGHT = Qt.Key.Key_Left, Qt.Key.Key_Right


class LayerStrip(QWidget):
    """Drag to choose neighbouring parts, Ctrl and drag to add more; or the arrow keys with Shift.

    The darker a cell, the larger its part's share of ‖δ1‖².

    Attributes
    ----------
    chosen_changed
        Another set of parts is chosen.
    """

    chosen_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: tuple[str, ...] = ()
        self._shares: dict[str, float] = {}
        self._chosen: frozenset[str] = frozenset()
        self._before: frozenset[str] = frozenset()
        self._anchor: int | None = None
        self._current = 0
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Layers: drag to make a group")

    def show_parts(self, parts: Sequence[str], shares: Mapping[str, float]) -> None:
        """Show these parts, named as in ``RunRecord.part_norms``; nothing is chosen."""
        if (tuple(parts), dict(shares)) == (self.parts, self._shares):
            return
        self.parts, self._shares = tuple(parts), dict(shares)
        self._current = 0
        self.choose(frozenset())
        self.update()

    @property
    def chosen(self) -> frozenset[str]:
        """The parts that are chosen."""
        return self._chosen

    def choose(self, parts: frozenset[str]) -> None:
        """Choose these parts."""
        if parts != self._chosen:
            self._chosen = parts
            self.setAccessibleDescription(", ".join(p for p in self.parts if p in parts))
            self.update()
            self.chosen_changed.emit()

    def sizeHint(self) -> QSize:
        """Wide enough to hit a cell."""
        return QSize(12 * max(1, len(self.parts)), HEIGHT)

    def cell(self, index: int) -> QRectF:
        """Where a part is drawn."""
        width = self.width() / max(1, len(self.parts))
        return QRectF(index * width, 0, width - GAP, self.height())

    # -- choosing ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a new choice, or with Ctrl add to the old one."""
        if event.button() != Qt.MouseButton.LeftButton or not self.parts:
            return
        adding = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self._before = self._chosen if adding else frozenset()
        self._anchor = self._current = self._index_at(event.position().x())
        self._choose_between()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Choose all from where the button was pressed to here."""
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._current = self._index_at(event.position().x())
            self._choose_between()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, with Shift they choose; Space chooses one more or less; Escape none."""
        key = event.key()
        if not self.parts:
            super().keyPressEvent(event)
        elif key in (_LEFT, _RIGHT):
            extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if extends and (self._anchor is None or not self._chosen):
                self._anchor, self._before = self._current, frozenset()
            step = 1 if key == _RIGHT else -1
            self._current = min(max(self._current + step, 0), len(self.parts) - 1)
            if extends:
                self._choose_between()
            else:
                self._anchor = None
            self.update()
        elif key == Qt.Key.Key_Space:
            self.choose(self._chosen ^ {self.parts[self._current]})
        elif key == Qt.Key.Key_Escape and self._chosen:
            self.choose(frozenset())
        else:
            super().keyPressEvent(event)

    def _choose_between(self) -> None:
        assert self._anchor is not None
        first, last = sorted((self._anchor, self._current))
        self.choose(self._before | frozenset(self.parts[first : last + 1]))

    def _index_at(self, x: float) -> int:
        index = int(x / max(1.0, self.width()) * len(self.parts))
        return min(max(index, 0), len(self.parts) - 1)

    # -- looks ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Say what the part under the pointer is."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.parts:
            part = self.parts[self._index_at(event.pos().x())]
            QToolTip.showText(event.globalPos(), self._words(part), self)
            return True
        return super().event(event)

    def _words(self, part: str) -> str:
        name = f"Layer {part}" if part.isdigit() else part.capitalize()
        share = self._shares.get(part)
        return name if share is None else f"{name}: {100 * share:.1f} % of ‖δ1‖²"

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the cell that the keys act on."""
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it again."""
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        accent, text = self.palette().color(role.Accent), self.palette().color(role.Text)
        largest = max(self._shares.values(), default=0.0)
        every = self._label_step()
        layers = [k for k, part in enumerate(self.parts) if part.isdigit()]
        first_layer = layers[0] if layers else 0
        for index, part in enumerate(self.parts):
            rect = self.cell(index).adjusted(0.5, 1.5, -0.5, -1.5)
            painter.setPen(Qt.PenStyle.NoPen)
            weight = self._shares.get(part, 0.0) / largest if largest > 0 else 0.0
            painter.setBrush(self._ground(weight))
            painter.drawRoundedRect(rect, 2.5, 2.5)
            if part in self._chosen:
                painter.setBrush(accent)
                painter.drawRoundedRect(rect, 2.5, 2.5)
            if index == self._current and self.hasFocus():
                painter.setPen(text)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect, 2.5, 2.5)
            if part.isdigit() and (index - first_layer) % every:
                continue
            over = role.HighlightedText if part in self._chosen else role.Text
            painter.setPen(self.palette().color(over))
            place = self.cell(index).adjusted(-12, 0, 12, 0)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), SHORT.get(part, part))

    def _ground(self, weight: float) -> QColor:
        role = QPalette.ColorRole
        color, accent = self.palette().color(role.Mid), self.palette().color(role.Accent)
        mixed = QColor(color)
        mixed.setAlphaF(0.55)
        if weight <= 0:
            return mixed
        accent.setAlphaF(0.10 + 0.38 * min(weight, 1.0))
        return accent

    def _label_step(self) -> int:
        """Every how many layers a number fits."""
        width = self.width() / max(1, len(self.parts))
        widest = self.fontMetrics().horizontalAdvance("00") + 4
        return next((k for k in (1, 2, 4, 6, 8, 12, 24) if k * width >= widest), 48)
