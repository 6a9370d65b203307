"""Fields for a TaskSpec: which task, where its data is, which columns hold it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from landscape_gui.specs import TaskName, TaskSpec
from landscape_gui.ui.dialogs.fields import PathField
from landscape_gui.ui.dialogs.spec_fields import SpecForm, choice, facts

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
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = SpecForm(TaskSpec, "task.")
        column.addWidget(self.form)
        words = {str(name): title for name, title in TASK_TITLES.items()}
        self.task = choice(facts(TaskSpec, "name"), words)
        self.data = PathField("data", "Data")
        self.data.edit.setPlaceholderText("Directory or file; empty: from the Hub")
        self.text_columns = QLineEdit()
        self.text_columns.setPlaceholderText("One or two column names, separated by a comma")
        self.label_column = QLineEdit(facts(TaskSpec, "label_column").default)
        self.form.add("name", self.task)
        self.form.add("data", self.data)
        self.form.add("text_columns", self.text_columns)
        self.form.add("label_column", self.label_column)
        self.form.edited.connect(self._changed)
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

    def problems(self, found: Mapping[str, str]) -> dict[str, str]:
        """What is wrong, by field: what the spec found, and what only the disk can tell."""
        problems = dict(found)
        if "task" in problems:  # of the fields together: the first that is missing
            missing = "data" if self.data.path is None else "text_columns"
            problems[f"task.{missing}"] = problems.pop("task")
        if self.data.path is not None and (problem := self.data.problem()):
            problems["task.data"] = problem
        return problems

    def show_task(self, task: TaskSpec) -> None:
        """Fill in what is known."""
        self.task.setCurrentIndex(self.task.findData(task.name))
        self.data.path = Path(task.data) if task.data is not None else None
        self.text_columns.setText(", ".join(task.text_columns))
        self.label_column.setText(task.label_column)

    def _changed(self) -> None:
        custom = self.task.currentData() == "custom"
        self.form.show_row("text_columns", custom)
        self.form.show_row("label_column", custom)
        self.edited.emit()
