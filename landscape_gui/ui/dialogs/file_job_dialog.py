"""What the dialogs share that ask for a job which measures into a landscape file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal

from landscape_gui.specs import CurveSpec, HessianSpec, RollbackSpec, SurfaceSpec, TaskSpec
from landscape_gui.ui.dialogs.fields import PathField
from landscape_gui.ui.dialogs.job_dialog import JobDialog
from landscape_gui.ui.dialogs.spec_fields import problems_of
from landscape_gui.ui.dialogs.task_fields import TaskFields

FileSpec = SurfaceSpec | CurveSpec | RollbackSpec | HessianSpec


class FileJobDialog(JobDialog):
    """Asks for a spec and for the file that the job writes.

    Attributes
    ----------
    requested
        ``(spec, Path)``: the job and its file, when the user starts it.
    out
        The file.
    """

    requested = Signal(object, object)
    out: PathField
    _known: dict[str, Any]  # fields of the spec that an open landscape of the run says

    @property
    def known_base(self) -> Path | None:
        """The base model that is known without asking."""
        return self._known.get("base")

    @property
    def known_task(self) -> TaskSpec | None:
        """The task that is known without asking."""
        return self._known.get("task")

    def spec(self) -> FileSpec:
        """The job as typed.

        Raises
        ------
        pydantic.ValidationError
            If something typed cannot be.
        """
        raise NotImplementedError

    def typed_problems(
        self, found: dict[str, str], task: TaskFields | None = None
    ) -> dict[str, str]:
        """What fields say is wrong, and then what the spec and the file's name say.

        Parameters
        ----------
        found
            Name of a field → what it says itself, which is nearer than what the spec says.
        task
            The fields of the task, where the dialog has some; they count while they are shown.
        """
        try:
            self.spec()
        except ValidationError as error:
            found = problems_of(error) | found
        # isHidden, not isVisible: the dialog itself may not be shown yet.
        if task is not None and not task.isHidden():
            found = task.problems(found)
        if problem := self.out.problem():
            found["out"] = problem
        return found

    def _start(self) -> None:
        self.requested.emit(self.spec(), self.out.path)
        self.accept()
