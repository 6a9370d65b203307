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

ADAPTIVE_WRITER = """
import os, sys
from pathlib import Path
import numpy as np
from support.landscapes import GROUPS, make_run, open_surface, surface_spec
from landscape_gui.store.landscape_file import LandscapeWriter

room = {"example_rows": 60, "examples": {"train": 3000, "dev": 7}}
writer = LandscapeWriter.open(Path(sys.argv[1]), make_run(), GROUPS)
surface = open_surface(writer, surface_spec(101, tolerance=0.01), **room)
print(surface.next_order, flush=True)
for place in range(surface.next_order, 101 * 101):
    values = dict.fromkeys(surface.metrics, float(place))
    if place < 60:
        counts = room["examples"].items()
        rows = {split: (np.full(n, place), np.full(n, place % 2)) for split, n in counts}
        surface.write_example_results(place, rows)
    few = 101 * 101 - 1 - place
    if surface.few_order[divmod(few, 101)] < 0:
        surface.write_sampled(*divmod(few, 101), {"train": few, "dev": 1})
    order = surface.write_point(*divmod(place, 101), values, values)
    bound = 1 + place * 37 % 11
    surface.write_estimates({m: np.full((101, 101), float(place)) for m in surface.metrics},
                            {m: np.full((101, 101), float(bound)) for m in surface.metrics})
    os.write(1, b"%d\\n" % order)
"""


def child(path, writer=WRITER):
    return subprocess.Popen(
        [sys.executable, "-c", writer, str(path)],
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


def check_adaptive(path, announced):
    record = read_landscape(path)
    assert record.problems == ()
    surface = record.surfaces["full-random0"]
    order = surface.order.ravel()
    done = int((order >= 0).sum())
    assert done >= announced
    np.testing.assert_array_equal(order[:done], np.arange(done))
    assert surface.few_order is not None
    few = surface.few_order.ravel()
    sampled = few >= 0
    assert sampled.sum() >= announced
    # Every number once: a kill leaves no gap and no two of one number.
    np.testing.assert_array_equal(np.sort(few[sampled]), np.arange(sampled.sum()))
    np.testing.assert_array_equal(
        surface.few_examples["train"].ravel()[sampled], np.flatnonzero(sampled)
    )
    for metric, values in surface.values.items():
        np.testing.assert_array_equal(values.ravel()[:done], np.arange(done))
        estimates, bounds = surface.estimates[metric].ravel(), surface.bounds[metric].ravel()
        np.testing.assert_array_equal(estimates[:done], np.arange(done))
        assert (bounds[:done] == 0).all()
        known = ~np.isnan(estimates[done:])
        rounds = estimates[done:][known]
        assert set(rounds) <= {float(done - 1), float(done - 2)}
        assert (bounds[done:][known] >= 1 + rounds * 37 % 11).all()
        assert known.all() or done <= 1


def test_nothing_of_an_adaptive_surface_is_lost_in_twelve_kills(path):
    announced = 0
    for attempt in range(12):
        process = child(path, ADAPTIVE_WRITER)
        assert process.stdout is not None
        assert int(process.stdout.readline()) >= announced
        for _ in range(5 + attempt % 7):
            announced = int(process.stdout.readline()) + 1
        process.kill()
        for line in process.stdout.read().split(b"\n")[:-1]:
            announced = int(line) + 1
        assert process.wait() == -signal.SIGKILL
        process.stdout.close()
        check_adaptive(path, announced)
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        room = {"example_rows": 60, "examples": {"train": 3000, "dev": 7}}
        surface = open_surface(writer, surface_spec(101, tolerance=0.01), **room)
        rows = min(60, surface.next_order)
        for losses, margins in surface.read_example_results(rows).values():
            assert (losses == np.arange(rows)[:, None]).all()
            assert (margins == (np.arange(rows) % 2)[:, None]).all()
    assert announced > 60


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
