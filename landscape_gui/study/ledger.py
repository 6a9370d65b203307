"""What of a study is done, with which settings: a JSON file that is replaced after every step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.replacement import write_whole
from landscape_gui.study.steps import AnyStep, MakeStep

LEDGER = "study.json"


class Entry(BaseModel):
    """What is known of one step."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["begun", "done"]
    settings: dict[str, Any]
    seconds: float = 0.0
    target: str = ""
    inputs: dict[str, list[int]] = Field(default_factory=dict)


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Literal["landscape-study"] = "landscape-study"
    version: Literal[1] = 1
    steps: dict[str, Entry] = Field(default_factory=dict)
    speeds: dict[str, float] = Field(default_factory=dict)


class Ledger:
    """The ledger of a study's directory."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out / LEDGER
        self._content = self._read()

    def check(self, step: AnyStep) -> None:
        """Check that a step that was begun before had these settings.

        What is only drawn from landscapes is drawn again where it changed.

        Raises
        ------
        UserError
            If not: its result would be taken for another.
        """
        entry = self._content.steps.get(step.id)
        if entry is None or isinstance(step, MakeStep):
            return
        changed = list(_differences(entry.settings, step.settings))
        if changed:
            raise UserError(
                f"“{step.title}” was begun with other settings: {'; '.join(changed)}.",
                f"Put them back, or choose another directory than {self.out} (--out).",
            )

    def is_done(self, step: AnyStep) -> bool:
        """Whether nothing is left to be done; files of landscapes are looked at elsewhere."""
        entry = self._content.steps.get(step.id)
        if entry is None or entry.status != "done" or entry.settings != step.settings:
            return False
        if not all(path.exists() for path in step.outputs):
            return False
        return not isinstance(step, MakeStep) or entry.inputs == self._inputs(step)

    def target(self, step: AnyStep) -> str:
        """What the step made in its file, e.g. ``surfaces/full-sst2``; empty if unknown."""
        entry = self._content.steps.get(step.id)
        return entry.target if entry is not None else ""

    def seconds(self, step: AnyStep) -> float:
        """What it took, over all calls; 0 if it was not begun."""
        entry = self._content.steps.get(step.id)
        return entry.seconds if entry is not None else 0.0

    def entry(self, step: AnyStep) -> Entry | None:
        """What is known of a step so far."""
        return self._content.steps.get(step.id)

    def restore(self, step: AnyStep, entry: Entry | None) -> None:
        """Take back that a step is under way: it left nothing."""
        if entry is None:
            self._content.steps.pop(step.id, None)
        else:
            self._content.steps[step.id] = entry
        self._write()

    def begin(self, step: AnyStep) -> None:
        """Note that a step is under way."""
        entry = self._content.steps.get(step.id)
        seconds = entry.seconds if entry is not None else 0.0
        target = entry.target if entry is not None else ""
        self._content.steps[step.id] = Entry(
            status="begun", settings=step.settings, seconds=seconds, target=target
        )
        self._write()

    def end(self, step: AnyStep, seconds: float, target: str = "") -> None:
        """Note that a step is done."""
        entry = self._content.steps[step.id]
        entry.status = "done"
        entry.seconds += seconds
        entry.target = target or entry.target
        entry.inputs = self._inputs(step)
        self._write()

    def note_speed(self, device: str, precision: str, speed: float) -> None:
        """Parameters times tokens a second, of a measurement."""
        self._content.speeds[f"{device}/{precision}"] = speed

    @property
    def speeds(self) -> Mapping[str, float]:
        """``device/precision`` → parameters times tokens a second."""
        return self._content.speeds

    def _inputs(self, step: AnyStep) -> dict[str, list[int]]:
        """Size and time of the files that something was drawn from."""
        found = {}
        for path in step.files if isinstance(step, MakeStep) else ():
            if path.exists():
                status = path.stat()
                name = path.relative_to(self.out).as_posix()
                found[name] = [status.st_size, status.st_mtime_ns]
        return found

    def _read(self) -> _Content:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return _Content()
        except OSError as error:
            raise explain_os_error(error, self.path, "read") from error
        try:
            return _Content.model_validate_json(content)
        except ValidationError as error:
            raise UserError(
                f"{self.path} is not what a study keeps, or of a later version.",
                "Move it away: what is measured is found again from the other files.",
            ) from error

    def _write(self) -> None:
        write_whole(self.path, (self._content.model_dump_json(indent=1) + "\n").encode())


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*before, *now)):
        old, new = before.get(key), now.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from (f"{key}.{text}" for text in _differences(old, new))
        elif old != new:
            yield f"{key} was {json.dumps(old)}, is {json.dumps(new)}"
