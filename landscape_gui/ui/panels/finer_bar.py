"""Under a zoomed contour map: the offer to measure what is seen on a finer lattice."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QWidget

from landscape_gui.ui.finer_part import FinerPart, usual
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.wording import duration

_HEIGHT = 26
# In lines narrower than this only the time is said, or nothing.
_SPARSE, _BRIEF = 860, 620


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
        self._width = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 0, 0)
        row.setSpacing(2)
        self.words = label(role="muted")
        self.measure = button("Measure finer", "quiet", icon="fit")
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
        """Say as much as looks well in a line of this many pixels."""
        if width != self._width:
            self._width = width
            self._fit()

    def _fit(self) -> None:
        if self._choices:
            chosen = usual(self._choices)
            text = cost(chosen)
            if self._width < _SPARSE:
                text = text.split(",")[-1].strip()
            self.words.setText(text)
        self.words.setVisible(self._width >= _BRIEF)

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
