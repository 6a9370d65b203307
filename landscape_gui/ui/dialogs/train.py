"""Train a model: fine-tuning from its weights, or the same network from scratch."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.specs import TrainSpec
from landscape_gui.ui.dialogs.fields import (
    CountField,
    PathField,
    add_row,
    dialog_buttons,
    form,
    problem_words,
)
from landscape_gui.ui.dialogs.task_fields import TaskFields
from landscape_gui.ui.panels.parts import label, rule


class TrainDialog(QDialog):
    """Asks for a TrainSpec.

    Attributes
    ----------
    requested
        The TrainSpec, when the user starts it.
    """

    requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Train")
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Train a model", "title"))
        column.addWidget(
            label("The start point and the weights after every epoch are kept.", "muted")
        )
        column.addWidget(rule())
        self.model = QLineEdit()
        self.model.setAccessibleName("Model")
        self.model.setPlaceholderText("Directory of a model, or its name on the Hub")
        self.init = QComboBox()
        self.init.setAccessibleName("Start")
        self.init.addItem("Fine-tune from its weights", "pretrained")
        self.init.addItem("From scratch: random weights", "scratch")
        self.task = TaskFields()
        self.epochs = _optional_spin("Epochs", 10_000)
        self.batch = _optional_spin("Batch size", 100_000)
        self.rate = QDoubleSpinBox()
        self.rate.setAccessibleName("Learning rate")
        self.rate.setDecimals(7)
        self.rate.setRange(0.0, 1.0)
        self.rate.setSingleStep(1e-5)
        self.rate.setSpecialValueText("as in the paper")
        self.train = CountField("Training examples", None)
        self.dev = CountField("Development examples", None)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName("Seed")
        self.out = PathField("save", "Directory of the run")
        top, rows = form(), form()
        add_row(top, "Model", self.model)
        add_row(top, "Start", self.init)
        column.addLayout(top)
        column.addWidget(self.task)
        add_row(rows, "Epochs", self.epochs)
        add_row(rows, "Learning rate", self.rate)
        add_row(rows, "Batch size", self.batch)
        add_row(rows, "Training examples", self.train)
        add_row(rows, "Development examples", self.dev)
        add_row(rows, "Seed", self.seed)
        add_row(rows, "Directory of the run", self.out)
        column.addLayout(rows)
        self.problem = label(role="warning", wrap=True)
        self.problem.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        column.addWidget(self.problem)
        self.buttons, start = dialog_buttons("Train")
        assert start is not None
        self.start = start
        self.buttons.rejected.connect(self.reject)
        self.buttons.accepted.connect(self._start)
        column.addWidget(self.buttons)
        self.model.textChanged.connect(self._check)
        for field in (self.task, self.train, self.dev, self.out):
            field.edited.connect(self._check)
        for spin in (self.epochs, self.batch, self.seed, self.rate):
            spin.valueChanged.connect(self._check)
        self._check()

    def spec(self) -> TrainSpec:
        """The job as typed.

        Raises
        ------
        pydantic.ValidationError
            If something typed cannot be.
        """
        fields: dict[str, Any] = {
            "model": self.model.text().strip(),
            "init": self.init.currentData(),
            "task": self.task.fields(),
            "epochs": self.epochs.value() or None,
            "learning_rate": self.rate.value() or None,
            "batch_size": self.batch.value() or None,
            "train_examples": self.train.count,
            "dev_examples": self.dev.count,
            "seed": self.seed.value(),
            "out": self.out.path,
        }
        return TrainSpec(**fields)

    def _what_is_wrong(self) -> str:
        if not self.model.text().strip():
            return "Name a model."
        if problem := self.task.problem():
            return problem
        path = self.out.path
        if path is None:
            return "Name a directory for the run."
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            return f"{path} exists already and is not an empty directory."
        if not path.parent.is_dir():
            return f"The directory {path.parent} does not exist."
        try:
            self.spec()
        except ValidationError as error:
            return problem_words(error)
        return ""

    def _check(self) -> None:
        problem = self._what_is_wrong()
        self.problem.setText(problem)
        self.start.setEnabled(not problem)

    def _start(self) -> None:
        self.requested.emit(self.spec())
        self.accept()


def _optional_spin(name: str, high: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(0, high)
    spin.setSpecialValueText("as in the paper")
    spin.setAccessibleName(name)
    return spin
