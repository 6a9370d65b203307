"""Figures to files: exact size, equal bytes for equal figures, and what they were made from."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from landscape_gui.figures import style
from landscape_gui.figures.formats import FIGURE_SUFFIXES, PNG_DPI
from landscape_gui.figures.pgf import pgf_files
from landscape_gui.figures.presets import Preset
from landscape_gui.markup import printable_lines
from landscape_gui.specs import UserError
from landscape_gui.store.replacement import write_whole

# Surfaces and maps within a vector file: lines, axes and words stay vectors.
RASTER_DPI = 450
_CREATOR = "Landscape GUI"


def save_figure(
    figure: Figure,
    path: Path,
    *,
    dpi: int = PNG_DPI,
    made_from: dict[str, Any] | None = None,
) -> None:
    """Write a figure as PDF, SVG, PNG or PGF, by the suffix; equal figures give equal bytes.

    The size is the figure's own: nothing is cropped, so that a column's width stays one. No date
    is written. PGF needs a TeX; its images are written beside it, as NAME-img0.png and so on.

    Parameters
    ----------
    dpi
        Of a PNG.
    made_from
        JSON-able: goes into the file's metadata, beside the figure's label, which describes it.

    Raises
    ------
    UserError
        If the suffix is another one, there is no TeX for PGF, or the file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in FIGURE_SUFFIXES:
        raise UserError(
            f"{path.name} names no kind of figure that can be written.",
            "End it with .pdf, .svg, .png or .pgf.",
        )
    if suffix == ".pgf":
        with style.paper_style(_page_of(figure)):
            files = pgf_files(figure, path.name, RASTER_DPI)
        told = f"% {_as_json(made_from)}\n".encode() if made_from else b""
        picture = files.pop(path.name)
        for name, content in files.items():
            write_whole(path.with_name(name), content)
        write_whole(path, told + picture)
    else:
        write_whole(path, figure_bytes(figure, suffix, dpi=dpi, made_from=made_from))


def figure_bytes(
    figure: Figure, suffix: str, *, dpi: float = PNG_DPI, made_from: dict[str, Any] | None = None
) -> bytes:
    """A figure as a PDF, SVG or PNG file has it."""
    content = io.BytesIO()
    with style.paper_style(_page_of(figure)):
        figure.savefig(
            content,
            format=suffix[1:],
            dpi=dpi if suffix == ".png" else RASTER_DPI,
            metadata=_metadata(suffix, str(figure.get_label()), made_from),
        )
    return content.getvalue()


def _page_of(figure: Figure) -> Preset:
    return figure.page if isinstance(figure, style.PaperFigure) else style.USUAL_PAGE


def _metadata(suffix: str, about: str, made_from: dict[str, Any] | None) -> dict[str, str | None]:
    told = _as_json(made_from) if made_from else None
    about = printable_lines(about)
    match suffix:
        case ".png":
            found = {"Software": None, "Description": about or None, "Creator": _CREATOR}
            return found | ({"Source": told} if told else {})
        case ".pdf":
            found = {"CreationDate": None, "Creator": _CREATOR, "Producer": None}
            return found | {"Subject": about or None, "Keywords": told}
        case _:
            found = {"Date": None, "Creator": _CREATOR, "Description": about or None}
            return found | ({"Source": told} if told else {})


def _as_json(made_from: dict[str, Any]) -> str:
    return json.dumps(made_from, sort_keys=True, ensure_ascii=True)
