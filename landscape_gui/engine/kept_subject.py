"""The model measured last, kept for the next rollback, which then takes only its evaluation.

One at most. Whoever starts another job gives it back first; the engine process also does when
nothing was asked for a while. Nothing here imports torch: the process that asks may have none.
"""

from __future__ import annotations

import ctypes
import gc
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from landscape_gui.specs import EvaluationSpec

if TYPE_CHECKING:
    from landscape_gui.engine.objective import ExampleResults
    from landscape_gui.engine.subject import Subject
    from landscape_gui.store.records import RunRecord

# What a subject is opened by; all else in a spec says what to do with it.
_OPENED_BY = {"run", "base", "task", "examples", "device"}


@dataclass
class KeptSubject:
    """A subject whose whole encoder moves, with what is known of it.

    ``tuned``: what each example gave at the end point, None until that was evaluated.
    """

    subject: Subject
    record: RunRecord
    tuned: dict[str, ExampleResults] | None = None


@dataclass(frozen=True)
class _Key:
    opened_by: str
    files: tuple[tuple[str, int, int], ...]


_kept: tuple[_Key, KeptSubject] | None = None


def keep(spec: EvaluationSpec, kept: KeptSubject) -> None:
    """Keep a subject in place of the last one."""
    global _kept
    _kept = _key(spec, kept), kept


def kept_for(spec: EvaluationSpec) -> KeptSubject | None:
    """The subject that ``spec`` would open, if it is the kept one and its files are unchanged.

    Any other is given back: there is never a second one in memory.
    """
    if _kept is not None:
        key, kept = _kept
        if key == _key(spec, kept):
            return kept
    give_back()
    return None


def give_back() -> bool:
    """Forget what is kept and return its memory; False where there was nothing."""
    global _kept
    if _kept is None:
        return False
    _kept = None
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
    if platform.libc_ver()[0] == "glibc":
        # The process keeps what it frees (see allocator.py), but not for someone else's sake.
        ctypes.CDLL(None).malloc_trim(0)
    return True


def _key(spec: EvaluationSpec, kept: KeptSubject) -> _Key:
    opened_by = spec.model_dump_json(include=_OPENED_BY)
    return _Key(opened_by, tuple(sorted(set(_stamps(kept.subject)))))


def _stamps(subject: Subject) -> Iterator[tuple[str, int, int]]:
    """Path, time and size of everything that the subject was read from."""
    run = subject.run
    roots = [run.path, *(checkpoint.path for checkpoint in run.checkpoints)]
    if subject.task.data is not None:
        roots.append(subject.task.data)
    for root in roots:
        for path in [root, *(sorted(root.iterdir()) if root.is_dir() else ())]:
            yield _stamp(path)


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), -1, -1
    return str(path), found.st_mtime_ns, found.st_size
