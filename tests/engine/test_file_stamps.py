"""Whether files are as they were."""

import os

import pytest

from landscape_gui.engine.file_stamps import FileStamps


@pytest.fixture
def place(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "train.jsonl").write_text("one")
    return tmp_path


def test_they_hold_while_nothing_is_written_but_results(place):
    stamps = FileStamps.of(place, place / "missing")
    assert stamps.still_hold()
    for name in ("x.landscape.h5", ".x.landscape.h5.0123456789ab.tmp", "x.landscape.h5.lock"):
        (place / name).write_text("written by a job")
    (place / "inner" / "other").write_text("elsewhere")
    assert stamps.still_hold()


@pytest.mark.parametrize(
    "change",
    [
        lambda place: (place / "train.jsonl").write_text("longer"),
        lambda place: os.utime(place / "train.jsonl", ns=(1, 1)),
        lambda place: (place / "train.jsonl").unlink(),
        lambda place: (place / "dev.jsonl").write_text("new"),
        lambda place: (place / "missing").write_text("there"),
    ],
)
def test_whatever_is_written_otherwise_ends_it(place, change):
    stamps = FileStamps.of(place, place / "missing")
    change(place)
    assert not stamps.still_hold()


def test_a_change_between_two_looks_counts(place):
    first = FileStamps.of(place)
    assert first.joined(FileStamps.of(place / "inner")).still_hold()
    (place / "train.jsonl").write_text("longer")
    assert not first.joined(FileStamps.of(place)).still_hold()
