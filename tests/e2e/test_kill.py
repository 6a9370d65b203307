"""SIGKILL at a random moment, twenty times: nothing announced is lost, and the rest is the same."""

import os
import random
import signal
import subprocess
import sys

import numpy as np
import pytest

from landscape_gui.store.landscape_file import read_landscape

# One process imports torch once and forks a job per line of input; each prints what it announces.
# Forking before the first torch operation is safe, and spares twenty imports of ten seconds.
SERVER = """
import os, sys
os.environ["OMP_NUM_THREADS"] = "1"
import torch
torch.set_num_threads(1)
import landscape_gui.engine.jobs as jobs
import transformers.models.bert.modeling_bert, datasets
from pathlib import Path
from landscape_gui.engine.events import PointMeasured
from landscape_gui.specs import parse_job

for line in sys.stdin:
    spec, out = line.rstrip("\\n").split("\\t")
    pid = os.fork()
    if pid == 0:
        for event in jobs.run_job(parse_job(spec), Path(out)):
            if isinstance(event, PointMeasured):
                m = event.measurement.values["dev_loss"]
                print("point", event.j, event.i, repr(m), flush=True)
        print("done", flush=True)
        os._exit(0)
    print("pid", pid, flush=True)
    status = os.waitpid(pid, 0)[1]
    print("ended", status, flush=True)
"""


class Server:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def run(self, spec, out, kill_after=None):
        """Run a job; kill it after so many points. Returns what it announced, and if it ended."""
        self.process.stdin.write(f"{spec.model_dump_json()}\t{out}\n")
        self.process.stdin.flush()
        announced, pid, done, killed = {}, None, False, False
        for line in self.process.stdout:
            word, *rest = line.split()
            if word == "pid":
                pid = int(rest[0])
            elif word == "point":
                announced[int(rest[0]), int(rest[1])] = float(rest[2])
            elif word == "done":
                done = True
            elif word == "ended":
                return announced, done
            if kill_after is not None and not killed and pid and len(announced) >= kill_after:
                os.kill(pid, signal.SIGKILL)
                killed = True
        raise AssertionError("the server died")


@pytest.fixture
def server():
    found = Server()
    yield found
    found.process.stdin.close()
    found.process.wait(timeout=30)


def test_twenty_kills_lose_nothing(server, runs, tmp_path):
    from landscape_gui.specs import ExamplesSpec, LatticeSpec, OtherRunAxis, SurfaceSpec

    spec = SurfaceSpec(
        run=runs.first.path,
        axis2=OtherRunAxis(run=runs.second.path),
        lattice=LatticeSpec(alpha_points=9, beta_points=9),
        examples=ExamplesSpec(train=16, dev=16),
    )
    whole = tmp_path / "whole.landscape.h5"
    assert server.run(spec, whole)[1]
    expected = next(iter(read_landscape(whole).surfaces.values()))

    out = tmp_path / "killed.landscape.h5"
    chance = random.Random(0)
    announced = {}
    kills = 0
    while kills < 20:
        # Between one and a few points, so that twenty kills fit into 81 points; 0 kills early.
        fresh, done = server.run(spec, out, kill_after=chance.choice([0, 1, 2, 3, 5]))
        announced |= fresh
        if done:  # the last point was announced before the signal came
            out.unlink()
            announced = {}
            continue
        kills += 1
        if not out.exists():
            assert not announced
            continue
        record = read_landscape(out)
        if not record.surfaces:
            assert not announced
            continue
        surface = next(iter(record.surfaces.values()))
        for (j, i), value in announced.items():
            assert surface.order[j, i] >= 0
            assert surface.values["dev_loss"][j, i] == value
    assert server.run(spec, out)[1]
    surface = next(iter(read_landscape(out).surfaces.values()))
    np.testing.assert_array_equal(surface.order, expected.order)
    for metric, values in expected.values.items():
        np.testing.assert_array_equal(surface.values[metric], values)
    assert surface.status == "complete"
    assert not read_landscape(out).problems
