"""What the window remembers between two starts; a broken or foreign value is ignored."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from pydantic import ValidationError
from PySide6.QtCore import QByteArray, QSettings

from landscape_gui.specs import LayerGroup
from landscape_gui.ui.job_estimate import KnownSpeeds

ThemeChoice: TypeAlias = Literal["system", "light", "dark"]
RECENT_COUNT = 12
OWN_GROUPS_FILES = 100
ANTIALIASING = (0, 2, 4, 8)
REDRAWS = (30, 15, 5)
PRECISIONS = ("float32", "bfloat16", "auto")
DEVICES = ("auto", "cpu", "cuda")
LARGEST_FONT, MOST_THREADS = 24, 256

_Choice = TypeVar("_Choice", int, str)


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file that was open.

    Attributes
    ----------
    path
        Where it was.
    run, task
        What it was about, empty if not known.
    """

    path: Path
    run: str = ""
    task: str = ""


class Settings:
    """Typed access to QSettings of this application."""

    def __init__(self) -> None:
        self._store = QSettings()

    # -- files ---------------------------------------------------------------------------------

    @property
    def recent(self) -> list[RecentFile]:
        """Files opened of late, the newest first."""
        value = self._store.value("recent", [])
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found = (_recent_file(text) for text in texts if isinstance(text, str) and text)
        return [file for file in found if file is not None][:RECENT_COUNT]

    def add_recent(self, file: RecentFile) -> None:
        """Put a file first."""
        self._keep_recent([file, *(f for f in self.recent if f.path != file.path)])

    def remove_recent(self, path: Path) -> None:
        """Forget one recent file."""
        self._keep_recent([f for f in self.recent if f.path != path])

    def clear_recent(self) -> None:
        """Forget all recent files."""
        self._store.remove("recent")

    def _keep_recent(self, files: list[RecentFile]) -> None:
        rows = [[str(file.path), file.run, file.task] for file in files[:RECENT_COUNT]]
        self._store.setValue("recent", [json.dumps(row) for row in rows])

    @property
    def folder(self) -> Path:
        """Where file dialogs begin."""
        value = self._store.value("folder", "")
        path = Path(value) if isinstance(value, str) and value else Path.home()
        return path if path.is_dir() else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

    # -- look ----------------------------------------------------------------------------------

    @property
    def theme(self) -> ThemeChoice:
        """The theme chosen."""
        value = self._store.value("theme", "system")
        return value if value in ("light", "dark") else "system"

    @theme.setter
    def theme(self, value: ThemeChoice) -> None:
        self._store.setValue("theme", value)

    @property
    def color_map(self) -> str:
        """Name of the colour map, empty if none was chosen."""
        value = self._store.value("color_map", "")
        return value if isinstance(value, str) else ""

    @color_map.setter
    def color_map(self, value: str) -> None:
        self._store.setValue("color_map", value)

    @property
    def font_size(self) -> int:
        """Points; 0 is the system's."""
        return self._number("font_size", 0, 6, LARGEST_FONT)

    @font_size.setter
    def font_size(self, value: int) -> None:
        self._store.setValue("font_size", value)

    @property
    def antialiasing(self) -> int:
        """Samples per pixel of the 3D view."""
        return self._one_of("antialiasing", 4, ANTIALIASING)

    @antialiasing.setter
    def antialiasing(self, value: int) -> None:
        self._store.setValue("antialiasing", value)

    @property
    def redraws(self) -> int:
        """At most so many redraws a second while a job measures."""
        return self._one_of("redraws", 30, REDRAWS)

    @redraws.setter
    def redraws(self, value: int) -> None:
        self._store.setValue("redraws", value)

    # -- habits --------------------------------------------------------------------------------

    @property
    def restore_session(self) -> bool:
        """Whether a start without files opens those of last time."""
        return self._flag("restore_session", True)

    @restore_session.setter
    def restore_session(self, value: bool) -> None:
        self._store.setValue("restore_session", value)

    @property
    def confirm_close(self) -> bool:
        """Whether closing the window asks while a job runs."""
        return self._flag("confirm_close", True)

    @confirm_close.setter
    def confirm_close(self, value: bool) -> None:
        self._store.setValue("confirm_close", value)

    # -- engine --------------------------------------------------------------------------------

    @property
    def threads(self) -> int:
        """Threads of the engine; 0 is all cores but one."""
        return self._number("threads", 0, 1, MOST_THREADS)

    @threads.setter
    def threads(self, value: int) -> None:
        self._store.setValue("threads", value)

    @property
    def device(self) -> str:
        """Device that new measurements begin with."""
        return self._one_of("device", "auto", DEVICES)

    @device.setter
    def device(self, value: str) -> None:
        self._store.setValue("device", value)

    @property
    def precision(self) -> str:
        """Precision that new measurements begin with."""
        return self._one_of("precision", "float32", PRECISIONS)

    @precision.setter
    def precision(self, value: str) -> None:
        self._store.setValue("precision", value)

    # -- layout --------------------------------------------------------------------------------

    def own_groups(self, path: Path) -> tuple[LayerGroup, ...]:
        """Layer groups that the user made for a landscape file."""
        found = []
        for data in self._all_own_groups().get(str(path), []):
            with contextlib.suppress(ValidationError):
                found.append(LayerGroup.model_validate(data))
        return tuple(found)

    def set_own_groups(self, path: Path, groups: Iterable[LayerGroup]) -> None:
        """Keep them; of so many files only, the newest last."""
        known = self._all_own_groups()
        known.pop(str(path), None)
        dumped = [group.model_dump(mode="json") for group in groups]
        if dumped:
            known[str(path)] = dumped
        kept = dict(list(known.items())[-OWN_GROUPS_FILES:])
        self._store.setValue("own_groups", json.dumps(kept))

    def _all_own_groups(self) -> dict[str, list[Any]]:
        known = _object(self._store.value("own_groups", "{}"))
        return {key: value for key, value in known.items() if isinstance(value, list)}

    @property
    def speeds(self) -> KnownSpeeds:
        """What jobs told of the speed of this machine."""
        known = _object(self._store.value("speeds", "{}"))
        speeds, tokens = (_numbers(known.get(name)) for name in ("speeds", "tokens"))
        return KnownSpeeds(speeds, str(known.get("device", "")), tokens)

    @speeds.setter
    def speeds(self, value: KnownSpeeds) -> None:
        text = json.dumps(
            {
                "speeds": dict(value.speeds),
                "device": value.device,
                "tokens": dict(value.tokens or {}),
            }
        )
        self._store.setValue("speeds", text)

    def state(self, name: str) -> QByteArray | None:
        """Geometry of a window or state of a splitter."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_state(self, name: str, state: QByteArray) -> None:
        """Keep geometry of a window or state of a splitter."""
        self._store.setValue(f"layout/{name}", state)

    # -- inside --------------------------------------------------------------------------------

    def _flag(self, name: str, default: bool) -> bool:
        # An ini file gives back words.
        value = str(self._store.value(name, default)).lower()
        return value == "true" if value in ("true", "false") else default

    def _number(self, name: str, default: int, low: int, high: int) -> int:
        try:
            value = int(str(self._store.value(name, default)))
        except ValueError:
            return default
        return value if low <= value <= high else default

    def _one_of(self, name: str, default: _Choice, choices: tuple[_Choice, ...]) -> _Choice:
        value = str(self._store.value(name, default))
        return next((choice for choice in choices if str(choice) == value), default)


def _recent_file(text: str) -> RecentFile | None:
    """A row as it is kept, or a bare path as it was kept once."""
    if not text.startswith("["):
        return RecentFile(Path(text))
    try:
        path, run, task = json.loads(text)
    except ValueError:
        return None
    return RecentFile(Path(str(path)), str(run), str(task)) if path else None


def _object(value: object) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    try:
        found = json.loads(str(value))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _numbers(value: object) -> dict[str, float]:
    items = value.items() if isinstance(value, dict) else ()
    return {str(k): float(v) for k, v in items if isinstance(v, int | float) and v > 0}
