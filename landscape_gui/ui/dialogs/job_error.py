"""What went wrong with a job: to read, to copy, to try again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.job_control import Job
from landscape_gui.ui.panels.parts import ElidedLabel, button, label


class JobErrorDialog(QDialog):
    """Tells of one failed job.

    Attributes
    ----------
    retry_requested
        The Job is to be started again, where its file is.
    """

    retry_requested = Signal(object)

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert job.failure is not None
        self._job = job
        self.setWindowTitle("The job failed")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("The job failed", "title"))
        column.addWidget(ElidedLabel(job.title, "muted"))
        self.message = label(job.failure.message, wrap=True)
        column.addWidget(self.message)
        if job.failure.hint:
            column.addWidget(label(job.failure.hint, "muted", wrap=True))
        self.detail = QPlainTextEdit(job.failure.detail)
        self.detail.setReadOnly(True)
        self.detail.setAccessibleName("Details of the error")
        self.detail.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.detail.setVisible(bool(job.failure.detail))
        column.addWidget(self.detail, 1)
        if not job.failure.detail:
            column.addStretch(1)
        row = QHBoxLayout()
        self.copy = button("Copy", "", "Copy all of this", "copy")
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        row.addStretch(1)
        self.retry = button("Try again", "primary", "Go on where the file is", "resume")
        self.retry.clicked.connect(self._retry)
        self.retry.setVisible(job.can_continue)
        row.addWidget(self.retry)
        box, _ = dialog_buttons()
        box.rejected.connect(self.reject)
        row.addWidget(box)
        column.addLayout(row)
        self.resize(640, 420 if job.failure.detail else 240)

    @property
    def text(self) -> str:
        """All that is known of the error."""
        job, failure = self._job, self._job.failure
        assert failure is not None
        spec = job.spec.model_dump_json()
        parts = [job.title, failure.message, failure.hint, failure.detail, f"The job: {spec}"]
        return "\n\n".join(part.strip() for part in parts if part) + "\n"

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)

    def _retry(self) -> None:
        self.accept()
        self.retry_requested.emit(self._job)
