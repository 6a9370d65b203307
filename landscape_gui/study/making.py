"""Figures, reports and exports of a study."""

from __future__ import annotations

from landscape_gui.export.files import Wish, export
from landscape_gui.figures.spec import FigureSpec, Source
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
    match step.kind:
        case "figure":
            # Loads matplotlib.
            from landscape_gui.figures.making import write_figure

            assert step.figure is not None
            sources = tuple(Source(file=file) for file in step.files)
            write_figure(FigureSpec(kind=step.figure, sources=sources, preset=step.preset), path)
        case "export":
            export(read_landscape(step.files[0]), path, Wish(metric=step.metric))
        case "report":
            from landscape_gui.figures.report.writing import write_report

            write_report(step.files, path)
