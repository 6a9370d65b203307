"""Adaptive jobs on tiny models: against the exact job, against plain formulas, and interrupted."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

import h5py
import numpy as np
import pytest
from support.plain_spline import spline

from landscape_gui.engine import belief, refined_surface
from landscape_gui.engine.evaluator import SerialEvaluator
from landscape_gui.engine.events import (
    Done,
    Estimated,
    FileReady,
    Notice,
    PointMeasured,
    PointSampled,
)
from landscape_gui.engine.jobs import run_job
from landscape_gui.geometry.anisotropy import STEP
from landscape_gui.runs.layer_groups import parse_group
from landscape_gui.specs import ExamplesSpec, LatticeSpec, RandomAxis, SurfaceSpec, UserError
from landscape_gui.store.landscape_file import PointWriter, read_landscape
from landscape_gui.store.records import SurfaceRecord

SIZE = 15
ADAPTIVE = {
    "exact": {},
    "off": {"tolerance": 0.02, "two_fidelity": "off"},
    "auto": {"tolerance": 0.02},
    "on": {"tolerance": 0.02, "two_fidelity": "on"},
    "everywhere": {"two_fidelity": "on"},
}


def spec_of(runs, points=SIZE, **changes):
    lattice = LatticeSpec(
        alpha_range=(-1, 2), beta_range=(-1, 1), alpha_points=points, beta_points=points
    )
    return SurfaceSpec(
        run=runs.first.path,
        axis2=RandomAxis(seed=4),
        lattice=lattice,
        **({"precision": "float32"} | changes),
    )


@dataclass
class Job:
    """``stretches``: visited points → how much rougher along β the surface was found then."""

    events: list
    surface: SurfaceRecord
    rows: dict[str, np.ndarray]
    stretches: dict[int, float]


def load(path):
    """The surface of a file, and its results by example, as they stand there."""
    record = read_landscape(path)
    assert record.problems == ()
    (surface,) = record.surfaces.values()
    with h5py.File(path, "r", locking=False) as file:
        group = file[f"surfaces/{surface.name}"]
        rows = {name: group[name][()] for name in group if name.startswith("example_")}
    return surface, rows


def fit_of(fit, stretches):
    """``fit``, and a note of what it found."""

    def noting(places, values, power):
        plate, found = fit(places, values, power)
        stretches[len(places)] = STEP**found
        return plate, found

    return noting


@pytest.fixture(scope="module")
def job(runs, tmp_path_factory):
    """Each kind of job once, uninterrupted."""
    root = tmp_path_factory.mktemp("adaptive")

    @cache
    def run(kind):
        path = root / f"{kind}.landscape.h5"
        stretches = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(belief, "fit", fit_of(belief.fit, stretches))
            events = list(run_job(spec_of(runs, **ADAPTIVE[kind]), path))
        return Job(events, *load(path), stretches)

    return run


@pytest.fixture
def out(tmp_path):
    return tmp_path / "x.landscape.h5"


def visits_of(events):
    return [event for event in events if isinstance(event, PointMeasured | PointSampled)]


# -- what ends up in the file


@pytest.mark.parametrize("kind", ["off", "auto", "on", "everywhere"])
def test_every_value_says_whether_it_was_measured(job, kind):
    found, exact = job(kind).surface, job("exact").surface
    assert isinstance(job(kind).events[-1], Done)
    assert found.status == "complete"
    measured = found.order >= 0
    few = np.zeros_like(measured) if found.few_order is None else found.few_order >= 0
    assert measured.any()
    assert few.any() == (kind != "off")
    assert not (measured & few).any()
    assert (measured | few).all() == (kind == "everywhere")
    for metric, values in found.values.items():
        np.testing.assert_allclose(values[measured], exact.values[metric][measured], rtol=1e-6)
        assert np.isnan(values[~measured]).all()
        np.testing.assert_array_equal(found.estimates[metric][measured], values[measured])
        assert np.isfinite(found.estimates[metric]).all()
        assert (found.bounds[metric][measured] == 0).all()
        if metric.endswith("_loss"):
            assert (found.bounds[metric][~measured] > 0).all()
            off = np.abs(found.estimates[metric] - exact.values[metric])
            assert np.quantile(off, 0.95) <= 0.03 * np.ptp(exact.values[metric])
    for counts in found.few_examples.values():
        np.testing.assert_array_equal(counts[~few], 0)


@pytest.mark.parametrize("kind", ["off", "auto", "on", "everywhere"])
def test_the_notes_count_what_the_file_holds(job, kind):
    found = job(kind).surface
    noted, sampling = found.notes["refinement"], found.notes["sampling"]
    sampled = 0 if found.few_order is None else int((found.few_order >= 0).sum())
    assert sampling["used"] == (kind != "off")
    assert noted["two_fidelity"] == {key: sampling[key] for key in ("used", "reason")}
    assert (noted["measured"], noted["sampled"]) == (int((found.order >= 0).sum()), sampled)
    assert noted["lattice"] == SIZE**2
    assert noted["tolerance"] == (None if kind == "everywhere" else 0.02)
    assert noted["measured"] <= noted["cost"] <= noted["measured"] + sampled
    assert noted["errors"]["train_loss"] <= 0.02
    height, error = found.values["dev_loss"], found.standard_errors["dev_loss"]
    share = np.nanmedian(error) / (np.nanmax(height) - np.nanmin(height))
    assert noted["sampling_error"]["dev_loss"] == pytest.approx(share, rel=1e-6)
    assert noted["stretch"] == job(kind).stretches[max(job(kind).stretches)]


def completed(rows, places, known, at):
    """Rows [N] at places, each example's from the spline through where it was measured itself."""
    found = rows.copy()
    for example in np.flatnonzero(np.isnan(rows).any(axis=0)):
        missing = np.isnan(rows[:, example])
        through = np.isfinite(known[:, example])
        values = known[through][:, [example]]
        found[missing, example] = spline(places[through], values, at[missing])[:, 0]
    return found


def metrics_of(rows, places, known, at):
    """The four metrics at places [k] from the results by example at visited ones."""
    values = {}
    for split in ("train", "dev"):
        for kind, metric in (("losses", "loss"), ("margins", "error")):
            name = f"example_{kind}_{split}"
            whole = completed(rows[name], places, known[name], at)
            values[f"{split}_{metric}"] = (whole if kind == "losses" else whole <= 0).mean(axis=1)
    return values


@pytest.mark.parametrize("kind", ["auto", "everywhere"])
def test_a_sampled_point_is_the_mean_of_what_was_measured_and_what_was_foretold(job, kind):
    """From the stored rows and the places alone; a round is what lies between two pictures."""
    found, visits = job(kind).surface, visits_of(job(kind).events)
    rows = {name: of[: len(visits)].astype(float) for name, of in job(kind).rows.items()}
    places = np.array([(v.j, v.i) for v in visits]) / (SIZE - 1)
    sampled = np.array([isinstance(v, PointSampled) for v in visits])
    assert sampled.any()
    last = places * [1, job(kind).stretches[len(places)]]
    wanted = metrics_of({n: of[sampled] for n, of in rows.items()}, last, rows, last[sampled])
    few = [v for v in visits if isinstance(v, PointSampled)]
    for metric, values in wanted.items():
        stored = [found.estimates[metric][v.j, v.i] for v in few]
        np.testing.assert_allclose(stored, values, rtol=1e-6)
    for split in ("train", "dev"):
        asked = np.isfinite(rows[f"example_losses_{split}"][sampled]).sum(axis=1)
        assert asked.tolist() == [v.examples[split] for v in few]
        assert asked.tolist() == [found.few_examples[split][v.j, v.i] for v in few]
    # When it was announced, later rounds were not there to be interpolated with.
    begins, seen = {}, 0
    for event in job(kind).events:
        if isinstance(event, Estimated):
            seen = max(begins, default=-1) + 1
        elif isinstance(event, PointMeasured | PointSampled):
            begins[len(begins)] = seen
    for row in np.flatnonzero(sampled)[::12].tolist():
        before = {name: of[: begins[row]] for name, of in rows.items()}
        here = {name: of[[row]] for name, of in rows.items()}
        then = places * [1, job(kind).stretches[begins[row]]]
        values = metrics_of(here, then[: begins[row]], before, then[[row]])
        told = visits[row].values
        assert {m: of[0] for m, of in values.items()} == pytest.approx(told, rel=1e-6)


# -- interrupted


def assert_same(found, rows, whole):
    for name in ("order", "few_order"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole.surface, name))
    for name in ("values", "standard_errors", "estimates", "bounds", "few_examples"):
        mine, others = getattr(found, name), getattr(whole.surface, name)
        assert set(mine) == set(others)
        for key, array in mine.items():
            np.testing.assert_array_equal(array, others[key], err_msg=f"{name} {key}")
    assert set(rows) == set(whole.rows)
    for name, array in rows.items():
        np.testing.assert_array_equal(array, whole.rows[name], err_msg=name)
    # How long points took is the one thing that no two jobs agree on.
    mine, others = (
        {key: note for key, note in notes.items() if key != "seconds_per_point"}
        for notes in (found.notes, whole.surface.notes)
    )
    assert mine == others
    assert found.status == "complete"


@pytest.fixture
def asked(monkeypatch):
    """How often all, or some, of the examples were asked for at a place."""
    counted = Counter()

    def at(self, along, across, selection="all", original=SerialEvaluator.at):
        counted[selection] += 1
        return original(self, along, across, selection)

    monkeypatch.setattr(SerialEvaluator, "at", at)
    return counted


@pytest.mark.parametrize(
    ("kind", "stops"),
    [("auto", (1, 3, 21, 2, 30)), ("off", (4, 25, 40)), ("everywhere", (70,))],
)
def test_interrupted_and_resumed_is_as_if_it_had_not_been(runs, job, out, asked, kind, stops):
    whole = job(kind)
    asked.clear()  # what the fixture may have asked for just now
    spec, done = spec_of(runs, **ADAPTIVE[kind]), 0
    for stop in stops:
        running, seen = run_job(spec, out), 0
        for event in running:
            if isinstance(event, FileReady) and kind == "off":
                assert event.done == done
            seen += isinstance(event, PointMeasured | PointSampled)
            if seen == stop:
                running.close()
        done += stop
        assert read_landscape(out).surfaces["full-random4"].status == "incomplete"
        assert asked.total() == done + 2  # start and end
    rest = list(run_job(spec, out))
    assert [v.done for v in visits_of(rest)] == list(
        range(done + 1, len(visits_of(whole.events)) + 1)
    )
    assert_same(*load(out), whole)
    measured = sum(isinstance(event, PointMeasured) for event in whole.events)
    assert asked["all"] == measured + 2
    assert asked["visit"] == len(visits_of(whole.events)) - measured
    assert not visits_of(run_job(spec, out))  # complete: nothing is left
    assert asked.total() == len(visits_of(whole.events)) + 2
    assert_same(*load(out), whole)


def test_closed_at_a_rounds_picture_or_before_the_first_point(runs, job, out):
    spec = spec_of(runs, **ADAPTIVE["auto"])
    for kind, count in ((FileReady, 1), (Estimated, 1), (Estimated, 3)):
        running, seen = run_job(spec, out), 0
        for event in running:
            seen += isinstance(event, kind)
            if seen == count:
                running.close()
    list(run_job(spec, out))
    assert_same(*load(out), job("auto"))


class StoppedError(Exception):
    """In place of a kill between two writes."""


@pytest.mark.parametrize("name", ["write_sampled", "write_point", "write_estimates"])
def test_stopped_between_the_examples_and_their_point(runs, job, out, monkeypatch, name):
    spec, left, original = spec_of(runs, **ADAPTIVE["auto"]), [3], getattr(PointWriter, name)

    def write(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise StoppedError
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(PointWriter, name, write)
        with pytest.raises(StoppedError):
            list(run_job(spec, out))
    list(run_job(spec, out))
    assert_same(*load(out), job("auto"))


def test_a_plan_of_another_version_is_not_continued(runs, out, monkeypatch):
    spec = spec_of(runs, 9, tolerance=0.05)
    running = run_job(spec, out)
    for event in running:
        if isinstance(event, PointMeasured) and event.done == 5:
            running.close()
    before = load(out)[0]
    monkeypatch.setattr(refined_surface, "_PLAN", refined_surface._PLAN + 1)
    with pytest.raises(UserError, match="plans differently"):
        list(run_job(spec, out))
    after = load(out)[0]
    np.testing.assert_array_equal(after.order, before.order)
    assert after.notes == before.notes


def test_a_surface_that_another_version_ended_is_left_as_it_is(runs, out, monkeypatch):
    spec = spec_of(runs, 9, tolerance=0.2)
    list(run_job(spec, out))
    before = load(out)[0]
    monkeypatch.setattr(refined_surface, "_PLAN", refined_surface._PLAN + 1)
    events = list(run_job(spec, out))
    assert not visits_of(events)
    assert isinstance(events[-1], Done)
    np.testing.assert_array_equal(load(out)[0].order, before.order)


def test_start_and_end_on_the_lattice_are_measured_and_no_estimates(runs, out):
    lattice = LatticeSpec(alpha_range=(-1, 2), beta_range=(-1, 1), alpha_points=16, beta_points=15)
    spec = spec_of(runs, tolerance=0.2).model_copy(update={"lattice": lattice})
    list(run_job(spec, out))
    found = load(out)[0]
    assert (found.order < 0).any()
    for anchor in found.anchors:
        i, j = (
            int(np.abs(axis - at).argmin())
            for axis, at in ((found.alpha, anchor.alpha), (found.beta, 0.0))
        )
        assert found.order[j, i] >= 0
        for metric, value in anchor.values.items():
            assert found.values[metric][j, i] == pytest.approx(value, rel=1e-5)


# -- whether points are measured on some of the examples


def test_few_examples_are_not_chosen_from(runs, out):
    some = ExamplesSpec(train=16, dev=32)
    list(run_job(spec_of(runs, 9, tolerance=0.05, two_fidelity="on", examples=some), out))
    found, rows = load(out)
    sampling = found.notes["sampling"]
    assert not sampling["used"]
    assert "16 examples are too few" in sampling["reason"]
    assert (found.few_order == -1).all()
    assert all(not len(of) for of in rows.values())


@pytest.mark.parametrize("two_fidelity", ["auto", "on"])
def test_with_cached_layers_whole_points_are_cheaper_unless_asked(runs, out, two_fidelity):
    spec = spec_of(runs, 9, tolerance=0.05, two_fidelity=two_fidelity, group=parse_group("high", 3))
    events = list(run_job(spec, out))
    found = load(out)[0]
    sampling = found.notes["sampling"]
    assert sampling["used"] == (two_fidelity == "on")
    assert any(isinstance(event, PointSampled) for event in events) == sampling["used"]
    if two_fidelity == "auto":
        assert "lower layers cached" in sampling["reason"]
        assert any(sampling["reason"] in getattr(event, "text", "") for event in events)


# -- events


@pytest.mark.parametrize("kind", ["off", "auto", "everywhere"])
def test_events_tell_the_truth_about_the_file(job, kind):
    events, found = job(kind).events, job(kind).surface
    visits = visits_of(events)
    assert [v.done for v in visits] == list(range(1, len(visits) + 1))
    assert all(v.done <= v.total <= SIZE**2 for v in visits)
    seen, pictures, fresh = [], 0, 0
    for event in events:
        if isinstance(event, PointMeasured | PointSampled):
            seen.append(event)
            fresh += 1
        elif isinstance(event, Estimated):
            for v in seen:
                if isinstance(v, PointMeasured):
                    for metric, value in v.measurement.values.items():
                        assert event.estimates[metric][v.j, v.i] == value
                        assert event.bounds[metric][v.j, v.i] == 0
            # The first round is 5 × 5 points, the others are a tenth of what was visited or a few.
            assert fresh <= max(25, 0.1 * len(seen))
            pictures, fresh, last = pictures + 1, 0, event
    assert fresh == 0
    assert pictures > 3
    for metric, estimate in last.estimates.items():
        np.testing.assert_array_equal(estimate, found.estimates[metric])
        np.testing.assert_array_equal(last.bounds[metric], found.bounds[metric])
    assert last.errors == pytest.approx(found.notes["refinement"]["errors"])


def test_a_point_is_in_the_file_before_it_is_announced(runs, out):
    spec, told = spec_of(runs, **ADAPTIVE["auto"]), 0
    running = run_job(spec, out)
    for event in running:
        if isinstance(event, PointSampled):
            found = load(out)[0]
            assert found.few_order[event.j, event.i] == told
            for split, count in event.examples.items():
                assert found.few_examples[split][event.j, event.i] == count
            told += 1
            if told == 3:
                running.close()
    assert told == 3


@pytest.mark.parametrize(
    ("examples", "told"), [(ExamplesSpec(train=8, dev=8), True), (None, False)]
)
def test_a_tolerance_far_below_what_the_examples_tell_is_said_early(runs, out, examples, told):
    changes = {} if examples is None else {"examples": examples}
    events = list(run_job(spec_of(runs, tolerance=0.002, two_fidelity="off", **changes), out))
    said = [
        number
        for number, event in enumerate(events)
        if isinstance(event, Notice) and "leave a standard error" in event.text
    ]
    assert len(said) == told
    if told:
        before = [event for event in events[: said[0]] if isinstance(event, PointMeasured)]
        assert len(before) < SIZE**2 / 2
