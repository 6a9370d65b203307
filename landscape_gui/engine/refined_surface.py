"""Measures a surface to a tolerance: the plan's visits, and what is believed of the rest."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.engine.belief import LARGEST
from landscape_gui.engine.events import (
    Estimated,
    Event,
    Notice,
    PointMeasured,
    PointSampled,
    Target,
)
from landscape_gui.engine.objective import ExampleResults
from landscape_gui.engine.refinement import Refinement
from landscape_gui.engine.sampling_error import sampling_shares, sampling_words
from landscape_gui.engine.subject import Subject
from landscape_gui.engine.visits import Found, Visit
from landscape_gui.shares import percentage
from landscape_gui.specs import SurfaceSpec, UserError
from landscape_gui.store.landscape_file import PointWriter
from landscape_gui.store.named_points import places_on_lattice

Events: TypeAlias = Generator[Event, None, None]
FloatArray: TypeAlias = npt.NDArray[np.float64]
Rows: TypeAlias = dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]

# What sampling aims at where every point is visited and no tolerance was asked for.
DEFAULT_TOLERANCE = 0.01
# Fewer examples than this are not worth choosing from.
FEWEST_EXAMPLES = 32
# Results of examples, 8 bytes each: at most so many bytes in a file, and room for so many points.
_EXAMPLE_BYTES = 64 * 1024**2
_LEAST_ROWS = 300
# Part of the notes: a plan of another version would ask for other points.
_PLAN = 5
# The first level of the lattice, by which range and standard errors are known well enough.
_POINTS_TO_JUDGE = 36
# The selection of examples that a point is measured on.
_SELECTION = "visit"


@dataclass(frozen=True)
class Sampling:
    """Whether points may be measured on some of the examples, and why."""

    used: bool
    reason: str


def room_for_examples(spec: SurfaceSpec, examples: Mapping[str, int]) -> int:
    """Points whose examples' results the file keeps: the whole lattice, if that is not too large.

    0 where points are not measured on some of the examples, or where the room would not do.
    """
    if not spec.may_sample or min(examples.values()) < FEWEST_EXAMPLES:
        return 0
    size = spec.lattice.alpha_points * spec.lattice.beta_points
    rows = min(size, _EXAMPLE_BYTES // (8 * sum(examples.values())))
    return rows if rows >= min(size, _LEAST_ROWS) else 0


def decide_sampling(spec: SurfaceSpec, subject: Subject, rows: int) -> Sampling:
    """What ``two_fidelity`` comes to on this subject.

    Parameters
    ----------
    rows
        Points whose examples the file has room for.
    """
    fewest = min(subject.objective.examples.values())
    if spec.two_fidelity == "off":
        return Sampling(False, "not asked for")
    if fewest < FEWEST_EXAMPLES:
        return Sampling(False, f"{fewest} examples are too few to choose from")
    if rows == 0:
        return Sampling(False, "the results of so many examples would not fit into the file")
    size = spec.lattice.alpha_points * spec.lattice.beta_points
    if spec.two_fidelity == "auto" and rows < min(size, LARGEST):
        return Sampling(False, "the results of so many examples at all points would not fit")
    if spec.two_fidelity == "auto" and subject.prefix_layers:
        return Sampling(False, "with the lower layers cached, whole points are cheaper")
    return Sampling(True, "the examples that cannot be foretold at a point are cheaper than all")


def refine(
    subject: Subject,
    spec: SurfaceSpec,
    points: PointWriter,
    target: Target,
    alpha: FloatArray,
    beta: FloatArray,
    shift: float,
) -> Events:
    """Visit what the plan asks for until the tolerance is reached; goes on from the file.

    The plan depends on the measured values alone: given the stored ones, it asks for the same
    points as the job that was interrupted.
    """
    sampling = decide_sampling(spec, subject, points.example_rows)
    noted = points.notes.get("sampling")
    if noted is None:
        points.note("sampling", asdict(sampling) | {"plan": _PLAN})
    elif noted.get("plan") == _PLAN:
        sampling = Sampling(noted["used"], noted["reason"])
    elif "refinement" in points.notes:
        return  # it was ended by that version
    else:
        raise UserError(
            f"{target.name} was begun by a version of this program that plans differently.",
            "Measure it into a new file, or continue with that version.",
        )
    yield Notice(_announce(spec, sampling))
    plan = Refinement(
        (len(beta), len(alpha)),
        subject.objective.metrics,
        spec.tolerance or DEFAULT_TOLERANCE,
        subject.objective.tokens if sampling.used else None,
        everywhere=spec.tolerance is None,
        room=points.example_rows if sampling.used else None,
        seed=spec.examples.seed,
        named=_named(points, alpha, beta),
    )
    stored = _Stored(points, plan)
    told = False
    while visits := plan.plan():
        made = False
        for visit in visits:
            row = len(plan.visits)
            found = stored.get(visit, row)
            if found is None:
                made = True
                at = float(alpha[visit.i]), float(beta[visit.j])
                found = yield from _visit(subject, plan, points, target, visit, at, shift)
            plan.record(visit, found)
        if made:
            yield _write_picture(plan, points, target)
            if not told and len(plan.visits) >= _POINTS_TO_JUDGE:
                told = True
                yield from _weigh_examples(spec, subject, points)
    yield _write_picture(plan, points, target)
    points.note(
        "refinement",
        plan.summary()
        | {"two_fidelity": asdict(sampling), "sampling_error": _sampling_shares(points)},
    )


def _named(points: PointWriter, alpha: FloatArray, beta: FloatArray) -> list[tuple[int, int]]:
    """(j, i) of start and end where they lie on the lattice.

    What everyone looks at first is not to be an estimate beside its own measured value.
    """
    return [(j, i) for j, i, _ in places_on_lattice(points.anchors.values(), alpha, beta)]


def _weigh_examples(spec: SurfaceSpec, subject: Subject, points: PointWriter) -> Events:
    """Say early, while it can still be changed, where more examples would buy more than points."""
    if spec.tolerance is None:
        return
    asked = {"train": spec.examples.train, "dev": spec.examples.dev}
    # As many as were asked for: there may be more.
    chosen = {
        split: count for split, count in subject.objective.examples.items() if asked[split] == count
    }
    words = sampling_words(_sampling_shares(points), spec.tolerance, chosen)
    if words is not None:
        yield Notice(words)


def _sampling_shares(points: PointWriter) -> dict[str, float]:
    values = {metric: points.read(metric) for metric in points.metrics}
    errors = {metric: points.read_errors(metric) for metric in points.metrics}
    return sampling_shares(values, errors)


def _write_picture(plan: Refinement, points: PointWriter, target: Target) -> Estimated:
    picture = plan.picture()
    points.write_estimates(picture.estimates, picture.bounds)
    points.flush()
    return Estimated(target, picture.estimates, picture.bounds, picture.errors)


def _announce(spec: SurfaceSpec, sampling: Sampling) -> str:
    if spec.tolerance is None:
        goal = "Every point is measured"
    else:
        goal = f"Points are estimated where that is safe to {percentage(spec.tolerance, 3)}"
        goal += " of the range"
    if sampling.used:
        return f"{goal}, some measured on those examples only that cannot be foretold there."
    return f"{goal}; those measured are measured on all examples ({sampling.reason})."


def _visit(
    subject: Subject,
    plan: Refinement,
    points: PointWriter,
    target: Target,
    visit: Visit,
    at: tuple[float, float],
    shift: float,
) -> Generator[Event, None, Found]:
    """Measure the examples of a visit, at (α, β); in the file before it is told."""
    j, i, row, total = visit.j, visit.i, len(plan.visits), plan.forecast
    a, b = at
    if visit.examples is None:
        evaluation = subject.evaluator.at(a + shift, b)
        measured = evaluation.measurement
        examples = _each(evaluation.results) if plan.samples else {}
        if plan.samples and row < points.example_rows:
            points.write_example_results(row, examples)
        order = points.write_point(
            j, i, measured.values, measured.standard_errors, subject.objective.examples
        )
        points.flush()
        yield PointMeasured(target, j, i, a, b, order, measured, row + 1, max(row + 1, total))
        found = Found(measured.values, examples)
    else:
        subject.objective.select(_SELECTION, visit.examples)
        chosen = _each(subject.evaluator.at(a + shift, b, _SELECTION).results)
        found = Found({}, _among_all(chosen, visit.examples, subject.objective.examples))
        points.write_example_results(row, found.examples)
        counts = {split: len(of) for split, of in visit.examples.items()}
        points.write_sampled(j, i, counts)
        points.flush()
        means = plan.means(visit.examples, visit, found)
        yield PointSampled(target, j, i, a, b, means, row + 1, max(row + 1, total), counts)
    yield from subject.notices()
    return found


def _each(results: Mapping[str, ExampleResults]) -> Rows:
    return {split: (of.losses, of.margins) for split, of in results.items()}


def _among_all(
    chosen: Rows, places: Mapping[str, npt.NDArray[np.int64]], counts: Mapping[str, int]
) -> Rows:
    """Rows of all examples, NaN where not measured."""
    rows: Rows = {}
    for split, count in counts.items():
        losses, margins = np.full((2, count), np.nan, dtype=np.float32)
        if split in chosen:
            losses[places[split]], margins[places[split]] = chosen[split]
        rows[split] = losses, margins
    return rows


class _Stored:
    """What an earlier job left in the file, to be fed to the plan instead of measuring it."""

    def __init__(self, points: PointWriter, plan: Refinement) -> None:
        self._points, self._plan, self._samples = points, plan, plan.samples
        self._values = {metric: points.read(metric) for metric in plan.metrics}
        visited = int((points.order >= 0).sum() + (points.few_order >= 0).sum())
        self._rows = (
            points.read_example_results(min(visited, points.example_rows)) if self._samples else {}
        )

    def get(self, visit: Visit, row: int) -> Found | None:
        """The result of a visit, None if it is still to be made."""
        j, i = visit.j, visit.i
        whole = visit.examples is None
        order = (self._points.order if whole else self._points.few_order)[j, i]
        turn = sum((before.examples is None) == whole for before in self._plan.visits)
        # Results of examples lie in the order of the visits: out of it, they are another point's.
        if order < 0 or (self._samples and order != turn):
            return None
        examples = {
            split: (losses[row], margins[row])
            for split, (losses, margins) in self._rows.items()
            if row < len(losses)
        }
        if not whole:
            return Found({}, examples)
        return Found({metric: float(of[j, i]) for metric, of in self._values.items()}, examples)
