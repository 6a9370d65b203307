"""Icons on buttons and actions, in the colour of the text beside them."""

from __future__ import annotations

from typing import TypeAlias

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QImage, QPalette, QPixmap
from PySide6.QtWidgets import QAbstractButton

from landscape_gui.ui.color_maps import table
from landscape_gui.ui.style import tinted_icon

IconHolder: TypeAlias = QAbstractButton | QAction

SWATCH = QSize(64, 24)
_NAME = "icon_name"
_ROLES = {
    "primary": QPalette.ColorRole.HighlightedText,
    "quiet": QPalette.ColorRole.Link,
    "link": QPalette.ColorRole.Link,
}


def set_icon(holder: IconHolder, name: str) -> None:
    """Show ``resources/icons/<name>.svg`` in the palette's colour for the holder's role."""
    if holder.property(_NAME) != name:
        holder.setProperty(_NAME, name)
        _tint(holder)


def color_map_icon(name: str) -> QIcon:
    """A small picture of a colour map, from its low to its high end."""
    colors = table(name)
    strip = QImage(colors.tobytes(), len(colors), 1, 4 * len(colors), QImage.Format.Format_RGBA8888)
    smooth = Qt.TransformationMode.SmoothTransformation
    whole = Qt.AspectRatioMode.IgnoreAspectRatio
    return QIcon(QPixmap.fromImage(strip.scaled(SWATCH, whole, smooth)))


def tint_icons(root: QObject) -> None:
    """Give all icons below ``root`` the colours of the palette that is on now."""
    for kind in (QAbstractButton, QAction):
        for holder in root.findChildren(kind):
            if isinstance(holder, QAbstractButton | QAction) and holder.property(_NAME):
                _tint(holder)


def _tint(holder: IconHolder) -> None:
    role = _ROLES.get(str(holder.property("role")), QPalette.ColorRole.ButtonText)
    color = QGuiApplication.palette().color(QPalette.ColorGroup.Active, role)
    holder.setIcon(tinted_icon(str(holder.property(_NAME)), color.name()))
