"""Runs a job in this process and shows its progress: a live line on a terminal, else log lines."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import TextIO

from landscape_gui.cli.refinement_summary import stated_error
from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Done,
    Estimated,
    Event,
    FileReady,
    HessianProgress,
    LevelComplete,
    Notice,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    RunReady,
    Stage,
    Target,
    TrainingProgress,
)
from landscape_gui.markup import printable_lines
from landscape_gui.shares import percentage
from landscape_gui.specs import JobSpec, SurfaceSpec

# Without a terminal, a progress line every so many seconds keeps logs short.
LOG_EVERY = 5.0


def run_to_the_end(spec: JobSpec, out: Path | None, *, quiet: bool) -> int:
    """Run a job, printing its progress on stderr; returns the exit code.

    Interrupted (Ctrl-C, SIGTERM), the job is closed cleanly and 130 is returned.
    """
    skips = isinstance(spec, SurfaceSpec) and spec.estimates
    printer = Progress(sys.stderr, quiet=quiet, skips=skips)
    printer.show("Loading libraries")
    try:
        with interruptible() as raise_if_asked:
            from landscape_gui.engine.jobs import run_job

            with closing(run_job(spec, out)) as events:
                for event in events:
                    printer.take(event)
                    raise_if_asked()
    except KeyboardInterrupt:
        printer.end()
        kept = f" What was measured is in {out}." if out and out.exists() else ""
        print(f"Stopped.{kept} The same command goes on from there.", file=sys.stderr)
        return 130
    finally:
        printer.end()
    return 0


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """Ctrl-C and SIGTERM end the job: files closed, weights put back.

    Yields a function that raises an interruption once more: one that arrives while a library
    calls back from C is swallowed there.
    """
    asked = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        raise KeyboardInterrupt

    def leave_out(unraisable: sys.UnraisableHookArgs) -> None:
        # Python prints a traceback of what it swallows; this one is raised once more.
        if not (asked and unraisable.exc_type is KeyboardInterrupt):
            told(unraisable)

    def raise_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    # A signal that our parent had ignored (nohup, a job in the background) stays ignored.
    numbers = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is not signal.SIG_IGN
    ]
    told, sys.unraisablehook = sys.unraisablehook, leave_out
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield raise_if_asked
    finally:
        sys.unraisablehook = told
        for number, handler in before.items():
            signal.signal(number, handler)


class Progress:
    """Turns events into text.

    Parameters
    ----------
    stream
        Where to; a terminal gets a live line.
    quiet
        Say nothing.
    skips
        Whether points may be skipped: how many are still to come is then a forecast.
    """

    def __init__(self, stream: TextIO, *, quiet: bool, skips: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._skips = skips
        self._live = stream.isatty()
        self._line_open = False
        self._last_log = 0.0
        self._began: tuple[float, int] | None = None
        self._total = self._sampled = 0
        self._targets: set[Target] = set()
        self._picture: Estimated | None = None

    def take(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Stage(text=text):
                self.show(text)
            case Notice(text=text):
                self.show(text)
            case RunReady(run=run):
                self.show(f"Run complete: {run}")
            case FileReady(target=target) if target in self._targets:
                pass  # the demo's last word to a window: which picture to end on
            case FileReady(target=target, done=done, total=total):
                self._began = (time.monotonic(), done)
                self._total, self._sampled, self._picture = total, 0, None
                self._targets.add(target)
                kept = f", {done} of them measured before" if done else ""
                self.show(f"{target.file}: {target.kind} {target.name}, {total} points{kept}")
            case AnchorMeasured(name=name, measurement=found):
                self.show(f"{name.replace('_', ' ')} point: {_values(found.values)}")
            case CheckpointMeasured(index=index, measurement=found):
                self.update(f"checkpoint {index}: {_values(found.values)}")
            case PointMeasured(done=done, total=total):
                self.update(self._points(done, total), done == total)
            case PointSampled(done=done, total=total):
                self._sampled += 1
                self.update(self._points(done, total))
            case Estimated():
                self._picture = event
                self.show(_picture(event))
            case LevelComplete(errors=errors, level=level, levels=levels) if errors:
                found = f"before it the picture was {stated_error(errors)}"
                self.show(f"level {level + 1} of {levels} complete; {found}")
            case LevelComplete(level=level, levels=levels) if level + 1 < levels:
                self.show(f"level {level + 1} of {levels} complete")
            case RollbackMeasured(groups=groups, measurement=found):
                what = " + ".join(groups) if groups else "nothing"
                self.show(f"rolled back {what}: {_values(found.values)}")
            case HessianProgress(text=text) if text:
                self.show(f"found: {text}")
            case HessianProgress(done=done, total=total):
                self.update(f"{_bar(done / total)} {done} of at most {total} products")
            case TrainingProgress():
                self.update(_training(event), event.dev_loss is not None)
            case Done(status="complete") if len(self._targets) == 1:
                self.show(self._summary())
            case _:
                pass

    def show(self, text: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self.end()
            text = printable_lines(text)
            print(text, file=self._stream, flush=True)

    def update(self, text: str, important: bool = False) -> None:
        """A line that the next one replaces; in a log, one every few seconds."""
        if self._quiet:
            return
        text = printable_lines(text)
        if self._live:
            # A wrapped line could not be taken back.
            text = text[: max(20, shutil.get_terminal_size().columns - 1)]
            print(f"\r\x1b[K{text}", end="", file=self._stream, flush=True)
            self._line_open = True
            if important:
                self.end()
        elif important or time.monotonic() - self._last_log >= LOG_EVERY:
            self._last_log = time.monotonic()
            print(text, file=self._stream, flush=True)

    def end(self) -> None:
        """Close a live line."""
        if self._line_open:
            print(file=self._stream, flush=True)
            self._line_open = False

    def _points(self, done: int, total: int) -> str:
        text = f"{_bar(done / total)} {done}/{total} points"
        if self._sampled:
            text += f", {self._sampled} on few examples"
        if self._began is None:
            return text
        began, before = self._began
        seconds, fresh = time.monotonic() - began, done - before
        if fresh < 1 or seconds <= 0:
            return text
        rate = fresh / seconds
        about = "about " if self._skips else ""
        return f"{text}, {rate:.3g} points/s, {about}{_duration((total - done) / rate)} left"

    def _summary(self) -> str:
        if self._picture is not None:
            return f"Done: {_picture(self._picture)}."
        return "Done." if self._skips else f"Done: all {self._total} points measured."


def _picture(event: Estimated) -> str:
    """How much of a picture is measured and how far all of it is right."""
    right = f"the picture is {stated_error(event.errors)}"
    if not event.bounds:
        return right
    points = next(iter(event.bounds.values())).size
    # Of a metric that is the same everywhere, estimates too can have the bound 0.
    measured = min(int((bound == 0).sum()) for bound in event.bounds.values())
    return f"{measured} of {points} points measured ({percentage(measured / points)}); {right}"


def _bar(share: float, width: int = 24) -> str:
    full = int(share * width)
    return "█" * full + "░" * (width - full)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _values(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in values.items())


def _training(event: TrainingProgress) -> str:
    share = event.step / event.total_steps if event.total_steps else 0.0
    parts = [f"{_bar(share)} {event.run.name}: epoch {event.epoch:.2f}"]
    for name, value in (
        ("train loss", event.train_loss),
        ("dev loss", event.dev_loss),
        ("dev error", event.dev_error),
    ):
        if value is not None:
            parts.append(f"{name} {value:.4g}")
    return ", ".join(parts)
