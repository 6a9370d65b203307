"""Fields for a TaskSpec: which task, where its data is, which columns hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from landscape_gui.specs import TaskName, TaskSpec
from landscape_gui.ui.dialogs.fields import PathField, add_row, form

TASK_TITLES: dict[TaskName, str] = {
    "mnli": "MNLI",
    "rte": "RTE",
    "sst2": "SST-2",
    "mrpc": "MRPC",
    "custom": "Own data",
}


class TaskFields(QWidget):
    """A task by name, or own data with its columns."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form()
        self._form.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._form)
        self.task = QComboBox()
        self.task.setAccessibleName("Task")
        for name in get_args(TaskName):
            self.task.addItem(TASK_TITLES[name], name)
        self.data = PathField("data", "Data")
        self.data.edit.setPlaceholderText("Directory or file; empty loads the task from the Hub")
        self.text_columns = QLineEdit()
        self.text_columns.setPlaceholderText("One or two column names, separated by a comma")
        self.text_columns.setAccessibleName("Text columns")
        self.label_column = QLineEdit("label")
        self.label_column.setAccessibleName("Label column")
        add_row(self._form, "Task", self.task)
        add_row(self._form, "Data", self.data)
        add_row(self._form, "Text columns", self.text_columns)
        add_row(self._form, "Label column", self.label_column)
        self.task.currentIndexChanged.connect(self._changed)
        self.data.edited.connect(self.edited)
        self.text_columns.textChanged.connect(self.edited)
        self.label_column.textChanged.connect(self.edited)
        self._changed()

    def fields(self) -> dict[str, Any]:
        """Arguments for a TaskSpec, as typed."""
        name = self.task.currentData()
        columns = [part.strip() for part in self.text_columns.text().split(",")]
        fields: dict[str, Any] = {"name": name, "data": self.data.path}
        if name == "custom":
            fields["text_columns"] = tuple(part for part in columns if part)
            fields["label_column"] = self.label_column.text().strip() or "label"
        return fields

    def problem(self) -> str:
        """What is wrong with the data's path."""
        return self.data.problem() if self.data.path is not None else ""

    def show_task(self, task: TaskSpec) -> None:
        """Fill in what is known."""
        self.task.setCurrentIndex(self.task.findData(task.name))
        self.data.path = Path(task.data) if task.data is not None else None
        self.text_columns.setText(", ".join(task.text_columns))
        self.label_column.setText(task.label_column)

    def _changed(self) -> None:
        custom = self.task.currentData() == "custom"
        self._form.setRowVisible(self.text_columns, custom)
        self._form.setRowVisible(self.label_column, custom)
        self.edited.emit()
