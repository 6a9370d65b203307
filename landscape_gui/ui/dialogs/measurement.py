"""New surface or new curve of a training run: checked while typing, by the specs themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.engine.events import Failed, RunDescription
from landscape_gui.specs import CurveSpec, LayerGroup, SurfaceSpec, TaskSpec
from landscape_gui.ui.dialogs.accuracy_fields import AccuracyFields
from landscape_gui.ui.dialogs.axis2_fields import Axis2Fields
from landscape_gui.ui.dialogs.fields import (
    CountField,
    PathField,
    RangeField,
    add_row,
    dialog_buttons,
    form,
    problem_words,
)
from landscape_gui.ui.dialogs.task_fields import TaskFields
from landscape_gui.ui.landscape_model import group_span
from landscape_gui.ui.panels.parts import label, rule

DEFAULT_EXAMPLES = 512


class MeasurementDialog(QDialog):
    """Opens at once; fills in what the run holds when the engine has looked at it.

    Attributes
    ----------
    requested
        ``(SurfaceSpec | CurveSpec, Path)``: the job and its file, when the user starts it.
    """

    requested = Signal(object, object)

    def __init__(
        self, run: Path, kind: Literal["surface", "curve"], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._run, self._kind = run, kind
        self._known: dict[str, Any] = {}
        self.setWindowTitle("New surface" if kind == "surface" else "New curve")
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(f"{self.windowTitle()} of {run.name}", "title"))
        self.facts = label("Reading the run…", "muted", wrap=True)
        self.facts.setToolTip(str(run))
        column.addWidget(self.facts)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        column.addWidget(self.busy)
        column.addWidget(rule())
        self._build_fields(column)
        self.problem = label(role="warning", wrap=True)
        self.problem.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        column.addWidget(self.problem)
        self.buttons, start = dialog_buttons("Measure")
        assert start is not None
        self.start = start
        self.buttons.rejected.connect(self.reject)
        self.buttons.accepted.connect(self._start)
        column.addWidget(self.buttons)
        self._described = False
        self._check()

    def _build_fields(self, column: QVBoxLayout) -> None:
        self.base = PathField("directory", "Base model")
        self.base.edit.setPlaceholderText("The model directory that training began from")
        self.task = TaskFields()
        self.axis2 = Axis2Fields(self)
        self.group = QComboBox()
        self.group.setAccessibleName("Layers")
        self.group.addItem("Whole model", None)
        self.points = QSpinBox()
        self.points.setAccessibleName("Points per axis")
        self.points.setRange(2, 4001 if self._kind == "surface" else 100_001)
        self.points.setValue(41)
        self.range = RangeField("Range", -4.0, 4.0)
        self.accuracy = AccuracyFields(self)
        for only_surfaces in (self.axis2, self.accuracy):
            only_surfaces.setVisible(self._kind == "surface")
        self.train = CountField("Training examples", DEFAULT_EXAMPLES)
        self.dev = CountField("Development examples", DEFAULT_EXAMPLES)
        self.precision = QComboBox()
        self.precision.setAccessibleName("Precision")
        for text, value in (
            ("float32", "float32"),
            ("bfloat16", "bfloat16"),
            ("Automatic: the faster one where it agrees", "auto"),
        ):
            self.precision.addItem(text, value)
        self.out = PathField("save", "File")
        self.out.path = self._run.parent / f"{self._run.name}.landscape.h5"
        self._base_row = form()
        add_row(self._base_row, "Base model", self.base)
        column.addLayout(self._base_row)
        column.addWidget(self.task)
        self._base_row.setRowVisible(self.base, False)
        self.task.hide()
        if self._kind == "surface":
            column.addWidget(self.axis2)
        rows = form()
        add_row(rows, "Layers", self.group)
        add_row(rows, "Points per axis" if self._kind == "surface" else "Points", self.points)
        add_row(rows, "Range", self.range)
        column.addLayout(rows)
        if self._kind == "surface":
            column.addWidget(self.accuracy)
        rows = form()
        add_row(rows, "Training examples", self.train)
        add_row(rows, "Development examples", self.dev)
        add_row(rows, "Precision", self.precision)
        add_row(rows, "File", self.out)
        column.addLayout(rows)
        for field in (self.base, self.task, self.axis2, self.range, self.train, self.dev, self.out):
            field.edited.connect(self._check)
        self.accuracy.edited.connect(self._check_and_fit)
        self.group.currentIndexChanged.connect(self._check)
        self.points.valueChanged.connect(self._check)
        self.precision.currentIndexChanged.connect(self._check)

    @property
    def run(self) -> Path:
        """The run directory."""
        return self._run

    @property
    def known_base(self) -> Path | None:
        """The base model that is known without asking."""
        return self._known.get("base")

    @property
    def known_task(self) -> TaskSpec | None:
        """The task that is known without asking."""
        return self._known.get("task")

    # -- what is known -------------------------------------------------------------------------

    def show_description(self, answer: RunDescription | Failed) -> None:
        """Fill in what the engine found in the run directory."""
        self.busy.hide()
        if isinstance(answer, Failed):
            self.facts.setText(f"{answer.message} {answer.hint}".strip())
            self.facts.setProperty("role", "warning")
            self.facts.style().polish(self.facts)
            self._check()
            return
        self._described = True
        parts = [
            Path(answer.model).name,
            f"{answer.layer_count} layers",
            f"{answer.checkpoints} checkpoints",
        ]
        if answer.task:
            parts.insert(1, answer.task)
        self.facts.setText("  ·  ".join(part for part in parts if part))
        if answer.message:
            self.facts.setText(f"{self.facts.text()}\n{answer.message}")
        self._base_row.setRowVisible(self.base, answer.needs_base and "base" not in self._known)
        self.task.setVisible(answer.needs_task and "task" not in self._known)
        for group in answer.groups:
            self.add_group(group)
        self._check()
        self.adjustSize()

    def use_known(self, fields: dict[str, Any]) -> None:
        """Take over base, task and device of an open landscape of the same run."""
        self._known = {k: v for k, v in fields.items() if v is not None and k != "run"}
        self._check()

    def set_defaults(self, precision: str, device: str) -> None:
        """Begin with what the preferences say, where nothing else is known."""
        self.precision.setCurrentIndex(max(0, self.precision.findData(precision)))
        self._known.setdefault("device", device)

    def add_group(self, group: LayerGroup) -> None:
        """Offer a layer group."""
        if self.group.findText(group.name) < 0:
            self.group.addItem(f"{group.name}: {group_span(group)}", group)

    # -- the spec ------------------------------------------------------------------------------

    def spec(self) -> SurfaceSpec | CurveSpec:
        """The job as typed.

        Raises
        ------
        pydantic.ValidationError
            If something typed cannot be.
        """
        fields: dict[str, Any] = {
            k: v for k, v in self._known.items() if k in ("base", "task", "device")
        }
        fields |= {
            "run": self._run,
            "group": self.group.currentData(),
            "precision": self.precision.currentData(),
            "examples": {"train": self.train.count, "dev": self.dev.count},
        }
        # isHidden, not isVisible: the dialog itself may not be shown yet.
        if self._base_row.isRowVisible(self.base):
            fields["base"] = self.base.path
        if not self.task.isHidden():
            fields["task"] = self.task.fields()
        if self._kind == "curve":
            return CurveSpec(**fields, alpha_range=self.range.range, points=self.points.value())
        lattice = {
            "alpha_range": self.range.range,
            "beta_range": self.range.range,
            "alpha_points": self.points.value(),
            "beta_points": self.points.value(),
        }
        fields |= self.accuracy.fields()
        return SurfaceSpec(**fields, axis2=self.axis2.fields(), lattice=lattice)  # type: ignore[arg-type]

    def _what_is_wrong(self) -> str:
        if self._kind == "surface" and (problem := self.axis2.problem()):
            return problem
        if self._base_row.isRowVisible(self.base) and (problem := self.base.problem()):
            return problem
        if not self.task.isHidden() and (problem := self.task.problem()):
            return problem
        try:
            self.spec()
        except ValidationError as error:
            return problem_words(error)
        return self.out.problem()

    def _check(self) -> None:
        problem = self._what_is_wrong()
        self.start.setEnabled(self._described and not problem)
        self.problem.setProperty("role", "warning" if problem else "muted")
        self.problem.style().polish(self.problem)
        if problem:
            self.problem.setText(problem)
            return
        surface = self._kind == "surface"
        count = f"{self.points.value() ** (2 if surface else 1):,} points"
        if surface and self.accuracy.estimates:
            words = f"Up to {count}: those that a good estimate cannot spare, coarse to fine."
        else:
            words = f"{count}, coarse to fine; the window shows them as they are measured."
        self.problem.setText(words)

    def _check_and_fit(self) -> None:
        self._check()
        self.adjustSize()

    def _start(self) -> None:
        self.requested.emit(self.spec(), self.out.path)
        self.accept()
