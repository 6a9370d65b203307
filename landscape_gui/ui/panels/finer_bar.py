"""Under a zoomed contour map: the offer to measure what is seen on a finer lattice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from landscape_gui.ui.finer_part import FinerPart, usual
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.wording import duration

_HEIGHT = 26
# Between words and buttons, and around them.
_GAPS = 24
_MEASURE = "Measure finer"


class FinerBar(QFrame):
    """One click measures the usual choice; a menu has the others.

    Signals
    -------
    requested
        The LatticeSpec that the user wants measured.
    """

    requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self.setAccessibleName("Measure finer points here")
        self._choices: tuple[FinerPart, ...] = ()
        self._room = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 0, 0)
        row.setSpacing(2)
        self.words = label(role="muted")
        self.measure = button(_MEASURE, "quiet", icon="add")
        self.measure.setAccessibleName(_MEASURE)
        self.measure.clicked.connect(self._take_usual)
        self.measure.setMaximumHeight(_HEIGHT)
        row.addWidget(self.words)
        row.addWidget(self.measure)
        self.more = button("", "quiet", "Finer or coarser", "chevron-down")
        self.more.setAccessibleName("Finer or coarser")
        self.menu = QMenu(self.more)
        self.more.clicked.connect(self._show_menu)
        self.more.setMaximumHeight(_HEIGHT)
        row.addWidget(self.more)
        self.hide()

    @property
    def choices(self) -> tuple[FinerPart, ...]:
        """What is offered; empty while nothing is."""
        return self._choices

    def offer(self, choices: Sequence[FinerPart]) -> None:
        """Offer these, or nothing."""
        self._choices = tuple(choices)
        if not choices:
            self.hide()
            return
        chosen = usual(choices)
        self.measure.setToolTip(
            f"Measure {chosen.size} over what is seen, {chosen.factor} times as fine.\n"
            f"{cost(chosen)}. They join the picture and the file."
        )
        self.menu.clear()
        for choice in choices:
            text = f"{choice.factor} × as fine:  {choice.size}, {cost(choice)}"
            action = self.menu.addAction(text)
            action.triggered.connect(lambda _=False, lattice=choice.lattice: self._ask(lattice))
        self._fit()
        self.show()

    def set_room(self, width: float) -> None:
        """Say as much as fits into so many pixels: points and time, time, a name, or a picture.

        The tool tip and the menu say it always.
        """
        if width != self._room:
            self._room = width
            self._fit()

    def _fit(self) -> None:
        if not self._choices:
            return
        text = cost(usual(self._choices))
        self.measure.setText(_MEASURE)
        buttons = sum(b.sizeHint().width() for b in (self.measure, self.more)) + _GAPS
        metrics = self.words.fontMetrics()
        for shown in (text, text.split(",")[-1].strip(), ""):
            if metrics.horizontalAdvance(shown) <= self._room - buttons:
                break
        self.words.setText(shown)
        self.words.setVisible(bool(shown))
        if buttons > self._room:
            self.measure.setText("")

    def _take_usual(self) -> None:
        if self._choices:
            self._ask(usual(self._choices).lattice)

    def _ask(self, lattice: object) -> None:
        self.offer(())
        self.requested.emit(lattice)

    def _show_menu(self) -> None:
        self.menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def cost(part: FinerPart) -> str:
    """``1,560 new points, about 2 min 10 s``."""
    words = f"{part.points:,} new points"
    if part.seconds is None:
        return f"{words}, time not known"
    return f"{words}, about {duration(max(1.0, part.seconds))}"
