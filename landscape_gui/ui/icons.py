"""Icons on buttons and actions, in the colour of the text beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPalette,
    QPixmap,
    QPixmapCache,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from landscape_gui.resource_files import resource
from landscape_gui.ui.color_maps import table

IconHolder: TypeAlias = QAbstractButton | QAction

SWATCH = QSize(64, 24)
_SIZES = (16, 20, 24, 32, 48, 64)
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


def tinted_icon(name: str, color: str) -> QIcon:
    """The icon ``resources/icons/<name>.svg`` with its strokes in a colour.

    Parameters
    ----------
    name
        File name without ``.svg``.
    color
        ``#rrggbb``. Disabled, the icon is the same at a third of the opacity.

    Raises
    ------
    FileNotFoundError
        If there is no such icon.
    """
    icon = QIcon()
    for size, pixmap in _pixmaps(name, color):
        icon.addPixmap(pixmap, QIcon.Mode.Normal)
        paler = _transparent(size)
        painter = QPainter(paler)
        painter.setOpacity(0.35)
        painter.drawPixmap(0, 0, pixmap)
        painter.end()
        icon.addPixmap(paler, QIcon.Mode.Disabled)
    return icon


def _pixmaps(name: str, color: str) -> Iterator[tuple[int, QPixmap]]:
    """One for each size; the same icon is on several buttons, and drawing it takes longest."""
    renderer: QSvgRenderer | None = None
    for size in _SIZES:
        key = f"{name} {color} {size}"
        pixmap = QPixmap()
        if not QPixmapCache.find(key, pixmap):
            if renderer is None:
                svg = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
                renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", color).encode()))
            pixmap = _transparent(size)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            QPixmapCache.insert(key, pixmap)
        yield size, pixmap


def _transparent(size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap


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
