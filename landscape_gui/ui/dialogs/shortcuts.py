"""F1: every shortcut, made of the actions themselves, and what the mouse does; searchable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.action_tree import MenuEntry
from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.palette_entries import SEPARATOR
from landscape_gui.ui.panels.parts import label

MOUSE = (
    ("Mouse in the 3D view", "Turn the surface", "Drag"),
    ("Mouse in the 3D view", "Move the surface", "Shift + drag"),
    ("Mouse in the 3D view", "Zoom", "Wheel"),
    ("Mouse in the 3D view", "Read a value", "Point at it"),
    ("Mouse in the maps and plots", "Zoom", "Wheel"),
    ("Mouse in the maps and plots", "Move", "Drag"),
    ("Mouse in the maps and plots", "Show all", "Double click"),
)


@dataclass(frozen=True, slots=True)
class ShortcutRow:
    """One line of the list."""

    group: str
    what: str
    keys: str


def shortcut_rows(entries: Sequence[MenuEntry]) -> list[ShortcutRow]:
    """All actions that have a shortcut, by the menu they are in, then the mouse."""
    rows = [
        ShortcutRow(entry.path[0], SEPARATOR.join((*entry.path[1:], entry.text)), entry.keys)
        for entry in entries
        if entry.keys
    ]
    return rows + [ShortcutRow(*row) for row in MOUSE]


class ShortcutsDialog(QDialog):
    """A list by menu with a line to search it."""

    def __init__(self, entries: Sequence[MenuEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Shortcuts")
        self.resize(520, 600)
        self._rows = shortcut_rows(entries)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Shortcuts", "title"))
        column.addWidget(
            label("Ctrl+K finds everything by its name, with or without a shortcut.", "muted")
        )
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search the shortcuts")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        column.addWidget(self.search)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Shortcuts")
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(10)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        column.addWidget(self.tree, 1)
        buttons, _ = dialog_buttons()
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._fill("")
        self.search.setFocus()

    def shown(self) -> list[tuple[str, str]]:
        """What is listed now, as words and keys."""
        found = []
        for i in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(i)
            if top is not None:
                rows = [top.child(j) for j in range(top.childCount())]
                found += [(row.text(0), row.text(1)) for row in rows]
        return found

    def _fill(self, query: str) -> None:
        self.tree.clear()
        groups: dict[str, QTreeWidgetItem] = {}
        for row in self._rows:
            text = f"{row.what} {row.keys} {row.group}".lower()
            if not all(word in text for word in query.lower().split()):
                continue
            if row.group not in groups:
                groups[row.group] = _heading(row.group)
                self.tree.addTopLevelItem(groups[row.group])
            item = QTreeWidgetItem([row.what, row.keys])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, row.what)
            groups[row.group].addChild(item)
        self.tree.expandAll()


def _heading(text: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([text])
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    item.setFirstColumnSpanned(True)
    font = item.font(0)
    font.setBold(True)
    item.setFont(0, font)
    return item
