"""SIGKILL of a writer at full speed: every announced point is there and the file opens."""

import signal
import subprocess
import sys

import numpy as np
import pytest
from support.landscapes import GROUPS, child_environment, make_run, open_surface, surface_spec

from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")

WRITER = """
import os, sys
from pathlib import Path
from support.landscapes import GROUPS, make_run, open_surface, surface_spec
from landscape_gui.store.landscape_file import LandscapeWriter

writer = LandscapeWriter.open(Path(sys.argv[1]), make_run(), GROUPS)
surface = open_surface(writer, surface_spec(101))
print(surface.next_order, flush=True)
start = surface.next_order
for place in range(start, 101 * 101):
    values = dict.fromkeys(surface.metrics, float(place))
    order = surface.write_point(*divmod(place, 101), values, values)
    surface.note("last", {"place": place, "padding": "x" * (place * 37 % 9000)})
    os.write(1, b"%d\\n" % order)
"""


def child(path):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        env=child_environment(),
    )


def check(path, announced):
    record = read_landscape(path)
    assert record.problems == ()
    surface = record.surfaces["full-random0"]
    order = surface.order.ravel()
    done = int((order >= 0).sum())
    assert done >= announced
    np.testing.assert_array_equal(order[:done], np.arange(done))
    for arrays in (surface.values, surface.standard_errors):
        for metric in surface.values:
            np.testing.assert_array_equal(arrays[metric].ravel()[:done], np.arange(done))
    if done > 1:
        assert surface.notes["last"]["place"] in (done - 2, done - 1)
    return done


def test_nothing_announced_is_lost_in_twenty_kills(path):
    """The same file each time, continued by the next writer, which takes over the stale lock."""
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(101))
    announced = 0
    for attempt in range(20):
        process = child(path)
        assert process.stdout is not None
        assert int(process.stdout.readline()) >= announced
        for _ in range(20 + attempt * 7):
            announced = int(process.stdout.readline()) + 1
        process.kill()
        for line in process.stdout.read().split(b"\n")[:-1]:
            announced = int(line) + 1
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        check(path, announced)
    assert announced > 20 * 20


def test_reading_while_another_process_writes(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        open_surface(writer, surface_spec(101))
    process = child(path)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        counts = []
        while len(counts) < 15 and process.poll() is None:
            for _ in range(10):
                process.stdout.readline()
            record = read_landscape(path)
            assert record.problems == ()
            surface = record.surfaces["full-random0"]
            measured = surface.order >= 0
            # The value was written before the order that says so.
            places = np.flatnonzero(measured.ravel())
            for values in surface.values.values():
                np.testing.assert_array_equal(values.ravel()[places], places)
            counts.append(int(measured.sum()))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_killed_while_adding_a_surface_leaves_the_old_file(complete_file):
    """A kill inside the replacement leaves a draft, which the next writer removes."""
    script = """
import os, sys
from pathlib import Path
from support.landscapes import GROUPS, make_run, open_surface, surface_spec
from landscape_gui.store import replacement
from landscape_gui.store.landscape_file import LandscapeWriter
replacement._sync = lambda path: os.kill(os.getpid(), 9)
writer = LandscapeWriter.open(Path(sys.argv[1]), make_run(), GROUPS)
open_surface(writer, surface_spec(33))
"""
    before = complete_file.read_bytes()
    result = subprocess.run(
        [sys.executable, "-c", script, str(complete_file)],
        env=child_environment(),
    )
    assert result.returncode == -signal.SIGKILL
    assert complete_file.read_bytes() == before
    assert len(list(complete_file.parent.iterdir())) == 3  # the file, its lock, the draft
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        assert open_surface(writer, surface_spec(33)).name == "full-random0-2"
    assert [p.name for p in complete_file.parent.iterdir()] == [complete_file.name]
