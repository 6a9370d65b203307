"""Figures, reports and exports of a study."""

from __future__ import annotations

from landscape_gui.export.files import Wish, export
from landscape_gui.specs import UserError
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.study.steps import MakeStep


def make(step: MakeStep) -> None:
    """Make what a step is about.

    Raises
    ------
    UserError
        If a landscape lacks what it takes, or the file cannot be written.
    """
    path = step.outputs[0]
    records = [read_landscape(file) for file in step.files]
    match step.kind:
        case "export":
            export(records[0], path, Wish(metric=step.metric))
        case _:
            raise UserError(f"{step.kind} cannot be made yet.")
