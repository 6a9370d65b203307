"""The jobs that wait, in their order, and those that ended early: to arrange, drop, try again."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.job_control import Job, JobControl
from landscape_gui.ui.panels.parts import button

MOST_ROWS = 5
_PLACE = Qt.ItemDataRole.UserRole
_ENDED = {"failed": "Failed", "cancelled": "Cancelled"}


class _Arrangeable(QListWidget):
    """A list whose items can be dragged.

    Attributes
    ----------
    arranged
        The items are in another order.
    """

    arranged = Signal()

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the item go where it was dropped."""
        super().dropEvent(event)
        self.arranged.emit()


class QueueList(QWidget):
    """One line per job that does not run.

    Attributes
    ----------
    error_requested
        The error of this Job is to be shown.
    """

    error_requested = Signal(object)

    def __init__(self, jobs: JobControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._shown: list[Job] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.list = _Arrangeable()
        self.list.setAccessibleName("Waiting jobs")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.arranged.connect(self._take_order)
        self.list.currentRowChanged.connect(self._refresh_buttons)
        row.addWidget(self.list, 1)
        buttons = QVBoxLayout()
        buttons.setSpacing(4)
        row.addLayout(buttons)
        moves = QHBoxLayout()
        moves.setSpacing(4)
        self.up = button("Earlier", "", "Do this job earlier", "chevron-up")
        self.down = button("Later", "", "Do this job later", "chevron-down")
        self.up.clicked.connect(lambda _=False: self._move(-1))
        self.down.clicked.connect(lambda _=False: self._move(1))
        moves.addWidget(self.up)
        moves.addWidget(self.down)
        buttons.addLayout(moves)
        self.retry = button("Continue", "", "Put it behind the jobs that wait", "resume")
        self.retry.clicked.connect(self._retry)
        self.error = button("Error…", "", "What went wrong", "warning")
        self.error.clicked.connect(self._show_error)
        again = QHBoxLayout()
        again.setSpacing(4)
        again.addWidget(self.retry)
        again.addWidget(self.error)
        buttons.addLayout(again)
        self.remove = button("Remove", "", "Forget this job; what it measured is kept", "close")
        self.remove.clicked.connect(self._remove)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        jobs.changed.connect(self._refresh)
        self._refresh()

    @property
    def selected(self) -> Job | None:
        """The job that the buttons act on."""
        row = self.list.currentRow()
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def select(self, job: Job) -> None:
        """Let the buttons act on a job."""
        if job in self._shown:
            self.list.setCurrentRow(self._shown.index(job))

    # -- state ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        shown = [*self._jobs.waiting, *self._jobs.ended_early]
        texts = [_words(job) for job in shown]
        known = [self.list.item(k).text() for k in range(self.list.count())]
        if shown != self._shown or texts != known:
            self._fill(shown, texts)
        self._refresh_buttons()

    def _fill(self, shown: list[Job], texts: list[str]) -> None:
        selected = self.selected
        with QSignalBlocker(self.list):
            self.list.clear()
            self._shown = shown
            for place, (job, text) in enumerate(zip(shown, texts, strict=True)):
                item = QListWidgetItem(text)
                item.setToolTip(text)
                item.setData(_PLACE, place)
                movable = Qt.ItemFlag.ItemIsDragEnabled
                flags = item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled
                item.setFlags(flags | movable if job.status == "queued" else flags & ~movable)
                self.list.addItem(item)
            self.list.setCurrentRow(shown.index(selected) if selected in shown else 0)
        rows = min(max(len(shown), 3), MOST_ROWS)
        height = self.list.sizeHintForRow(0) if shown else 24
        self.list.setFixedHeight(rows * height + 10)

    def _refresh_buttons(self) -> None:
        job = self.selected
        waiting = self._jobs.waiting
        place = waiting.index(job) if job is not None and job in waiting else -1
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(waiting) - 1)
        self.retry.setEnabled(job is not None and job.can_continue)
        self.error.setEnabled(job is not None and job.failure is not None)
        self.remove.setEnabled(job is not None)

    # -- wishes --------------------------------------------------------------------------------

    def _take_order(self) -> None:
        places = [self.list.item(k).data(_PLACE) for k in range(self.list.count())]
        moved = [self._shown[place] for place in places]
        selected = self.list.currentRow()
        job = moved[selected] if 0 <= selected < len(moved) else None
        self._shown = []  # whatever became of it, the list is filled anew
        self._jobs.arrange([job for job in moved if job.status == "queued"])
        if job is not None:
            self.select(job)

    def _move(self, step: int) -> None:
        job = self.selected
        waiting = self._jobs.waiting
        if job is None or job not in waiting:
            return
        place = waiting.index(job)
        waiting.insert(min(max(place + step, 0), len(waiting) - 1), waiting.pop(place))
        self._jobs.arrange(waiting)
        self.select(job)

    def _retry(self) -> None:
        if self.selected is not None and self.selected.can_continue:
            self._jobs.continue_job(self.selected)

    def _remove(self) -> None:
        if self.selected is not None:
            self._jobs.drop(self.selected)

    def _show_error(self) -> None:
        if self.selected is not None and self.selected.failure is not None:
            self.error_requested.emit(self.selected)


def _words(job: Job) -> str:
    ended = _ENDED.get(job.status)
    return f"{ended}: {job.title}" if ended else job.title
