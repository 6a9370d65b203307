"""Asks how an animation is to be exported: story, view, size, speed, format."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QProgressBar,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.animation.director import STORIES, Director, Story
from landscape_gui.ui.animation.encoding import FASTEST_GIF, no_mp4
from landscape_gui.ui.animation.stage import SHOTS, Shot
from landscape_gui.ui.panels.parts import button, label

_SIZES = ((640, 480), (960, 720), (1280, 720), (1920, 1080))
_LEAST, _MOST = 160, 3840


class ExportDialog(QDialog):
    """Choices, then progress with a way to give up.

    Signals
    -------
    accepted_choices
        The user wants to export; the choices are this dialog's attributes.
    cancel_requested
        The export that runs is to be given up.
    """

    accepted_choices = Signal()
    cancel_requested = Signal()

    def __init__(self, director: Director, story: Story, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._director = director
        self._running = False
        self.setWindowTitle("Export animation")
        self.setMinimumWidth(440)
        self.what = QComboBox()
        for key, words in STORIES:
            self.what.addItem(words, key)
        self.what.setCurrentIndex([key for key, _ in STORIES].index(story))
        self.view = QComboBox()
        for key, words in SHOTS:
            self.view.addItem(words, key)
        self.format = QComboBox()
        self.format.addItem("GIF", "gif")
        self.format.addItem("MP4", "mp4")
        self.size_box = QComboBox()
        for width, height in _SIZES:
            self.size_box.addItem(f"{width} × {height}", (width, height))
        self.size_box.addItem("Other", None)
        self.size_box.setCurrentIndex(1)
        self.width_box, self.height_box = _pixels(960), _pixels(720)
        self.per_second = QSpinBox()
        self.per_second.setRange(1, 60)
        self.per_second.setValue(20)
        self.per_second.setSuffix(" frames per second")
        self.seconds = QDoubleSpinBox()
        self.seconds.setRange(0.5, 120.0)
        self.seconds.setDecimals(1)
        self.seconds.setValue(6.0)
        self.seconds.setSuffix(" s")
        self.words = label(role="muted", wrap=True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setVisible(False)
        self.go = button("Export…", "primary")
        self.go.clicked.connect(self.accepted_choices)
        self.stop = button("Cancel")
        self.stop.clicked.connect(self.reject)
        self._lay_out()
        for box in (self.what, self.view, self.format, self.size_box):
            box.currentIndexChanged.connect(self._refresh)
        for spin in (self.per_second, self.seconds, self.width_box, self.height_box):
            spin.valueChanged.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        pixels = QHBoxLayout()
        pixels.setSpacing(8)
        pixels.addWidget(self.size_box, 1)
        self._other = QWidget()
        other = QHBoxLayout(self._other)
        other.setContentsMargins(0, 0, 0, 0)
        other.addWidget(self.width_box)
        other.addWidget(label("×"))
        other.addWidget(self.height_box)
        pixels.addWidget(self._other)
        rows: tuple[tuple[str, QWidget | QHBoxLayout], ...] = (
            ("What", self.what),
            ("View", self.view),
            ("Format", self.format),
            ("Size in pixels", pixels),
            ("Speed", self.per_second),
            ("Length", self.seconds),
        )
        for words, field in rows:
            name = label(words)
            name.setMinimumHeight(self.what.sizeHint().height())  # in line with its field
            form.addRow(name, field)
        self.choices = QWidget()
        self.choices.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label("Export animation", "title"))
        column.addWidget(self.choices)
        column.addWidget(self.words)
        column.addWidget(self.progress)
        column.addLayout(buttons)

    # -- choices -------------------------------------------------------------------------------

    @property
    def story(self) -> Story:
        """What is told."""
        return "growth" if self.what.currentData() == "growth" else "trajectory"

    @property
    def shot(self) -> Shot:
        """Which views are in the picture."""
        chosen = self.view.currentData()
        return next(key for key, _ in SHOTS if key == chosen)

    @property
    def suffix(self) -> str:
        """``.gif`` or ``.mp4``."""
        return f".{self.format.currentData()}"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height, even as MP4 wants them."""
        chosen = self.size_box.currentData()
        width, height = chosen or (self.width_box.value(), self.height_box.value())
        return width - width % 2, height - height % 2

    def _refresh(self) -> None:
        self._other.setVisible(self.size_box.currentData() is None)
        gif = self.suffix == ".gif"
        self.per_second.setMaximum(FASTEST_GIF if gif else 60)
        reason = self._director.why_not(self.story) or ("" if gif else no_mp4())
        self.go.setEnabled(not reason and not self._running)
        if reason:
            self.words.setText(reason)
        elif not self._running:
            count = max(2, round(self.seconds.value() * self.per_second.value()))
            width, height = self.pixels
            self.words.setText(f"{count:,} frames of {width} × {height} pixels.")

    # -- progress ------------------------------------------------------------------------------

    def show_running(self, running: bool) -> None:
        """Progress instead of choices, or back."""
        self._running = running
        self.choices.setEnabled(not running)
        self.progress.setVisible(running)
        self.progress.setValue(0)
        self._refresh()

    def show_progress(self, done: int, total: int) -> None:
        """So many frames are drawn."""
        self.progress.setMaximum(total)
        self.progress.setValue(done)
        self.words.setText(f"Frame {done:,} of {total:,}")

    def show_saved(self, path: Path) -> None:
        """Say where the film is; another one can be made of it at once."""
        self.show_running(False)
        self.words.setText(f"Saved as {path}")
        self.stop.setText("Close")

    def show_failure(self, message: str, hint: str) -> None:
        """Say what went wrong, and offer the choices again."""
        self.show_running(False)
        self.words.setText(f"{message} {hint}".strip())

    def reject(self) -> None:
        """While it runs: give up the export. Else: close."""
        if self._running:
            self.cancel_requested.emit()
        else:
            super().reject()


def _pixels(value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(_LEAST, _MOST)
    box.setSingleStep(2)
    box.setValue(value)
    return box
