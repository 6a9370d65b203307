"""The Hessian in the file: what is written comes back, what misleads is left out."""

import h5py
import numpy as np
import pytest
from support.landscapes import GROUPS, make_run

from landscape_gui.specs import HessianSpec, RollbackSpec
from landscape_gui.store.hessian_writer import DirectionResult
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

PARTS = ("embeddings", *map(str, range(6)), "pooler")
MEMBERS = (PARTS, ("0", "1"), ("2", "3"), ("4", "5"))


def spec_of(path, **changes):
    return HessianSpec(**{"run": path, "steps": 4, "probes": 3} | changes)


def fill(rows, probes=3):
    rows.write_point(0.25, 64)
    for region in range(4):
        rows.write_gradient(region, 0.1 * region)
        for column in (0, 1):
            found = DirectionResult(2.0, 0.5, -0.01, 1.0 + region, (1.1, 1.05))
            rows.write_direction(region, column, found)
        rows.write_eigenvalues(region, np.array([1.0, 2.0]), np.array([0.0, 0.3]))
    for probe in range(probes):
        rows.write_probe(probe, np.arange(8.0) + probe, MEMBERS)


@pytest.fixture
def file(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        rows = writer.hessian(spec_of(path), list(GROUPS.values()), PARTS)
        fill(rows)
        rows.finish()
    return path


def test_what_was_written_comes_back(file):
    record = read_landscape(file)
    assert not record.problems
    found = record.hessian
    assert found.status == "complete"
    assert found.regions == ("", "low", "middle", "high")
    assert (found.loss, found.examples, found.probes) == (0.25, 64, 3)
    np.testing.assert_array_equal(found.curvatures[:, 1], [1, 2, 3, 4])
    np.testing.assert_array_equal(found.differences[2], [[1.1, 1.05]] * 2)
    # Two steps without a link between them: eigenvalues 1 and 2, the latter off by up to 0.3.
    np.testing.assert_allclose(found.largest, [[2.0, 0.3]] * 4)
    np.testing.assert_allclose(found.smallest, [[1.0, 0.0]] * 4)
    # Samples 28, 36, 44 of the whole; 3, 5, 7 of layers 0 and 1.
    np.testing.assert_allclose(found.traces[0], [36.0, 8 / np.sqrt(3)])
    np.testing.assert_allclose(found.traces[1], [5.0, 2 / np.sqrt(3)])


def test_an_equal_spec_is_continued_and_another_one_moves_it_aside(path):
    groups = list(GROUPS.values())
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        fill(writer.hessian(spec_of(path), groups, PARTS), probes=2)
    part = read_landscape(path).hessian
    assert (part.status, part.probes) == ("incomplete", 2)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        again = writer.hessian(spec_of(path, device="cuda"), groups, PARTS)
        assert again.probes_measured.tolist() == [True, True, False]
        assert again.directions_measured.all()
        assert again.lanczos_steps.tolist() == [2] * 4
        other = writer.hessian(spec_of(path, probes=9), groups, PARTS)
        assert not other.probes_measured.any()
    record = read_landscape(path)
    assert not record.problems
    assert np.isnan(record.hessian.largest).all()
    with h5py.File(path) as opened:
        assert opened["hessian_1/loss"][()] == 0.25


@pytest.mark.parametrize("name", ["largest", "trace_samples", "lanczos_diagonal", "region"])
def test_a_flipped_byte_is_told(file, name):
    with h5py.File(file) as opened:
        offset = opened[f"hessian/{name}"].id.get_offset()
    data = bytearray(file.read_bytes())
    data[offset] ^= 1
    file.write_bytes(data)
    record = read_landscape(file)
    assert any(name in problem for problem in record.problems)


def shorten(group):
    del group["largest"]
    group.create_dataset("largest", data=np.zeros((2, 2)))


def link(group):
    del group["trace"]
    group["trace"] = h5py.ExternalLink("/etc/passwd", "x")


def rename(group):
    del group["region"]
    group.create_dataset("region", data=np.array([b"", b"a", b"b", b"c"]))


@pytest.mark.parametrize("change", [shorten, link, rename])
def test_what_misleads_is_left_out_and_the_rest_shown(file, change):
    with h5py.File(file, "r+", locking=False) as opened:
        change(opened["hessian"])
    record = read_landscape(file)
    assert record.hessian is None
    assert any("hessian is left out" in problem for problem in record.problems)
    assert record.run.name == "mrpc-run"


def test_intervals_of_a_rollback_come_back_and_older_rows_are_known_to_lack_them(path):
    groups = list(GROUPS.values())
    spec, metrics = RollbackSpec(run=path, groups=tuple(groups)), ("dev_loss", "dev_error")
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        rows = writer.rollback(spec, groups, metrics)
        values = {"dev_loss": 0.5, "dev_error": 0.25}
        rows.write(0, values, {}, {}, dict.fromkeys(metrics, (0.0, 0.0)))
        rows.write(1, values, {}, {})
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        again = writer.rollback(spec, groups, metrics)
        assert again.measured.tolist()[:3] == [True, True, False]
        assert again.intervals_known.tolist()[:3] == [True, False, False]
        again.write(1, values, {}, {}, {"dev_loss": (-0.1, 0.2), "dev_error": (0.0, 0.5)})
    with h5py.File(path, "r+", locking=False) as opened:  # as written before there were any
        del opened["rollback/dev_error_change_interval"]
    assert "dev_error" not in read_landscape(path).rollback.change_intervals
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        assert not writer.rollback(spec, groups, metrics).intervals_known.any()
    record = read_landscape(path).rollback
    np.testing.assert_array_equal(record.change_intervals["dev_loss"][1], [-0.1, 0.2])
    assert np.isnan(record.change_intervals["dev_error"]).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [("difference_step", 1e308), ("difference_step", -1e308), ("difference_step", np.nan),
     ("norm", 5e-324), ("norm", np.inf), ("norm", -1.0)],
)  # fmt: skip
def test_numbers_that_nothing_can_be_divided_by_are_left_out(file, name, value):
    with h5py.File(file, "r+") as opened:
        opened[f"hessian/{name}"][0] = value
    record = read_landscape(file)
    assert record.hessian is None
    assert f"hessian/{name} holds what is no" in record.problems[0]


def test_nothing_is_per_distance_where_nothing_moves(file):
    with h5py.File(file, "r+") as opened:
        opened["hessian/norm"][1] = 0.0
    assert np.isnan(read_landscape(file).hessian.norms[1]).all()
