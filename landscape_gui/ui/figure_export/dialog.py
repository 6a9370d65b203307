"""Asks which figure to make of what the screen shows, and shows it before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.figures.models import Lack
from landscape_gui.figures.spec import FigureKind
from landscape_gui.figures.workshop import Picture, Preview, Refused
from landscape_gui.specs import UserError
from landscape_gui.ui.dialogs.fields import add_row, form
from landscape_gui.ui.figure_export.form import FigureForm, narrow_label
from landscape_gui.ui.figure_export.kinds import KINDS, title_of
from landscape_gui.ui.figure_export.preview_pane import PreviewPane
from landscape_gui.ui.figure_export.screen import Screen
from landscape_gui.ui.figure_export.snapshot_form import SnapshotForm
from landscape_gui.ui.figure_export.snapshots import SNAPSHOT_TITLES, Snapshot
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.theme import Theme

DELAY_MILLISECONDS = 250
_SIZE = QSize(1120, 780)
_FORM_WIDTH = 460
_CM = 2.54
_MENU_ENTRIES: dict[Lack, str] = {
    "surface": "In this window: Compute ▸ New surface….",
    "group": "In this window: Measure in the layers panel.",
    "curve": "In this window: Compute ▸ New curve….",
    "rollback": "In this window: Compute ▸ Rollback table….",
    "trajectory": "In this window: Compute ▸ Train….",
}
# Hints name options of the command: here they are fields.
_FIELDS = {
    "say --mixed-models": "tick “May be about different models”",
    "Leave out --log": "Do without “Logarithmic”",
}


class FigureDialog(QDialog):
    """Choices on the left, the figure on the right.

    Attributes
    ----------
    preview_wanted
        A Preview is to be drawn.
    export_wanted, copy_wanted
        A button was pressed.
    cancel_requested
        The export that runs is to be given up.
    """

    preview_wanted = Signal(object)
    export_wanted = Signal()
    copy_wanted = Signal()
    cancel_requested = Signal()

    def __init__(
        self,
        screen: Screen,
        snapshots: Sequence[Snapshot],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._running = False
        self._awaited: Preview | None = None
        self.setWindowTitle("Export figure")
        self.what = self._kinds(screen, snapshots)
        self.form = FigureForm(screen)
        self.snapshot_form = SnapshotForm(snapshots)
        self.preview = PreviewPane(theme)
        self.caption = label(role="muted", wrap=True)
        self.problem = label(role="warning", wrap=True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setVisible(False)
        self.go = button("Export…", "primary")
        self.go.clicked.connect(self.export_wanted)
        self.copy = button("Copy command", tip="The command that makes the same file", icon="copy")
        self.copy.clicked.connect(self.copy_wanted)
        self.stop = button("Close")
        self.stop.clicked.connect(self.reject)
        for made in (self.go, self.copy, self.stop):
            made.setAutoDefault(False)
        self.go.setDefault(True)
        self._lay_out()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(DELAY_MILLISECONDS)
        self._delay.timeout.connect(self._ask)
        self.what.currentIndexChanged.connect(self._choose)
        self.form.edited.connect(self._edit)
        self.snapshot_form.edited.connect(self._edit)
        self.preview.resized.connect(self._delay.start)
        self._choose()

    def _kinds(self, screen: Screen, snapshots: Sequence[Snapshot]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName("Figure")
        box.setMaxVisibleItems(len(KINDS) + 6)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        own: list[FigureKind] = [kind for kind in KINDS if not kind[-1].isdigit()]
        for kind in own:
            box.addItem(title_of(kind), kind)
        box.insertSeparator(box.count())
        for kind in KINDS:
            if kind not in own:
                box.addItem(title_of(kind), kind)
        if snapshots:
            box.insertSeparator(box.count())
        for snapshot in snapshots:
            box.addItem(SNAPSHOT_TITLES[snapshot.name], snapshot.name)
        box.setCurrentIndex(box.findData(screen.kind))
        return box

    def _lay_out(self) -> None:
        head = form()
        add_row(head, "Figure", self.what)
        narrow_label(head, self.what)
        self._forms = QStackedWidget()
        self._forms.addWidget(self.form)
        self._forms.addWidget(self.snapshot_form)
        scroll = QScrollArea()
        scroll.setWidget(self._forms)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        left = QWidget()
        bar = scroll.verticalScrollBar()
        room = bar.sizeHint().width()

        def line_up(least: int, most: int) -> None:
            head.setContentsMargins(0, 0, 8 + (room if most > least else 0), 0)

        # The first choice does not scroll, and is as wide as those that do.
        bar.rangeChanged.connect(line_up)
        line_up(0, 0)
        # Never so narrow that something is cut off.
        left.setMinimumWidth(self.form.minimumSizeHint().width() + room)
        left.setMaximumWidth(_FORM_WIDTH)
        choices = QVBoxLayout(left)
        choices.setContentsMargins(0, 0, 0, 0)
        choices.setSpacing(10)
        choices.addLayout(head)
        choices.addWidget(scroll, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.preview, 1)
        right.addWidget(self.caption)
        right.addWidget(self.problem)
        right.addWidget(self.progress)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(left, 3)
        both.addLayout(right, 4)
        buttons = QHBoxLayout()
        buttons.addWidget(self.copy)
        buttons.addStretch(1)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addLayout(both, 1)
        column.addLayout(buttons)
        screen = self.screen().availableSize()
        self.resize(_SIZE.boundedTo(screen * 0.95))

    # -- choices -------------------------------------------------------------------------------

    @property
    def snapshot(self) -> Snapshot | None:
        """The view that is wanted as it is on the screen; None for a figure."""
        return self.snapshot_form.named(self.what.currentData())

    @property
    def suffix(self) -> str:
        """What the file's name ends with."""
        return ".png" if self.snapshot is not None else self.form.suffix

    def _choose(self) -> None:
        snapshot = self.snapshot
        self._forms.setCurrentWidget(self.form if snapshot is None else self.snapshot_form)
        self.copy.setEnabled(snapshot is None)
        if snapshot is None:
            self.form.choose(self.what.currentData())
        else:
            self.snapshot_form.choose(snapshot)

    def _edit(self) -> None:
        self.say("")
        self.caption.setText("Drawing…")
        self._delay.start()

    # -- preview -------------------------------------------------------------------------------

    def _ask(self) -> None:
        snapshot = self.snapshot
        if snapshot is not None:
            self._show_snapshot(snapshot)
            return
        try:
            spec = self.form.spec()
        except UserError as error:
            self._awaited = None
            self.show_refusal(Refused(error.message, error.hint))
            return
        self._awaited = Preview(spec, self.preview.room)
        self.preview_wanted.emit(self._awaited)

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self._awaited = None
        width, height = self.preview.room
        ratio = min(width / snapshot.size.width(), height / snapshot.size.height())
        try:
            self.preview.show_image(snapshot.image(ratio))
        except UserError as error:
            self.show_refusal(Refused(error.message, error.hint))
            return
        across, down = snapshot.pixels(self.snapshot_form.ratio())
        self.caption.setText(f"{across:,} × {down:,} pixels")
        self._allow(True)

    def show_answer(self, order: Preview, answer: Picture | Refused) -> None:
        """Show what became of an order, if it is the last."""
        if order != self._awaited:
            return
        if isinstance(answer, Refused):
            self.show_refusal(answer)
            return
        self.preview.show_image(QImage.fromData(answer.png))
        width, height = (_CM * inches for inches in answer.page)
        self.caption.setText(f"{width:.2f} × {height:.2f} cm")
        self.problem.setVisible(bool(self.problem.text()))
        self._allow(True)

    def show_refusal(self, refused: Refused) -> None:
        """Say why there is no figure."""
        self.preview.show_words("No figure")
        self.caption.setText("")
        self.say(*in_words(refused))
        self._allow(False)

    def _allow(self, possible: bool) -> None:
        self.go.setEnabled(possible and not self._running)
        self.copy.setEnabled(possible and self.snapshot is None)

    # -- what is going on ----------------------------------------------------------------------

    def say(self, message: str, hint: str = "", *, good: bool = False) -> None:
        """Say what is wrong or, with ``good``, what was done."""
        self.problem.setProperty("role", "muted" if good else "warning")
        self.problem.style().polish(self.problem)
        self.problem.setText(f"{message} {hint}".strip())
        self.problem.setVisible(bool(message))

    def show_running(self, running: bool) -> None:
        """Something is being written, or no longer."""
        self._running = running
        self.form.setEnabled(not running)
        self.what.setEnabled(not running)
        self.go.setEnabled(not running)
        self.stop.setText("Cancel" if running else "Close")
        self.progress.setVisible(running)
        self.progress.setRange(0, 0)
        if running:
            self.say("")

    def show_progress(self, done: int, total: int) -> None:
        """So many files are written."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def show_saved(self, files: Sequence[Path]) -> None:
        """Say where the figure is; another one can be made at once."""
        self.show_running(False)
        more = f" to {files[-1].name}" if len(files) > 1 else ""
        self.say(f"Saved as {files[0]}{more}", good=True)

    def show_failure(self, refused: Refused) -> None:
        """Say what went wrong; nothing that was chosen is lost."""
        self.show_running(False)
        self.say(*in_words(refused))

    def reject(self) -> None:
        """While something is written: give it up. Else: close."""
        if self._running:
            self.cancel_requested.emit()
        else:
            super().reject()


def in_words(refused: Refused) -> tuple[str, str]:
    """Message and hint as the window says them: fields for options, and where its menus help."""
    hint = refused.hint
    for option, field in _FIELDS.items():
        hint = hint.replace(option, field)
    if refused.lack is not None:
        hint = f"{hint} {_MENU_ENTRIES[refused.lack]}".strip()
    return refused.message, hint
