"""Fields for how exact a surface is to be: every point, or estimates within a tolerance."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QVBoxLayout, QWidget

from landscape_gui.specs import SurfaceSpec
from landscape_gui.ui.dialogs.fields import LABEL_WIDTH, row_label
from landscape_gui.ui.dialogs.spec_fields import SpecForm, facts
from landscape_gui.ui.panels.parts import label

DEFAULT_TOLERANCE = 0.01
_HELP = (
    "A point is skipped once its estimate is known to be good; 95 % of all points are then right "
    "to this share of each loss's range. Every point says whether it is measured, and how far off "
    "it may be."
)


class AccuracyFields(QWidget):
    """Whether points may be estimated, how good an estimate has to be, and by what."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = SpecForm(SurfaceSpec)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._form)
        self.kind = QComboBox()
        self.kind.addItem("Every point: exact", "exact")
        self.kind.addItem("Estimate where it is safe: a fraction of the time", "estimate")
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setAccessibleName("Tolerance in per cent of the range")
        of = facts(SurfaceSpec, "tolerance")
        assert of.low is not None
        assert of.high is not None
        self.tolerance.setRange(100 * of.low, 100 * of.high)
        self.tolerance.setDecimals(2)
        self.tolerance.setSingleStep(0.5)
        self.tolerance.setSuffix(" % of the range")
        self.tolerance.setValue(100 * DEFAULT_TOLERANCE)
        self.few = QCheckBox("Measure points on few examples where that is cheaper")
        self.few.setChecked(True)
        self.few.setToolTip(
            "Of each point, only the examples that cannot be foretold from the points around it."
        )
        self.help = label(_HELP, "muted", wrap=True)
        self.help.setContentsMargins(LABEL_WIDTH + self._form.rows.horizontalSpacing(), 0, 0, 0)
        self._form.rows.addRow(row_label("Accuracy", self.kind), self.kind)
        self.kind.setAccessibleName("Accuracy")
        self._form.add("tolerance", self.tolerance)
        self._form.add("two_fidelity", self.few, " ")
        self.few.setAccessibleName(self.few.text())
        column.addWidget(self.help)
        self.kind.currentIndexChanged.connect(self._changed)
        self._form.edited.connect(self.edited)
        self.few.toggled.connect(self.edited)
        self._changed()

    @property
    def estimates(self) -> bool:
        """Whether points may be estimated."""
        return self.kind.currentData() == "estimate"

    def fields(self) -> dict[str, Any]:
        """Arguments for a SurfaceSpec, as typed; none where every point is measured."""
        if not self.estimates:
            return {}
        return {
            "tolerance": round(self.tolerance.value() / 100, 6),
            "two_fidelity": "auto" if self.few.isChecked() else "off",
        }

    def _changed(self) -> None:
        for name in ("tolerance", "two_fidelity"):
            self._form.show_row(name, self.estimates)
        self.help.setVisible(self.estimates)
        self.edited.emit()
