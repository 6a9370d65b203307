"""The small buttons under the views: viewpoints, whole view, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from landscape_gui.ui.icons import set_icon

_ICON = QSize(16, 16)


class ViewTools(QFrame):
    """Offers actions of the menu bar where the eye is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "foot")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 1, 6, 0)
        self._row.setSpacing(2)

    def add_menu(self, icon: str, name: str, actions: Sequence[QAction]) -> QToolButton:
        """A button that opens a menu of actions."""
        tool = self._add(icon, name)
        menu = QMenu(tool)
        menu.addActions(list(actions))
        tool.setMenu(menu)
        tool.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return tool

    def add_action(self, icon: str, name: str, action: QAction) -> QToolButton:
        """A button that does what an action does."""
        key = action.shortcut().toString()
        tool = self._add(icon, name, f"{name} ({key})" if key else name)
        tool.clicked.connect(action.trigger)
        return tool

    def _add(self, icon: str, name: str, tip: str = "") -> QToolButton:
        tool = QToolButton()
        tool.setAccessibleName(name)
        tool.setToolTip(tip or name)
        tool.setIconSize(_ICON)
        set_icon(tool, icon)
        self._row.addWidget(tool)
        return tool
