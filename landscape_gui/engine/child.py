"""The engine process: runs one job after another and sends what they say over a pipe.

Three threads: the main one advances the job's generator, one reads commands, one sends events in
batches. The process ends when its pipe closes, also when the other side was killed.
"""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from landscape_gui.engine.events import (
    Done,
    Event,
    Failed,
    FileReady,
    HessianProgress,
    RollbackMeasured,
)
from landscape_gui.engine.protocol import (
    Cancel,
    Command,
    Describe,
    Described,
    Message,
    Pause,
    Resume,
    Start,
    Stop,
)
from landscape_gui.specs import UserError

BATCH_SECONDS = 0.02
BATCH_LIMIT = 500
BUFFER_LIMIT = 20_000
GRACE_SECONDS = 10.0
# After the window, and after the pictures of its renderer where the processor draws them.
NICENESS = 10
# Without a job for so long, the model of the last one is given back.
IDLE_SECONDS = 300.0
IDLE = "landscape_gui.engine.kept_subject:give_back"


def main(connection: Connection, job: str, describe: str) -> None:
    """Entry point of the spawned process."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl+C in the terminal is the window's to answer.
    faulthandler.enable()
    _be_a_good_neighbour()
    Child(connection, job, describe).run()
    sys.stdout.flush()
    sys.stderr.flush()
    # All files are closed; tearing torch and its threads down takes seconds and saves nothing.
    os._exit(0)


def _be_a_good_neighbour() -> None:
    """Leave one core and the better priority to the window; to be done before torch is imported."""
    os.environ.setdefault("OMP_NUM_THREADS", str(engine_threads()))
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(NICENESS)


def engine_threads() -> int:
    """Cores this process may use, less one for the window."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 2
    return max(1, cores - 1)


def load(address: str) -> Callable[..., Any]:
    """Import ``module:function``."""
    module, _, name = address.partition(":")
    return getattr(importlib.import_module(module), name)


def failure(error: BaseException) -> Failed:
    """Say an exception as an event: without a traceback where the user can mend the cause."""
    if isinstance(error, UserError):
        return Failed(error.message, error.hint)
    text = str(error).strip() or "no further words"
    return Failed(
        f"The engine stopped: {type(error).__name__}: {text}",
        "What was measured before is kept. The details are in the log.",
        "".join(traceback.format_exception(error)),
    )


class Outbox:
    """Sends messages from a thread of its own, many at a time, so that a burst stays cheap."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._buffer: list[Message] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def put(self, message: Message) -> None:
        """Queue a message; waits while the other side is far behind."""
        with self._changed:
            while len(self._buffer) >= BUFFER_LIMIT and not self._closed:
                self._changed.wait()
            self._buffer.append(message)
            self._changed.notify_all()

    def close(self, timeout: float = 5.0) -> None:
        """Send the rest and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(timeout)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._buffer and not self._closed:
                    self._changed.wait()
                if not self._buffer:
                    return
                full = len(self._buffer) >= BATCH_LIMIT or self._closed
            if not full:
                time.sleep(BATCH_SECONDS)
            with self._changed:
                batch = self._buffer[:BATCH_LIMIT]
                del self._buffer[:BATCH_LIMIT]
                self._changed.notify_all()
            try:
                self._connection.send(batch)
            except OSError:  # The other side is gone; the reading thread ends the process.
                with self._changed:
                    self._closed = True
                    self._buffer.clear()
                    self._changed.notify_all()
                return


class Child:
    """State of the engine process."""

    def __init__(self, connection: Connection, job: str, describe: str) -> None:
        self._connection = connection
        self._job_address = job
        self._describe_address = describe
        self._outbox = Outbox(connection)
        self._starts: queue.SimpleQueue[Start | None] = queue.SimpleQueue()
        self._changed = threading.Condition()
        self._paused = False
        self._cancelled = False
        self._stopping = False
        self._ended = threading.Event()
        self._importing = threading.Lock()

    def run(self) -> None:
        """Serve until told to stop or the pipe closes."""
        threading.Thread(target=self._read, name="commands", daemon=True).start()
        while (start := self._next_start()) is not None:
            self._run_job(start)
        self._outbox.close()
        self._ended.set()
        self._connection.close()

    def _next_start(self) -> Start | None:
        """Wait for the next job, or None; what the last one left in memory goes after a while."""
        try:
            return self._starts.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            load(IDLE)()
        return self._starts.get()

    # -- commands, on their own thread ---------------------------------------------------------

    def _read(self) -> None:
        while True:
            try:
                command: Command = self._connection.recv()
            except (EOFError, OSError):
                command = Stop()
            self._obey(command)
            if isinstance(command, Stop):
                break
        # A job that is deep in a long computation cannot be interrupted, only ended.
        if not self._ended.wait(GRACE_SECONDS):
            os._exit(1)

    def _obey(self, command: Command) -> None:
        with self._changed:
            match command:
                case Start():
                    self._paused = self._cancelled = False
                    self._starts.put(command)
                case Pause():
                    self._paused = True
                case Resume():
                    self._paused = False
                case Cancel():
                    self._cancelled = True
                case Describe():
                    threading.Thread(
                        target=self._describe, args=(command,), name="describe", daemon=True
                    ).start()
                case Stop():
                    self._stopping = True
                    self._starts.put(None)
            self._changed.notify_all()

    def _load(self, address: str) -> Callable[..., Any]:
        # Two threads importing torch at once can see each other's half-made modules.
        with self._importing:
            function = load(address)
            torch = sys.modules.get("torch")
            if torch is not None:
                torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", engine_threads())))
            return function

    def _describe(self, command: Describe) -> None:
        try:
            answer = self._load(self._describe_address)(command.path, command.base, command.task)
        except BaseException as error:
            answer = failure(error)
        self._outbox.put(Described(command.request, answer))

    # -- jobs, on the main thread --------------------------------------------------------------

    def _may_go_on(self) -> bool:
        """Wait while paused; False when the job has to end."""
        with self._changed:
            while self._paused and not (self._cancelled or self._stopping):
                self._changed.wait()
            return not (self._cancelled or self._stopping)

    def _run_job(self, start: Start) -> None:
        file = start.out
        ended = False
        try:
            if not self._may_go_on():
                self._outbox.put(Done("cancelled", file))
                return
            events: Generator[Event] = self._load(self._job_address)(start.spec, start.out)
            with contextlib.closing(events):
                while self._may_go_on():
                    event = next(events, None)
                    if event is None:
                        if not ended:
                            self._outbox.put(Done("complete", file))
                        return
                    file = _file_of(event) or file
                    ended = ended or isinstance(event, Done | Failed)
                    self._outbox.put(event)
            if not ended:
                self._outbox.put(Done("cancelled", file))
        except BaseException as error:
            if not ended:
                self._outbox.put(failure(error))


def _file_of(event: Event) -> Path | None:
    match event:
        case FileReady(target=target):
            return target.file
        case RollbackMeasured(file=file) | HessianProgress(file=file) | Done(file=file):
            return file
    return None
