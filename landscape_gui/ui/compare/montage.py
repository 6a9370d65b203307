"""The compared panels as one picture, without the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTextDocument

from landscape_gui.ui.compare.panel import ComparePanel
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.contour_view import ContourView
from landscape_gui.ui.views.grab import grab_widget

_RATIO = 2.0
_GAP = 14.0


@dataclass(frozen=True)
class Cell:
    """Where a panel stands."""

    row: int
    column: int
    panel: ComparePanel


def montage(
    cells: Sequence[Cell], bars: Sequence[ColorBar], legend: str, theme: Theme, font: QFont
) -> QImage:
    """Draw all panels with titles, the colour bars to the right, the legend (rich text) below.

    Views keep the sizes they have in the window; the picture has two pixels per unit of them.
    """
    bold = QFont(font)
    bold.setBold(True)
    line = QFontMetricsF(bold).height() + 2
    head = 3 * line + 4
    views = {cell.panel: cell.panel.current_view() for cell in cells}
    sizes = [(v.width(), v.height()) for v in views.values() if v is not None] or [(320, 240)]
    width, height = max(w for w, _ in sizes), max(h for _, h in sizes)
    columns = 1 + max((cell.column for cell in cells), default=0)
    rows = 1 + max((cell.row for cell in cells), default=0)
    aside = sum(bar.width() for bar in bars) + (_GAP if bars else 0)
    total_width = _GAP + columns * (width + _GAP) + aside
    foot = 1.6 * line if legend else 0.0
    total_height = _GAP + rows * (head + height + _GAP) + foot
    image = QImage(
        round(total_width * _RATIO), round(total_height * _RATIO), QImage.Format.Format_RGB32
    )
    image.setDevicePixelRatio(_RATIO)
    image.fill(QColor(theme.canvas))
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        for cell in cells:
            left = _GAP + cell.column * (width + _GAP)
            top = _GAP + cell.row * (head + height + _GAP)
            _paint_titles(painter, cell.panel, QRectF(left, top, width, head), (bold, font), theme)
            _paint_view(painter, cell.panel, QRectF(left, top + head, width, height), theme)
        left = total_width - aside
        for bar in bars:
            shown = grab_widget(bar, _RATIO)
            tall = min(bar.height(), total_height - 2 * _GAP)
            target = QRectF(left, (total_height - tall) / 2, bar.width(), tall)
            painter.drawImage(target, shown, QRectF(shown.rect()))
            left += bar.width()
        if legend:
            _paint_legend(painter, legend, total_width / 2, total_height - foot, font, theme)
    return image


def _paint_legend(
    painter: QPainter, legend: str, center: float, top: float, font: QFont, theme: Theme
) -> None:
    text = QTextDocument()
    text.setDefaultFont(font)
    text.setDefaultStyleSheet(f"body {{ color: {theme.text}; }}")
    text.setHtml(f"<body>{legend}</body>")
    painter.save()
    painter.translate(center - text.idealWidth() / 2, top)
    text.drawContents(painter)
    painter.restore()


def _paint_titles(
    painter: QPainter, panel: ComparePanel, room: QRectF, fonts: tuple[QFont, QFont], theme: Theme
) -> None:
    picture = panel.picture
    line = room.height() / 3
    texts = (
        (panel.picker.surface_button.full_text, fonts[0], theme.text),
        (panel.subtitle.text(), fonts[1], theme.muted),
        (picture.metric_title if picture is not None else "", fonts[1], theme.text),
    )
    for k, (text, font, color) in enumerate(texts):
        painter.setFont(font)
        painter.setPen(QColor(color))
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        rect = QRectF(room.left(), room.top() + k * line, room.width(), line)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, shown)


def _paint_view(painter: QPainter, panel: ComparePanel, room: QRectF, theme: Theme) -> None:
    view = panel.current_view()
    if view is None:
        painter.setPen(QColor(theme.muted))
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(room.adjusted(16, 16, -16, -16), flags, panel.message.text())
        return
    image = view.grab_image() if isinstance(view, ContourView) else view.grab_image(_RATIO)
    size = image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(room.center())
    painter.drawImage(target, image, QRectF(image.rect()))
