"""A full disk leaves the old file as it was, no draft and no lock."""

import errno
import subprocess
import sys
import threading

import pytest
from support.landscapes import GROUPS, child_environment, make_run, open_surface, surface_spec

from landscape_gui.specs import UserError
from landscape_gui.store import replacement
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

SCRIPT = """
import resource, signal, sys
from pathlib import Path
from support.landscapes import GROUPS, make_run, open_surface, surface_spec
from landscape_gui.specs import UserError
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

path = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(401))
except UserError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [3_000, 60_000, 1_000_000, 3_000_000])
@pytest.mark.parametrize("exists", [False, True])
def test_no_space_for_a_surface(path, limit, exists):
    if exists:
        LandscapeWriter.open(path, make_run(), GROUPS).close()
    before = path.read_bytes() if exists else None
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(limit)],
        capture_output=True,
        text=True,
        env=child_environment(),
    )
    assert "No space left for" in result.stdout, result
    assert "Traceback" not in result.stderr
    assert result.returncode == 0
    if before is not None:
        assert path.read_bytes() == before
    if path.exists():
        assert read_landscape(path).surfaces == {}
    assert [p.name for p in path.parent.iterdir() if p != path] == []


def test_a_full_disk_at_the_very_end(complete_file, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = complete_file.read_bytes()
    monkeypatch.setattr(replacement, "_sync", full)
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        old = open_surface(writer, surface_spec(5))
        with pytest.raises(UserError, match="No space left"):
            open_surface(writer, surface_spec(7))
        flags = 48  # HDF5 marks an open file in the superblock
        assert complete_file.read_bytes()[flags:] == before[flags:]
        old.write_point(0, 0, {"train_loss": 5.0}, {})  # the writer goes on with the old file
    assert read_landscape(complete_file).surfaces["full-random0"].values["train_loss"][0, 0] == 5
    assert [p.name for p in complete_file.parent.iterdir()] == [complete_file.name]


def test_an_open_reader_keeps_the_old_file(complete_file):
    script = """
import sys
from pathlib import Path
from landscape_gui.store.hdf5_access import open_for_reading
with open_for_reading(Path(sys.argv[1])) as reader:
    print("open", flush=True)
    sys.stdin.readline()
    print(list(reader["surfaces"]), reader["surfaces/full-random0/order"][0, 0])
"""
    reader = subprocess.Popen(
        [sys.executable, "-c", script, str(complete_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=child_environment(),
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "open\n"
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(7))
    answer, _ = reader.communicate("go\n")
    assert answer == "['full-random0'] 0\n"
    assert len(read_landscape(complete_file).surfaces) == 2


def test_threads_that_read_do_not_disturb_a_writer(complete_file):
    stop, trouble = threading.Event(), []

    def read():
        while not stop.is_set():
            try:
                trouble.extend(read_landscape(complete_file).problems)
            except UserError as error:
                trouble.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
            for points in (6, 7, 8, 9):
                surface = open_surface(writer, surface_spec(points))
                for i in range(points):
                    surface.write_point(0, i, {"train_loss": 1.0}, {})
                surface.finish()
    finally:
        stop.set()
        thread.join()
    assert trouble == []


def test_space_is_really_taken_at_creation(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(101))
        before = path.stat()
        for place in range(101):
            surface.write_point(place, place, {"train_loss": 1.0}, {})
        surface.finish()
    after = path.stat()
    assert after.st_size == before.st_size
    if sys.platform != "win32":
        assert before.st_blocks * 512 >= before.st_size


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path):
    for name in ("x" * 251 + ".csv", "ü" * 125 + ".csv"):
        replacement.write_whole(tmp_path / name, b"1")
        assert (tmp_path / name).read_bytes() == b"1"
    assert len(list(tmp_path.iterdir())) == 2
    with pytest.raises(UserError, match="longer than a name or a path may be"):
        replacement.write_whole(tmp_path / ("x" * 256), b"1")


def test_a_file_in_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "file.txt").write_text("x")
    with pytest.raises(UserError, match=r"file\.txt is a file, not a folder"):
        replacement.write_whole(tmp_path / "file.txt" / "x.csv", b"1")


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(UserError, match=r"x\.csv is a folder\. Give the name of a file"):
        replacement.write_whole(tmp_path / "x.csv", b"1")
    assert len(list(tmp_path.iterdir())) == 1
