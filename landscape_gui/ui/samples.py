"""The sample landscapes that come with the program: looked at, and never written into."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landscape_gui.resource_files import resource

logger = logging.getLogger(__name__)
SUFFIX = ".landscape.h5"
INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """A landscape to begin with."""

    path: Path
    title: str
    description: str = ""


READ_ONLY = "It opens as it is and is never changed: save a copy to measure more into it."
REFUSED = "This landscape is a sample that comes with the program: nothing is measured into it."
WHAT_TO_DO = (
    "File ▸ Save a copy… makes one of your own. To measure more of it takes the run's checkpoints, "
    "which samples do not hold."
)


def shipped_samples(directory: Path | None = None) -> list[Sample]:
    """The samples beside the program; none where none were shipped.

    ``index.json`` beside them gives order, title and description: ``[{"file": …, "title": …,
    "description": …}, …]``. Files that it does not name follow under their own names; a damaged
    index costs the titles and nothing else.
    """
    if directory is None:
        try:
            directory = resource("samples")
        except FileNotFoundError:
            return []
    here = {path.name: path for path in sorted(directory.glob(f"*{SUFFIX}"))}
    found = []
    for row in _index(directory / INDEX):
        path = here.pop(str(row.get("file")), None)
        if path is not None:
            title = str(row.get("title") or _name(path))
            found.append(Sample(path, title, str(row.get("description") or "")))
    return found + [Sample(path, _name(path)) for path in here.values()]


def is_sample(path: Path) -> bool:
    """Whether a file is one of those that come with the program, or would become one."""
    try:
        return path.resolve().is_relative_to(resource("samples").resolve())
    except FileNotFoundError:
        return False


def _index(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        logger.warning("the index of the samples is unreadable: %s", error)
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _name(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).replace("-", " ").replace("_", " ")
