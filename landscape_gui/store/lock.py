"""One writer per file: a lock file beside it that names the process which writes."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error


@dataclass(frozen=True)
class Holder:
    """The process that writes.

    ``started`` tells it from a later process with the same id; 0 where the system does not say.
    """

    pid: int
    host: str
    started: int

    @classmethod
    def this_process(cls) -> Self:
        return cls(os.getpid(), socket.gethostname(), _start_time(os.getpid()))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a lock file's text; None if it is none of ours."""
        try:
            data = json.loads(text)
            return cls(int(data["pid"]), str(data["host"]), int(data["started"]))
        except (ValueError, KeyError, TypeError):
            return None

    def is_alive(self) -> bool:
        """Whether it may still write. Of a process on another host, nobody here can tell."""
        if self.host != socket.gethostname():
            return True
        if not _process_exists(self.pid):
            return False
        return self.started in (0, _start_time(self.pid))


class WriterLock:
    """``<name>.lock`` beside the file, held from ``acquire`` to ``release``.

    A lock left by a process of this host that no longer runs is taken over.
    """

    def __init__(self, path: Path) -> None:
        self.target = path
        self.path = path.with_name(path.name + ".lock")
        self._held = False

    def acquire(self) -> None:
        """Take the lock.

        Raises
        ------
        UserError
            If another process holds it, or the folder cannot be written to.
        """
        text = json.dumps(asdict(Holder.this_process()))
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}.{id(self):x}")
        try:
            draft.write_text(text, encoding="utf-8")
            # A link appears at once with its content, and never replaces what is there.
            while not self._held:
                try:
                    _link(draft, self.path)
                    self._held = True
                except FileExistsError:
                    self._remove_stale()
        except OSError as error:
            raise explain_os_error(error, self.target, "write") from error
        finally:
            # Where there cannot be a draft, e.g. in a file instead of a folder, that has been said.
            with contextlib.suppress(OSError):
                draft.unlink()

    def release(self) -> None:
        """Give the lock back; does nothing if it is not held."""
        if self._held:
            self._held = False
            with contextlib.suppress(OSError):
                self.path.unlink()

    def _remove_stale(self) -> None:
        """Remove the lock of a dead process.

        Raises
        ------
        UserError
            If its process lives.
        """
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        holder = Holder.parse(text)
        if holder is None:
            raise UserError(
                f"{self.target} is locked: {self.path.name} beside it names no process.",
                f"If no other program writes to it, delete {self.path}.",
            )
        if holder.is_alive():
            where = "" if holder.host == socket.gethostname() else f" on {holder.host}"
            raise UserError(
                f"{self.target} is being written by process {holder.pid}{where}.",
                "Wait for that job or choose another file."
                + (f" If it no longer runs, delete {self.path}." if where else ""),
            )
        # Moving is atomic: of two processes that find the stale lock, one gets it. Should the
        # other one's new lock have been caught instead, it goes back.
        caught = self.path.with_name(f"{self.path.name}.stale.{os.getpid()}.{id(self):x}")
        try:
            self.path.rename(caught)
        except FileNotFoundError:
            return
        try:
            if caught.read_text(encoding="utf-8", errors="replace") != text:
                _link(caught, self.path)
        finally:
            caught.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: exclusive creation is the next best thing.
        with target.open("x", encoding="utf-8") as file:
            file.write(source.read_text(encoding="utf-8"))


def _process_exists(pid: int) -> bool:
    if pid <= 0:
        return False
    if sys.platform == "win32":
        # There os.kill(pid, 0) would end the process.
        import ctypes

        query_limited_information, still_active = 0x1000, 259
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(query_limited_information, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == still_active
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _start_time(pid: int) -> int:
    """Clock ticks from boot to the start of a process; 0 where it cannot be told."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        # The process's name, in brackets, may hold anything.
        return int(stat.rpartition(")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return 0
