"""Train a model: fine-tuning from its weights, or the same network from scratch."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from landscape_gui.specs import TrainSpec
from landscape_gui.ui.dialogs.fields import CountField, PathField
from landscape_gui.ui.dialogs.job_dialog import JobDialog
from landscape_gui.ui.dialogs.spec_fields import (
    SpecForm,
    choice,
    facts,
    fraction,
    problems_of,
    whole_number,
    whole_value,
)
from landscape_gui.ui.dialogs.task_fields import TaskFields

AS_IN_THE_PAPER = "as in the paper"
STARTS = {
    "pretrained": "Fine-tune from its weights",
    "scratch": "From scratch: random weights",
}


class TrainDialog(JobDialog):
    """Asks for a TrainSpec.

    Attributes
    ----------
    requested
        The TrainSpec, when the user starts it.
    """

    requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Train a model",
            "The start point and the weights after every epoch are kept.",
            "Train",
            parent,
        )
        self.setWindowTitle("Train")
        self.model = QLineEdit()
        self.model.setPlaceholderText("Directory of a model, or its name on the Hub")
        self.init = choice(facts(TrainSpec, "init"), STARTS)
        self.task = TaskFields()
        self.epochs = whole_number(facts(TrainSpec, "epochs"), AS_IN_THE_PAPER)
        self.batch = whole_number(facts(TrainSpec, "batch_size"), AS_IN_THE_PAPER)
        self.rate = fraction(facts(TrainSpec, "learning_rate"), AS_IN_THE_PAPER, 7, 1e-5)
        self.train = CountField("Training examples", facts(TrainSpec, "train_examples").default)
        self.dev = CountField("Development examples", facts(TrainSpec, "dev_examples").default)
        self.seed = whole_number(facts(TrainSpec, "seed"))
        self.out = PathField("save", "Directory of the run")
        top, rows = SpecForm(TrainSpec), SpecForm(TrainSpec)
        top.add("model", self.model)
        top.add("init", self.init)
        rows.add("epochs", self.epochs)
        rows.add("learning_rate", self.rate)
        rows.add("batch_size", self.batch)
        rows.add("train_examples", self.train)
        rows.add("dev_examples", self.dev)
        rows.add("seed", self.seed)
        rows.add("out", self.out)
        for part in (top, self.task, rows):
            self.fields.addWidget(part)
        self.fields.addStretch(1)
        for form in (top, rows):
            form.edited.connect(self._check)
        self.task.edited.connect(self._check_and_fit)
        self._check_and_fit()

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
            "epochs": whole_value(self.epochs),
            "learning_rate": self.rate.value() or None,
            "batch_size": whole_value(self.batch),
            "train_examples": self.train.count,
            "dev_examples": self.dev.count,
            "seed": self.seed.value(),
            "out": self.out.path,
        }
        return TrainSpec(**fields)

    def _problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        try:
            self.spec()
        except ValidationError as error:
            found = problems_of(error)
        if not self.model.text().strip():
            found = {"model": "Name a model."} | found | {"model": "Name a model."}
        found = self.task.problems(found)
        path = self.out.path
        if path is None:
            found["out"] = "Name a directory for the run."
        elif path.is_file() or (path.is_dir() and any(path.iterdir())):
            found["out"] = f"{path} exists already and is not an empty directory."
        elif not path.parent.is_dir():
            found["out"] = f"The directory {path.parent} does not exist."
        return found

    def _check(self) -> None:
        problem = self.show_problems(self._problems())
        self.start.setEnabled(not problem)
        self.show_state(problem, self._estimate())

    def _estimate(self) -> str:
        """What can be told before the data are read."""
        examples, epochs, batch = (
            self.train.count,
            whole_value(self.epochs),
            whole_value(self.batch),
        )
        if examples is None or epochs is None or batch is None:
            return "The number of steps is told once the data are read."
        steps = epochs * -(-examples // batch)
        return f"Estimate: {steps:,} steps of {batch} examples."

    def _start(self) -> None:
        self.requested.emit(self.spec())
        self.accept()
