import contextlib
import io
import signal
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest

from landscape_gui.cli.progress import Progress, interruptible, run_to_the_end
from landscape_gui.engine.events import (
    AnchorMeasured,
    Done,
    Estimated,
    FileReady,
    LevelComplete,
    Measurement,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    Stage,
    Target,
    TrainingProgress,
)
from landscape_gui.specs import DemoSpec

TARGET = Target(Path("x.landscape.h5"), "surface", "full")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def points(total):
    for k in range(total):
        yield PointMeasured(TARGET, 0, k, 0.0, 0.0, k, Measurement({"dev_loss": 1.0}), k + 1, total)


def shown(stream, events, quiet=False, skips=False):
    printer = Progress(stream, quiet=quiet, skips=skips)
    for event in events:
        printer.take(event)
    printer.end()
    return stream.getvalue()


def test_a_target_is_announced_once():
    other = Target(TARGET.file, "curve", "full")
    ready = [FileReady(target, 0, 9) for target in (TARGET, other)]
    text = shown(io.StringIO(), [*ready, FileReady(TARGET, 9, 9)])
    assert text.count("surface full") == text.count("curve full") == 1


def test_a_log_stays_short_and_ends_with_the_last_point():
    text = shown(io.StringIO(), [FileReady(TARGET, 0, 5000), *points(5000)])
    assert text.count("\n") < 20
    assert "5000/5000" in text
    assert "points/s" in text
    assert "\r" not in text


def test_a_terminal_gets_one_live_line():
    text = shown(Terminal(), [FileReady(TARGET, 10, 50), *points(50)])
    assert text.count("\r") == 50
    assert "10 of them measured before" in text
    assert text.endswith("\n")


def test_every_event_says_something_a_person_can_read():
    found = Measurement({"dev_error": 0.25}, {"dev_error": 0.01})
    text = shown(
        io.StringIO(),
        [
            Stage("Opening the run"),
            AnchorMeasured(TARGET, "rolled_back", -1.0, 0.0, found),
            RollbackMeasured(TARGET.file, ("low", "high"), found, 1, 2),
            RollbackMeasured(TARGET.file, (), found, 2, 2),
            TrainingProgress(Path("runs/mrpc"), 10, 20, 1.0, 0.5, 0.6, 0.2),
        ],
    )
    for part in ("Opening the run", "rolled back point: dev error 0.25", "low + high", "nothing"):
        assert part in text
    assert "mrpc: epoch 1.00, train loss 0.5, dev loss 0.6, dev error 0.2" in text


def estimated(measured, **errors):
    """Of 81 points, of which so many are measured; the error is 0 on all of them."""
    bounds = np.full((9, 9), 0.1)
    bounds.ravel()[:measured] = 0
    bounds = {"dev_loss": bounds, "dev_error": np.zeros((9, 9))}
    return Estimated(TARGET, {name: np.ones((9, 9)) for name in bounds}, bounds, errors)


def sampled(done, total):
    return PointSampled(TARGET, 0, done, 0.0, 0.0, {"dev_loss": 1.0}, done, total)


def test_a_surface_with_a_tolerance_tells_how_far_the_picture_is_right():
    events = [
        FileReady(TARGET, 0, 81),
        *list(points(81))[:9],
        LevelComplete(TARGET, 0, 4),
        sampled(9, 81),
        LevelComplete(TARGET, 1, 4, {"dev_loss": 0.032, "dev_error": 0.5}),
        estimated(9, dev_loss=0.012, dev_error=0.4),
        *list(points(13))[9:12],
        sampled(13, 13),
        LevelComplete(TARGET, 3, 4, {"dev_loss": 0.02}),
        estimated(12, dev_loss=0.0086),
        Done("complete", TARGET.file),
    ]
    text = shown(io.StringIO(), events, skips=True)
    lines = [line for line in text.splitlines() if "█" not in line and "░" not in line]
    right = "% of the range at 95 % of the points"
    assert lines[1:] == [
        "level 1 of 4 complete",
        f"level 2 of 4 complete; before it the picture was within 3.2 {right}",
        f"9 of 81 points measured (11 %); the picture is within 1.2 {right}",
        f"level 4 of 4 complete; before it the picture was within 2 {right}",
        f"12 of 81 points measured (15 %); the picture is within 0.86 {right}",
        f"Done: 12 of 81 points measured (15 %); the picture is within 0.86 {right}.",
    ]


def test_the_live_line_counts_points_on_few_examples_and_promises_no_end(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    stream = Terminal()
    events = [FileReady(TARGET, 0, 81), *list(points(81))[:3], sampled(3, 81), sampled(3, 81)]
    line = shown(stream, events, skips=True).splitlines()[-1]
    assert "3/81 points, 2 on few examples" in line
    assert "about" in line
    stream = Terminal()
    assert "about" not in shown(stream, [FileReady(TARGET, 0, 81), *list(points(81))[:3]])


def test_an_exact_surface_ends_with_one_line_and_several_targets_with_none():
    ready, done = FileReady(TARGET, 0, 9), Done("complete", TARGET.file)
    assert shown(io.StringIO(), [ready, *points(9), done]).endswith(
        "Done: all 9 points measured.\n"
    )
    assert shown(io.StringIO(), [FileReady(TARGET, 9, 9), done]).endswith(
        "Done: all 9 points measured.\n"
    )
    other = FileReady(Target(TARGET.file, "curve", "full"), 0, 9)
    assert "Done" not in shown(io.StringIO(), [ready, *points(9), other, *points(9), done])
    assert "Done" not in shown(io.StringIO(), [ready, *points(4), Done("cancelled", TARGET.file)])
    assert "Done" not in shown(io.StringIO(), [Stage("Training"), done])
    assert shown(io.StringIO(), [ready, done], skips=True).endswith("Done.\n")


def test_an_error_that_is_not_known_is_not_made_up():
    text = shown(io.StringIO(), [FileReady(TARGET, 0, 81), estimated(9, dev_loss=float("nan"))])
    assert "within an unknown share of the range" in text


def test_quiet_is_quiet():
    assert shown(io.StringIO(), [Stage("x"), *points(3)], quiet=True) == ""


def test_a_live_line_fits_the_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    long = TrainingProgress(Path("runs/a-name-that-goes-on"), 1, 20, 0.1, 0.123, 0.456)
    line = shown(Terminal(), [long]).removesuffix("\n")
    assert len(line.removeprefix("\r\x1b[K")) == 39


def test_an_interruption_that_a_library_swallowed_counts_at_the_next_event(monkeypatch, capsys):
    closed = []

    def job(spec, out):
        try:
            yield Stage("Importing")
            with contextlib.suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)
            yield Stage("Measuring")
            yield Stage("Never shown")
        finally:
            closed.append(True)

    monkeypatch.setattr("landscape_gui.engine.jobs.run_job", job)
    before = signal.getsignal(signal.SIGINT)
    spec = DemoSpec(out=Path("nowhere"))
    assert run_to_the_end(spec, Path("none.landscape.h5"), quiet=False) == 130
    text = capsys.readouterr().err
    assert "Stopped." in text
    assert "Never shown" not in text
    assert "none.landscape.h5" not in text
    assert closed
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interruption_that_python_swallowed_prints_no_traceback(monkeypatch):
    class Kept:
        pass

    def gone(reference):
        signal.raise_signal(signal.SIGINT)

    printed = []
    monkeypatch.setattr(sys, "unraisablehook", printed.append)
    before, kept = sys.unraisablehook, Kept()
    watched = weakref.ref(kept, gone)
    with interruptible() as raise_if_asked:
        del kept
        assert watched() is None
        with pytest.raises(KeyboardInterrupt):
            raise_if_asked()
    assert printed == []
    assert sys.unraisablehook is before
