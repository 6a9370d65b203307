"""Curvature at the fine-tuned model: which directions and layer groups, how exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from landscape_gui.engine.events import Failed, RunDescription
from landscape_gui.specs import ExamplesSpec, HessianSpec
from landscape_gui.store.matching import same_hessian
from landscape_gui.ui.dialogs.axis2_fields import Axis2Fields
from landscape_gui.ui.dialogs.fields import CountField, PathField, row_label
from landscape_gui.ui.dialogs.file_job_dialog import FileJobDialog
from landscape_gui.ui.dialogs.group_boxes import GroupBoxes
from landscape_gui.ui.dialogs.measurement import words_of_run
from landscape_gui.ui.dialogs.spec_fields import SpecForm, facts, whole_number
from landscape_gui.ui.dialogs.task_fields import TaskFields
from landscape_gui.ui.job_estimate import KnownSpeeds, estimate
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.panels.parts import set_role
from landscape_gui.ui.spec_building import evaluation_fields, whole_model_axis

WITHOUT_AXIS2 = "None: along δ1 only"
_TYPED_MILLISECONDS = 400
_READING = "Reading the run…"


class HessianDialog(FileJobDialog):
    """Asks for a HessianSpec of the landscape that is open.

    Attributes
    ----------
    requested
        ``(HessianSpec, Path)``: the job and its file, when the user starts it.
    describe_wanted
        The user named another directory: what is in it?
    """

    describe_wanted = Signal()

    def __init__(
        self,
        model: LandscapeModel,
        speeds: KnownSpeeds | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            f"Curvature of {model.run.name} at the fine-tuned model", _READING, "Measure", parent
        )
        self.setWindowTitle("Curvature (Hessian)")
        self._known = evaluation_fields(model)
        self._speeds = speeds or KnownSpeeds({})
        self._description: RunDescription | None = None
        self._file, self._held = model.path, model.hessian
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.head.addWidget(self.busy)
        self._build_fields(model)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MILLISECONDS)
        self._typed.timeout.connect(self._ask_again)
        for path in (self.run_field, self.base):
            path.edited.connect(self._typed.start)
        self._asked = (self.run, self.known_base)
        self._find_run(model)
        self._check_and_fit()

    def _build_fields(self, model: LandscapeModel) -> None:
        self._where = SpecForm(HessianSpec)
        self.run_field = PathField("directory", "Run")
        self.run_field.path = self._known["run"] if model.run.path else None
        self.base = PathField("directory", "Base model")
        self.base.path = self._known.get("base")
        self._where.add("run", self.run_field)
        self._where.add("base", self.base)
        self.task = TaskFields()
        self.task.hide()
        self._what = SpecForm(HessianSpec)
        self.groups = GroupBoxes(model.groups, facts(HessianSpec, "groups").help)
        self._what.add("groups", self.groups)
        self._what.show_row("groups", bool(model.groups))
        self.axis2 = Axis2Fields(self, HessianSpec, WITHOUT_AXIS2)
        axis2 = whole_model_axis(model)
        if axis2 is not None:
            self.axis2.show_axis(axis2)
        how = SpecForm(HessianSpec)
        self.steps = whole_number(facts(HessianSpec, "steps"))
        self.probes = whole_number(facts(HessianSpec, "probes"))
        how.add("steps", self.steps)
        how.add("probes", self.probes)
        self._examples = ExamplesSpec.model_validate(self._known.get("examples") or {})
        examples = SpecForm(ExamplesSpec, "examples.")
        self.train = CountField("Training examples", self._examples.train)
        examples.add("train", self.train)
        self.out = PathField("save", "File")
        self.out.path = model.path
        examples.rows.addRow(row_label("File", self.out), self.out)
        self._how = how
        for part in (self._where, self.task, self._what, self.axis2, how, examples):
            self.fields.addWidget(part)
        self.fields.addStretch(1)
        for form in (self._where, self._what, how, examples, self.out):
            form.edited.connect(self._check)
        for form in (self.task, self.axis2):
            form.edited.connect(self._check_and_fit)

    # -- the run -------------------------------------------------------------------------------

    @property
    def run(self) -> Path:
        """The run directory."""
        return self.run_field.path or Path()

    @property
    def known_base(self) -> Path | None:
        """The base model as the file or the user says it."""
        return self.base.path

    def _find_run(self, model: LandscapeModel) -> None:
        """Ask for directories only where the file's own are not there any more."""
        lost = self.run_field.path is None or bool(self.run_field.problem())
        self._where.show_row("run", lost)
        self._where.show_row("base", self._base_lost())
        self._where.setVisible(lost or self._base_lost())
        if lost:
            where = model.run.path or "the file does not say where"
            self._say(
                f"The training run is not there any more ({where}): it may have moved. Say below "
                "where it lies now; what the file holds stays as it is.",
                trouble=True,
            )
            self.busy.hide()

    def _base_lost(self) -> bool:
        return self.base.path is not None and bool(self.base.problem())

    def _ask_again(self) -> None:
        asked = (self.run, self.known_base)
        if asked == self._asked or self.run_field.problem() or self._base_lost():
            return
        self._asked, self._description = asked, None
        self._say(_READING)
        self.busy.show()
        self._check()
        self.describe_wanted.emit()

    def show_description(self, answer: RunDescription | Failed) -> None:
        """Take what the engine found in the run directory."""
        if self.run_field.problem():
            return  # it was asked about no directory, and that is said already
        self.busy.hide()
        if isinstance(answer, Failed):
            self._say(f"{answer.message} {answer.hint}".strip(), trouble=True)
            # It may be that another directory was meant.
            self._where.show_row("run", True)
            self._where.show()
        else:
            self._description = answer
            self._say(words_of_run(answer))
            if answer.needs_base and self.base.path is None:
                self._where.show_row("base", True)
                self._where.show()
            self.task.setVisible(answer.needs_task and self.known_task is None)
        self._check_and_fit()

    def _say(self, text: str, *, trouble: bool = False) -> None:
        self.facts.setText(text)
        set_role(self.facts, "warning" if trouble else "muted")

    # -- the spec ------------------------------------------------------------------------------

    def spec(self) -> HessianSpec:
        """The job as typed; always in float32.

        Raises
        ------
        pydantic.ValidationError
            If something typed cannot be.
        """
        fields: dict[str, Any] = {
            "run": self.run,
            "base": self.base.path,
            "task": self.known_task,
            "axis2": self.axis2.fields(),
            "groups": self.groups.chosen,
            "steps": self.steps.value(),
            "probes": self.probes.value(),
            "examples": self._examples.model_copy(update={"train": self.train.count}),
        }
        if not self.task.isHidden():
            fields["task"] = self.task.fields()
        if "device" in self._known:
            fields["device"] = self._known["device"]
        return HessianSpec(**fields)

    def set_device(self, device: str) -> None:
        """Begin with what the preferences say, where the file says nothing."""
        self._known.setdefault("device", device)

    def _problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if problem := self.run_field.problem():
            found["run"] = problem
        if self._where.is_shown("base") and (problem := self.base.problem()):
            found["base"] = problem
        if self.groups.boxes and (problem := self.groups.problem()):
            found["groups"] = problem
        found |= self.axis2.problems()
        return self.typed_problems(found, self.task)

    def _check(self) -> None:
        problem = self.show_problems(self._problems())
        self.start.setEnabled(self._description is not None and not problem)
        if problem:
            self.show_state(problem, "")
            return
        told = estimate(self.spec(), self._description, self._speeds)
        self.show_state("", f"{told.text}.{self._note()}", told.basis)

    def _note(self) -> str:
        """What becomes of a curvature that the file holds already."""
        if self._held is None or self.out.path != self._file:
            return ""
        if not same_hessian(self._held, self.spec()):
            return " The file's earlier curvature is kept in it, beside the new one."
        done = self._held.status == "complete"
        return " The file holds just this." if done else " What the file holds is continued."
