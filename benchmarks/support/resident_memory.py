"""Resident memory of a child process by phase, from the kernel's own accounts (Linux)."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PERIOD_S = 0.002
_LINE = re.compile(r"^(RssAnon|RssFile|RssShmem):\s+(\d+) kB", re.MULTILINE)


@dataclass
class Phase:
    """Bytes of a phase of the child: anonymous memory at its begin and at most, and all memory.

    Anonymous memory is what the process itself wrote. The rest is pages of files that are mapped
    for reading, which the kernel drops when memory is short.
    """

    begin: int = 0
    peak: int = 0
    peak_with_files: int = 0


@dataclass
class _Watch:
    path: Path
    phases: dict[str, Phase] = field(default_factory=dict)
    current: Phase = field(default_factory=Phase)
    ended: threading.Event = field(default_factory=threading.Event)

    def sample(self) -> int:
        try:
            status = self.path.read_text()
        except OSError:
            return 0
        kinds = {kind: 1024 * int(number) for kind, number in _LINE.findall(status)}
        anonymous, total = kinds.get("RssAnon", 0), sum(kinds.values())
        self.current.peak = max(self.current.peak, anonymous)
        self.current.peak_with_files = max(self.current.peak_with_files, total)
        return anonymous

    def enter(self, name: str) -> None:
        self.sample()
        self.current = self.phases.setdefault(name, Phase())
        self.current.begin = self.sample()

    def run(self) -> None:
        while not self.ended.wait(PERIOD_S):
            self.sample()


def announce(name: str) -> None:
    """In the child: begin a phase, and go on once the parent has noted it."""
    print(f"phase {name}", flush=True)
    sys.stdin.readline()


def watch(command: Sequence[str]) -> dict[str, Phase]:
    """Run a command that announces its phases.

    Raises
    ------
    RuntimeError
        If it fails.
    """
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdin
    assert child.stdout
    watched = _Watch(Path(f"/proc/{child.pid}/status"))
    errors: list[str] = []
    threads = [
        threading.Thread(target=watched.run),
        threading.Thread(target=lambda: errors.extend(child.stderr or ())),
    ]
    for thread in threads:
        thread.start()
    try:
        for line in child.stdout:
            if line.startswith("phase "):
                watched.enter(line.removeprefix("phase ").strip())
                child.stdin.write("\n")
                child.stdin.flush()
    finally:
        watched.ended.set()
        child.stdin.close()
        if child.wait() and not sys.exc_info()[0]:
            raise RuntimeError("the measured process failed:\n" + "".join(errors))
        for thread in threads:
            thread.join()
    return watched.phases
