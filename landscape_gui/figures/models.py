"""Which files may be drawn together, and what to do about what a file lacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from landscape_gui.figures.titles import TASKS, shortened, task_title
from landscape_gui.specs import UserError
from landscape_gui.store.measuring_command import measuring_command
from landscape_gui.store.records import (
    CurveRecord,
    LandscapeRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)
from landscape_gui.store.schema import METRIC_TITLES

GROUPS = ("low", "middle", "high")
Lack: TypeAlias = Literal["surface", "group", "curve", "rollback", "trajectory"]


class LackingError(UserError):
    """A file does not hold what a figure shows; the hint names the command that measures it.

    Attributes
    ----------
    what
        What is missing: a surface of the whole model or of a layer group, and so on.
    """

    def __init__(self, message: str, hint: str, what: Lack) -> None:
        super().__init__(message, hint)
        self.what: Lack = what

    def __reduce__(self) -> tuple[type[UserError], tuple[str, ...]]:
        return (type(self), (self.message, self.hint, self.what))


def refuse_mixed(records: Sequence[LandscapeRecord], what: str) -> None:
    """Do not set different models against each other as if they were one.

    Raises
    ------
    UserError
        If two files are about different models.
    """
    first = records[0]
    for other in records[1:]:
        if not _same_model(first.run, other.run):
            raise UserError(
                f"{first.path.name} is about {_model(first.run)}, {other.path.name} about "
                f"{_model(other.run)}: {what} shows one model.",
                "Draw a figure of each, or say --mixed-models if they are the same or meant to be "
                "compared.",
            )


def _same_model(a: RunRecord, b: RunRecord) -> bool:
    if a.layer_count and b.layer_count and a.layer_count != b.layer_count:
        return False
    if a.model == b.model:
        return True
    # The same weights at another place: known where both began with them.
    both_pretrained = a.init != "scratch" and b.init != "scratch"
    starts = [run.checkpoints[0].sha256 for run in (a, b) if run.checkpoints]
    return both_pretrained and len(starts) == 2 and bool(starts[0]) and starts[0] == starts[1]


def _model(run: RunRecord) -> str:
    layers = f" ({run.layer_count} layers)" if run.layer_count else ""
    return f"{shortened(run.model.rstrip('/') or 'an unknown model', 40)}{layers}"


def compute_command(record: LandscapeRecord, *options: str) -> str:
    """The command that adds something to a file."""
    return measuring_command(record, "compute", *options)


def whole_surface(record: LandscapeRecord, metric: str) -> SurfaceRecord:
    """The surface of the whole model, that with another task's direction first.

    Raises
    ------
    UserError
        If there is none; it names the command that measures one.
    """
    found = [s for s in record.surfaces.values() if not s.group and not s.part_of]
    # The paper's second axis is another task's direction.
    found.sort(key=lambda s: (s.spec.get("axis2") or {}).get("kind") != "other_run")
    found.sort(key=lambda s: metric not in s.values)
    if not found:
        raise LackingError(
            f"{record.path.name} holds no surface of the whole model.",
            f"Measure one: {compute_command(record)} (with --other RUN2 for another task's "
            "direction).",
            "surface",
        )
    return found[0]


def group_surfaces(record: LandscapeRecord) -> list[SurfaceRecord]:
    """The surfaces of the low, middle and high layers.

    Raises
    ------
    UserError
        If one is missing; it names the commands that measure what is.
    """
    found = {s.group: s for s in reversed(record.surfaces.values()) if s.group and not s.part_of}
    missing = [group for group in GROUPS if group not in found]
    if missing:
        raise LackingError(
            f"{record.path.name} holds no surface of the {_listed(missing)} layers.",
            "Measure: " + "; ".join(compute_command(record, "--group", group) for group in missing),
            "group",
        )
    return [found[group] for group in GROUPS]


def whole_curve(record: LandscapeRecord) -> CurveRecord:
    """The curve of the whole model.

    Raises
    ------
    UserError
        If there is none; it names the command that measures it.
    """
    found = [curve for curve in record.curves.values() if not curve.group]
    if not found:
        raise LackingError(
            f"{record.path.name} holds no curve of the whole model.",
            f"Measure it: {compute_command(record, '--curve')}",
            "curve",
        )
    return found[0]


def measured_rollback(record: LandscapeRecord, *, singles: bool = False) -> RollbackRecord:
    """The rollback, with the development error of the fine-tuned model measured.

    Parameters
    ----------
    singles
        Whether each group has to be measured rolled back alone.

    Raises
    ------
    UserError
        If something is missing; it names the command that measures it.
    """
    rollback = record.rollback
    like = rollback.spec if rollback is not None else None
    command = measuring_command(record, "rollback", like=like)
    if rollback is None or "dev_error" not in rollback.values:
        raise LackingError(
            f"{record.path.name} holds no rollback with the development error.",
            f"Measure it: {command}",
            "rollback",
        )
    needed = [0, *(1 << bit for bit in range(len(rollback.groups)))] if singles else []
    if not rollback.measured.any() or not all(rollback.measured[mask] for mask in needed):
        raise LackingError(
            f"The rollback in {record.path.name} is not all measured yet.",
            f"Go on with it: {command}",
            "rollback",
        )
    return rollback


def needs_path(record: LandscapeRecord) -> None:
    """Refuse a trajectory of a run that kept nothing between start and end.

    Raises
    ------
    UserError
        If it did not.
    """
    if len(record.run.checkpoints) < 3:
        raise LackingError(
            f"{record.path.name} knows no checkpoint between start and end: there is no "
            "trajectory.",
            "landscape-gui train keeps one after every epoch; landscape-gui adopt makes a run of "
            "those you have.",
            "trajectory",
        )


def needs_metric(target: SurfaceRecord | CurveRecord, metric: str, record: LandscapeRecord) -> None:
    """Refuse a metric that was not measured.

    Raises
    ------
    UserError
        If the file does not hold it; it names the command that measures it.
    """
    if metric not in target.values:
        options = ["--curve"] if isinstance(target, CurveRecord) else []
        if target.group:
            options += ["--group", target.group]
        raise LackingError(
            f"{target.name} in {record.path.name} holds no {METRIC_TITLES.get(metric, metric)}.",
            "Measure it anew into another file: "
            f"{measuring_command(record, 'compute', *options, like=target.spec)}",
            "curve" if isinstance(target, CurveRecord) else "group" if target.group else "surface",
        )


def setting_of(run: RunRecord) -> str:
    """``scratch`` or ``pretrained``: fine-tuning is what the program is about."""
    return "scratch" if run.init == "scratch" else "pretrained"


def in_paper_order(runs: Sequence[RunRecord]) -> list[int]:
    """Indices of runs by the order of the tasks in the paper, those of the user's last."""
    order = list(TASKS)
    places = [order.index(run.task) if run.task in order else len(order) for run in runs]
    return sorted(range(len(runs)), key=lambda k: (places[k], runs[k].task))


def by_cell(
    records: Sequence[LandscapeRecord], what: str
) -> dict[tuple[str, str], LandscapeRecord]:
    """Files by setting and task.

    Raises
    ------
    UserError
        If two have the same place.
    """
    found: dict[tuple[str, str], LandscapeRecord] = {}
    for record in records:
        key = setting_of(record.run), record.run.task
        if key in found:
            raise UserError(
                f"{found[key].path.name} and {record.path.name} are both about "
                f"{task_title(record.run)}, "
                f"{'from scratch' if key[0] == 'scratch' else 'fine-tuned'}: {what} has one place "
                "for them.",
                "Leave one out, or draw them side by side with the kinds surface and contour.",
            )
        found[key] = record
    return found


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
