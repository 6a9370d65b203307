import io
from pathlib import Path

from landscape_gui.cli.progress import Progress
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
