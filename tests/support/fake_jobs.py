"""Jobs without torch, for the engine process and the window: they live as long as a test needs."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Generator
from pathlib import Path

from landscape_gui.engine.events import (
    Done,
    Event,
    FileReady,
    LevelComplete,
    Measurement,
    PointMeasured,
    RollbackMeasured,
    RunDescription,
    Stage,
    Target,
    TrainingProgress,
)
from landscape_gui.specs import (
    JobSpec,
    LayerGroup,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    UserError,
)

FILE = Path("fake.landscape.h5")


def point(target: Target, done: int, total: int, side: int) -> PointMeasured:
    """The ``done``-th point of a square lattice, with a value that tells it."""
    j, i = divmod(done, side)
    values = {"train_loss": float(done), "dev_loss": float(done), "dev_error": 0.5}
    return PointMeasured(
        target, j, i, float(i), float(j), done, Measurement(values), done + 1, total
    )


def steady(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """A point every 10 ms, for ever; leaves a note when it is closed."""
    target = Target(out or FILE, "surface", "full-random0")
    yield Stage("Measuring")
    yield FileReady(target, 0, 1_000_000)
    try:
        for done in range(1_000_000):
            time.sleep(0.01)
            yield point(target, done, 1_000_000, 1000)
    finally:
        if out is not None:
            out.with_suffix(".closed").write_text("closed")


def part(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Measures a finer part of a synthetic surface; a note beside the file says that it is there.

    Whoever reads synthetic files adds the part that the note tells of.
    """
    import synthetic_landscape

    assert isinstance(spec, SurfaceSpec)
    assert out is not None
    name = f"{spec.part_of}-part"
    out.with_suffix(".part").write_text(spec.model_dump_json())
    target = Target(out, "surface", name)
    record = synthetic_landscape.part(spec)
    total = record.order.size
    yield FileReady(target, 0, total)
    done = 0
    for j, b in enumerate(record.beta):
        for i, a in enumerate(record.alpha):
            time.sleep(0.0005)
            values = {k: float(v) for k, v in synthetic_landscape.metrics_at(a, b).items()}
            found = Measurement(values, dict.fromkeys(values, 0.01), seconds=0.05)
            done += 1
            yield PointMeasured(target, j, i, float(a), float(b), done - 1, found, done, total)
    yield Done("complete", out)


def burst(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """20,000 points as fast as they can be made."""
    target = Target(out or FILE, "surface", "full-random0")
    side, total = 142, 20_000
    yield FileReady(target, 0, total)
    for done in range(total):
        yield point(target, done, total, side)
    yield LevelComplete(target, 0, 1)
    yield Done("complete", target.file)


def user_error(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Fails by something that the user can mend."""
    yield Stage("Loading")
    raise UserError("The run holds no start point.", "Name the base model.")


def bug(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Fails by a mistake of ours."""
    yield Stage("Loading")
    raise ZeroDivisionError("division by zero")


def suicide(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Is killed by the system after its first points."""
    target = Target(out or FILE, "surface", "full-random0")
    yield FileReady(target, 0, 100)
    for done in range(10):
        yield point(target, done, 100, 10)
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)
    yield Done("complete")


def hang(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Never comes back from one long computation."""
    yield Stage("Measuring")
    while True:
        time.sleep(60)


def environment(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Says how the process was set up."""
    names = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY")
    yield Stage(" ".join(os.environ.get(name, "") for name in names))
    yield Stage(f"nice {os.nice(0)}")
    yield Stage(f"torch {'torch' in sys.modules}")
    yield Stage(f"sigint {signal.getsignal(signal.SIGINT) is signal.SIG_IGN}")


def kept(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Keeps something for the next job, in a process that is soon idle."""
    from landscape_gui.engine import child, kept_subject

    child.IDLE_SECONDS = 0.1
    if hasattr(kept, "before"):
        yield Stage("kept still" if kept_subject._kept else "gone")
    kept_subject._kept = "anything"  # type: ignore[assignment]
    kept.before = True  # type: ignore[attr-defined]
    yield Stage("kept")
    yield Done("complete")


def rollback(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """Measures exactly the combinations asked for: error grows with each group.

    A note beside the file says what was measured; whoever reads synthetic files adds it.
    """
    assert isinstance(spec, RollbackSpec)
    assert out is not None
    combinations = spec.combinations
    for done, combination in enumerate(combinations, 1):
        time.sleep(0.2)
        error = 0.1 + 0.2 * len(combination)
        values = {
            "train_loss": error * 2,
            "train_error": error / 2,
            "dev_loss": error * 3,
            "dev_error": error,
        }
        errors = dict.fromkeys(values, 0.01)
        with out.with_suffix(".rolled_back").open("a") as note:
            note.write(json.dumps([combination, values]) + "\n")
        yield RollbackMeasured(
            out, combination, Measurement(values, errors), done, len(combinations)
        )
    yield Done("complete", out)


def training(spec: JobSpec, out: Path | None) -> Generator[Event]:
    """A short training run."""
    run = Path("runs") / "fine-tuned"
    yield Stage("Training")
    for step in range(50):
        time.sleep(0.02)
        yield TrainingProgress(run, step, 50, step / 10, train_loss=1.0 / (1 + step))
    yield Done("complete")


def describe(path: Path, base: Path | None, task: TaskSpec | None) -> RunDescription:
    """A run that needs nothing, unless its name says otherwise."""
    if "missing" in path.name:
        raise UserError(f"{path} is not a training run.", "Choose a directory with checkpoints.")
    thirds = (("low", (0, 1)), ("middle", (2, 3)), ("high", (4, 5)))
    needs_base = "foreign" in path.name
    return RunDescription(
        path=path,
        name=path.name,
        model="bert-tiny",
        init="unknown" if needs_base else "pretrained",
        task=None if needs_base else "sst2",
        layer_count=6,
        checkpoints=4,
        groups=tuple(LayerGroup(name=name, layers=layers) for name, layers in thirds),
        needs_base=needs_base,
        needs_task=needs_base,
        message="It holds no start point and names no task." if needs_base else "",
        parameters=4_400_000,
        multiplied=800_000,
    )
