"""New surface or new curve of a training run: checked while typing, by the specs themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from PySide6.QtWidgets import QComboBox, QProgressBar, QWidget

from landscape_gui.engine.events import Failed, RunDescription
from landscape_gui.specs import (
    CurveSpec,
    EvaluationSpec,
    ExamplesSpec,
    LayerGroup,
    SurfaceSpec,
)
from landscape_gui.ui.dialogs.accuracy_fields import AccuracyFields
from landscape_gui.ui.dialogs.axis2_fields import Axis2Fields
from landscape_gui.ui.dialogs.fields import CountField, PathField, RangeField, row_label
from landscape_gui.ui.dialogs.file_job_dialog import FileJobDialog
from landscape_gui.ui.dialogs.spec_fields import (
    SpecForm,
    choice,
    facts,
    whole_number,
)
from landscape_gui.ui.dialogs.task_fields import TaskFields
from landscape_gui.ui.job_estimate import KnownSpeeds, estimate
from landscape_gui.ui.landscape_model import group_span
from landscape_gui.ui.panels.parts import set_role

DEFAULT_EXAMPLES = 512
PRECISIONS = {"tf32": "TF32", "auto": "Automatic: the fastest that agrees with float32"}


class MeasurementDialog(FileJobDialog):
    """Opens at once; fills in what the run holds when the engine has looked at it.

    Attributes
    ----------
    requested
        ``(SurfaceSpec | CurveSpec, Path)``: the job and its file, when the user starts it.
    """

    def __init__(
        self,
        run: Path,
        kind: Literal["surface", "curve"],
        parent: QWidget | None = None,
        speeds: KnownSpeeds | None = None,
    ) -> None:
        name = "New surface" if kind == "surface" else "New curve"
        super().__init__(f"{name} of {run.name}", "Reading the run…", "Measure", parent)
        self.setWindowTitle(name)
        self._run, self._kind = run, kind
        self._speeds = speeds or KnownSpeeds({})
        self._known: dict[str, Any] = {}
        self._description: RunDescription | None = None
        self._described = False
        self.facts.setToolTip(str(run))
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.head.addWidget(self.busy)
        self._build_fields()
        self._check()
        self.fit()

    def _build_fields(self) -> None:
        surface = self._kind == "surface"
        model = SurfaceSpec if surface else CurveSpec
        points, span = (
            ("lattice.alpha_points", "lattice.alpha_range")
            if surface
            else ("points", "alpha_range")
        )
        self._base_form = SpecForm(EvaluationSpec)
        self.base = PathField("directory", "Base model")
        self.base.edit.setPlaceholderText("The model directory that training began from")
        self._base_form.add("base", self.base)
        self.task = TaskFields()
        self.axis2 = Axis2Fields(self)
        self.group = QComboBox()
        self.group.addItem("Whole model", None)
        self.points = whole_number(facts(model, points))
        self.range = RangeField("Range", *facts(model, span).default)
        self.accuracy = AccuracyFields(self)
        for only_surfaces in (self.axis2, self.accuracy):
            only_surfaces.setVisible(surface)
        self.train = CountField("Training examples", DEFAULT_EXAMPLES)
        self.dev = CountField("Development examples", DEFAULT_EXAMPLES)
        self.precision = choice(facts(EvaluationSpec, "precision"), PRECISIONS)
        self.out = PathField("save", "File")
        self.out.path = self._run.parent / f"{self._run.name}.landscape.h5"
        self._shape = SpecForm(model)
        self._shape.add("group", self.group)
        self._shape.add(points, self.points)
        self._shape.add(span, self.range)
        self._examples = SpecForm(ExamplesSpec, "examples.")
        self._examples.add("train", self.train)
        self._examples.add("dev", self.dev)
        self._how = SpecForm(EvaluationSpec)
        self._how.add("precision", self.precision)
        self._how.rows.addRow(row_label("File", self.out), self.out)
        self.out.setToolTip(
            "The landscape file: continued where it holds the same, never replaced."
        )
        parts: list[QWidget] = [self._base_form, self.task]
        parts += [self.axis2] if surface else []
        parts += [self._shape]
        parts += [self.accuracy] if surface else []
        parts += [self._examples, self._how]
        for part in parts:
            self.fields.addWidget(part)
        self.fields.addStretch(1)
        self._base_form.hide()
        self.task.hide()
        for form in (self._base_form, self._shape, self._examples, self._how, self.out):
            form.edited.connect(self._check)
        for part in (self.task, self.axis2, self.accuracy):
            part.edited.connect(self._check_and_fit)

    @property
    def run(self) -> Path:
        """The run directory."""
        return self._run

    # -- what is known -------------------------------------------------------------------------

    def show_description(self, answer: RunDescription | Failed) -> None:
        """Fill in what the engine found in the run directory."""
        self.busy.hide()
        if isinstance(answer, Failed):
            self.facts.setText(f"{answer.message} {answer.hint}".strip())
            set_role(self.facts, "warning")
            self._check()
            return
        self._described, self._description = True, answer
        self.facts.setText(words_of_run(answer))
        self._base_form.setVisible(answer.needs_base and "base" not in self._known)
        self.task.setVisible(answer.needs_task and "task" not in self._known)
        for group in answer.groups:
            self.add_group(group)
        self._check_and_fit()

    def use_known(self, fields: dict[str, Any]) -> None:
        """Take over base, task, device and examples of an open landscape of the same run.

        Numbers of one file are to be compared: they come from the same examples unless the user
        wants others.
        """
        self._known = {k: v for k, v in fields.items() if v is not None and k != "run"}
        examples = self._known.get("examples")
        if isinstance(examples, ExamplesSpec):
            self.train.count, self.dev.count = examples.train, examples.dev
        self._check()

    def set_defaults(self, precision: str, device: str) -> None:
        """Begin with what the preferences say, where nothing else is known."""
        self.precision.setCurrentIndex(max(0, self.precision.findData(precision)))
        self._known.setdefault("device", device)

    def add_group(self, group: LayerGroup) -> None:
        """Offer a layer group."""
        text = f"{group.name}: {group_span(group)}"
        if self.group.findText(text) < 0:
            self.group.addItem(text, group)

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
            "examples": self._examples_spec(),
        }
        # isHidden, not isVisible: the dialog itself may not be shown yet.
        if not self._base_form.isHidden():
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

    def _examples_spec(self) -> dict[str, int | None]:
        known = self._known.get("examples")
        seed = {"seed": known.seed} if isinstance(known, ExamplesSpec) else {}
        return {"train": self.train.count, "dev": self.dev.count, **seed}

    def _problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self._kind == "surface":
            found |= self.axis2.problems()
        if not self._base_form.isHidden() and (problem := self.base.problem()):
            found["base"] = problem
        return self.typed_problems(found, self.task)

    def _check(self) -> None:
        problem = self.show_problems(self._problems())
        self.start.setEnabled(self._described and not problem)
        if problem:
            self.show_state(problem, "")
            return
        told = estimate(self.spec(), self._description, self._speeds)
        basis = told.basis if self._described else ""
        self.show_state("", f"{told.text}.", basis)


def words_of_run(answer: RunDescription) -> str:
    """What a run is, in one line, and what it lacks in another."""
    parts = [
        Path(answer.model).name,
        answer.task or "",
        f"{answer.layer_count} layers",
        f"{answer.parameters / 1e6:,.0f} M parameters" if answer.parameters >= 5e5 else "",
        f"{answer.checkpoints} checkpoints",
    ]
    text = "  ·  ".join(part for part in parts if part)
    return f"{text}\n{answer.message}" if answer.message else text
