"""Above the views: what is shown, which of its pages, and which metric."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from landscape_gui.specs import METRICS
from landscape_gui.ui.accuracy import WITHIN_EXPLAINED, points_words
from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.menus import PAGES
from landscape_gui.ui.panels.parts import MARGIN, ElidedLabel, Segmented
from landscape_gui.ui.plot_naming import plot_title
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.session import Selection, Session
from landscape_gui.ui.side_panels import Side
from landscape_gui.ui.wording import METRIC_LABELS


class PlotHeader(QFrame):
    """Title to the left; page and metric to the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "header")
        # Two lines: a long name or title has half of the window to be read in.
        grid = QGridLayout(self)
        grid.setContentsMargins(MARGIN, 9, MARGIN, 9)
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        right = Qt.AlignmentFlag.AlignRight
        self.title = ElidedLabel(role="title")
        self.subtitle = ElidedLabel(role="muted")
        grid.addWidget(self.title, 0, 1)
        grid.addWidget(self.subtitle, 1, 0, 1, 2)
        self.metrics = Segmented([(m, METRIC_LABELS[m]) for m in METRICS], "Metric")
        self.metrics.chosen.connect(self.choose_metric)
        grid.addWidget(self.metrics, 1, 2, right)
        self.pages = Segmented(PAGES, "Page")
        self.pages.chosen.connect(self.show_page)
        grid.addWidget(self.pages, 0, 2, right)
        session.selection_changed.connect(self._refresh)
        session.view_changed.connect(self._refresh)
        session.data_changed.connect(self._refresh)
        session.comparison.items_changed.connect(self._refresh)
        self._refresh()

    def add_side_buttons(self, actions: dict[Side, QAction]) -> None:
        """At both ends, buttons that show and hide the panel there."""
        columns: dict[Side, int] = {"left": 0, "right": 3}
        for side, column in columns.items():
            action = actions[side]
            tool = QToolButton()
            tool.setAccessibleName(f"Show the {side} panel")
            tool.setToolTip(f"{side.capitalize()} panel ({action.shortcut().toString()})")
            tool.setProperty("role", "panel")
            tool.setCheckable(True)
            tool.setChecked(action.isChecked())
            set_icon(tool, f"panel-{side}")
            tool.clicked.connect(action.trigger)
            action.toggled.connect(tool.setChecked)
            self._grid.addWidget(tool, 0, column)

    def show_page(self, page: str) -> None:
        """Look at the surfaces, the curves or the history of the landscape, or compare several."""
        if page == "compare":
            self._session.comparing = True
            return
        self._session.comparing = False
        model, selection = self._session.model, self._session.selection
        if model is None or selection is None or selection.kind == page:
            return
        if page == "history":
            self._session.select(Selection(model.path, "history"))
        elif page in ("surface", "curve"):
            kind = "surface" if page == "surface" else "curve"
            plots = model.of_kind(kind)
            first = next((p.name for p in plots if not p.group), plots[0].name if plots else "")
            self._session.select(Selection(model.path, kind, first))

    def choose_metric(self, key: str) -> None:
        """Draw another metric."""
        for metric in METRICS:
            if metric == key:
                self._session.metric = metric

    def _name_comparison(self) -> None:
        comparison = self._session.comparison
        count = len(comparison.items)
        self.title.setText("Compare")
        words = "1 panel" if count == 1 else f"{count} panels"
        self.subtitle.setText(comparison.title or words)
        self.metrics.hide()
        self.pages.set_current("compare")

    def _refresh(self) -> None:
        model, plot = self._session.model, self._session.plot
        selection = self._session.selection
        self.pages.setEnabled(model is not None)
        if self._session.comparing:
            self._name_comparison()
            return
        if model is None or selection is None:
            self.title.setText("Training")
            self.subtitle.setText("The landscape follows when it is measured")
            self.metrics.hide()
            self.pages.set_current("history")
            return
        self.title.setText(run_titles(self._session.landscapes.values())[model.path])
        if selection.kind == "history":
            self.subtitle.setText("Training history")
        elif plot is None:
            self.subtitle.setText(f"No {selection.kind} yet")
        else:
            words = points_words(plot, self._session.metric)
            what, dot, axis = plot_title(plot).partition(" · ")
            self.subtitle.setText(axis, stays=f"  ·  {words}", head=what + dot)
            if plot.errors and plot.done < plot.total:
                self.subtitle.setToolTip(f"{self.subtitle.text()}\n{WITHIN_EXPLAINED}")
        self.pages.set_current(selection.kind)
        self.metrics.setVisible(selection.kind != "history")
        self.metrics.set_available(self._session.available_metrics())
        self.metrics.set_current(self._session.metric)
