"""What is shown while nothing is open: ways to begin, samples, and the files of last time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.resource_files import resource
from landscape_gui.ui.panels.file_row import RecentRow, RowButton
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.recent_files import FileFacts
from landscape_gui.ui.samples import READ_ONLY, Sample

CARD_WIDTH, LISTS_WIDTH = 400, 490
# The width from which on the lists are beside the card.
WIDE = CARD_WIDTH + LISTS_WIDTH + 90
MOST_RECENT = 8


class WelcomePanel(QWidget):
    """The empty window.

    Attributes
    ----------
    open_file, open_run, run_demo
        The three ways to begin.
    open_recent, remove_recent
        A Path.
    """

    open_file = Signal()
    open_run = Signal()
    run_demo = Signal()
    open_recent = Signal(object)
    remove_recent = Signal(object)

    def __init__(self, samples: Sequence[Sample] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(scroll)
        content = QWidget()
        content.setProperty("role", "side")
        scroll.setWidget(content)
        page = QVBoxLayout(content)
        page.setContentsMargins(24, 24, 24, 24)
        page.addStretch(2)
        across = QHBoxLayout()
        across.addStretch(1)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(28)
        across.addLayout(self._parts)
        across.addStretch(1)
        page.addLayout(across)
        page.addStretch(3)
        self._parts.addWidget(self._card(), 0, Qt.AlignmentFlag.AlignTop)
        self.lists = QWidget()
        self.lists.setFixedWidth(LISTS_WIDTH)
        column = QVBoxLayout(self.lists)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.samples = QWidget()
        self._fill_samples(samples)
        column.addWidget(self.samples)
        self.recent = QWidget()
        self._recent = QVBoxLayout(self.recent)
        self._recent.setContentsMargins(0, 0, 0, 0)
        self._recent.setSpacing(0)
        column.addWidget(self.recent)
        self._parts.addWidget(self.lists, 0, Qt.AlignmentFlag.AlignTop)
        self._samples_shown = bool(samples)
        self.rows: list[RecentRow] = []
        self.set_recent(())

    def set_recent(self, files: Sequence[FileFacts]) -> None:
        """Offer these files again; those that are gone are grey and can be taken off."""
        focused = next((i for i, row in enumerate(self.rows) if row.remove_button.hasFocus()), None)
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.rows = []
        if files:
            self._recent.addWidget(_heading("Recent"))
        for facts in files[:MOST_RECENT]:
            row = RecentRow(facts.title, facts.details(), str(facts.file.path), facts.missing)
            row.opened.connect(lambda f=facts: self.open_recent.emit(f.file.path))
            row.removed.connect(lambda f=facts: self.remove_recent.emit(f.file.path))
            self._recent.addWidget(row)
            self.rows.append(row)
        self.recent.setVisible(bool(files))
        self.lists.setVisible(bool(files) or self._samples_shown)
        if focused is not None and self.rows:
            self.rows[min(focused, len(self.rows) - 1)].remove_button.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or below each other where it is narrow."""
        super().resizeEvent(event)
        wide = event.size().width() >= WIDE
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._parts.direction() != way:
            self._parts.setDirection(way)
            self.lists.setFixedWidth(LISTS_WIDTH if wide else CARD_WIDTH)

    # -- parts ---------------------------------------------------------------------------------

    def _card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(CARD_WIDTH)
        column = QVBoxLayout(card)
        column.setContentsMargins(30, 28, 30, 24)
        column.setSpacing(10)
        logo = _logo()
        if logo is not None:
            column.addWidget(logo, 0, Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(4)
        column.addWidget(label("Landscape GUI", "title"))
        words = "See why fine-tuning works: live loss landscapes of language models."
        column.addWidget(label(words, "muted", wrap=True))
        column.addSpacing(10)
        self.file_button = button("Open a landscape file", "primary", icon="open")
        self.run_button = button("Open a training run", icon="run")
        self.demo_button = button("Run the demo", icon="play")
        for made, signal, tip in (
            (self.file_button, self.open_file, "A .landscape.h5 file (Ctrl+O)"),
            (self.run_button, self.open_run, "A directory with checkpoints (Ctrl+R)"),
            (self.demo_button, self.run_demo, "Trains a small model and measures its landscapes"),
        ):
            made.setMinimumHeight(38)
            made.setToolTip(tip)
            made.clicked.connect(signal)
            column.addWidget(made)
        column.addSpacing(6)
        column.addWidget(label("Or drop files and run directories here.", "muted"))
        column.addWidget(label("Ctrl+K finds every command, F1 lists the shortcuts.", "muted"))
        return card

    def _fill_samples(self, samples: Sequence[Sample]) -> None:
        self.samples.setVisible(bool(samples))
        column = QVBoxLayout(self.samples)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        column.addWidget(_heading("Samples"))
        for sample in samples:
            tip = "\n".join(filter(None, (sample.description, READ_ONLY)))
            row = RowButton(sample.title, sample.description, tip)
            row.clicked.connect(lambda _=False, path=sample.path: self.open_recent.emit(path))
            column.addWidget(row)


def _heading(text: str) -> QWidget:
    made = label(text, "heading")
    made.setContentsMargins(10, 4, 0, 4)
    return made


def _logo() -> QSvgWidget | None:
    try:
        logo = QSvgWidget(str(resource("icons", "landscape-gui.svg")))
    except FileNotFoundError:
        return None
    logo.setFixedSize(56, 56)
    return logo
