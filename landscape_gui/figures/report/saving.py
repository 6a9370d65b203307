"""Writes a report that was made: HTML, Markdown or JSON, by the file's suffix."""

from __future__ import annotations

from pathlib import Path

from landscape_gui.figures.report.document import Report
from landscape_gui.figures.report.html_page import html_page
from landscape_gui.figures.report.markdown_page import markdown_page
from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error
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


def save_report(report: Report, out: Path) -> list[Path]:
    """Write a report.

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
        If it cannot be written.
    """
    check_report_name(out)
    match out.suffix.lower():
        case ".json":
            return [_written(out, report.numbers.encode("utf-8", "replace"))]
        case ".html":
            return [_written(out, html_page(report.document).encode("utf-8", "replace"))]
    folder = out.with_name(f"{out.stem}-pictures")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, folder, "write") from error
    beside = [
        _written(folder / f"{picture.name}.svg", picture.svg)
        for picture in report.document.pictures
    ]
    page = markdown_page(report.document, folder.name)
    return [_written(out, page.encode("utf-8", "replace")), *beside]


def _written(path: Path, content: bytes) -> Path:
    write_whole(path, content)
    return path
