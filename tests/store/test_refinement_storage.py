"""Estimates and points on few examples: kept apart from measurements, whole after anything."""

import contextlib
import json
import math

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.landscapes import (
    GROUPS,
    curve_spec,
    errors_of,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)

from landscape_gui.specs import METRICS, SurfaceSpec
from landscape_gui.store.elements import Elements
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

EXAMPLES = {"train": 300, "dev": 7}
ROOM = {"example_rows": 4, "examples": EXAMPLES}
NAME = "full-random0"


def adaptive(points=5, **changes):
    return surface_spec(points, **({"tolerance": 0.01} | changes))


def open_writer(path):
    return LandscapeWriter.open(path, make_run(), GROUPS)


def results(seed):
    random = np.random.default_rng(seed)
    return {
        split: (random.normal(size=count).astype(np.float32), random.normal(size=count))
        for split, count in EXAMPLES.items()
    }


def everywhere(value, points=5):
    return {metric: np.full((points, points), float(value)) for metric in METRICS}


def surface_of(path):
    record = read_landscape(path)
    assert record.problems == ()
    return record.surfaces[NAME]


numbers = st.floats(width=64) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0])
places = st.tuples(st.integers(0, 3), st.integers(0, 4))


@settings(max_examples=40)
@given(
    full=st.dictionaries(places, numbers, max_size=8),
    few=st.dictionaries(places, st.integers(0, 300), max_size=12),
    estimate=st.lists(numbers, min_size=20, max_size=20),
    bound=st.lists(numbers, min_size=20, max_size=20),
)
def test_every_kind_of_value_survives_and_stays_apart(tmp_path_factory, full, few, estimate, bound):
    path = tmp_path_factory.mktemp("round") / "x.landscape.h5"
    estimates = {"dev_loss": np.array(estimate).reshape(4, 5)}
    bounds = {"dev_loss": np.array(bound).reshape(4, 5)}
    with open_writer(path) as writer:
        axes = {"alpha": np.arange(5.0), "beta": np.arange(4.0)}
        surface = open_surface(writer, adaptive(), **axes, **ROOM)
        for (j, i), value in full.items():
            surface.write_point(j, i, {"dev_loss": value}, {})
        sequence = [
            surface.write_sampled(j, i, {"train": k, "dev": j + 1}) for (j, i), k in few.items()
        ]
        surface.write_estimates(estimates, bounds)
        found = surface_of(path)
        np.testing.assert_array_equal(surface.read("dev_loss"), found.values["dev_loss"])
    assert sequence == list(range(len(few)))
    assert found.few_order is not None
    for place in np.ndindex(4, 5):
        value = found.values["dev_loss"][place]
        assert (found.order[place] >= 0) == (place in full)
        assert np.array(value).tobytes() == np.array(full.get(place, math.nan)).tobytes()
        assert (found.few_order[place] >= 0) == (place in few)
        assert found.few_examples["dev"][place] == (place[0] + 1 if place in few else 0)
        assert found.few_examples["train"][place] == few.get(place, 0)
        wanted = estimates["dev_loss"][place], bounds["dev_loss"][place]
        if place in full:
            wanted = value, 0.0
        pair = found.estimates["dev_loss"][place], found.bounds["dev_loss"][place]
        np.testing.assert_array_equal(pair, wanted)
    assert np.isnan(found.estimates["train_loss"]).all()  # nothing was said of it yet


@pytest.mark.parametrize(
    ("changes", "estimates", "few"),
    [
        ({}, True, True),
        ({"two_fidelity": "off"}, True, False),
        ({"tolerance": None, "two_fidelity": "on"}, True, True),
        ({"tolerance": None}, False, False),
        ({"tolerance": None, "two_fidelity": "off"}, False, False),
    ],
)
def test_there_is_room_for_what_the_spec_may_need_and_no_more(path, changes, estimates, few):
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(**changes), **ROOM)
        assert (surface.few_order == -1).all()
        if not estimates:
            with pytest.raises(ValueError, match="no room for estimates"):
                surface.write_estimates(everywhere(1), everywhere(1))
        if not few:
            for call in (
                lambda: surface.write_sampled(0, 0, {}),
                lambda: surface.write_example_results(0, results(0)),
                lambda: surface.read_example_results(1),
            ):
                with pytest.raises(ValueError, match="no room for points on few"):
                    call()
    found = surface_of(path)
    assert set(found.estimates) == set(found.bounds) == (set(METRICS) if estimates else set())
    assert set(found.few_examples) == (set(EXAMPLES) if few else set())
    assert (found.few_order is not None) == few
    assert found.example_results == ({"train": (4, 300), "dev": (4, 7)} if few else {})


def test_examples_are_needed_where_points_may_be_measured_on_few(path):
    with open_writer(path) as writer:
        for examples in (None, {"train": 300}, {"train": 300, "dev": 0}):
            with pytest.raises(ValueError, match="number of examples of"):
                open_surface(writer, adaptive(), examples=examples)
        assert open_surface(writer, adaptive(), examples=EXAMPLES).name == NAME
    assert surface_of(path).example_results == {"train": (0, 300), "dev": (0, 7)}


def test_example_results_come_back(path):
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        for order in (0, 1, 3):
            surface.write_example_results(order, results(order))
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        rows = surface.read_example_results(4)
        for split, (losses, margins) in rows.items():
            assert losses.shape == margins.shape == (4, EXAMPLES[split])
            assert losses.dtype == margins.dtype == np.float32
            for row in (0, 1, 3):
                for found, wanted in zip((losses, margins), results(row)[split], strict=True):
                    np.testing.assert_array_equal(found[row], wanted.astype(np.float32))
            assert np.isnan(losses[2]).all()
            assert np.isnan(margins[2]).all()
        assert len(surface.read_example_results(2)["dev"][0]) == 2


def test_what_has_no_place_is_refused_before_anything_changes(path):
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        surface.finish()
        right = results(0)
        short = right | {"dev": (np.zeros(6), np.zeros(6))}
        for order, found, error in (
            (4, right, IndexError),
            (-1, right, IndexError),
            (0, short, ValueError),
            (0, {"dev": right["dev"]}, ValueError),
        ):
            with pytest.raises(error):
                surface.write_example_results(order, found)
        with pytest.raises(IndexError):
            surface.write_sampled(5, 0, {})
        with pytest.raises(KeyError, match="test"):
            surface.write_sampled(0, 0, {"test": 1})
        with pytest.raises(KeyError, match="test_loss"):
            surface.read("test_loss")
        one = np.zeros((5, 5))
        with pytest.raises(KeyError, match="bound"):
            surface.write_estimates({"dev_loss": one}, {})
        with pytest.raises(KeyError, match="test_loss"):
            surface.write_estimates({"test_loss": one}, {"test_loss": one})
        with pytest.raises(ValueError, match="shape"):
            surface.write_estimates({"dev_loss": one[1:]}, {"dev_loss": one})
        assert surface_of(path).status == "complete"


def test_points_measured_after_the_estimates_are_believed(path):
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        surface.write_estimates(everywhere(5), everywhere(0.5))
        surface.write_point(2, 3, metrics_at(0), {})
        surface.write_point(1, 1, {"dev_loss": math.nan}, {})
    found = surface_of(path)
    assert found.estimates["dev_loss"][2, 3] == metrics_at(0)["dev_loss"]
    assert found.bounds["dev_loss"][2, 3] == 0
    assert math.isnan(found.estimates["dev_loss"][1, 1])
    assert found.bounds["dev_loss"][1, 1] == 0
    assert (found.estimates["dev_loss"][found.order < 0] == 5).all()


def test_an_interrupted_adaptive_surface_is_continued(path):
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        surface.write_example_results(0, results(0))
        surface.write_point(2, 2, metrics_at(0), {})
        surface.write_sampled(2, 2, {"train": 11})
        surface.write_sampled(2, 4, {"train": 24, "dev": 3})
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(device="cpu"), **ROOM)
        assert surface.name == NAME
        assert surface.next_order == 1
        assert surface.few_order[2].tolist() == [-1, -1, 0, -1, 1]
        assert surface.write_sampled(0, 0, {"dev": 3}) == 2
        curve = open_curve(writer, curve_spec(5))  # replaces the file under the surface's writer
        assert surface.write_sampled(0, 1, {"dev": 4}) == 3
        surface.write_estimates(everywhere(2), everywhere(1))
        surface.finish()
        curve.finish()
    found = surface_of(path)
    assert math.isnan(found.values["dev_loss"][2, 4])
    assert found.few_examples["train"][2].tolist() == [0, 0, 11, 0, 24]
    assert found.few_examples["dev"][0].tolist() == [3, 4, 0, 0, 0]
    assert found.status == "complete"


@pytest.mark.parametrize(
    ("changes", "room", "name"),
    [
        ({}, ROOM, NAME),
        ({"tolerance": 0.02}, ROOM, f"{NAME}-2"),
        ({"tolerance": None}, {}, f"{NAME}-2"),
        ({"two_fidelity": "on"}, ROOM, f"{NAME}-2"),
        ({"two_fidelity": "off"}, ROOM, f"{NAME}-2"),
        ({}, ROOM | {"example_rows": 5}, f"{NAME}-2"),
        ({}, ROOM | {"examples": {"train": 300, "dev": 8}}, f"{NAME}-2"),
    ],
)
def test_only_an_equal_adaptive_surface_is_continued(path, changes, room, name):
    with open_writer(path) as writer:
        open_surface(writer, adaptive(), **ROOM)
        assert open_surface(writer, adaptive(**changes), **room).name == name


def test_all_points_are_all_points_whatever_is_said_of_two_fidelities(path):
    with open_writer(path) as writer:
        open_surface(writer, surface_spec(5))
        assert open_surface(writer, surface_spec(5, two_fidelity="off")).name == NAME
        assert open_surface(writer, surface_spec(5, two_fidelity="on"), **ROOM).name != NAME


def test_a_file_from_before_is_read_and_continued_as_exact(path, monkeypatch):
    def as_before(spec):
        return json.dumps(spec.model_dump(mode="json", exclude={"tolerance", "two_fidelity"}))

    with monkeypatch.context() as patch, open_writer(path) as writer:
        patch.setattr(SurfaceSpec, "model_dump_json", as_before)
        open_surface(writer, surface_spec(5)).write_point(0, 0, metrics_at(0), {})
    found = surface_of(path)
    assert "tolerance" not in found.spec
    assert (found.estimates, found.bounds, found.few_order, found.few_examples) == (
        {},
        {},
        None,
        {},
    )
    with open_writer(path) as writer:
        assert open_surface(writer, adaptive(), **ROOM).name == f"{NAME}-2"
        surface = open_surface(writer, surface_spec(5))
        assert (surface.name, surface.next_order) == (NAME, 1)


def test_a_spec_of_another_make_is_not_continued(path, monkeypatch):
    def with_more(spec):
        return json.dumps(spec.model_dump(mode="json") | {"since_then": True})

    with monkeypatch.context() as patch, open_writer(path) as writer:
        patch.setattr(SurfaceSpec, "model_dump_json", with_more)
        open_surface(writer, surface_spec(5))
    with open_writer(path) as writer:
        assert open_surface(writer, surface_spec(5)).name == f"{NAME}-2"
    assert read_landscape(path).problems == ()


class StoppedError(Exception):
    """In place of a kill between two writes."""


@pytest.mark.parametrize("writes", range(12))
def test_stopped_between_writes_no_bound_is_too_small_for_its_estimate(path, monkeypatch, writes):
    rounds = ((4.0, 0.1), (5.0, 3.0), (6.0, 0.2))
    bound_of = dict(rounds)
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        surface.write_estimates(everywhere(rounds[0][0]), everywhere(rounds[0][1]))
        left = [writes]

        def write(self, name, values, original=Elements.write_array):
            if left[0] == 0:
                raise StoppedError
            left[0] -= 1
            original(self, name, values)

        for estimate, bound in rounds[1:]:
            left[0] = writes
            with monkeypatch.context() as patch:
                patch.setattr(Elements, "write_array", write)
                with contextlib.suppress(StoppedError):
                    surface.write_estimates(everywhere(estimate), everywhere(bound))
            found = surface_of(path)
            for metric in METRICS:
                value, stated = found.estimates[metric][0, 0], found.bounds[metric][0, 0]
                assert stated >= bound_of[value]
                assert (found.estimates[metric] == value).all()
            surface.write_estimates(everywhere(estimate), everywhere(bound))


@pytest.fixture
def adaptive_file(path):
    """A complete surface with everything of both fidelities."""
    with open_writer(path) as writer:
        surface = open_surface(writer, adaptive(), **ROOM)
        for order, (j, i) in enumerate([(0, 0), (0, 4), (4, 0), (4, 4)]):
            values = metrics_at(i, j)
            surface.write_example_results(order, results(order))
            surface.write_point(j, i, values, errors_of(values), EXAMPLES)
        surface.write_sampled(2, 2, {"train": 24, "dev": 3})
        surface.write_estimates(everywhere(1), everywhere(0.1))
        surface.finish()
    return path


def test_both_kinds_have_axes_titles_and_checksums(adaptive_file):
    with h5py.File(adaptive_file, "r") as file:
        group = file[f"surfaces/{NAME}"]
        listed = json.loads(group["checksums"][()])
        new = [f"{m}_{kind}" for m in METRICS for kind in ("estimate", "bound")]
        for name in [*new, "few_order", "few_examples_train", "few_examples_dev"]:
            assert name in listed
            axes = [dimension[0].name for dimension in group[name].dims]
            assert axes == [f"/surfaces/{NAME}/beta", f"/surfaces/{NAME}/alpha"]
        for name in new:
            assert group[name].attrs["long_name"].decode() != ""
        title = group["dev_loss_bound"].attrs["long_name"].decode()
        assert title == "error bound (95 %) of the estimated development loss"
        signals = [signal.decode() for signal in group.attrs["auxiliary_signals"]]
        assert group.attrs["signal"].decode() == "train_loss"
        assert signals == [*METRICS[1:], *(f"{metric}_estimate" for metric in METRICS)]
        for split in EXAMPLES:
            for name in ("example_losses", "example_margins", "few_examples"):
                assert f"{name}_{split}" in listed

        def check(name, item):
            if isinstance(item, h5py.Dataset):
                assert item.chunks is None, name
                assert item.id.get_storage_size() == item.nbytes, name

        file.visititems(check)


@pytest.mark.parametrize(
    "name",
    ["dev_loss_estimate", "train_error_bound", "few_examples_dev", "few_order",
     "example_losses_dev", "example_margins_train"],
)  # fmt: skip
def test_a_flipped_byte_is_told(adaptive_file, name):
    with h5py.File(adaptive_file, "r") as file:
        offset = file[f"surfaces/{NAME}/{name}"].id.get_offset()
    data = bytearray(adaptive_file.read_bytes())
    data[offset + 3] ^= 1
    adaptive_file.write_bytes(data)
    problems = read_landscape(adaptive_file).problems
    assert any(f"{name} is damaged" in problem for problem in problems)


def dataset(*shape, dtype="f8"):
    def make(group, name):
        del group[name]
        group.create_dataset(name, data=np.zeros(shape, dtype=dtype))

    return make


def huge(group, name):
    del group[name]
    group.create_dataset(name, (2**20, 2**20), dtype="f4")


def missing(group, name):
    del group[name]


def elsewhere(group, name):
    del group[name]
    group[name] = h5py.ExternalLink("secret.h5", "/values")


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("dev_loss_estimate", dataset(5, 6)),
        ("dev_loss_estimate", dataset(5, 5, dtype="f4")),
        ("dev_loss_estimate", elsewhere),
        ("dev_loss_estimate", missing),
        ("dev_loss_bound", missing),
        ("train_loss_bound", dataset(25)),
        ("few_order", dataset(5, 5)),
        ("few_order", dataset(4, 5, dtype="i8")),
        ("example_losses_dev", dataset(4, 7)),
        ("example_losses_dev", dataset(4, 8, dtype="f4")),
        ("example_losses_train", huge),
        ("example_losses_train", missing),
        ("example_margins_dev", dataset(3, 7, dtype="f4")),
        ("example_margins_dev", dataset(4, 7, dtype="u1")),
        ("few_examples_dev", missing),
        ("few_examples_dev", dataset(5, 5, dtype="i8")),
    ],
)
def test_nothing_is_followed_or_believed(adaptive_file, name, make):
    with h5py.File(adaptive_file.parent / "secret.h5", "w") as file:
        file["values"] = np.full((5, 5), 42.0)
    with h5py.File(adaptive_file, "r+", locking=False) as file:
        make(file[f"surfaces/{NAME}"], name)
    record = read_landscape(adaptive_file)
    assert record.surfaces == {}
    assert any("left out" in problem for problem in record.problems)


def test_rows_of_the_splits_must_agree(adaptive_file):
    with h5py.File(adaptive_file, "r+", locking=False) as file:
        group = file[f"surfaces/{NAME}"]
        dataset(3, 7, dtype="f4")(group, "example_losses_dev")
        dataset(3, 7, dtype="f4")(group, "example_margins_dev")
    assert any("unequal numbers" in problem for problem in read_landscape(adaptive_file).problems)
