"""Which layer groups are rolled back, and which the user made."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from landscape_gui.specs import LayerGroup
from landscape_gui.ui.open_landscapes import OpenLandscapes


class LayerChoices(OpenLandscapes):
    """What is chosen of the layer groups of each open landscape.

    Attributes
    ----------
    rollback_changed
        Another set of groups is rolled back, or its metrics arrived.
    own_groups_changed
        Path of a file for which the user made or removed a layer group.
    """

    rollback_changed = Signal()
    own_groups_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rollback: dict[Path, frozenset[str]] = {}
        self._own_groups: dict[Path, dict[str, LayerGroup]] = {}

    @property
    def rollback(self) -> frozenset[str]:
        """Groups that are rolled back in the landscape that is looked at."""
        return (
            self._rollback.get(self._selection.path, frozenset())
            if self._selection
            else frozenset()
        )

    def set_rolled_back(self, group: str, rolled_back: bool) -> None:
        """Roll a group back, or forward again."""
        if self._selection is None:
            return
        names = self.rollback - {group} | ({group} if rolled_back else set())
        if names != self.rollback:
            self._rollback[self._selection.path] = frozenset(names)
            self.rollback_changed.emit()

    @property
    def rollback_by_path(self) -> tuple[tuple[Path, frozenset[str]], ...]:
        """The groups that are rolled back, of every landscape that has any."""
        return tuple(sorted((path, names) for path, names in self._rollback.items() if names))

    def set_rollback_by_path(self, chosen: Iterable[tuple[Path, frozenset[str]]]) -> None:
        """Choose what is rolled back everywhere; what is not open or has no such group is left."""
        wanted = {
            path: kept
            for path, names in chosen
            if path in self.landscapes and (kept := names & frozenset(self.landscapes[path].groups))
        }
        if wanted != {path: names for path, names in self._rollback.items() if names}:
            self._rollback = wanted
            self.rollback_changed.emit()

    def own_groups(self, path: Path) -> tuple[LayerGroup, ...]:
        """Groups that the user made for a file and that are not necessarily in it yet."""
        return tuple(self._own_groups.get(path, {}).values())

    def add_groups(self, path: Path, groups: Iterable[LayerGroup]) -> None:
        """Offer more layer groups of an open file; the file has them once one is measured."""
        model = self.landscapes.get(path)
        if model is None:
            return
        for group in groups:
            if model.groups.setdefault(group.name, group) == group:
                self._own_groups.setdefault(path, {})[group.name] = group
        self.own_groups_changed.emit(path)
        self.landscapes_changed.emit()

    def remove_group(self, path: Path, name: str) -> None:
        """Forget a group of the user's that is not in the file."""
        model = self.landscapes.get(path)
        own = self._own_groups.get(path, {})
        if model is None or name not in own or name in model.stored:
            return
        del own[name]
        del model.groups[name]
        self._rollback[path] = self._rollback.get(path, frozenset()) - {name}
        self.own_groups_changed.emit(path)
        self.landscapes_changed.emit()
        self.rollback_changed.emit()
