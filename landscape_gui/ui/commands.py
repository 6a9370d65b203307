"""What the menus and buttons do: open, measure, train."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from landscape_gui.engine.events import Event, Failed, RunDescription, SpeedMeasured
from landscape_gui.specs import DemoSpec, JobSpec, LatticeSpec
from landscape_gui.ui.dialogs.fields import LANDSCAPE_FILTER
from landscape_gui.ui.dialogs.hessian import HessianDialog
from landscape_gui.ui.dialogs.measurement import MeasurementDialog
from landscape_gui.ui.dialogs.rollback import RollbackDialog
from landscape_gui.ui.dialogs.rollback_table import RollbackTableDialog
from landscape_gui.ui.dialogs.train import TrainDialog
from landscape_gui.ui.job_control import JobControl
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.samples import REFUSED, WHAT_TO_DO, is_sample
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.spec_building import (
    evaluation_fields,
    group_surface_spec,
    part_spec,
    rollback_fields,
    rollback_table_spec,
)

# Dialogs that ask the engine what a run directory holds.
RunDialog: TypeAlias = MeasurementDialog | RollbackDialog | HessianDialog


class Commands(QObject):
    """Turns wishes into changes of the session and jobs for the engine."""

    def __init__(
        self, session: Session, jobs: JobControl, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._jobs = jobs
        self._settings = settings
        self._window = window
        self._asking: dict[int, RunDialog] = {}
        jobs.described.connect(self._described)
        jobs.events.connect(self._keep_speed)

    # -- opening -------------------------------------------------------------------------------

    def ask_for_file(self) -> None:
        """Choose landscape files and open them."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open landscape files", str(self._settings.folder), LANDSCAPE_FILTER
        )
        if names:
            self._settings.folder = Path(names[0]).parent
        self.open_paths([Path(name) for name in names])

    def ask_for_run(self) -> None:
        """Choose a run directory and offer to measure it."""
        name = QFileDialog.getExistingDirectory(
            self._window, "Open a training run", str(self._settings.folder)
        )
        if name:
            self._settings.folder = Path(name).parent
            self.measure_run(Path(name), "surface")

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files as landscapes and directories as runs."""
        for path in paths:
            if path.is_dir():
                self.measure_run(path, "surface")
            else:
                self._session.open_file(path)

    # -- measuring -----------------------------------------------------------------------------

    def measure_run(self, run: Path, kind: Literal["surface", "curve"]) -> MeasurementDialog:
        """Ask what to measure of a run."""
        return self._show_dialog(MeasurementDialog(run, kind, self._window, self._settings.speeds))

    def new_surface(self) -> None:
        """Ask for a surface of the run that is looked at, or of one to choose."""
        self._new("surface")

    def new_curve(self) -> None:
        """Ask for a curve of the run that is looked at, or of one to choose."""
        self._new("curve")

    def _new(self, kind: Literal["surface", "curve"]) -> None:
        model = self._session.model
        if model is None:
            name = QFileDialog.getExistingDirectory(
                self._window, "Choose a training run", str(self._settings.folder)
            )
            if name:
                self.measure_run(Path(name), kind)
            return
        fields = self._located(model, evaluation_fields(model))
        if fields is None:
            return
        run, speeds = Path(fields["run"]), self._settings.speeds
        dialog = MeasurementDialog(run, kind, self._window, speeds)
        dialog.use_known(fields)
        dialog.out.path = model.path
        for group in model.groups.values():
            dialog.add_group(group)
        self._show_dialog(dialog)

    def _refused(self, model: LandscapeModel) -> bool:
        """Whether nothing is measured into this landscape, which is then said."""
        if not is_sample(model.path):
            return False
        self._session.problem.emit(REFUSED, WHAT_TO_DO)
        return True

    def _located(self, model: LandscapeModel, fields: dict[str, Any]) -> dict[str, Any] | None:
        """What is known of a landscape's run, with directories that are there.

        None if the landscape is a sample, or its run has moved and nobody says where to.
        """
        if self._refused(model):
            return None
        found = dict(fields)
        run = Path(found["run"])
        if not run.name or not run.is_dir():
            now = self._ask_where(run, model.run.name)
            if now is None:
                return None
            found["run"] = now
        if found.get("base") is not None and not Path(found["base"]).exists():
            del found["base"]  # the dialog asks for it if the run needs it
        return found

    def _ask_where(self, run: Path, name: str) -> Path | None:
        """Where a run lies now that is not where its file says."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Where is the training run?")
        box.setText(f"The training run {name} is not there any more: it may have moved.")
        where = f"Its file says {run}. " if run.name else "Its file does not say where it was. "
        box.setInformativeText(
            f"{where}Choose the directory where it lies now; what the file holds stays as it is."
        )
        choose = box.addButton("Choose directory…", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is not choose:
            return None
        directory = QFileDialog.getExistingDirectory(
            self._window, f"Choose the training run {name}", str(self._settings.folder)
        )
        return Path(directory) if directory else None

    def _show_dialog(self, dialog: MeasurementDialog) -> MeasurementDialog:
        dialog.set_defaults(self._settings.precision, self._settings.device)
        dialog.requested.connect(self.start)
        number = self._jobs.engine.describe_run(dialog.run, dialog.known_base, dialog.known_task)
        self._open(dialog, number)
        return dialog

    def _open(self, dialog: RunDialog, number: int) -> None:
        self._asking[number] = dialog
        # The answer may come after the dialog is closed, and gone.
        dialog.finished.connect(lambda _=0: self._forget(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _forget(self, dialog: RunDialog) -> None:
        self._asking = {n: asking for n, asking in self._asking.items() if asking is not dialog}

    def _described(self, number: int, answer: RunDescription | Failed) -> None:
        dialog = self._asking.pop(number, None)
        if dialog is not None:
            dialog.show_description(answer)

    def _keep_speed(self, events: Sequence[Event]) -> None:
        """What a job tells of the machine's speed is for the next estimate."""
        for event in events:
            if isinstance(event, SpeedMeasured):
                self._settings.speeds = self._settings.speeds.with_event(event)

    def compute_group(self, group: str) -> None:
        """Measure the surface of a layer group as the whole model's was ("" is the whole)."""
        model = self._session.model
        if model is None:
            return
        if group in model.groups:
            self.start(group_surface_spec(model, model.groups[group]), model.path)
        else:
            self.new_surface()

    def measure_finer(self, lattice: LatticeSpec) -> None:
        """Measure a part of the surface that is looked at on a finer lattice."""
        model, plot = self._session.model, self._session.plot
        if model is None or plot is None:
            return
        spec = part_spec(model, plot, lattice)
        if spec is None:
            self._session.problem.emit(
                "The file does not say how this surface was measured.",
                "Measure a new surface with more points.",
            )
            return
        self.start(spec, model.path)

    def roll_back(self) -> None:
        """Ask which layer groups to roll back."""
        model = self._session.model
        if model is None:
            return
        known = self._located(model, rollback_fields(model))
        if known is None:
            return
        dialog = RollbackDialog(model, known, self._settings.speeds, self._window)
        dialog.requested.connect(self.start)
        self._open(
            dialog, self._jobs.engine.describe_run(dialog.run, dialog.known_base, dialog.known_task)
        )

    def measure_curvature(self) -> None:
        """Ask how to measure the curvature at the fine-tuned model."""
        model = self._session.model
        if model is None or self._refused(model):
            return
        dialog = HessianDialog(model, self._settings.speeds, self._window)
        dialog.set_device(self._settings.device)
        dialog.requested.connect(self.start)
        dialog.describe_wanted.connect(lambda: self._describe(dialog))
        self._open(dialog, self._describe(dialog))

    def _describe(self, dialog: HessianDialog) -> int:
        """Ask what its directory holds; an answer about an earlier one comes too late."""
        self._forget(dialog)
        asked = dialog.run, dialog.known_base, dialog.known_task
        number = self._jobs.engine.describe_run(*asked)
        self._asking[number] = dialog
        return number

    def show_rollback_table(self) -> None:
        """Show all measured combinations of the landscape that is looked at."""
        if self._session.model is None:
            return
        dialog = RollbackTableDialog(self._session, self._jobs, self._window)
        dialog.measure_requested.connect(self.measure_rollback_table)
        dialog.more_requested.connect(self.roll_back)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def measure_rollback_table(self) -> None:
        """Measure every group rolled back by itself, none, and all."""
        model = self._session.model
        if model is not None:
            self.start(rollback_table_spec(model), model.path)

    def train(self) -> None:
        """Ask for a training run."""
        dialog = TrainDialog(self._window)
        dialog.requested.connect(self.start)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run_demo(self) -> None:
        """Train and measure the built-in demonstration in the user's data directory."""
        root = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation)
        self.start(DemoSpec(out=Path(root) / "demo"))

    def start(self, spec: JobSpec, out: Path | None = None) -> None:
        """Queue a job."""
        self._jobs.start(spec, out)
