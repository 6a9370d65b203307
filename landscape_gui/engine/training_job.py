"""Training as a job: the trainer's callbacks, turned into a generator of events."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path
from queue import Queue

from landscape_gui.engine.events import Done, Event, RunReady, Stage, TrainingProgress
from landscape_gui.runs.training import TrainingUpdate, train
from landscape_gui.specs import TrainSpec


class _Ended:
    """The training thread is over; ``error`` is what ended it early."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def training(spec: TrainSpec) -> Generator[Event, None, None]:
    """Train a run; a run that is already complete is found so at once.

    Closing the generator stops the training after the step under way; what was saved stays, and
    the same spec continues from there.
    """
    yield from training_steps(spec)
    yield RunReady(spec.out)
    yield Done("complete")


def training_steps(spec: TrainSpec) -> Generator[Event, None, None]:
    """The events of ``training`` without its closing ones, for jobs that go on afterwards."""
    yield Stage(f"Training {spec.out.name}")
    # One slot: the trainer waits until its last update is taken, which is what pausing means.
    updates: Queue[TrainingUpdate | _Ended] = Queue(maxsize=1)
    stop = threading.Event()

    def report(update: TrainingUpdate) -> None:
        if not stop.is_set():
            updates.put(update)

    def work() -> None:
        error: BaseException | None = None
        try:
            train(spec, report, stop.is_set)
        except BaseException as caught:
            error = caught
        updates.put(_Ended(error))

    # transformers' Trainer calls back and cannot be stepped; a thread turns it inside out.
    thread = threading.Thread(target=work, name=f"training {spec.out.name}", daemon=True)
    thread.start()
    ended = False
    try:
        while True:
            update = updates.get()
            if isinstance(update, _Ended):
                ended = True
                if update.error is not None:
                    raise update.error
                break
            yield _event(spec.out, update)
    finally:
        stop.set()
        while not ended:
            ended = isinstance(updates.get(), _Ended)
        thread.join()


def _event(run: Path, update: TrainingUpdate) -> TrainingProgress:
    return TrainingProgress(
        run,
        update.step,
        update.total_steps,
        update.epoch,
        update.train_loss,
        update.dev_loss,
        update.dev_error,
    )
