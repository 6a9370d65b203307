"""What a job measures: a run's model in flat weights, its examples, and the plane it moves in."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.engine.cuda_graphs import CudaRecorder, GraphedForward
from landscape_gui.engine.directions import (
    combined_direction,
    other_run_direction,
    random_direction,
)
from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.events import Event, Notice, Stage
from landscape_gui.engine.file_stamps import FileStamps
from landscape_gui.engine.layout import Layout, Reader, inner_products, squared_distances
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.prefix import PrefixForward
from landscape_gui.engine.prefix_setup import start_above_prefix
from landscape_gui.engine.used_rows import place_used_rows_only
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.geometry.plane import cosine, pca_axis_weights
from landscape_gui.paths import expanded
from landscape_gui.runs.checkpoints import (
    Run,
    check_same_start,
    load_model,
    moving_names,
    open_run,
    read_parameters,
    weights_sha256,
)
from landscape_gui.runs.layer_groups import default_groups, group_names, layer_count, part_of
from landscape_gui.runs.tasks import evaluation_examples, resolve_task
from landscape_gui.specs import (
    Axis2,
    EvaluationSpec,
    LayerGroup,
    OtherRunAxis,
    PCAAxis,
    TaskSpec,
    UserError,
)
from landscape_gui.store.records import CheckpointRecord, PlaneRecord, RunRecord


@dataclass(frozen=True)
class Subject:
    """A run, ready to be measured on the examples of ``task``.

    ``names`` are all moving encoder parameters; ``weights`` holds those that this job moves.
    ``prefix_layers`` lie below those and are computed once per batch. ``stamps`` are of the files
    it was read from, as they were before that.
    """

    run: Run
    task: TaskSpec
    names: tuple[str, ...]
    layers: int
    evaluator: SerialEvaluator
    stamps: FileStamps
    prefix_layers: int = 0

    def notices(self) -> Iterator[Notice]:
        """Take out what the evaluator has to say."""
        while self.evaluator.notices:
            yield Notice(self.evaluator.notices.pop(0))

    @property
    def weights(self) -> FlatWeights:
        return self.evaluator.weights

    @property
    def objective(self) -> Objective:
        return self.evaluator.objective

    def reader(self, index: int) -> Reader:
        """Reads parameters of checkpoint ``index``."""
        return partial(read_parameters, self.run, index)

    @property
    def trained(self) -> list[Reader]:
        """Readers of checkpoints 1…k: all but the start point."""
        return [self.reader(index) for index in range(1, len(self.run.checkpoints))]


def resolve_device(name: str) -> torch.device:
    """``auto`` is the first CUDA device, else the CPU.

    Raises
    ------
    UserError
        If a CUDA device is asked for and not there.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    device = torch.device(name)
    if device.type == "cuda" and not (
        torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    ):
        raise UserError(
            f"There is no device {name} on this machine.", "Leave out --device or use cpu."
        )
    return device


def _task_of(spec: EvaluationSpec, run: Run) -> TaskSpec:
    """The task that a job evaluates: the spec's own, else the one the run was trained on."""
    task = spec.task or run.task
    if task is None:
        raise UserError(
            f"Nothing in {run.path} says which task it was trained on.",
            "Name the task, and the directory of its data, e.g. --task mrpc --data DIR.",
        )
    return resolve_task(task)


def _read_from(run: Run, task: TaskSpec) -> Iterator[Path]:
    """The places that the weights, the tokenizer and the examples are read from."""
    yield run.path
    for checkpoint in run.checkpoints:
        yield checkpoint.path
    if run.details.get("tokenizer"):
        yield Path(run.details["tokenizer"])
    if task.data is not None:
        yield expanded(task.data)


def open_subject(
    spec: EvaluationSpec, groups: Sequence[LayerGroup] = ()
) -> Generator[Event, None, Subject]:
    """Load everything that the job needs; with ``groups``, only their parameters move.

    Raises
    ------
    UserError
        If the run, its task or its examples cannot be had, or a group has no parameters.
    """
    yield Stage("Opening the run")
    device = resolve_device(spec.device)
    # Before anything is read: what is written from now on, this subject may not have.
    stamps = FileStamps.of(expanded(spec.run).resolve())
    run = open_run(spec.run, spec.base, spec.task)
    task = _task_of(spec, run)
    stamps = stamps.joined(FileStamps.of(*_read_from(run, task)))
    yield Stage("Preparing the examples")
    seed = spec.examples.seed
    splits = {
        "train": evaluation_examples(run, task, "train", spec.examples.train, seed),
        "dev": evaluation_examples(run, task, "dev", spec.examples.dev, seed),
    }
    yield Stage("Loading the checkpoints")
    module = load_model(run)
    names = moving_names(run, module)
    moving = names
    if groups:
        members = {name for group in groups for name in group_names(names, group)}
        moving = tuple(name for name in names if name in members)
    weights = FlatWeights(module, moving, partial(read_parameters, run, 0), device)
    padding_id = getattr(module.config, "pad_token_id", None) or 0
    objective = Objective(module, splits, padding_id, device)
    evaluator = SerialEvaluator(weights, objective)
    place_used_rows_only(weights, objective)
    if groups:
        start_above_prefix(weights, objective, evaluator.notices)
    forward = objective.forward
    prefix_layers = forward.layers if isinstance(forward, PrefixForward) else 0
    if device.type == "cuda":
        objective.forward = GraphedForward(
            objective.forward, CudaRecorder(device), evaluator.notices
        )
    return Subject(run, task, names, layer_count(names), evaluator, stamps, prefix_layers)


def known_groups(subject: Subject) -> dict[str, LayerGroup]:
    """The default layer groups, by name."""
    return {group.name: group for group in default_groups(subject.layers)}


def run_record(subject: Subject, plane: PlaneRecord | None = None) -> RunRecord:
    """What the file keeps of the run: hashes, history, inner products of the whole encoder.

    A ``plane`` in which the whole encoder moves has those inner products already; without one,
    all checkpoints are read for them.
    """
    run, count = subject.run, len(subject.trained)
    layout = Layout.of(subject.objective.module, subject.names)
    if plane is not None and subject.weights.layout.names == subject.names:
        gram = plane.gram[:count, :count]
    else:
        gram = inner_products(layout, subject.reader(0), subject.trained)
    return RunRecord(
        name=run.name,
        path=str(run.path),
        model=run.model,
        task=(run.task or subject.task).label,
        init=run.init,
        checkpoints=tuple(
            CheckpointRecord(str(c.path), c.step, c.epoch, weights_sha256(c.path))
            for c in run.checkpoints
        ),
        history=run.history,
        gram=gram,
        layer_count=subject.layers,
        details=json.loads(json.dumps(run.details, default=str)),
        part_norms=_part_norms(squared_distances(layout, subject.reader(0), subject.trained[-1])),
    )


def _part_norms(squared: Mapping[str, float]) -> dict[str, float]:
    """Part of the encoder → ‖δ1‖² of its parameters."""
    parts: dict[str, float] = {}
    for name, value in squared.items():
        parts[part_of(name)] = parts.get(part_of(name), 0.0) + value
    return parts


def line_record(subject: Subject, group: LayerGroup | None) -> PlaneRecord:
    """Geometry of a curve's line: δ1, of the group's parameters if there is one."""
    gram = inner_products(subject.weights.layout, subject.reader(0), subject.trained)
    nan = float("nan")
    return PlaneRecord(_origin(group), _length(gram, -1, subject.run), nan, nan, "", gram)


def lay_plane(subject: Subject, axis2: Axis2, group: LayerGroup | None) -> PlaneRecord:
    """Build axis 2, rescale it to ‖δ1‖, put it into the weights; returns the plane's geometry.

    Raises
    ------
    UserError
        If the other run starts elsewhere or did not move, or if there is no second component.
    """
    weights, layout = subject.weights, subject.weights.layout
    if isinstance(axis2, PCAAxis):
        gram = inner_products(layout, subject.reader(0), subject.trained)
        first = _length(gram, -1, subject.run)
        try:
            factors = pca_axis_weights(gram)
        except ValueError as error:
            raise UserError(
                f"There is no PCA axis for {subject.run.name}: {error}.",
                "Use a run with checkpoints between start and end, or another second axis.",
            ) from error
        weights.axis2 = combined_direction(weights, subject.trained, factors)
        # Not from the factors: the gram must describe the axis as rounded, as it is drawn.
        gram = inner_products(layout, subject.reader(0), subject.trained, weights.axis2)
        second = float(np.sqrt(gram[-1, -1]))
        label = "principal component"
    else:
        other = None
        if isinstance(axis2, OtherRunAxis):
            other = open_run(axis2.run, axis2.base)
            check_same_start(subject.run, other, subject.names)
            raw = other_run_direction(
                weights, partial(read_parameters, other, len(other.checkpoints) - 1)
            )
            label = other.task.label if other.task else other.name
        else:
            raw = random_direction(weights, axis2.seed)
            label = f"random {axis2.seed}"
        gram = inner_products(layout, subject.reader(0), subject.trained, raw)
        first = _length(gram, -2, subject.run)
        second = _length(gram, -1, other or subject.run)
        weights.axis2 = raw.mul_(first / second)
        gram[-1, :] *= first / second
        gram[:, -1] *= first / second
    angle = cosine(gram[-2, -2], gram[-1, -1], gram[-2, -1])
    if abs(angle) > 1 - 1e-6:
        raise UserError(
            f"The two axes are parallel (cosine {angle:.6f}): they span a line, not a plane.",
            "Take a run that was trained on another task, or a random axis.",
        )
    return PlaneRecord(_origin(group), first, second, angle, label, gram)


def _origin(group: LayerGroup | None) -> str:
    return "theta1" if group else "theta0"


def _length(gram: npt.NDArray[np.float64], row: int, run: Run) -> float:
    squared = float(gram[row, row])
    if not squared > 0 or not np.isfinite(squared):
        raise UserError(
            f"The end point of {run.name} does not differ from its start point"
            if squared == 0
            else f"The checkpoints of {run.name} hold values that are not finite",
            "in the parameters that move: there is no direction to draw.",
        )
    return float(np.sqrt(squared))
