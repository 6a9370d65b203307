"""Writes a report: HTML, Markdown or JSON, by the file's suffix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.figures.report.building import build_document
from landscape_gui.figures.report.document import Document, Picture
from landscape_gui.figures.report.html_page import html_page
from landscape_gui.figures.report.json_page import json_page
from landscape_gui.figures.report.markdown_page import markdown_page
from landscape_gui.figures.report.pictures import pictures
from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.replacement import write_whole

SUFFIXES = (".html", ".md", ".json")


def check_report_name(out: Path) -> None:
    """Find out early what would keep a report from being written.

    Raises
    ------
    UserError
        If the suffix is none of ``SUFFIXES``, or there is no such folder.
    """
    if out.suffix.lower() not in SUFFIXES:
        raise UserError(
            f"{out.name} names no kind of report that can be written.",
            "End it with .html, .md or .json.",
        )
    if not out.absolute().parent.is_dir():
        raise UserError(f"There is no folder {out.parent}.", "Make it, or choose another one.")


def write_report(
    files: Sequence[Path], out: Path, tolerated: Tolerated | None = None
) -> list[Path]:
    """Write a report about some files.

    Parameters
    ----------
    out
        NAME.html with everything in it; NAME.md with its pictures in NAME-pictures/; NAME.json.

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
    records = [read_landscape(Path(file)) for file in files]
    if out.suffix.lower() == ".json":
        _, claims = build_document(records, tolerated)
        return [_written(out, json_page(claims).encode())]
    document, _ = build_document(records, tolerated, pictures)
    if out.suffix.lower() == ".html":
        return [_written(out, html_page(document).encode())]
    folder = out.with_name(f"{out.stem}-pictures")
    drawn = _pictures_of(document)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder, "write") from error
    beside = [_written(folder / f"{picture.name}.svg", picture.svg) for picture in drawn]
    return [_written(out, markdown_page(document, folder.name).encode()), *beside]


def _pictures_of(document: Document) -> list[Picture]:
    blocks = (block for section in document.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, Picture)]


def _written(path: Path, content: bytes) -> Path:
    write_whole(path, content)
    return path
