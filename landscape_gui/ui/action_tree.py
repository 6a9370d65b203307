"""Every action of the menu bar, with the way to it; shortcuts list and palette are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An action and the menus that lead to it.

    Attributes
    ----------
    action
        What is triggered.
    path
        Titles of the menus, outermost first, without mnemonics: ``("View", "Theme")``.
    """

    action: QAction
    path: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its words, without mnemonic and dots."""
        return plain(self.action.text())

    @property
    def keys(self) -> str:
        """Its shortcut as this system writes it, empty if it has none."""
        return self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    @property
    def is_choice(self) -> bool:
        """Whether it is one of several of which one is on."""
        return self.action.actionGroup() is not None


def menu_entries(bar: QMenuBar) -> list[MenuEntry]:
    """All actions below a menu bar, in the order of the menus; separators are left out."""
    # Not by QAction.menu(): PySide then takes the menu for its own and deletes it.
    menus = {menu.menuAction(): menu for menu in bar.findChildren(QMenu)}
    return [entry for action in bar.actions() for entry in _below(action, (), menus)]


def plain(text: str) -> str:
    """An action's text without mnemonic and without the dots of a dialog."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _below(
    action: QAction, path: tuple[str, ...], menus: dict[QAction, QMenu]
) -> Iterator[MenuEntry]:
    menu = menus.get(action)
    if menu is not None:
        for inner in menu.actions():
            yield from _below(inner, (*path, plain(menu.title())), menus)
    elif not action.isSeparator() and action.text():
        yield MenuEntry(action, path)
