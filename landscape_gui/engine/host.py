"""Owns the engine process from outside: starts it, talks to it, ends it.

Nothing here imports torch, in this process or at import time. Not thread-safe: one thread owns an
EngineProcess.
"""

from __future__ import annotations

import multiprocessing
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Literal

from landscape_gui.engine import child
from landscape_gui.engine.events import (
    Done,
    Failed,
    FileReady,
    HessianProgress,
    PointMeasured,
    RollbackMeasured,
)
from landscape_gui.engine.protocol import (
    Cancel,
    Command,
    Describe,
    Message,
    Pause,
    Resume,
    Start,
    Stop,
)
from landscape_gui.specs import JobSpec, TaskSpec

JOB = "landscape_gui.engine.jobs:run_job"
DESCRIBE = "landscape_gui.engine.jobs:describe_run"


class EngineDiedError(Exception):
    """The engine process ended without having been asked to."""

    def __init__(self, exit_code: int | None, was_busy: bool) -> None:
        super().__init__(f"the engine process ended unexpectedly ({exit_words(exit_code)})")
        self.exit_code = exit_code
        self.was_busy = was_busy


@dataclass(frozen=True, slots=True)
class Stopped:
    """How the engine ended and what it leaves behind.

    Attributes
    ----------
    how
        ``asked`` it ended by itself, ``terminated`` or ``killed`` it had to be made to.
    kept
        One sentence that says what is on disk; empty if nothing was being measured.
    """

    how: Literal["asked", "terminated", "killed"]
    kept: str


def end_process(process: SpawnProcess, seconds: float = 2.0) -> Literal["terminated", "killed"]:
    """End a process that nobody waits for: terminate it, and kill it if that takes too long."""
    process.terminate()
    process.join(seconds)
    if not process.is_alive():
        return "terminated"
    process.kill()
    process.join()
    return "killed"


def exit_words(exit_code: int | None) -> str:
    """Say an exit code in words: ``signal 9, SIGKILL: often the system was out of memory``."""
    if exit_code is None:
        return "for an unknown reason"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    number = -exit_code
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    reasons = {
        "SIGKILL": ": often the system was out of memory",
        "SIGSEGV": ": a crash in native code",
    }
    return f"signal {number}, {name}{reasons.get(name, '')}"


class EngineProcess:
    """A spawned child process that runs jobs.

    Parameters
    ----------
    job
        ``module:function`` of the generator function ``(spec, out) -> Generator[Event]``.
    describe
        ``module:function`` of ``(path, base, task) -> RunDescription``.
    """

    def __init__(self, job: str = JOB, describe: str = DESCRIBE) -> None:
        self._job = job
        self._describe = describe
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._busy = False
        self._file: Path | None = None
        self._points: tuple[int, int] | None = None
        self._requests = 0

    # -- life ----------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether the child process runs."""
        return self._process is not None and self._process.is_alive()

    @property
    def busy(self) -> bool:
        """Whether a job was started that has not yet said Done or Failed."""
        return self._busy

    @property
    def pid(self) -> int | None:
        """Process id of the child, None before it is launched."""
        return self._process.pid if self._process is not None else None

    @property
    def connection(self) -> Connection | None:
        """The pipe, to be waited on together with others; becomes readable also at the end."""
        return self._connection

    def launch(self) -> None:
        """Start the child if it does not run."""
        if self.alive:
            return
        self._forget()
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        # daemon: the interpreter's exit must never wait for a job.
        process = context.Process(
            target=child.main,
            args=(theirs, self._job, self._describe),
            name="landscape-engine",
            daemon=True,
        )
        process.start()
        theirs.close()  # or the end of the child would not close the pipe
        self._process, self._connection = process, ours

    def stop(self, ask_seconds: float = 5.0, terminate_seconds: float = 2.0) -> Stopped:
        """End the child: ask, wait, terminate, kill. Safe to call at any time."""
        process = self._process
        if process is None:
            return Stopped("asked", self.kept())
        how: Literal["asked", "terminated", "killed"] = "asked"
        self._send(Stop(), may_be_dead=True)
        self._drain_until_exit(ask_seconds)
        if process.is_alive():
            how = end_process(process, terminate_seconds)
        kept = self.kept()
        self._busy = False
        self._forget()
        return Stopped(how, kept)

    def kept(self) -> str:
        """One sentence that says what the current or last job has on disk."""
        if self._file is None:
            return ""
        if self._points is None:
            return f"Everything measured so far is in {self._file}."
        done, total = self._points
        return f"Everything measured so far ({done:,} of {total:,} points) is in {self._file}."

    # -- commands ------------------------------------------------------------------------------

    def start(self, spec: JobSpec, out: Path | None) -> None:
        """Begin a job, launching the child if need be.

        Raises
        ------
        RuntimeError
            If a job is still running: a queue is the caller's business.
        """
        if self._busy:
            raise RuntimeError("a job is running")
        self.launch()
        self._busy, self._file, self._points = True, None, None
        self._send(Start(spec, out))

    def pause(self) -> None:
        """Hold the job before its next point."""
        self._send(Pause())

    def resume(self) -> None:
        """Let a paused job go on."""
        self._send(Resume())

    def cancel(self) -> None:
        """End the job after the point it is at; it answers with Done("cancelled")."""
        self._send(Cancel())

    def describe_run(
        self, path: Path, base: Path | None = None, task: TaskSpec | None = None
    ) -> int:
        """Ask what a run directory holds; the answer is a Described with the returned number."""
        self._requests += 1  # first, so that the caller can count along
        self.launch()
        self._send(Describe(self._requests, path, base, task))
        return self._requests

    # -- messages ------------------------------------------------------------------------------

    def recv(self, timeout: float | None = 0.0) -> list[Message]:
        """One batch of messages, or an empty list when none came within ``timeout`` seconds.

        Raises
        ------
        EngineDiedError
            If the child is gone and nothing it sent is left to read.
        """
        connection = self._connection
        if connection is None:
            return []
        try:
            if not connection.poll(timeout):
                return []
            batch: list[Message] = connection.recv()
        except (EOFError, OSError):
            raise self._bury() from None
        for message in batch:
            self._note(message)
        return batch

    # -- inside --------------------------------------------------------------------------------

    def _note(self, message: Message) -> None:
        match message:
            case FileReady(target=target, done=done, total=total):
                self._file, self._points = target.file, (done, total)
            case PointMeasured(target=target, done=done, total=total):
                self._file, self._points = target.file, (done, total)
            case RollbackMeasured(file=file) | HessianProgress(file=file):
                self._file = file
            case Done() | Failed():
                self._busy = False

    def _send(self, command: Command, *, may_be_dead: bool = False) -> None:
        if self._connection is None:
            return
        try:
            self._connection.send(command)
        except OSError:
            if not may_be_dead and not self._connection.poll(0):
                raise self._bury() from None

    def _drain_until_exit(self, seconds: float) -> None:
        """Read on while the child ends: a full pipe would keep it from ending."""
        assert self._process is not None
        waiting = max(1, round(seconds / 0.05))
        for _ in range(waiting):
            try:
                self.recv(0.05)
            except EngineDiedError:
                return
            if self._connection is None:
                return

    def _bury(self) -> EngineDiedError:
        process = self._process
        exit_code = None
        if process is not None:
            process.join(2.0)
            exit_code = process.exitcode
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        was_busy, self._busy = self._busy, False
        return EngineDiedError(exit_code, was_busy)

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None and not self._process.is_alive():
            self._process.close()
        self._process = self._connection = None
