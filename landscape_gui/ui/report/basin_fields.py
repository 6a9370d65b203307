"""How far the loss may rise within a basin: as a loss, and as a share of how far it fell."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QVBoxLayout, QWidget

from landscape_gui.figures.report.basin_claim import Tolerated


class BasinFields(QWidget):
    """The two ε of a report.

    Attributes
    ----------
    edited
        Another ε is typed.
    """

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        standard = Tolerated()
        self.absolute, self.share = QDoubleSpinBox(), QDoubleSpinBox()
        self.absolute.setRange(0.001, 1000)
        self.absolute.setDecimals(3)
        self.absolute.setSingleStep(0.05)
        self.absolute.setValue(standard.absolute)
        self.share.setRange(0.1, 100)
        self.share.setDecimals(1)
        self.share.setSingleStep(5)
        self.share.setSuffix(" % of the fall")
        self.share.setValue(100 * standard.share)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        above = "above the fine-tuned model's."
        for field, name, help_ in (
            (
                self.absolute,
                "ε as a loss",
                f"The basin is where the training loss is at most this much {above}",
            ),
            (
                self.share,
                "ε as a share of the fall",
                "The same as a share of how far the loss fell from the start to the end of "
                f"training: at most so much {above}",
            ),
        ):
            field.setPrefix("ε = ")
            field.setAccessibleName(name)
            field.setAccessibleDescription(help_)
            field.setToolTip(f"<p>{help_}</p>")
            field.valueChanged.connect(self.edited)
            column.addWidget(field)

    @property
    def tolerated(self) -> Tolerated:
        """Both as typed."""
        return Tolerated(self.absolute.value(), self.share.value() / 100)
