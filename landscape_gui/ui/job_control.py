"""The queue of jobs: one runs, the others wait; every one can be told to stop and go on."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal
from superqt.utils import QSignalThrottler

from landscape_gui.engine.events import (
    Done,
    Estimated,
    Event,
    Failed,
    FileReady,
    HessianProgress,
    LevelComplete,
    Notice,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    RunReady,
    Stage,
    TrainingProgress,
)
from landscape_gui.shares import worst_error
from landscape_gui.specs import HessianSpec, JobSpec, RollbackSpec, SurfaceSpec
from landscape_gui.ui.engine_thread import EngineThread
from landscape_gui.ui.samples import REFUSED, WHAT_TO_DO, is_sample
from landscape_gui.ui.wording import job_title

logger = logging.getLogger(__name__)

JobStatus: TypeAlias = Literal[
    "queued", "running", "paused", "cancelling", "complete", "cancelled", "failed"
]
RATE_WINDOW_SECONDS = 20.0
CHANGED_MILLISECONDS = 250


@dataclass(eq=False)
class Job:
    """One job and how far it is.

    ``error``: how far its picture is off, as a share of the range; None while nothing says so.
    """

    spec: JobSpec
    out: Path | None
    title: str
    status: JobStatus = "queued"
    stage: str = ""
    fraction: float | None = None
    done: int = 0
    total: int = 0
    unit: Literal["points", "steps", "products"] = "points"
    error: float | None = None
    file: Path | None = None
    messages: list[str] = field(default_factory=list)
    failure: Failed | None = None
    _samples: deque[tuple[float, int]] = field(default_factory=deque)

    @property
    def active(self) -> bool:
        """Whether the engine is busy with it."""
        return self.status in ("running", "paused", "cancelling")

    @property
    def may_skip(self) -> bool:
        """Whether points or products may be skipped, so that ``total`` is but a forecast."""
        if isinstance(self.spec, SurfaceSpec):
            return self.spec.estimates
        return isinstance(self.spec, HessianSpec)

    @property
    def can_continue(self) -> bool:
        """Whether it ended early and could be started again where it was."""
        return self.status in ("cancelled", "failed")

    @property
    def rate(self) -> float:
        """Points per second of late, 0 while unknown."""
        if len(self._samples) < 2:
            return 0.0
        (t0, n0), (t1, n1) = self._samples[0], self._samples[-1]
        return (n1 - n0) / (t1 - t0) if t1 > t0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimated time to the end, None while unknown."""
        if self.status != "running" or self.rate <= 0 or not self.total:
            return None
        return (self.total - self.done) / self.rate

    def progress(self, done: int, total: int, now: float) -> None:
        """Note how far it is."""
        self.done, self.total, self.fraction = done, total, done / total if total else None
        self._samples.append((now, done))
        while self._samples[-1][0] - self._samples[0][0] > RATE_WINDOW_SECONDS:
            self._samples.popleft()

    def forget_rate(self) -> None:
        """Start the rate anew: time spent paused says nothing about speed."""
        self._samples.clear()


class JobControl(QObject):
    """Starts jobs on the engine one after another and keeps how far they are.

    Attributes
    ----------
    changed
        Any job's state; at most ten times a second.
    events
        ``list[Event]`` of the running job, as they come.
    failed
        ``(message, hint)``.
    ended
        The Job that ended, whether complete, cancelled or failed.
    described
        ``(request number, RunDescription | Failed)``.
    """

    changed = Signal()
    events = Signal(list)
    failed = Signal(str, str)
    ended = Signal(object)
    run_ready = Signal(object)
    described = Signal(int, object)

    def __init__(self, engine: EngineThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self.jobs: list[Job] = []
        engine.events.connect(self._receive)
        engine.described.connect(self.described)
        self._throttle = QSignalThrottler(parent=self)
        self._throttle.setTimeout(CHANGED_MILLISECONDS)
        self._throttle.triggered.connect(self.changed)

    @property
    def current(self) -> Job | None:
        """The job that the engine is busy with."""
        return next((job for job in self.jobs if job.active), None)

    @property
    def written(self) -> Path | None:
        """The file that the running job writes into, if any."""
        job = self.current
        file = None if job is None else job.file or job.out
        return None if file is None else file.resolve()

    @property
    def shown(self) -> Job | None:
        """The job to tell of: the running one, else the one that ended last."""
        return self.current or next(
            (job for job in reversed(self.jobs) if job.status != "queued"), None
        )

    @property
    def waiting(self) -> list[Job]:
        """Jobs that have not begun."""
        return [job for job in self.jobs if job.status == "queued"]

    def start(self, spec: JobSpec, out: Path | None) -> Job:
        """Queue a job; it begins at once if nothing else runs. Short ones go first.

        One into a sample is refused: ``failed`` says what to do.
        """
        job = Job(spec, out, job_title(spec))
        if out is not None and is_sample(out):
            job.status = "failed"
            self.failed.emit(REFUSED, WHAT_TO_DO)
            return job
        self._queue(job)
        return job

    def pause(self) -> None:
        """Hold the running job before its next point."""
        job = self.current
        if job is not None and job.status == "running":
            job.status = "paused"
            self.engine.pause()
            self.changed.emit()

    def resume(self) -> None:
        """Let the paused job go on."""
        job = self.current
        if job is not None and job.status == "paused":
            job.status = "running"
            job.forget_rate()
            self.engine.resume()
            self.changed.emit()

    def cancel(self) -> None:
        """End the running job after its point; what is measured stays."""
        job = self.current
        if job is not None and job.status != "cancelling":
            job.status = "cancelling"
            self.engine.cancel()
            self.changed.emit()

    @property
    def ended_early(self) -> list[Job]:
        """Jobs that were cancelled or failed and have not been started again."""
        return [job for job in self.jobs if job.can_continue]

    def drop(self, job: Job) -> None:
        """Forget a job that does not run; what it measured stays where it is."""
        if job.active or job not in self.jobs:
            return
        self.jobs.remove(job)
        if job.status == "queued":
            job.status = "cancelled"
        self.changed.emit()

    def arrange(self, waiting: Sequence[Job]) -> None:
        """Put the jobs that wait into another order; those that are not named come after them."""
        first = [job for job in waiting if job.status == "queued" and job in self.jobs]
        rest = [job for job in self.waiting if job not in first]
        self.jobs = [job for job in self.jobs if job.status != "queued"] + first + rest
        self.changed.emit()

    def continue_job(self, job: Job) -> None:
        """Start a job that ended early again; it goes on where its file is."""
        self.jobs.remove(job)
        job.status, job.failure, job.out = "queued", None, job.out or job.file
        job.done, job.total, job.fraction, job.error = 0, 0, None, None
        job.forget_rate()
        self._queue(job)

    # -- inside --------------------------------------------------------------------------------

    def _queue(self, job: Job) -> None:
        if isinstance(job.spec, RollbackSpec) and self.waiting:
            self.jobs.insert(self.jobs.index(self.waiting[0]), job)
        else:
            self.jobs.append(job)
        self._next()
        self.changed.emit()

    def _next(self) -> None:
        if self.current is None and self.waiting:
            job = self.waiting[0]
            job.status, job.stage = "running", "Starting the engine"
            self.engine.start_job(job.spec, job.out)

    def _receive(self, events: Sequence[Event]) -> None:
        job = self.current
        if job is None:
            return
        now = time.monotonic()
        for event in events:
            self._note(job, event, now)
        self.events.emit(list(events))
        if job.active:
            self._throttle.throttle()
            return
        self._next()
        if job.failure is not None:
            self.failed.emit(job.failure.message, job.failure.hint)
        self.changed.emit()
        self.ended.emit(job)

    def _note(self, job: Job, event: Event, now: float) -> None:
        match event:
            case Stage(text=text, fraction=fraction):
                job.stage, job.fraction = text, fraction
                job.done = job.total = 0
                job.forget_rate()
            case FileReady(target=target, done=done, total=total):
                job.file, job.unit = target.file, "points"
                job.stage = "Measuring"
                job.forget_rate()
                job.error = None
                job.progress(done, total, now)
            case PointMeasured(done=done, total=total) | PointSampled(done=done, total=total):
                job.progress(done, total, now)
            case Estimated(errors=errors) | LevelComplete(errors=errors):
                job.error = worst_error(errors) if errors else job.error
            case RollbackMeasured(file=file, done=done, total=total):
                job.file, job.unit = file, "points"
                job.stage = "Measuring"
                job.progress(done, total, now)
            case HessianProgress(file=file, done=done, total=total):
                job.file, job.unit = file, "products"
                job.progress(done, total, now)
            case TrainingProgress():
                job.stage, job.unit = _training_words(event), "steps"
                job.progress(event.step, event.total_steps, now)
            case Notice(text=text):
                job.messages.append(text)
            case RunReady(run=run):
                job.messages.append(f"The run {run} is ready.")
                self.run_ready.emit(run)
            case Failed():
                job.status, job.failure = "failed", event
                job.messages.append(f"{event.message} {event.hint}".strip())
                if event.detail:
                    job.messages.append(event.detail)
                    logger.error("%s\n%s", event.message, event.detail)
            case Done(status=status, file=file):
                job.status = status
                job.file = file or job.file


def _training_words(event: TrainingProgress) -> str:
    words = f"Training {event.run.name}: epoch {event.epoch:.1f}"
    if event.train_loss is not None:
        words += f", training loss {event.train_loss:.3f}"
    return words
