"""A report as rich text: pictures as sharp as the screen, colours of the theme."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QFontInfo,
    QImage,
    QPainter,
    QResizeEvent,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QTextBrowser, QWidget

from landscape_gui.figures.report.document import Document
from landscape_gui.figures.report.rich_page import SCHEME, PageLook, anchor_of, rich_page
from landscape_gui.ui.style import mixed
from landscape_gui.ui.theme import Theme

# Pictures have 300 dots to the inch; on screen an inch is somewhat more than 96 pixels, so that
# the letters of a figure are as large as those around it.
_PIXELS_PER_DOT = 124 / 300
_PAPER = 6  # white around a picture, which has been drawn for paper
_RESIZED_MILLISECONDS = 120


class ReportPage(QTextBrowser):
    """Shows a document; lays it out anew for another width, theme or screen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document: Document | None = None
        self._pictures: dict[str, QImage] = {}
        self._laid_out: tuple[object, ...] = ()
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName("Report")
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # or tables break words anywhere
        # The width must not depend on what is laid out by it.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.document().setDocumentMargin(20)
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_RESIZED_MILLISECONDS)
        self._resized.timeout.connect(self._lay_out)

    def show_report(self, document: Document | None) -> None:
        """Show a report, at the place where the last one was read; None shows nothing."""
        self._document = document
        self._pictures = {}
        for picture in document.pictures if document is not None else ():
            image = QImage.fromData(picture.png)
            if not image.isNull():
                self._pictures[picture.name] = image
        self._lay_out(force=True)

    def set_theme(self, theme: Theme) -> None:
        """Take on other colours."""
        self._theme = theme
        self._lay_out()

    def go_to(self, place: int) -> None:
        """Show the document's section at a place."""
        self.scrollToAnchor(anchor_of(place))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Pictures at the screen's own resolution; nothing is ever fetched from anywhere."""
        name = QUrl(name)
        image = self._pictures.get(name.path())
        if kind != QTextDocument.ResourceType.ImageResource.value or name.scheme() != SCHEME:
            return None
        return None if image is None else self._on_paper(image, *self._sizes()[name.path()])

    # -- inside --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures stand beside each other where there is room."""
        super().resizeEvent(event)
        self._resized.start()

    def event(self, event: QEvent) -> bool:
        """On another screen pictures have another resolution."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resized.start()
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_resized"):
            self._resized.start()

    def _room(self) -> int:
        return max(200, self.viewport().width() - 2 * round(self.document().documentMargin()))

    def _sizes(self) -> dict[str, tuple[int, int]]:
        """Width and height of each picture on the page, made smaller where it is too wide."""
        found = {}
        most = self._room() - 24
        for name, image in self._pictures.items():
            share = min(_PIXELS_PER_DOT, (most - 2 * _PAPER) / image.width())
            size = (image.size().toSizeF() * share).toSize()
            found[name] = (size.width() + 2 * _PAPER, size.height() + 2 * _PAPER)
        return found

    def _on_paper(self, image: QImage, width: int, height: int) -> QImage:
        """A picture with its paper, scaled once: the text layout itself would do it coarsely."""
        ratio = self.devicePixelRatioF()
        paper = QImage(QSize(width, height) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        paper.fill(Qt.GlobalColor.transparent)
        edge = round(_PAPER * ratio)
        scaled = image.scaled(
            paper.size() - QSize(2 * edge, 2 * edge),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        painter = QPainter(paper)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("white"))
        painter.drawRoundedRect(paper.rect(), 4 * ratio, 4 * ratio)
        painter.drawImage(edge, edge, scaled)
        painter.end()
        paper.setDevicePixelRatio(ratio)
        return paper

    def _look(self) -> PageLook:
        theme = self._theme
        points = self.font().pointSizeF()
        return PageLook(
            text=theme.text,
            muted=theme.muted,
            line=theme.border,
            accent=theme.accent,
            raised=mixed(theme.raised, theme.accent, 0.07).name(),
            warning=theme.warning,
            warning_ground=mixed(theme.raised, theme.warning, 0.08).name(),
            points=points if points > 0 else QFontInfo(self.font()).pointSizeF(),
            width=self._room(),
        )

    def _lay_out(self, *, force: bool = False) -> None:
        look = self._look()
        wanted = (look, self.devicePixelRatioF())
        if wanted == self._laid_out and not force:
            return
        self._laid_out = wanted
        bar = self.verticalScrollBar()
        place = bar.value() / bar.maximum() if bar.maximum() else 0.0
        self.document().clear()  # pictures that were loaded for another screen, too
        document = self._document
        self.setHtml("" if document is None else rich_page(document, look, self._sizes()))
        bar.setValue(round(place * bar.maximum()))
