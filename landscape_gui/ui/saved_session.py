"""What was open and how it was shown, as a small file; written whole or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

logger = logging.getLogger(__name__)
VERSION = 1


@dataclass(frozen=True, slots=True)
class SavedSession:
    """The window's contents.

    Attributes
    ----------
    files
        Landscape files in the order in which they were opened.
    view
        How they were shown, as `view_facets.state_to_json` writes it.
    """

    files: tuple[Path, ...] = ()
    view: dict[str, Any] = field(default_factory=dict)


def session_path() -> Path:
    """Where the session is kept."""
    return platformdirs.user_state_path("landscape-gui", appauthor=False) / "session.json"


def save_session(saved: SavedSession, path: Path | None = None) -> bool:
    """Keep a session; False, with a line in the log, where that cannot be."""
    path = path or session_path()
    data = {"version": VERSION, "files": [str(f) for f in saved.files], "view": saved.view}
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(data, indent=1), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        logger.warning("the session could not be kept: %s", error)
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        return False
    return True


def load_session(path: Path | None = None) -> SavedSession | None:
    """The session kept last; None if there is none, or if it cannot be understood."""
    path = path or session_path()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']!r}")
        files = tuple(Path(text) for text in data["files"])
        view = data["view"]
        if not isinstance(view, dict):
            raise TypeError("no view in it")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        logger.warning("the session of last time is unreadable: %s", error)
        return None
    return SavedSession(files, view)
