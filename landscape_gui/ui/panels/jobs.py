"""The running job: stage, progress, time left; pause, cancel, go on; what it said."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.accuracy import within
from landscape_gui.ui.dialogs.job_error import JobErrorDialog
from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.job_control import Job, JobControl
from landscape_gui.ui.panels.parts import MARGIN, ElidedLabel, button
from landscape_gui.ui.panels.queue_list import QueueList
from landscape_gui.ui.wording import duration, rate

STATUS_WORDS = {
    "complete": "Complete",
    "cancelled": "Cancelled: what was measured is kept",
    "failed": "Stopped by an error: what was measured is kept",
    "cancelling": "Cancelling after this point…",
    "paused": "Paused",
}
PROGRESS_STEPS = 1000


class JobsPanel(QFrame):
    """One line for the job that runs or ran last; hidden until there is one."""

    def __init__(self, jobs: JobControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self.setProperty("role", "bar")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, 8, MARGIN, 8)
        outer.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(MARGIN)
        outer.addLayout(row)
        words = QVBoxLayout()
        words.setSpacing(1)
        self.title = ElidedLabel()
        self.status = ElidedLabel(role="muted")
        words.addWidget(self.title)
        words.addWidget(self.status)
        row.addLayout(words, 3)
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress")
        self.bar.setRange(0, PROGRESS_STEPS)
        self.bar.setTextVisible(False)
        row.addWidget(self.bar, 2)
        self.queue_button = button("", "quiet", "The jobs that wait, and those that ended early")
        self.queue_button.setCheckable(True)
        self.queue_button.toggled.connect(self._refresh)
        row.addWidget(self.queue_button)
        self.messages_button = button("Messages", "quiet")
        self.messages_button.setCheckable(True)
        self.messages_button.toggled.connect(self._refresh)
        row.addWidget(self.messages_button)
        self.pause = button("Pause", "", "Hold before the next point (Ctrl+P)", "pause")
        self.pause.clicked.connect(self._pause_or_resume)
        row.addWidget(self.pause)
        self.cancel = button(
            "Cancel", "", "End after this point; what is measured is kept (Ctrl+.)", "stop"
        )
        self.cancel.clicked.connect(jobs.cancel)
        row.addWidget(self.cancel)
        self.error = button("Error…", "quiet", "What went wrong", "warning")
        self.error.clicked.connect(self._show_error)
        row.addWidget(self.error)
        self.go_on = button("Continue", "primary", "Go on where the file is", "resume")
        self.go_on.clicked.connect(self._continue)
        row.addWidget(self.go_on)
        self.queue = QueueList(jobs)
        self.queue.error_requested.connect(self.show_error)
        outer.addWidget(self.queue)
        self.log = QPlainTextEdit()
        self.log.setReadOnly(True)
        self.log.setAccessibleName("Messages of the job")
        self.log.setMaximumHeight(130)
        outer.addWidget(self.log)
        jobs.changed.connect(self._refresh)
        self._refresh()

    def toggle_pause(self) -> None:
        """Pause or resume the running job."""
        self._pause_or_resume()

    def _pause_or_resume(self) -> None:
        job = self._jobs.current
        if job is not None and job.status == "paused":
            self._jobs.resume()
        else:
            self._jobs.pause()

    def show_error(self, job: Job) -> None:
        """Tell what went wrong with a job."""
        dialog = JobErrorDialog(job, self.window())
        dialog.retry_requested.connect(self._jobs.continue_job)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show_error(self) -> None:
        job = self._jobs.shown
        if job is not None and job.failure is not None:
            self.show_error(job)

    def _continue(self) -> None:
        job = self._jobs.shown
        if job is not None and job.can_continue:
            self._jobs.continue_job(job)

    def _refresh(self) -> None:
        job = self._jobs.shown
        self.setVisible(job is not None)
        if job is None:
            return
        self.title.setText(job.title)
        self.status.setText(status_words(job))
        self._show_progress(job)
        self.pause.setVisible(job.status in ("running", "paused"))
        paused = job.status == "paused"
        self.pause.setText("Resume" if paused else "Pause")
        set_icon(self.pause, "resume" if paused else "pause")
        self.cancel.setVisible(job.active)
        self.cancel.setEnabled(job.status != "cancelling")
        self.go_on.setVisible(job.can_continue)
        self.error.setVisible(job.failure is not None)
        self._show_queue(job)
        self.messages_button.setVisible(bool(job.messages))
        self.messages_button.setText(f"Messages ({len(job.messages)})")
        self.log.setVisible(bool(job.messages) and self.messages_button.isChecked())
        text = "\n".join(job.messages)
        if self.log.toPlainText() != text:
            self.log.setPlainText(text)

    def _show_queue(self, shown: Job) -> None:
        """The queue as a list if it is wanted; where it is empty it would only take room."""
        waiting = len(self._jobs.waiting)
        ended = len([job for job in self._jobs.ended_early if job is not shown])
        parts = [f"{waiting} waiting"] if waiting else []
        parts += [f"{ended} ended early"] if ended else []
        self.queue_button.setVisible(bool(parts))
        self.queue_button.setText(" · ".join(parts))
        self.queue.setVisible(bool(parts) and self.queue_button.isChecked())

    def _show_progress(self, job: Job) -> None:
        self.bar.setVisible(job.active)
        known = job.fraction is not None or not job.active
        self.bar.setRange(0, PROGRESS_STEPS if known else 0)
        if known:
            fraction = 1.0 if job.status == "complete" else job.fraction or 0.0
            self.bar.setValue(round(PROGRESS_STEPS * fraction))


def status_words(job: Job) -> str:
    """Stage, points, error of the picture, rate and time left, as far as they are known."""
    parts = [STATUS_WORDS.get(job.status, job.stage)]
    about = "about " if job.may_skip and job.status != "complete" else ""
    if job.total:
        parts.append(f"{job.done:,} of {about}{job.total:,} {job.unit}")
    # Once every point is measured the last level says how it was before.
    if job.error is not None and job.done < job.total:
        parts.append(f"picture {within(job.error)}")
    if job.status == "running" and job.rate > 0 and job.total:
        parts.append(rate(job.rate, job.unit))
        left = job.seconds_left
        if left is not None:
            parts.append(f"{about}{duration(left)} left")
    return "  ·  ".join(part for part in parts if part)
