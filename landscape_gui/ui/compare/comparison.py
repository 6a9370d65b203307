"""The state of the comparison; its page observes it, as other views observe the session."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal

from landscape_gui.ui.compare.items import Contrast, Item, Missing, Quantity, Source, sources_of
from landscape_gui.ui.scene import Limits

ViewKind: TypeAlias = Literal["3d", "contours"]
Policy: TypeAlias = Literal["robust", "whole"]

MOST_PANELS = 4
MOST_IN_FIGURE = 8


class Comparison(QObject):
    """Which landscapes are side by side, and how.

    Attributes
    ----------
    items_changed
        Panels came, went or show something else.
    look_changed
        Kind of view, scale, linking or trajectories.
    """

    items_changed = Signal()
    look_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Item, ...] = ()
        self._columns = 0
        self._title = ""
        self._note = ""
        self._kind: ViewKind = "3d"
        self._shared = True
        self._linked = True
        self._trajectories = False
        self._policy: Policy = "robust"
        self._limits: dict[Quantity | int, Limits] = {}

    # -- what is compared ----------------------------------------------------------------------

    @property
    def items(self) -> tuple[Item, ...]:
        """One per panel, row by row."""
        return self._items

    @property
    def columns(self) -> int:
        """Panels beside each other; 0 leaves that to the room there is."""
        return self._columns

    @property
    def title(self) -> str:
        """Name of the figure that is laid out; empty for an arrangement of the user's own."""
        return self._title

    @property
    def note(self) -> str:
        """What is missing from the figure, in words."""
        return self._note

    @property
    def can_add(self) -> bool:
        """Whether there is room for another panel."""
        return len(self._items) < MOST_PANELS

    def set_items(
        self, items: Sequence[Item], *, columns: int = 0, title: str = "", note: str = ""
    ) -> None:
        """Show these; more than fit are left out. Limits set by hand are forgotten."""
        self._items = tuple(items)[: MOST_IN_FIGURE if columns else MOST_PANELS]
        self._columns, self._title, self._note = columns, title, note
        self._limits.clear()
        self.items_changed.emit()

    def add(self, item: Item) -> None:
        """Add a panel while there is room."""
        if self.can_add:
            self._set((*self._items, item))

    def replace(self, index: int, item: Item) -> None:
        """Show something else in a panel."""
        if self._items[index] != item:
            self._limits.pop(index, None)
            items = list(self._items)
            items[index] = item
            # The figure keeps its shape, but it is no longer all what its name says.
            self._items, self._title = tuple(items), ""
            self._note = "" if not any(isinstance(i, Missing) for i in items) else self._note
            self.items_changed.emit()

    def remove(self, index: int) -> None:
        """Take a panel away."""
        self._set(tuple(item for k, item in enumerate(self._items) if k != index))

    def forget(self, paths: Sequence[Path]) -> None:
        """Take away all panels about files that were closed."""
        gone = set(paths)
        kept = tuple(
            item for item in self._items if not any(s.path in gone for s in sources_of(item))
        )
        if len(kept) != len(self._items):
            self._set(kept if any(not isinstance(item, Missing) for item in kept) else ())

    def _set(self, items: tuple[Item, ...]) -> None:
        self._items = items
        self._columns, self._title, self._note = 0, "", ""
        self._limits.clear()
        self.items_changed.emit()

    def pair(self) -> tuple[Source, Source] | None:
        """The first two surfaces shown that can be subtracted: a loss from a loss, and so on."""
        shown = [item for item in self._items if isinstance(item, Source)]
        for k, first in enumerate(shown):
            for second in shown[k + 1 :]:
                if first.metric.split("_")[1] == second.metric.split("_")[1]:
                    return first, second
        return None

    def add_difference(self) -> bool:
        """Add the difference of the first two that can be subtracted, in a panel of its own."""
        pair = self.pair()
        if pair is None or not self.can_add:
            return False
        self.add(Contrast(*pair))
        return True

    # -- how it is shown -----------------------------------------------------------------------

    @property
    def kind(self) -> ViewKind:
        """3D views or contour maps."""
        return self._kind

    @kind.setter
    def kind(self, value: ViewKind) -> None:
        self._change("_kind", value)

    @property
    def shared(self) -> bool:
        """One colour scale for all panels of a quantity, or one each."""
        return self._shared

    @shared.setter
    def shared(self, value: bool) -> None:
        self._change("_shared", value)

    @property
    def linked(self) -> bool:
        """Whether cameras and cursors go together."""
        return self._linked

    @linked.setter
    def linked(self, value: bool) -> None:
        self._change("_linked", value)

    @property
    def trajectories(self) -> bool:
        """Whether trajectories are drawn."""
        return self._trajectories

    @trajectories.setter
    def trajectories(self, value: bool) -> None:
        self._change("_trajectories", value)

    @property
    def policy(self) -> Policy:
        """How limits are taken from the data."""
        return self._policy

    @policy.setter
    def policy(self, value: Policy) -> None:
        self._limits.clear()
        self._change("_policy", value)

    def manual_limits(self, key: Quantity | int) -> Limits | None:
        """Limits set by hand for a quantity or, with scales of their own, for a panel."""
        return self._limits.get(key)

    def set_manual_limits(self, key: Quantity | int, limits: Limits | None) -> None:
        """Fix limits, or let them follow the data again."""
        if limits is None:
            self._limits.pop(key, None)
        else:
            self._limits[key] = limits
        self.look_changed.emit()

    def _change(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.look_changed.emit()
