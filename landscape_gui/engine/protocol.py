"""What travels over the pipe between the window (or a test) and the engine process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from landscape_gui.engine.events import Event, Failed, RunDescription
from landscape_gui.specs import JobSpec, TaskSpec


@dataclass(frozen=True, slots=True)
class Start:
    """Run ``spec``; ``out`` is the landscape file to write, or None for the job's own choice."""

    spec: JobSpec
    out: Path | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Take no further point until Resume; the model stays loaded."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on after Pause."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Close the running job's generator; everything announced is in the file."""


@dataclass(frozen=True, slots=True)
class Describe:
    """Tell what a training run directory holds."""

    request: int
    path: Path
    base: Path | None
    task: TaskSpec | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Cancel what runs and end the process."""


@dataclass(frozen=True, slots=True)
class Described:
    """The answer to Describe."""

    request: int
    answer: RunDescription | Failed


Command: TypeAlias = Start | Pause | Resume | Cancel | Describe | Stop
Message: TypeAlias = Event | Described
