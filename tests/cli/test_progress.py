import contextlib
import io
import signal
from pathlib import Path

from landscape_gui.cli.progress import Progress, run_to_the_end
from landscape_gui.engine.events import (
    AnchorMeasured,
    FileReady,
    Measurement,
    PointMeasured,
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


def shown(stream, events, quiet=False):
    printer = Progress(stream, quiet=quiet)
    for event in events:
        printer.take(event)
    printer.end()
    return stream.getvalue()


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
