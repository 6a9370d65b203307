"""1D curves of all open runs in one plot, the selected one in front."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from landscape_gui.ui.curve_building import CURVE_UNITS, CurveUnit, curve_lines
from landscape_gui.ui.panels.parts import MARGIN, SCALES, SPACING, Segmented, button, label
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.curve_view import CurveView
from landscape_gui.ui.wording import METRIC_TITLES

UNITS_EXPLAINED: dict[CurveUnit, str] = {
    "alpha": "Steps of δ1: 0 is the start, 1 the fine-tuned model.",
    "distance": "Euclidean distance from the fine-tuned model: α in units of ‖δ1‖.",
    "filter": "In units of a filter-normalised direction (Li et al. 2018, §4): 1 moves every\n"
    "filter by its own norm, in the root mean square. Widths of runs can be compared.",
}


class CurvesPage(QWidget):
    """The curves, or an offer to measure one."""

    compute_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._unit: CurveUnit = "alpha"
        self.plot = CurveView()
        self.plot.set_theme(theme)
        filled = QWidget()
        rows = QVBoxLayout(filled)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, 4)
        self.units = Segmented(CURVE_UNITS, "Unit of the axis")
        self.units.set_current("alpha")
        self.units.chosen.connect(self._choose_unit)
        for unit, explained in UNITS_EXPLAINED.items():
            self.units.buttons[unit].setToolTip(explained)
        row.addWidget(self.units)
        row.addStretch(1)
        self.bands = QCheckBox("± standard error")
        self.bands.setChecked(True)
        self.bands.toggled.connect(self.plot.set_bands)
        row.addWidget(self.bands)
        row.addSpacing(SPACING)
        self.scale = Segmented(SCALES, "Scale")
        self.scale.set_current("linear")
        self.scale.chosen.connect(self._choose_scale)
        row.addWidget(self.scale)
        rows.addLayout(row)
        self.missing = label(role="muted", wrap=True)
        self.missing.setContentsMargins(MARGIN, 0, MARGIN, 4)
        rows.addWidget(self.missing)
        rows.addWidget(self.plot, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(filled)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.addStretch(1)
        words = label("No curve is measured yet.", "muted")
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        compute = button("New curve…", "primary")
        compute.clicked.connect(self.compute_requested)
        column.addWidget(compute, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self._pages.addWidget(empty)
        session.landscapes_changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh)
        session.view_changed.connect(self.refresh)
        session.data_changed.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme's colours to the plot."""
        self.plot.set_theme(theme)

    @property
    def unit(self) -> CurveUnit:
        """What the curves are drawn along."""
        return self._unit

    def refresh(self) -> None:
        """Show what is measured now."""
        session = self._session
        selected = session.plot if session.plot and session.plot.kind == "curve" else None
        found = curve_lines(session.landscapes.values(), selected, session.metric, self._unit)
        self._pages.setCurrentIndex(0 if found.lines or found.missing else 1)
        self.plot.set_vertical_marks(found.marks)
        self.plot.set_lines(found.lines, found.title, METRIC_TITLES[session.metric])
        self.missing.setText(_missing_words(found.missing))
        self.missing.setVisible(bool(found.missing))
        self.bands.setEnabled(any(line.error is not None for line in found.lines))

    def _choose_unit(self, key: str) -> None:
        for unit, _ in CURVE_UNITS:
            if unit == key:
                self._unit = unit
        self.refresh()

    def _choose_scale(self, key: str) -> None:
        self.plot.set_log(key == "log")


def _missing_words(names: tuple[str, ...]) -> str:
    if not names:
        return ""
    return (
        f"Left out: {', '.join(names)}. The file does not say how far δ1 moves each filter. "
        "Measuring the same curve again adds it; no point is measured twice."
    )
