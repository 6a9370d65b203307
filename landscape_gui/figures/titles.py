"""What panels, axes and lines are called."""

from __future__ import annotations

from collections.abc import Sequence

from landscape_gui.store.records import CurveRecord, RunRecord, SurfaceRecord

TASKS = {"mnli": "MNLI", "rte": "RTE", "sst2": "SST-2", "mrpc": "MRPC"}
"""GLUE tasks in the paper's order."""
SETTINGS = {"scratch": "from scratch", "pretrained": "fine-tuned"}


def run_titles(runs: Sequence[RunRecord]) -> list[str]:
    """Short names for a legend: task and setting, or the runs' own names where those repeat."""
    titles = [
        ", ".join(filter(None, (task_title(run), SETTINGS.get(run.init, "")))) for run in runs
    ]
    if len(set(titles)) == len(titles):
        return titles
    return [shortened(run.name) for run in runs]


def task_title(run: RunRecord) -> str:
    """A task's usual name."""
    return TASKS.get(run.task, shortened(run.task or run.name))


def shortened(text: str, longest: int = 22) -> str:
    """A name that fits a column: the middle gives way, as names differ at their ends."""
    if len(text) <= longest:
        return text
    head = longest * 2 // 3
    return f"{text[:head]}…{text[head + 1 - longest :]}"


def epoch_words(run: RunRecord) -> tuple[str, ...]:
    """One short text per checkpoint: its epoch."""
    return tuple(f"{checkpoint.epoch:g}" for checkpoint in run.checkpoints)


def alpha_title(target: SurfaceRecord | CurveRecord) -> str:
    """What α is."""
    if target.plane.origin == "theta1":
        return "α (rolled back −1, end 0)"
    return "α (start 0, end 1)"


def beta_title(surface: SurfaceRecord) -> str:
    """What β is."""
    label = surface.plane.axis2_label
    return f"β ({TASKS.get(label, shortened(label))})" if label else "β"
