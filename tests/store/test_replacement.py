"""A full disk leaves the old file as it was, no draft and no lock."""

import errno
import os
import subprocess
import sys

import pytest
from support.landscapes import GROUPS, make_run, open_surface, surface_spec

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
    tests = os.path.dirname(os.path.dirname(__file__))
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(path), str(limit)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([tests, os.path.dirname(tests)])},
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
        assert complete_file.read_bytes() == before
        old.write_point(0, 0, {"train_loss": 5.0}, {})  # the writer goes on with the old file
    assert read_landscape(complete_file).surfaces["full-random0"].values["train_loss"][0, 0] == 5
    assert [p.name for p in complete_file.parent.iterdir()] == [complete_file.name]


def test_an_open_reader_keeps_the_old_file(complete_file):
    from landscape_gui.store.hdf5_access import open_for_reading

    with open_for_reading(complete_file) as reader:
        with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
            open_surface(writer, surface_spec(7))
        assert list(reader["surfaces"]) == ["full-random0"]
        assert reader["surfaces/full-random0/order"][0, 0] == 0
    assert len(read_landscape(complete_file).surfaces) == 2


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
