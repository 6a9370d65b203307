"""From a landscape file to a file of another format, by the suffix of its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from landscape_gui.export.points import chosen_surface
from landscape_gui.specs import Metric, UserError
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.replacement import require_other, write_whole

What: TypeAlias = Literal["points", "trajectory", "history", "rollback", "summary"]

FORMATS: dict[str, str] = {
    ".html": "Page with a 3D view",
    ".csv": "Comma-separated values",
    ".npz": "NumPy arrays",
    ".md": "Markdown tables",
    ".tex": "LaTeX tables",
    ".vts": "VTK structured grid",
    ".vtp": "VTK polydata",
}
"""Suffix → what it is, in the order in which they are offered."""

# What each format can hold; the first is what it holds where nothing is asked for.
_CONTENTS: dict[str, tuple[What, ...]] = {
    ".html": ("points",),
    ".csv": ("points", "trajectory", "history", "rollback"),
    ".npz": ("points",),
    ".md": ("summary", "rollback"),
    ".tex": ("summary", "rollback"),
    ".vts": ("points",),
    ".vtp": ("points", "trajectory"),
}
WHATS: tuple[What, ...] = ("points", "trajectory", "history", "rollback", "summary")


@dataclass(frozen=True)
class Wish:
    """What is wanted of a file.

    Attributes
    ----------
    what
        None for all tables, or the points.
    surface
        Name of a surface; empty for all of them in a CSV file, else for the model's first one.
    metric
        Which is the height in VTK files, and shown first in the 3D view.
    """

    what: What | None = None
    surface: str = ""
    metric: Metric = "train_loss"


def check_format(path: Path, wish: Wish) -> str:
    """The suffix of a name, if it is a format that can hold what is wanted.

    Raises
    ------
    UserError
        If not.
    """
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise UserError(
            f"{path.name} names no format to export to.",
            f"End it in one of {', '.join(FORMATS)}.",
        )
    if wish.what is not None and wish.what not in _CONTENTS[suffix]:
        able = [other for other, contents in _CONTENTS.items() if wish.what in contents]
        raise UserError(
            f"A {suffix} file does not hold the {wish.what}.",
            f"Use {' or '.join(able)}.",
        )
    if suffix == ".npz" and wish.surface:
        raise UserError("An .npz file holds all surfaces.", "Leave out the surface's name.")
    return suffix


def export(record: LandscapeRecord, path: Path, wish: Wish | None = None) -> None:
    """Write ``path`` in the format that its suffix names; an older file is replaced whole.

    Raises
    ------
    UserError
        If the format is not known or cannot hold what is wanted, the landscape lacks it, or the
        file cannot be written.
    """
    wish = wish or Wish()
    suffix = check_format(path, wish)
    require_other(path, [record.path])
    content = _MAKERS[suffix](record, wish)
    write_whole(path, content if isinstance(content, bytes) else content.encode("utf-8", "replace"))


def _html(record: LandscapeRecord, wish: Wish) -> bytes:
    from landscape_gui.export.html_page import page

    return page(record, chosen_surface(record, wish.surface), wish.metric)


def _csv(record: LandscapeRecord, wish: Wish) -> str:
    from landscape_gui.export import csv_rows

    match wish.what:
        case "rollback":
            return csv_rows.rollback_csv(record)
        case "history":
            return csv_rows.history_csv(record)
        case "trajectory":
            return csv_rows.trajectory_csv(record, wish.surface)
    return csv_rows.points_csv(record, wish.surface)


def _npz(record: LandscapeRecord, wish: Wish) -> bytes:
    from landscape_gui.export.arrays import npz

    return npz(record)


def _tables(record: LandscapeRecord, wish: Wish, suffix: str) -> str:
    from landscape_gui.export.tables import tables_of
    from landscape_gui.export.text_tables import latex, markdown

    default = ("summary", "rollback") if record.rollback is not None else ("summary",)
    tables = tables_of(record, (wish.what,) if wish.what else default)
    return latex(tables) if suffix == ".tex" else markdown(record.run.name, tables)


def _vtk(record: LandscapeRecord, wish: Wish, suffix: str) -> bytes:
    from landscape_gui.export import vtk_files

    surface = chosen_surface(record, wish.surface)
    if wish.what == "trajectory":
        return vtk_files.trajectory_line(record, surface, wish.metric)
    make = vtk_files.surface_grid if suffix == ".vts" else vtk_files.surface_mesh
    return make(record, surface, wish.metric)


_MAKERS: dict[str, Callable[[LandscapeRecord, Wish], str | bytes]] = {
    ".html": _html,
    ".csv": _csv,
    ".npz": _npz,
    ".md": lambda record, wish: _tables(record, wish, ".md"),
    ".tex": lambda record, wish: _tables(record, wish, ".tex"),
    ".vts": lambda record, wish: _vtk(record, wish, ".vts"),
    ".vtp": lambda record, wish: _vtk(record, wish, ".vtp"),
}
