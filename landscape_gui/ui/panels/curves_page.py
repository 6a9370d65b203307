"""1D curves of all open runs in one plot, the selected one in front."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from landscape_gui.ui.curve_building import curve_lines
from landscape_gui.ui.panels.line_plot import LinePlot
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.wording import METRIC_TITLES


class CurvesPage(QWidget):
    """The curves, or an offer to measure one."""

    compute_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.plot = LinePlot(theme)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.plot)
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
        group = f"layers “{selected.group}”" if selected is not None and selected.group else ""
        alpha = f"α  ({group}: 0 fine-tuned, −1 rolled back)" if group else "α  (0 start, 1 fine-tuned)"
        self.plot.show_lines(lines, alpha, METRIC_TITLES[session.metric])
