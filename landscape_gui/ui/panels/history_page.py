"""Training history of all open runs, and of those that are being trained."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from landscape_gui.ui.curve_building import HistoryQuantity, history_lines
from landscape_gui.ui.panels.parts import MARGIN, SCALES, Segmented
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.curve_view import CurveView

QUANTITIES: tuple[tuple[HistoryQuantity, str], ...] = (
    ("train_loss", "Training loss"),
    ("dev_loss", "Development loss"),
    ("dev_error", "Development error"),
)


class HistoryPage(QWidget):
    """One plot against epochs, dashed for training from scratch."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._quantity: HistoryQuantity = "train_loss"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, 4)
        self.quantities = Segmented(QUANTITIES, "Quantity")
        self.quantities.set_current(self._quantity)
        self.quantities.chosen.connect(self._choose)
        row.addWidget(self.quantities)
        row.addStretch(1)
        self.scale = Segmented(SCALES, "Scale")
        self.scale.set_current("linear")
        self.scale.chosen.connect(self._choose_scale)
        row.addWidget(self.scale)
        column.addLayout(row)
        self.plot = CurveView()
        self.plot.set_theme(theme)
        self.plot.set_empty_text("Nothing is known of the training of this run.")
        column.addWidget(self.plot, 1)
        session.landscapes_changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh)
        session.history_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme's colours to the plot."""
        self.plot.set_theme(theme)

    @property
    def quantity(self) -> HistoryQuantity:
        """What is drawn against epochs."""
        return self._quantity

    def refresh(self) -> None:
        """Show what is known now."""
        session = self._session
        lines = history_lines(session.landscapes.values(), session.training, self._quantity)
        title = dict(QUANTITIES)[self._quantity].lower()
        self.plot.set_lines(lines, "epoch", title)

    def _choose_scale(self, key: str) -> None:
        self.plot.set_log(key == "log")

    def _choose(self, key: str) -> None:
        for quantity, _ in QUANTITIES:
            if quantity == key:
                self._quantity = quantity
        self.refresh()
