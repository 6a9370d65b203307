"""What the window remembers between two starts; a broken or foreign value is ignored."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError
from PySide6.QtCore import QByteArray, QSettings

from landscape_gui.specs import LayerGroup

ThemeChoice: TypeAlias = Literal["system", "light", "dark"]
RECENT_COUNT = 8
OWN_GROUPS_FILES = 100


class Settings:
    """Typed access to QSettings of this application."""

    def __init__(self) -> None:
        self._store = QSettings()

    @property
    def recent(self) -> list[Path]:
        """Files opened of late, the newest first."""
        value = self._store.value("recent", [])
        texts = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(text) for text in texts if isinstance(text, str) and text][:RECENT_COUNT]

    def add_recent(self, path: Path) -> None:
        """Put a file first."""
        paths = [path, *(p for p in self.recent if p != path)]
        self._store.setValue("recent", [str(p) for p in paths[:RECENT_COUNT]])

    def clear_recent(self) -> None:
        """Forget all recent files."""
        self._store.remove("recent")

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
    def folder(self) -> Path:
        """Where file dialogs begin."""
        value = self._store.value("folder", "")
        path = Path(value) if isinstance(value, str) and value else Path.home()
        return path if path.is_dir() else Path.home()

    @folder.setter
    def folder(self, value: Path) -> None:
        self._store.setValue("folder", str(value))

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
        try:
            known = json.loads(str(self._store.value("own_groups", "{}")))
        except ValueError:
            return {}
        if not isinstance(known, dict):
            return {}
        return {key: value for key, value in known.items() if isinstance(value, list)}

    def state(self, name: str) -> QByteArray | None:
        """Geometry of a window or state of a splitter."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_state(self, name: str, state: QByteArray) -> None:
        """Keep geometry of a window or state of a splitter."""
        self._store.setValue(f"layout/{name}", state)
