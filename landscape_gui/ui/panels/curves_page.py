"""1D curves of all open runs in one plot, the selected one in front."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from landscape_gui.ui.curve_building import curve_lines
from landscape_gui.ui.panels.parts import MARGIN, SCALES, Segmented, button, label
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.curve_view import CurveView
from landscape_gui.ui.wording import METRIC_TITLES


class CurvesPage(QWidget):
    """The curves, or an offer to measure one."""

    compute_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.plot = CurveView()
        self.plot.set_theme(theme)
        filled = QWidget()
        rows = QVBoxLayout(filled)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, 4)
        row.addStretch(1)
        self.scale = Segmented(SCALES, "Scale")
        self.scale.set_current("linear")
        self.scale.chosen.connect(self._choose_scale)
        row.addWidget(self.scale)
        rows.addLayout(row)
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

    def refresh(self) -> None:
        """Show what is measured now."""
        session = self._session
        selected = session.plot if session.plot and session.plot.kind == "curve" else None
        lines = curve_lines(session.landscapes.values(), selected, session.metric)
        self._pages.setCurrentIndex(0 if lines else 1)
        if selected is not None and selected.group:
            title, origin, end = f"α  (layers “{selected.group}”)", "fine-tuned", "rolled back"
            marks = ((-1.0, end), (0.0, origin))
        else:
            title = "α  (direction to the fine-tuned model)"
            marks = ((0.0, "start"), (1.0, "fine-tuned"))
        self.plot.set_vertical_marks(marks)
        self.plot.set_lines(lines, title, METRIC_TITLES[session.metric])

    def _choose_scale(self, key: str) -> None:
        self.plot.set_log(key == "log")
