"""Files cut short, foreign, newer, flipped, or made to mislead."""

import json
import os
import random
import shutil

import h5py
import numpy as np
import pytest
from support.landscapes import GROUPS, make_run, open_surface, surface_spec

from landscape_gui.specs import UserError
from landscape_gui.store.hdf5_access import store_text
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

SURFACE = "surfaces/full-random0"


def edit(path, change):
    with h5py.File(path, "r+", locking=False) as file:
        change(file)


def test_missing_and_folder_and_forbidden(tmp_path, complete_file):
    with pytest.raises(UserError, match="does not exist"):
        read_landscape(tmp_path / "no.landscape.h5")
    with pytest.raises(UserError, match="is a folder"):
        read_landscape(tmp_path)
    if os.geteuid() != 0:
        complete_file.chmod(0)
        with pytest.raises(UserError, match="No permission to read"):
            read_landscape(complete_file)


def test_permission_is_named_also_for_root(complete_file, monkeypatch):
    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(complete_file), "open", refuse)
    with pytest.raises(UserError, match="No permission to read"):
        read_landscape(complete_file)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89HDF\r\n", os.urandom(5000)])
def test_what_is_not_hdf5_is_said_so(path, content):
    path.write_bytes(content)
    with pytest.raises(UserError, match="not an HDF5 file"):
        read_landscape(path)
    with pytest.raises(UserError, match="not an HDF5 file"):
        LandscapeWriter.open(path, make_run(), GROUPS)
    assert path.read_bytes() == content


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_short(complete_file, share):
    data = complete_file.read_bytes()
    complete_file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(UserError, match="cut short or damaged"):
        read_landscape(complete_file)


def test_hdf5_of_others(path):
    with h5py.File(path, "w") as file:
        file["train_loss"] = np.zeros((3, 3))
    with pytest.raises(UserError, match="HDF5 file, but not a landscape file"):
        read_landscape(path)


def test_a_newer_version_asks_for_an_update(complete_file):
    edit(complete_file, lambda file: file.attrs.modify("format_version", 99))
    with pytest.raises(UserError, match=r"format version 99; .* up to 1\. Update"):
        read_landscape(complete_file)


@pytest.mark.parametrize(
    "name", ["train_loss", "dev_error_errors", "alpha", "order", "plane/gram", "anchors/dev_loss"]
)
def test_a_flipped_byte_is_told_and_the_rest_shown(complete_file, name):
    with h5py.File(complete_file, "r") as file:
        offset = file[f"{SURFACE}/{name}"].id.get_offset()
    data = bytearray(complete_file.read_bytes())
    data[offset + 3] ^= 1
    complete_file.write_bytes(data)
    record = read_landscape(complete_file)
    assert any(f"{name} is damaged" in problem for problem in record.problems)
    assert "full-random0" in record.surfaces
    with pytest.raises(UserError, match="cannot be continued"):
        LandscapeWriter.open(complete_file, make_run(), GROUPS)


def test_a_flipped_byte_in_what_the_record_does_not_hold_is_told_too(complete_file):
    def flip(file):
        file[f"{SURFACE}/examples_dev"][0, 0] += 1

    edit(complete_file, flip)
    assert read_landscape(complete_file).problems == (
        f"/{SURFACE}/examples_dev is damaged: its checksum does not match.",
    )


def test_bytes_flipped_anywhere_never_pass_unnoticed_or_break(complete_file, tmp_path):
    """Values that come back are right, or a problem is named, or the file is refused."""
    whole = read_landscape(complete_file)
    data = complete_file.read_bytes()
    generator = random.Random(0)
    outcomes = {"same": 0, "told": 0, "refused": 0}
    copy = tmp_path / "copy.landscape.h5"
    for _ in range(150):
        changed = bytearray(data)
        changed[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
        copy.write_bytes(changed)
        try:
            record = read_landscape(copy)
        except UserError:
            outcomes["refused"] += 1
            continue
        if record.problems:
            outcomes["told"] += 1
            continue
        outcomes["same"] += 1
        assert record.run.checkpoints == whole.run.checkpoints
        np.testing.assert_array_equal(record.run.gram, whole.run.gram)
        for name, surface in whole.surfaces.items():
            for metric, values in surface.values.items():
                np.testing.assert_array_equal(record.surfaces[name].values[metric], values)
        for name, curve in whole.curves.items():
            np.testing.assert_array_equal(record.curves[name].order, curve.order)
    assert outcomes["told"]
    assert outcomes["refused"]


def replace(file, name, make):
    del file[name]
    make(file, name)


def external_link(file, name):
    file[name] = h5py.ExternalLink("secret.h5", "/values")


def soft_link(file, name):
    file[name] = h5py.SoftLink(f"/{SURFACE}/dev_loss")


def virtual(file, name):
    layout = h5py.VirtualLayout((5, 5), dtype="f8")
    layout[...] = h5py.VirtualSource("secret.h5", "values", (5, 5))
    file.create_virtual_dataset(name, layout)


def external_storage(file, name):
    file.create_dataset(name, (5, 5), dtype="f8", external=[("secret.bin", 0, 200)])


def references(file, name):
    file.create_dataset(name, (5, 5), dtype=h5py.ref_dtype)


def objects(file, name):
    file.create_dataset(name, (5, 5), dtype=h5py.string_dtype())


def half_precision(file, name):
    file.create_dataset(name, (5, 5), dtype="f2")


def wrong_shape(file, name):
    file.create_dataset(name, (5, 6), dtype="f8")


def huge(file, name):
    file.create_dataset(name, (2**20, 2**20), dtype="f8", chunks=(1024, 1024))


def huge_unallocated(file, name):
    file.create_dataset(name, (5, 5), dtype="f8")


def group_instead(file, name):
    file.create_group(name)


@pytest.mark.parametrize(
    "make",
    [external_link, soft_link, virtual, external_storage, references, objects, half_precision,
     wrong_shape, huge, huge_unallocated, group_instead],
)  # fmt: skip
def test_nothing_is_followed_or_believed(complete_file, make):
    with h5py.File(complete_file.parent / "secret.h5", "w") as file:
        file["values"] = np.full((5, 5), 42.0)
    (complete_file.parent / "secret.bin").write_bytes(np.full((5, 5), 42.0).tobytes())
    edit(complete_file, lambda file: replace(file, f"{SURFACE}/train_error", make))
    record = read_landscape(complete_file)
    assert record.problems
    assert not any(42.0 in s.values.get("train_error", ()) for s in record.surfaces.values())
    assert list(record.curves) == ["full"]


def test_a_linked_surface_and_a_linked_run_are_not_followed(complete_file, tmp_path):
    other = shutil.copy(complete_file, tmp_path / "other.h5")

    def link(file):
        file["surfaces/linked"] = h5py.ExternalLink(str(other), f"/{SURFACE}")

    edit(complete_file, link)
    assert list(read_landscape(complete_file).surfaces) == ["full-random0"]

    def link_run(file):
        del file["run"]
        file["run"] = h5py.ExternalLink(str(other), "/run")

    edit(complete_file, link_run)
    with pytest.raises(UserError, match="run is missing"):
        read_landscape(complete_file)


def test_hard_links_cannot_multiply_the_data(complete_file):
    def multiply(file):
        for number in range(1001):
            file[f"surfaces/s{number}"] = file[SURFACE]

    edit(complete_file, multiply)
    with pytest.raises(UserError, match="members"):
        read_landscape(complete_file)


def test_the_budget_ends_reading(complete_file, monkeypatch):
    from landscape_gui.store import checked

    monkeypatch.setattr(checked.Budget.__init__, "__defaults__", (5000,))
    try:
        problems = read_landscape(complete_file).problems
    except UserError as error:
        problems = (str(error),)
    assert any("more data than this program reads" in problem for problem in problems)


@pytest.mark.parametrize("axis", [[0, 1, 1, 2, 3], [0, 1, 2, 3, np.nan], [4, 3, 2, 1, 0]])
def test_an_axis_must_ascend(complete_file, axis):
    def change(file):
        file[f"{SURFACE}/alpha"][...] = axis

    edit(complete_file, change)
    record = read_landscape(complete_file)
    assert record.surfaces == {}
    assert "alpha is not an ascending axis" in record.problems[0]


def test_a_fresh_unfinished_surface_is_no_problem(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(5))
    assert read_landscape(path).problems == ()


@pytest.fixture
def unfinished_file(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(5))
    return path


def external_examples(file, name, victim):
    file[name] = h5py.ExternalLink(str(victim), "/values")


def virtual_examples(file, name, victim):
    layout = h5py.VirtualLayout((5, 5), dtype="i8")
    layout[...] = h5py.VirtualSource(str(victim), "values", (5, 5))
    file.create_virtual_dataset(name, layout)


def external_bytes(file, name, victim):
    file.create_dataset(name, (5, 5), dtype="i8", external=[(str(victim), 0, 200)])


@pytest.mark.parametrize("make", [external_examples, virtual_examples, external_bytes])
def test_what_is_continued_writes_into_no_other_file(unfinished_file, tmp_path, make):
    victim = tmp_path / "victim.h5"
    with h5py.File(victim, "w") as file:
        file["values"] = np.full((5, 5), 42)
    before = victim.read_bytes()

    def change(file):
        del file[f"{SURFACE}/examples_train"]
        make(file, f"{SURFACE}/examples_train", victim)
        file[f"{SURFACE}/checksums"][()] = b"{}"

    edit(unfinished_file, change)
    with LandscapeWriter.open(unfinished_file, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(5))
        with pytest.raises(UserError, match=r"is damaged: .*examples_train"):
            surface.write_point(0, 0, {}, {}, {"train": 64})
    assert victim.read_bytes() == before


def test_checksums_follow_no_links(unfinished_file, tmp_path):
    from landscape_gui.store.checksums import dataset_names

    def link(file):
        file[f"{SURFACE}/again"] = h5py.SoftLink(f"/{SURFACE}")
        assert "again" not in {name.partition("/")[0] for name in dataset_names(file[SURFACE])}

    edit(unfinished_file, link)


def test_a_byte_flipped_in_a_slot_of_notes_costs_that_slot_only(complete_file):
    def flip(file):
        notes = file[f"{SURFACE}/notes"]
        slots = [bytes(slot) for slot in notes[...]]
        newest = max(range(2), key=lambda slot: len(slots[slot]))
        at = slots[newest].index(b"largest_difference")
        slots[newest] = slots[newest][:at] + b"\xff" + slots[newest][at + 1 :]
        notes[...] = slots

    edit(complete_file, flip)
    record = read_landscape(complete_file)
    assert record.surfaces["full-random0"].notes == {}
    assert record.problems == (f"/{SURFACE}/notes is damaged: its checksum does not match.",)


def store(file, name, text):
    del file[name]
    store_text(file, name, text)


def test_texts_of_a_file_are_printable_lines(complete_file):
    def change(file):
        store(file, "run/name", "a\x1b]0;owned\x07\nb")
        store(file, "run/details", '{"a": "\\ud800\\u001b", "b": ["\\u009b"]}')
        file["curves/x\x1b[31m"] = file["curves/full"]
        file["run/checksums"][()] = b"{}"

    edit(complete_file, change)
    record = read_landscape(complete_file)
    assert record.run.name == "a\ufffd]0;owned\ufffd b"
    assert record.run.details == {"a": "\ufffd\ufffd", "b": ["\ufffd"]}
    assert set(record.curves) == {"full", "x\ufffd[31m"}


def test_who_wrote_a_newer_file_is_a_printable_line(complete_file):
    def change(file):
        file.attrs.modify("format_version", 99)
        file.attrs["creator"] = np.bytes_(b"x\x1b[2J")

    edit(complete_file, change)
    with pytest.raises(UserError, match="by x\ufffd\\[2J in format version 99"):
        read_landscape(complete_file)


@pytest.mark.parametrize(
    "group",
    [
        {"name": "low", "layers": -1},
        {"name": "low", "layers": [-1]},
        {"name": "low", "layers": [True]},
        {"name": "low", "layers": [0], "pooler": "x"},
        {"name": 3, "layers": [0]},
        None,
    ],
)
def test_layer_groups_that_are_none_are_left_out(complete_file, group):
    groups = [{"name": "low", "layers": [0]}, {"name": "x", "layers": [1]}, group]

    def change(file):
        store(file, "layer_groups", json.dumps({"low": group, "high": {"name": "high"}}))
        store(file, "rollback/groups", json.dumps({"groups": groups}))

    edit(complete_file, change)
    record = read_landscape(complete_file)
    assert list(record.layer_groups) == ["high"]
    assert record.rollback is None
    assert any("layer_groups/low is left out" in problem for problem in record.problems)


@pytest.mark.parametrize("step", [-np.inf, np.inf, np.nan])
def test_rows_of_no_step_are_no_history(complete_file, step):
    def change(file):
        file["run/history/step"][1] = step
        file["run/checksums"][()] = b"{}"

    edit(complete_file, change)
    record = read_landscape(complete_file)
    assert record.run.history.step.tolist() == [0, 230, 345]
    assert len(record.run.history.dev_error) == 3
    assert "those rows are left out" in record.problems[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [("axis1_norm", 5e-324), ("axis1_norm", -1.0), ("axis2_norm", np.inf), ("cosine", 1e308),
     ("cosine", -np.inf)],
)  # fmt: skip
def test_a_plane_of_no_lengths_is_left_out(complete_file, name, value):
    def change(file):
        file[f"{SURFACE}/plane/{name}"][()] = value

    edit(complete_file, change)
    record = read_landscape(complete_file)
    assert record.surfaces == {}
    assert f"plane/{name}" in record.problems[0]


def test_an_axis_along_which_nothing_moves_has_no_length(complete_file):
    def change(file):
        file[f"{SURFACE}/plane/axis1_norm"][()] = 0.0

    edit(complete_file, change)
    assert np.isnan(read_landscape(complete_file).surfaces["full-random0"].plane.axis1_norm)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "x.landscape.h5")
    with pytest.raises(UserError, match="is no file"):
        read_landscape(tmp_path / "x.landscape.h5")
