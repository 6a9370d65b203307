"""A file shows one rollback and one Hessian; others wait in it until they are asked for again."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from support.landscapes import GROUPS, make_run

from landscape_gui.specs import ExamplesSpec, HessianSpec, LayerGroup, RollbackSpec, UserError
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.creation import seal
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape
from landscape_gui.store.set_aside import measured_on, numbered

METRICS = ("dev_loss", "dev_error")
THREE = tuple(GROUPS.values())
PARTS = ("embeddings", *map(str, range(6)), "pooler")


def rollback_spec(path, count, **changes):
    examples = ExamplesSpec(train=count, dev=count)
    return RollbackSpec(**{"run": path, "groups": THREE, "examples": examples} | changes)


def measure(path, count, **changes):
    """Ask for a rollback on so many examples; rows that are missing get values made of that."""
    spec = rollback_spec(path, count, **changes)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        rows = writer.rollback(spec, spec.groups, METRICS)
        missing = np.flatnonzero(~rows.intervals_known).tolist()
        for mask in missing:
            values = dict.fromkeys(METRICS, count + mask / 100)
            pair = dict.fromkeys(METRICS, (0.0, 1.0))
            rows.write(mask, values, values, values, pair)
        rows.finish()
        return rows.exchange, missing


def measure_hessian(path, **changes):
    spec = HessianSpec(**{"run": path, "steps": 4, "probes": 3} | changes)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        rows = writer.hessian(spec, THREE, PARTS)
        known = int(rows.probes_measured.sum())
        for probe in range(spec.probes):
            rows.write_probe(probe, np.arange(8.0), (PARTS, *[("0",)] * 3))
        return rows.exchange, known


def test_what_was_set_aside_comes_back_with_all_it_held(path):
    assert measure(path, 16) == (None, list(range(8)))
    before = read_landscape(path)
    exchange, missing = measure(path, 8)
    assert len(missing) == 8
    assert (exchange.name, exchange.taken_back) == ("rollback_1", None)
    assert measured_on(exchange.earlier) == "16 training and 16 development examples"
    exchange, missing = measure(path, 16)
    assert missing == []
    assert exchange.name == "rollback_1"
    assert measured_on(exchange.taken_back) == "16 training and 16 development examples"
    assert measured_on(exchange.earlier) == "8 training and 8 development examples"
    after = read_landscape(path)
    assert after.problems == ()
    # The numbers do not grow, and what is shown is what was shown at first.
    assert list(after.rollbacks_aside) == ["rollback_1"]
    assert after.rollbacks_aside["rollback_1"].values["dev_loss"][1] == 8.01
    assert content_sha256(after) == content_sha256(before)
    assert measure(path, 16) == (None, [])


def test_a_third_one_leaves_both_where_they_are_found(path):
    for count in (16, 8, 4):
        measure(path, count)
    assert list(read_landscape(path).rollbacks_aside) == ["rollback_1", "rollback_2"]
    exchange, missing = measure(path, 16)
    assert (exchange.name, missing) == ("rollback_1", [])
    exchange, missing = measure(path, 8)
    assert (exchange.name, missing) == ("rollback_2", [])
    record = read_landscape(path)
    held = {name: table.spec["examples"]["dev"] for name, table in record.rollbacks_aside.items()}
    assert held == {"rollback_1": 4, "rollback_2": 16}


def test_of_two_alike_the_one_of_which_most_is_measured_comes_back(path):
    measure(path, 16)
    measure(path, 8)
    with h5py.File(path, "r+") as file:
        # As a file that was written when nothing came back.
        file.copy("rollback_1", "rollback_2")
        file["rollback_1/measured"][1:] = 0
        del file["rollback_1/checksums"]
        seal(file["rollback_1"])
    exchange, missing = measure(path, 16)
    assert (exchange.name, missing) == ("rollback_2", [])


def test_groups_that_one_set_aside_did_not_have_are_added_to_it(path):
    measure(path, 16)
    measure(path, 8)
    own = LayerGroup(name="own", layers=(1, 4))
    exchange, missing = measure(path, 16, groups=(*THREE, own))
    assert exchange.name == "rollback_1"
    assert missing == list(range(8, 16))
    table = read_landscape(path).rollback
    assert table.groups == ("low", "middle", "high", "own")
    assert table.values["dev_error"][3] == 16.03


def test_the_same_run_typed_otherwise_is_no_other_measurement(path, tmp_path):
    measure(path, 16)
    assert measure(path, 16, run=tmp_path / "link", base=tmp_path / "base") == (None, [])
    measure_hessian(path)
    assert measure_hessian(path, run=tmp_path / "link", base=tmp_path / "base") == (None, 3)


def test_a_hessian_comes_back_as_well(path):
    assert measure_hessian(path) == (None, 0)
    exchange, known = measure_hessian(path, probes=2, examples=ExamplesSpec(train=64))
    assert (exchange.kind, exchange.name, known) == ("hessian", "hessian_1", 0)
    assert measured_on(exchange.earlier) == "all training examples, 3 probes"
    exchange, known = measure_hessian(path)
    assert (exchange.name, known) == ("hessian_1", 3)
    assert measured_on(exchange.taken_back) == "all training examples, 3 probes"
    record = read_landscape(path)
    assert record.problems == ()
    assert list(record.hessians_aside) == ["hessian_1"]
    assert record.hessians_aside["hessian_1"].probes == 2


def test_rows_are_written_to_what_came_back_and_to_nothing_else(path):
    measure(path, 16)
    measure(path, 8)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        eight = writer.rollback(rollback_spec(path, 8), THREE, METRICS)
        eight.write(0, {"dev_loss": 0.5}, {})
        sixteen = writer.rollback(rollback_spec(path, 16), THREE, METRICS)
        sixteen.write(0, {"dev_loss": 0.25}, {})
    record = read_landscape(path)
    assert record.problems == ()
    assert record.rollback.values["dev_loss"][0] == 0.25
    assert record.rollbacks_aside["rollback_1"].values["dev_loss"][0] == 0.5


def test_an_exchange_that_fails_leaves_the_file_as_it_was(path, monkeypatch):
    measure(path, 16)
    measure(path, 8)
    before = path.read_bytes()

    def full(path, content):
        raise UserError("The disk is full.")

    monkeypatch.setattr("landscape_gui.store.replacement.write_whole", full)
    with pytest.raises(UserError, match="full"):
        measure(path, 16)
    assert path.read_bytes() == before


def test_a_place_that_a_dead_link_takes_is_not_taken_again(path):
    measure(path, 16)
    with h5py.File(path, "r+") as file:
        file["rollback_1"] = h5py.SoftLink("/nowhere")
    exchange, _ = measure(path, 8)
    assert exchange.name == "rollback_2"
    assert list(read_landscape(path).rollbacks_aside) == ["rollback_2"]


# -- files from elsewhere --------------------------------------------------------------------------


@pytest.fixture
def two(path):
    """A file with one rollback set aside."""
    measure(path, 16)
    measure(path, 8)
    return path


def elsewhere(file):
    del file["rollback_1"]
    file["rollback_1"] = h5py.ExternalLink("other.h5", "/rollback")


def soft(file):
    file["rollback_2"] = h5py.SoftLink("/rollback")


def odd_names(file):
    for name in ("rollback_", "rollback_0", "rollback_01", "rollback_x", "rollback_9999999999"):
        file.copy("rollback", name)


@pytest.mark.parametrize(
    ("change", "left"), [(elsewhere, []), (soft, ["rollback_1"]), (odd_names, ["rollback_1"])]
)
def test_nothing_is_followed_and_nothing_else_is_taken_for_one(two, change, left):
    with h5py.File(two, "r+") as file:
        change(file)
    record = read_landscape(two)
    assert record.problems == ()
    assert list(record.rollbacks_aside) == left


def no_group(file):
    del file["rollback_1"]
    file["rollback_1"] = np.zeros(3)


def shorter(file):
    del file["rollback_1/dev_error"]
    file["rollback_1"].create_dataset("dev_error", data=np.zeros(2))


@pytest.mark.parametrize("change", [no_group, shorter])
def test_one_that_misleads_is_left_out_and_the_rest_shown(two, change):
    with h5py.File(two, "r+") as file:
        change(file)
    record = read_landscape(two)
    assert record.rollbacks_aside == {}
    assert record.rollback.measured.all()
    assert any("rollback_1 is left out" in problem for problem in record.problems)


def test_a_flipped_byte_is_told(two):
    with h5py.File(two) as file:
        offset = file["rollback_1/dev_error"].id.get_offset()
    data = bytearray(two.read_bytes())
    data[offset] ^= 1
    two.write_bytes(data)
    (problem,) = read_landscape(two).problems
    assert "rollback_1/dev_error is damaged" in problem


def test_a_file_with_too_many_members_still_opens(two):
    with h5py.File(two, "r+") as file:
        for number in range(1001):
            file.create_group(f"other{number}")
    record = read_landscape(two)
    assert record.rollback is not None
    assert record.rollbacks_aside == {}
    assert any("set aside" in problem for problem in record.problems)


def test_what_is_set_aside_is_no_part_of_the_content(two):
    record = read_landscape(two)
    assert content_sha256(replace(record, rollbacks_aside={})) == content_sha256(record)


def test_numbers_are_in_their_order():
    names = ["run", "rollback_10", "rollback_2", "rollback", "hessian_1", "rollback_2x"]
    assert numbered(names, "rollback") == ["rollback_2", "rollback_10"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, "all training and all development examples"),
        ({"examples": {"train": 8, "seed": 3}}, "8 training and all development examples, seed 3"),
        ({"kind": "hessian", "examples": {"train": 8}}, "8 training examples"),
        ({"examples": {"train": "many"}}, "examples that it does not tell"),
        ({"examples": None}, "examples that it does not tell"),
    ],
)
def test_examples_in_words(spec, words):
    assert measured_on(spec) == words
