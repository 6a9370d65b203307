"""From files to a report, and to a file of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.figures.report.building import build_document
from landscape_gui.figures.report.document import Report
from landscape_gui.figures.report.json_page import json_page
from landscape_gui.figures.report.pictures import pictures
from landscape_gui.figures.report.saving import check_report_name, save_report
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.replacement import require_other

# ``(what is done now, share that is done)``.
Progress: TypeAlias = Callable[[str, float], object]
# Shares of the time: reading, then numbers, then pictures, which take the most.
_READ, _COUNTED = 0.1, 0.25


def write_report(
    files: Sequence[Path], out: Path, tolerated: Tolerated | None = None
) -> list[Path]:
    """Write a report about some files; see ``save_report`` for how.

    Returns
    -------
    What was written, the report first.

    Raises
    ------
    UserError
        If a file cannot be read, or the report not be written.
    """
    out = Path(out)
    check_report_name(out)
    require_other(out, map(Path, files))
    return save_report(make_report(files, tolerated, drawn=out.suffix.lower() != ".json"), out)


def make_report(
    files: Sequence[Path],
    tolerated: Tolerated | None = None,
    *,
    drawn: bool = True,
    raster: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Make a report about some files.

    Parameters
    ----------
    drawn, raster
        With pictures; with each as PNG too, for a window.
    progress
        Is told what is done now.

    Raises
    ------
    UserError
        If a file cannot be read.
    """
    say: Progress = progress or (lambda _words, _share: None)
    records = []
    for place, file in enumerate(files):
        say(f"Reading {Path(file).name}", _READ * place / len(files))
        records.append(read_landscape(Path(file)))
    say("Working out the numbers", _READ)

    def drawing(words: str, done: int, total: int) -> None:
        say(f"Drawing: {words}", _COUNTED + (1 - _COUNTED) * done / total)

    draw = partial(pictures, raster=raster, drawing=drawing) if drawn else None
    document, claims = build_document(records, tolerated, draw)
    return Report(document, json_page(claims))
