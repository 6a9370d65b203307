"""Does the steps of a study, one after the other; what is done already is left alone."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from landscape_gui.engine.events import (
    Done,
    Event,
    FileReady,
    SpeedMeasured,
)
from landscape_gui.engine.jobs import describe_run, run_job
from landscape_gui.runs.layer_groups import parse_group
from landscape_gui.runs.run_file import RUN_FILE, read_run_file
from landscape_gui.specs import (
    HessianSpec,
    JobSpec,
    MeasuringSpec,
    RollbackSpec,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.lock import WriterLock
from landscape_gui.store.schema import COMPLETE
from landscape_gui.study.ledger import Ledger
from landscape_gui.study.making import make
from landscape_gui.study.steps import AnyStep, MakeStep, MeasureStep, TrainStep


@dataclass(frozen=True)
class StepBegan:
    """A step is next: number ``number`` of ``total``; ``skipped`` if it was done before."""

    step: AnyStep
    number: int
    total: int
    skipped: bool = False


@dataclass(frozen=True)
class StepEnded:
    """A step is done, which took so long this time."""

    step: AnyStep
    seconds: float


@dataclass(frozen=True)
class StepFailed:
    """A figure, report or export could not be made; the others are."""

    step: AnyStep
    message: str
    hint: str


StudyEvent: TypeAlias = Event | StepBegan | StepEnded | StepFailed
StudyEvents: TypeAlias = Generator[StudyEvent, None, None]


def run_study(steps: Sequence[AnyStep], out: Path, threads: int | None = None) -> StudyEvents:
    """Do the steps that are not done yet.

    Closed or killed at any point, the same study goes on from there and ends with the same
    results: trainings after their last epoch, measurements after their last point.

    Parameters
    ----------
    out
        Absolute directory of everything that is made.
    threads
        Of the processor; None leaves them as they are.

    Raises
    ------
    UserError
        If a run cannot be trained or measured, a step was begun with other settings, or another
        process works in ``out``.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, out, "write") from error
    ledger = Ledger(out)
    lock = WriterLock(ledger.path)
    lock.acquire()
    try:
        for step in steps:
            ledger.check(step)
        with _threads(threads):
            for number, step in enumerate(steps, 1):
                done = is_done(step, ledger)
                yield StepBegan(step, number, len(steps), done)
                if not done:
                    yield from _do(step, ledger)
    finally:
        lock.release()


def is_done(step: AnyStep, ledger: Ledger) -> bool:
    """Whether a step's result is there, complete, and made with these settings."""
    if not ledger.is_done(step):
        return False
    match step:
        case TrainStep(spec=spec):
            content = read_run_file(spec.out)
            return content is not None and content.status == "complete"
        case MeasureStep():
            return _is_complete(step.file, ledger.target(step))
    return True


def _is_complete(file: Path, target: str) -> bool:
    """Whether a landscape holds something whole, e.g. ``surfaces/NAME`` or ``rollback``."""
    record = read_landscape(file)
    kind, _, name = target.partition("/")
    if kind == "rollback":
        return record.rollback is not None and bool(record.rollback.measured.any())
    if kind == "hessian":
        return record.hessian is not None and record.hessian.status == COMPLETE
    found = (record.surfaces if kind == "surfaces" else record.curves).get(name)
    return found is not None and found.status == COMPLETE


def _do(step: AnyStep, ledger: Ledger) -> StudyEvents:
    began = time.perf_counter()
    target = ""
    before = ledger.entry(step)
    try:
        for path in step.outputs:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain_os_error(error, step.outputs[0], "write") from error
    try:
        match step:
            case TrainStep(spec=spec):
                ledger.begin(step)
                yield from _job(spec, None)
            case MeasureStep():
                measured = _grouped(step)
                ledger.begin(step)
                for event in _job(measured, step.file):
                    match event:
                        case FileReady(target=made):
                            target = f"{made.kind}s/{made.name}"
                        case SpeedMeasured(parameters_per_second=speed):
                            ledger.note_speed(event.device, event.precision, speed)
                    yield event
                target = target or step.spec.kind  # of a rollback or Hessian there is but one
            case MakeStep():
                ledger.begin(step)
                make(step)
    except UserError as error:
        if not isinstance(step, MakeStep):
            if not (target or _left_something(step, ledger)):
                # Settings that nothing was made with can still be mended.
                ledger.restore(step, before)
            raise UserError(f"{step.title}: {error.message}", error.hint) from error
        yield StepFailed(step, error.message, error.hint)
        return
    seconds = time.perf_counter() - began
    ledger.end(step, seconds, target)
    yield StepEnded(step, seconds)


def _left_something(step: TrainStep | MeasureStep, ledger: Ledger) -> bool:
    """Whether a step that failed, now or before, had begun its result."""
    if isinstance(step, TrainStep):
        return (step.spec.out / RUN_FILE).exists()
    if ledger.target(step):
        return True
    if not step.file.exists():
        return False
    record = read_landscape(step.file)
    match step.spec:
        case RollbackSpec():
            return record.rollback is not None
        case HessianSpec():
            return record.hessian is not None
    return False  # of surfaces and curves the job says at once that they are there


def _job(spec: JobSpec, out: Path | None) -> Generator[Event, None, None]:
    """A job whose end is not the end of the study."""
    for event in run_job(spec, out):
        if not isinstance(event, Done):
            yield event


def _grouped(step: MeasureStep) -> MeasuringSpec:
    """The step's spec with its layer groups, which only the trained model can number."""
    if not step.groups:
        return step.spec
    layers = describe_run(step.spec.run, None, None).layer_count
    groups = tuple(parse_group(text, layers) for text in step.groups)
    if isinstance(step.spec, RollbackSpec | HessianSpec):
        return step.spec.model_copy(update={"groups": groups})
    assert isinstance(step.spec, SurfaceSpec)
    return step.spec.model_copy(update={"group": groups[0]})


@contextmanager
def _threads(count: int | None) -> Generator[None, None, None]:
    if count is None:
        yield
        return
    from landscape_gui.engine.thread_count import limited_threads

    with limited_threads(count):
        yield
