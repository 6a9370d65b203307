"""The rollback table (Hao et al. 2019, Table 1): to sort, to read, to copy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.specs import METRICS, Metric, RollbackSpec
from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.job_control import JobControl
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.rollback_table import (
    Quantity,
    RollbackRow,
    as_latex,
    as_markdown,
    as_text,
    cells,
    headings,
    rollback_rows,
)
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import METRIC_LABELS, examples_text

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_NOTHING = Quantity(math.nan)
COPIED_AS: tuple[tuple[str, Callable[[Sequence[RollbackRow], Sequence[Metric]], str]], ...] = (
    ("Text", as_text),
    ("Markdown", as_markdown),
    ("LaTeX", as_latex),
)


class RollbackTableModel(QAbstractTableModel):
    """Rows of the table in the order chosen; an unknown number comes last either way."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[RollbackRow] = []
        self.metrics: tuple[Metric, ...] = METRICS
        self._sorted: tuple[int, Qt.SortOrder] | None = None

    def show_rows(self, rows: Sequence[RollbackRow], metrics: Sequence[Metric]) -> None:
        """Show these rows with columns for these metrics, in the order that was chosen."""
        self.beginResetModel()
        if len(metrics) != len(self.metrics) and self._sorted and self._sorted[0] > 1:
            self._sorted = None  # its column may be another metric's now, or gone
        self.rows, self.metrics = list(rows), tuple(metrics)
        self._arrange()
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        """Number of combinations."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        """Combination, share, and two for each metric."""
        return 0 if parent.isValid() else 2 + 2 * len(self.metrics)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and alignment."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = cells(self.rows[index.row()], self.metrics)[index.column()]
            return text if role == Qt.ItemDataRole.DisplayRole or not index.column() else None
        return _aligned(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Titles with units."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return headings(self.metrics)[section]
        return _aligned(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column's numbers; by no column, as the table was made."""
        self.layoutAboutToBeChanged.emit()
        self._sorted = (column, order) if column >= 0 else None
        self._arrange()
        self.layoutChanged.emit()

    def _arrange(self) -> None:
        if self._sorted is None:
            return
        column, order = self._sorted
        down = order == Qt.SortOrder.DescendingOrder
        if column == 0:
            self.rows.sort(key=lambda row: (len(row.names), row.title), reverse=down)
            return
        known = [row for row in self.rows if not math.isnan(self._number(row, column))]
        unknown = [row for row in self.rows if math.isnan(self._number(row, column))]
        known.sort(key=lambda row: self._number(row, column), reverse=down)
        self.rows = known + unknown

    def _number(self, row: RollbackRow, column: int) -> float:
        if column == 1:
            return row.share
        metric = self.metrics[(column - 2) // 2]
        return (row.changes if column % 2 else row.values).get(metric, _NOTHING).value


class RollbackTableDialog(QDialog):
    """All measured combinations; grows while more are measured.

    Attributes
    ----------
    measure_requested
        The usual combinations that are missing are to be measured.
    more_requested
        Combinations are to be chosen.
    """

    measure_requested = Signal()
    more_requested = Signal()

    def __init__(self, session: Session, jobs: JobControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._jobs = session, jobs
        self.setWindowTitle("Rollback table")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("Rollback table", "title"))
        self.facts = label(role="muted", wrap=True)
        column.addWidget(self.facts)
        choice = QHBoxLayout()
        choice.setSpacing(14)
        self.choices: dict[Metric, QCheckBox] = {}
        for metric in METRICS:
            box = QCheckBox(METRIC_LABELS[metric])
            box.setChecked(True)
            box.toggled.connect(self._refresh)
            self.choices[metric] = box
            choice.addWidget(box)
        choice.addStretch(1)
        column.addLayout(choice)
        self.table_model = RollbackTableModel(self)
        self.view = self._make_view()
        column.addWidget(self.view, 1)
        self.note = label(role="muted", wrap=True)
        column.addWidget(self.note)
        column.addLayout(self._make_buttons())
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.activated.connect(self._copy_text)
        for signal in (session.rollback_changed, session.landscapes_changed, jobs.changed):
            signal.connect(self._refresh)
        self._refresh()
        self.resize(self._fitting_width(), 460)

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.table_model)
        view.setAccessibleName("Rollback table")
        view.setSortingEnabled(True)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setShowGrid(False)
        view.setProperty("role", "sortable")
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setAlternatingRowColors(True)
        view.setWordWrap(False)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 12)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        return view

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(label("Copy as", "muted"))
        self.copies = {}
        for name, write in COPIED_AS:
            made = button(name, "", f"Copy the table as {name}, as it is sorted", "copy")
            made.clicked.connect(lambda _=False, write=write: self._copy(write))
            self.copies[name] = made
            row.addWidget(made)
        row.addStretch(1)
        self.measure = button("Measure missing", "", "Each group, none, and all", "play")
        self.measure.clicked.connect(self.measure_requested)
        self.more = button("More…", "", "Choose groups and combinations to measure")
        self.more.clicked.connect(self._ask_for_more)
        row.addWidget(self.more)
        row.addWidget(self.measure)
        box, _ = dialog_buttons()
        box.rejected.connect(self.reject)
        row.addWidget(box)
        return row

    # -- state ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        model = self._session.model
        rows = rollback_rows(model) if model is not None else []
        metrics: list[Metric] = [metric for metric, box in self.choices.items() if box.isChecked()]
        self.table_model.show_rows(rows, metrics)
        self._fit_columns()
        if model is not None:
            examples = model.rollback.examples
            text = f"{model.run.name}: layer groups put back to their values before fine-tuning"
            on = f", on {examples_text(examples)} examples" if examples else ""
            self.facts.setText(f"{text}{on}.")
        paired = all(q.paired for row in rows for q in row.changes.values())
        self.note.setText(
            "± is the standard error over the examples; that of a change is from the differences "
            "of the single examples."
            if paired
            else "± is the standard error over the examples. Changes that were measured with a "
            "surface have that of independent samples, which is too large: “Measure missing” "
            "mends that."
        )
        for made in self.copies.values():
            made.setEnabled(bool(rows))
        measuring = any(
            isinstance(job.spec, RollbackSpec) and (job.active or job.status == "queued")
            for job in self._jobs.jobs
        )
        self.measure.setText("Measuring…" if measuring else "Measure missing")
        self.measure.setEnabled(not measuring and model is not None)

    def _fit_columns(self) -> None:
        header = self.view.horizontalHeader()
        self.view.resizeColumnsToContents()
        for section in range(header.count()):
            header.resizeSection(section, min(header.sectionSize(section), 320))

    def _fitting_width(self) -> int:
        header = self.view.horizontalHeader()
        wanted = sum(header.sectionSize(k) for k in range(header.count())) + 60
        return max(720, min(wanted, round(0.95 * self.screen().availableSize().width())))

    def _ask_for_more(self) -> None:
        self.accept()
        self.more_requested.emit()

    # -- copying -------------------------------------------------------------------------------

    def _copy_text(self) -> None:
        self._copy(as_text)

    def _copy(self, write: Callable[[Sequence[RollbackRow], Sequence[Metric]], str]) -> None:
        QGuiApplication.clipboard().setText(write(self.table_model.rows, self.table_model.metrics))


def _aligned(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignRight
    return side | Qt.AlignmentFlag.AlignVCenter
