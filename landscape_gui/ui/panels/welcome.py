"""What is shown while nothing is open: the three ways to begin, and the files of last time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from landscape_gui.resource_files import resource
from landscape_gui.ui.panels.parts import button, label

MOST_RECENT = 5


class WelcomePanel(QWidget):
    """The empty window."""

    open_file = Signal()
    open_run = Signal()
    run_demo = Signal()
    open_recent = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        center = QHBoxLayout()
        center.addStretch(1)
        card = QFrame()
        card.setProperty("role", "card")
        card.setFixedWidth(520)
        center.addWidget(card)
        center.addStretch(1)
        outer.addLayout(center)
        outer.addStretch(3)

        column = QVBoxLayout(card)
        column.setContentsMargins(36, 32, 36, 28)
        column.setSpacing(10)
        logo = _logo()
        if logo is not None:
            column.addWidget(logo, 0, Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(4)
        column.addWidget(label("Landscape GUI", "title"))
        column.addWidget(
            label("See why fine-tuning works: live loss landscapes of language models.", "muted")
        )
        column.addSpacing(12)
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
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addLayout(self._recent)

    def set_recent(self, paths: Sequence[Path]) -> None:
        """Offer these files again."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if not paths:
            return
        heading = label("Recent", "heading")
        heading.setContentsMargins(0, 14, 0, 2)
        self._recent.addWidget(heading)
        for path in paths[:MOST_RECENT]:
            link = button(path.name, "link", str(path))
            link.clicked.connect(lambda _=False, p=path: self.open_recent.emit(p))
            self._recent.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)


def _logo() -> QSvgWidget | None:
    try:
        logo = QSvgWidget(str(resource("icons", "landscape-gui.svg")))
    except FileNotFoundError:
        return None
    logo.setFixedSize(56, 56)
    return logo
