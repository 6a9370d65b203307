"""A target is continued on the examples it was begun with, and on no others."""

import hashlib
import json

import h5py
import numpy as np
import pytest
from support.landscapes import (
    GROUPS,
    curve_spec,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)

from landscape_gui.specs import HessianSpec, LatticeSpec, LayerGroup, RollbackSpec, UserError
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

HERE = {"train": "a" * 64, "dev": "b" * 64}
OTHER = HERE | {"dev": "c" * 64}
ROLLBACK = RollbackSpec(run="run")
HESSIAN = HessianSpec(run="run", steps=3, probes=3)
LISTED = list(GROUPS.values())
METRICS = ("dev_loss", "dev_error")

BEGIN = {
    "surface": lambda writer, data: open_surface(writer, surface_spec(3), data=data),
    "curve": lambda writer, data: open_curve(writer, curve_spec(3), data=data),
    "rollback": lambda writer, data: writer.rollback(ROLLBACK, LISTED, METRICS, data),
    "curvature": lambda writer, data: writer.hessian(HESSIAN, LISTED, ["0", "1"], data),
}


def begun(record):
    """The only target of a file."""
    targets = (*record.surfaces.values(), *record.curves.values(), record.rollback, record.hessian)
    (found,) = (target for target in targets if target is not None)
    return found


@pytest.fixture(params=BEGIN)
def kind(request):
    return request.param


def begin(path, kind, data):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        return BEGIN[kind](writer, data)


def test_other_examples_are_refused_and_the_file_is_left_as_it_was(path, kind):
    begin(path, kind, HERE)
    before = hashlib.sha256(path.read_bytes()).digest()
    with pytest.raises(UserError, match=f"{kind}.*the development examples are others") as caught:
        begin(path, kind, OTHER)
    assert "into a new file" in caught.value.hint
    assert hashlib.sha256(path.read_bytes()).digest() == before
    assert begun(read_landscape(path)).data_sha256 == HERE
    begin(path, kind, HERE)


def test_what_is_complete_is_not_handed_out_for_other_examples(path, kind):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        BEGIN[kind](writer, HERE).finish()
    with pytest.raises(UserError, match="changed since"):
        begin(path, kind, OTHER)
    assert begun(read_landscape(path)).data_sha256 == HERE
    assert not read_landscape(path).problems


def test_a_file_that_does_not_say_is_continued_and_goes_on_not_saying(path, kind):
    begin(path, kind, None)
    begin(path, kind, OTHER)
    assert begun(read_landscape(path)).data_sha256 == {}


def test_what_says_the_same_has_the_same_content_however_old(path, kind, tmp_path):
    begin(path, kind, HERE)
    (tmp_path / "older").mkdir()
    older = tmp_path / "older" / path.name
    begin(older, kind, None)
    one, two = read_landscape(path), read_landscape(older)
    assert begun(one).data_sha256 == HERE
    assert content_sha256(one) == content_sha256(two)


def test_another_spec_is_another_target(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(3), data=HERE)
        open_surface(writer, surface_spec(5), data=OTHER)
    found = read_landscape(path).surfaces
    assert [surface.data_sha256 for surface in found.values()] == [HERE, OTHER]


def test_a_part_is_measured_on_its_surfaces_examples(path):
    lattice = LatticeSpec(alpha_range=(0, 4), beta_range=(0, 4), alpha_points=5, beta_points=5)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        whole = open_surface(writer, surface_spec(3), data=HERE)
        part = surface_spec(3).part(whole.name, lattice)
        with pytest.raises(UserError, match="changed since surface full-random0"):
            open_surface(writer, part, data=OTHER)
        open_surface(writer, part, data=HERE)
    assert len(read_landscape(path).surfaces) == 2


def test_more_groups_leave_a_rollback_on_its_examples(path):
    own = LayerGroup(name="own", layers=(0, 5))
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        rows = writer.rollback(ROLLBACK, LISTED, METRICS, HERE)
        rows.write(1, {"dev_loss": 0.5}, {})
        with pytest.raises(UserError, match="changed since the rollback"):
            writer.rollback(ROLLBACK, [*LISTED, own], METRICS, OTHER)
        writer.rollback(ROLLBACK, [*LISTED, own], METRICS, HERE).finish()
    record = read_landscape(path)
    assert record.rollback.data_sha256 == HERE
    assert record.rollback.values["dev_loss"][1] == 0.5
    assert not record.problems


def test_a_damaged_hash_is_told(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(3), data=HERE)
        surface.write_point(0, 0, metrics_at(0), {})
    with h5py.File(path, "r+") as file:
        dataset = file["surfaces/full-random0/data_sha256"]
        dataset[()] = np.array(json.dumps(OTHER).encode(), dtype=dataset.dtype)
    assert "data_sha256" in read_landscape(path).problems[0]


@pytest.mark.parametrize("text", [b'{"dev": 1}', b"[]", b"x"])
def test_what_is_no_hash_is_left_out_of_the_file(path, text):
    begin(path, "surface", HERE)
    with h5py.File(path, "r+") as file:
        dataset = file["surfaces/full-random0/data_sha256"]
        dataset[()] = np.array(text, dtype=dataset.dtype)
    record = read_landscape(path)
    assert record.problems
    assert not record.surfaces
