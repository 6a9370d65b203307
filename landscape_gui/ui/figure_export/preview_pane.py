"""Where the figure is shown before it is written: the page on a board, or why there is none."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from landscape_gui.ui.theme import Theme

_MARGIN = 16.0
_SMALLEST = QSize(260, 220)


class PreviewPane(QWidget):
    """Shows a picture as large as there is room, but not larger than it is.

    Attributes
    ----------
    resized
        There is room for another number of pixels.
    """

    resized = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image: QImage | None = None
        self._words = "Drawing…"
        self.setMinimumSize(_SMALLEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Preview")

    @property
    def image(self) -> QImage | None:
        """What is shown; None while there is nothing."""
        return self._image

    @property
    def words(self) -> str:
        """What is said while there is no picture."""
        return self._words

    @property
    def room(self) -> tuple[int, int]:
        """Width and height in pixels of the screen that a picture can have."""
        ratio = self.devicePixelRatioF()
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        return max(round(width * ratio), 1), max(round(height * ratio), 1)

    def show_image(self, image: QImage) -> None:
        """Show a picture made for the room there is."""
        self._image, self._words = image, ""
        self.update()

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self._image, self._words = None, words
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture follows the size."""
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A board with the page in its middle."""
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            board = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(QColor(theme.border)))
            painter.setBrush(QColor(theme.grid))
            painter.drawRoundedRect(board, 6, 6)
            if self._image is None:
                painter.setPen(QColor(theme.muted))
                inside = board.adjusted(40, 24, -40, -24)
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(inside, int(flags), self._words)
                return
            place = self._place(self._image)
            painter.drawImage(place, self._image)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _place(self, image: QImage) -> QRectF:
        """In the middle, a pixel of the picture on each of the screen where it fits."""
        ratio = self.devicePixelRatioF()
        width, height = image.width() / ratio, image.height() / ratio
        share = min(
            1.0, (self.width() - 2 * _MARGIN) / width, (self.height() - 2 * _MARGIN) / height
        )
        width, height = width * share, height * share
        left = round((self.width() - width) / 2 * ratio) / ratio
        top = round((self.height() - height) / 2 * ratio) / ratio
        return QRectF(left, top, width, height)
