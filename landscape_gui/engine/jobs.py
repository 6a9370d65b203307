"""Jobs as generators of events.

An event is both the progress and the place where pause and cancel are honoured: whoever runs a
job pauses it by not asking for the next event and cancels it by closing the generator. There is
no Qt and no thread in here; a test is ``list(run_job(spec, path))``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import TypeAlias

import numpy as np

from landscape_gui.engine.directions import filter_ratio
from landscape_gui.engine.evaluator import Evaluator
from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Done,
    Event,
    FileReady,
    LevelComplete,
    Measurement,
    Notice,
    PointMeasured,
    RollbackMeasured,
    RunDescription,
    Stage,
    Target,
)
from landscape_gui.engine.exchange import exchange_notices
from landscape_gui.engine.kept_subject import KeptSubject, give_back, keep, kept_for
from landscape_gui.engine.objective import (
    difference_errors,
    difference_intervals,
    measurement,
)
from landscape_gui.engine.pace import Pace
from landscape_gui.engine.parts import take_over
from landscape_gui.engine.precision import PrecisionCheck, check_points, choose, use
from landscape_gui.engine.refined_surface import refine, room_for_examples
from landscape_gui.engine.schedule import pending_levels
from landscape_gui.engine.speed import telling_speed
from landscape_gui.engine.subject import (
    Subject,
    known_groups,
    lay_plane,
    line_record,
    open_subject,
    run_record,
)
from landscape_gui.geometry.lattice import axis_points, levels
from landscape_gui.geometry.picture_error import level_error
from landscape_gui.runs.checkpoints import describe
from landscape_gui.runs.layer_groups import default_groups, group_names
from landscape_gui.specs import (
    CurveSpec,
    DemoSpec,
    HessianSpec,
    JobSpec,
    LayerGroup,
    MeasuringSpec,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
    UserError,
)
from landscape_gui.store.landscape_file import LandscapeWriter, PointWriter, check_destination

Events: TypeAlias = Generator[Event, None, None]
FILTER_RATIO = "filter_ratio"
FILTER_RATIO_AXIS2 = "filter_ratio_axis2"


def run_job(spec: JobSpec, out: Path | None) -> Events:
    """The events of any job.

    Parameters
    ----------
    out
        The landscape file that measuring jobs write or continue. Training and the demo name
        their own output.

    Raises
    ------
    UserError
        For anything that the user can mend.
    """
    if not isinstance(spec, RollbackSpec):
        give_back()
    match spec:
        case TrainSpec():
            from landscape_gui.engine.training_job import training

            return training(spec)
        case DemoSpec():
            from landscape_gui.engine.demo import demo

            return demo(spec)
    if out is None:
        raise UserError("No file was named for the result.", "Name one that ends in .landscape.h5.")
    return _measuring(spec, out)


def _measuring(spec: MeasuringSpec, out: Path) -> Events:
    import torch

    check_destination(out)
    try:
        match spec:
            case SurfaceSpec():
                yield from surface(spec, out)
            case CurveSpec():
                yield from curve(spec, out)
            case RollbackSpec():
                yield from rollback(spec, out)
            case HessianSpec():
                from landscape_gui.engine.hessian_job import hessian

                yield from hessian(spec, out)
    except torch.OutOfMemoryError as error:
        # Batches are halved where they do not fit; here the model and its directions did not.
        raise UserError(
            "The model and the directions of its plane do not fit into the device's memory.",
            "Free memory on the device, or measure on the CPU.",
        ) from error


def surface(spec: SurfaceSpec, out: Path) -> Events:
    """Measure a 2D surface (Hao et al. 2019, Eq. 2) or a layer-group surface (§7)."""
    subject = yield from open_subject(spec, (spec.group,) if spec.group else ())
    yield Stage("Laying the plane")
    plane = lay_plane(subject, spec.axis2, spec.group)
    lattice = spec.lattice
    alpha = axis_points(*lattice.alpha_range, lattice.alpha_points)
    beta = axis_points(*lattice.beta_range, lattice.beta_points)
    record = run_record(subject, plane)
    with LandscapeWriter.open(out, record, _groups(subject, spec.group)) as writer:
        points = writer.surface(
            spec,
            alpha,
            beta,
            plane,
            len(record.checkpoints),
            subject.objective.metrics,
            example_rows=room_for_examples(spec, subject.objective.examples),
            examples=subject.objective.examples,
            data=subject.objective.data_sha256,
        )
        target = Target(out, "surface", points.name)
        _note_ratio(points, FILTER_RATIO, subject)
        _note_ratio(points, FILTER_RATIO_AXIS2, subject, axis2=True)
        if spec.part_of is not None:
            take_over(writer.surface_record(spec.part_of), points, subject, alpha, beta)
        measured = _measure(subject, spec, points, target, alpha, beta)
        yield from telling_speed(subject, measured)
    if spec.group is None:
        # The next wish is often to roll something back.
        subject.weights.axis2 = None
        subject.objective.use("float32")
        subject.evaluator.known.clear()
        keep(spec, KeptSubject(subject, record))
    yield Done("complete", out)


def curve(spec: CurveSpec, out: Path) -> Events:
    """Measure a 1D curve (Hao et al. 2019, Eq. 1)."""
    subject = yield from open_subject(spec, (spec.group,) if spec.group else ())
    line = line_record(subject, spec.group)
    alpha = axis_points(*spec.alpha_range, spec.points)
    record = run_record(subject, line)
    with LandscapeWriter.open(out, record, _groups(subject, spec.group)) as writer:
        objective = subject.objective
        points = writer.curve(
            spec,
            alpha,
            line,
            len(record.checkpoints),
            objective.metrics,
            data=objective.data_sha256,
        )
        target = Target(out, "curve", points.name)
        _note_ratio(points, FILTER_RATIO, subject)
        measured = _measure(subject, spec, points, target, alpha, np.zeros(1))
        yield from telling_speed(subject, measured)
    yield Done("complete", out)


def _note_ratio(points: PointWriter, name: str, subject: Subject, *, axis2: bool = False) -> None:
    if name not in points.notes:
        ratio = filter_ratio(subject.weights, axis2=axis2)
        if math.isfinite(ratio):
            points.note(name, ratio)


def _groups(subject: Subject, group: LayerGroup | None) -> dict[str, LayerGroup]:
    named = known_groups(subject)
    return named | {group.name: group} if group else named


def _measure(
    subject: Subject,
    spec: SurfaceSpec | CurveSpec,
    points: PointWriter,
    target: Target,
    alpha: np.ndarray,
    beta: np.ndarray,
) -> Events:
    """Anchors, then the checkpoints, then the lattice; skips what the file already holds."""
    shape = (len(beta), len(alpha))
    measured = (points.order >= 0).reshape(shape)
    total, done = measured.size, int(measured.sum())
    yield FileReady(target, done, total)

    evaluator = subject.evaluator
    shift = 1.0 if spec.group else 0.0
    end = "end", 1.0 - shift, 0.0
    start = ("rolled_back" if spec.group else "start"), 0.0 - shift, 0.0
    with subject.weights.displaced():
        yield from _settle_precision(
            subject, spec, points, [end[1:], start[1:]], shift, alpha, beta
        )
        # A finer part of a surface is but lattice points: the surface has the rest.
        is_part = isinstance(spec, SurfaceSpec) and spec.part_of is not None
        for name, a, b in () if is_part else (end, start):
            if name in points.anchors:
                continue
            evaluation = evaluator.at(a + shift, b)
            # Most lattices have both among their points.
            evaluator.known[a + shift, b] = evaluation
            found = evaluation.measurement
            points.write_anchor(name, a, b, found.values, found.standard_errors)
            points.flush()
            yield AnchorMeasured(target, name, a, b, found)
        if not is_part:
            yield from _measure_checkpoints(subject, points, target)
        pace = Pace(points)
        if isinstance(spec, SurfaceSpec) and spec.estimates:
            for event in refine(subject, spec, points, target, alpha, beta, shift):
                if isinstance(event, PointMeasured):
                    pace.add(event.measurement)
                yield event
            pace.note()
            points.finish()
            return
        pending = pending_levels(alpha, beta, measured, (end[1], end[2]))
        for number, level in enumerate(pending):
            for j, i, found in _placements(evaluator, level, alpha + shift, beta):
                order = points.write_point(
                    j, i, found.values, found.standard_errors, subject.objective.examples
                )
                points.flush()
                pace.add(found)
                done += 1
                yield PointMeasured(
                    target, j, i, float(alpha[i]), float(beta[j]), order, found, done, total
                )
                yield from subject.notices()
            if len(level):
                pace.note()
                errors = _level_errors(points, shape, number)
                yield LevelComplete(target, number, len(pending), errors)
        points.finish()


def _level_errors(points: PointWriter, shape: tuple[int, int], number: int) -> dict[str, float]:
    """Metric → what the picture before a level was off by, where that can be told."""
    found = {
        metric: level_error(points.read(metric).reshape(shape), levels(*shape), number)
        for metric in points.metrics
    }
    return {metric: error for metric, error in found.items() if error is not None}


def _placements(
    evaluator: Evaluator, level: np.ndarray, along: np.ndarray, across: np.ndarray
) -> Iterator[tuple[int, int, Measurement]]:
    """Measure the points of a level, keeping as many under way as the evaluator is wide."""
    under_way = []
    for j, i in level.tolist():
        under_way.append((j, i, evaluator.submit(float(along[i]), float(across[j]))))
        if len(under_way) >= evaluator.width:
            first_j, first_i, future = under_way.pop(0)
            yield first_j, first_i, future.result()
    for j, i, future in under_way:
        yield j, i, future.result()


def _measure_checkpoints(subject: Subject, points: PointWriter, target: Target) -> Events:
    """Each checkpoint's own parameters with the fixed head, which lie off the plane."""
    for index, checkpoint in enumerate(subject.run.checkpoints):
        if points.checkpoint_measured[index]:
            continue
        subject.weights.place_flat(subject.reader(index))
        found = subject.evaluator.measure()
        points.write_checkpoint(index, found.values, found.standard_errors)
        points.flush()
        yield CheckpointMeasured(target, index, checkpoint.epoch, found)
        yield from subject.notices()


def _settle_precision(
    subject: Subject,
    spec: SurfaceSpec | CurveSpec,
    points: PointWriter,
    anchors: list[tuple[float, float]],
    shift: float,
    alpha: np.ndarray,
    beta: np.ndarray,
) -> Events:
    """Choose the number format once per target: a continued one goes on in the same format."""
    noted = points.notes.get("precision")
    if noted is not None:
        use(noted["chosen"], subject.objective)
        return
    if spec.precision == "float32":
        check = PrecisionCheck("float32")
    else:
        yield Stage("Comparing faster number formats with float32")
        tolerance = spec.tolerance if isinstance(spec, SurfaceSpec) else None
        where = check_points(anchors, alpha, beta, seed=spec.examples.seed)
        check = choose(spec.precision, subject.evaluator, where, shift, tolerance)
    points.note("examples", subject.objective.examples)
    # Last: a target that has this note is taken for settled when it is continued.
    points.note("precision", check.as_dict())
    yield Notice(check.sentence())


def rollback(spec: RollbackSpec, out: Path) -> Events:
    """Measure the end point with sets of layer groups put back to θ0 (Hao et al. 2019, §7)."""
    kept = kept_for(spec)
    if kept is None:
        subject = yield from open_subject(spec)
        kept = KeptSubject(subject, run_record(subject))
        keep(spec, kept)
    try:
        yield from telling_speed(kept.subject, _roll_back(spec, out, kept))
    except BaseException:
        give_back()  # whatever went wrong may have to do with it
        raise
    yield Done("complete", out)


def _roll_back(spec: RollbackSpec, out: Path, kept: KeptSubject) -> Events:
    subject, record = kept.subject, kept.record
    groups = spec.groups or default_groups(subject.layers)
    members = {group.name: group_names(subject.names, group) for group in groups}
    asked = [frozenset(names) for names in _combinations(spec, groups)]
    named = known_groups(subject) | {group.name: group for group in groups}
    with LandscapeWriter.open(out, record, named) as writer:
        objective = subject.objective
        rows = writer.rollback(spec, groups, objective.metrics, objective.data_sha256)
        yield from exchange_notices(rows.exchange, out)
        bit = {name: 1 << b for b, name in enumerate(rows.groups)}
        masks = {sum(bit[name] for name in names): names for names in asked}
        # Rows from before intervals were kept are measured again: they need every example.
        missing = {mask: names for mask, names in masks.items() if not rows.intervals_known[mask]}
        done = len(masks) - len(missing)
        yield Stage("Rolling back layer groups")
        with subject.weights.displaced():
            if missing and kept.tuned is None:
                subject.weights.place_rolled_back(())
                kept.tuned = subject.evaluator.evaluate()
            for mask, names in missing.items():
                began = time.perf_counter()
                subject.weights.place_rolled_back(
                    parameter for name in names for parameter in members[name]
                )
                results = subject.evaluator.evaluate() if names else kept.tuned
                assert results is not None
                assert kept.tuned is not None
                found = measurement(results, time.perf_counter() - began)
                paired = difference_errors(results, kept.tuned)
                intervals = difference_intervals(results, kept.tuned, spec.examples.seed)
                rows.write(mask, found.values, found.standard_errors, paired, intervals)
                rows.flush()
                done += 1
                ordered = tuple(name for name in rows.groups if name in names)
                yield RollbackMeasured(out, ordered, found, done, len(masks), paired)
                yield from subject.notices()
        rows.finish()


def _combinations(spec: RollbackSpec, groups: Iterable[LayerGroup]) -> list[tuple[str, ...]]:
    """The fine-tuned model first, then what was asked; by default every combination of three."""
    names = [group.name for group in groups]
    if len(set(names)) < len(names):
        raise UserError("Two layer groups have the same name.", "Give each its own.")
    for combination in spec.combinations:
        for name in combination:
            if name not in names:
                raise UserError(
                    f"There is no layer group {name}.", f"The groups are {', '.join(names)}."
                )
    if spec.combinations:
        return [(), *spec.combinations]
    if len(names) <= 3:
        return [c for size in range(len(names) + 1) for c in combinations(names, size)]
    return [(), *((name,) for name in names), tuple(names)]


def describe_run(path: Path, base: Path | None, task: TaskSpec | None) -> RunDescription:
    """What the window needs to know of a run directory before it can ask for a job."""
    found = describe(path, base, task)
    return RunDescription(
        path=path,
        name=found.name,
        model=found.model,
        init=found.init,
        task=found.task,
        layer_count=found.layer_count,
        checkpoints=found.checkpoints,
        groups=default_groups(found.layer_count) if found.layer_count else (),
        needs_base=found.needs_base,
        needs_task=found.needs_task,
        message=found.message,
        parameters=found.parameters,
        multiplied=found.multiplied,
    )


__all__ = ["curve", "describe_run", "rollback", "run_job", "surface"]
