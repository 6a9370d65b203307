"""The model measured last, kept for the next rollback, which then takes only its evaluation.

One at most. Whoever starts another job gives it back first; the engine process also does when
nothing was asked for a while. Nothing here imports torch: the process that asks may have none.
"""

from __future__ import annotations

import ctypes
import gc
import platform
import sys
from dataclasses import dataclass
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


_kept: tuple[str, KeptSubject] | None = None


def keep(spec: EvaluationSpec, kept: KeptSubject) -> None:
    """Keep a subject in place of the last one."""
    global _kept
    _kept = _opened_by(spec), kept


def kept_for(spec: EvaluationSpec) -> KeptSubject | None:
    """The subject that ``spec`` would open, if it is the kept one and its files are unchanged.

    Unchanged since before it was opened: what was written while it was read or measured counts.
    Any other is given back: there is never a second one in memory.
    """
    if _kept is not None:
        opened_by, kept = _kept
        if opened_by == _opened_by(spec) and kept.subject.stamps.still_hold():
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


def _opened_by(spec: EvaluationSpec) -> str:
    return spec.model_dump_json(include=_OPENED_BY)
