"""Long use leaks nothing: no thread, process, file, timer, widget, GL context, and no memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests" / "support" / "long_use.py"
MEMORY_GROWTH = 0.05

pytestmark = [
    pytest.mark.gl,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="counts by /proc"),
]


def used(seconds: int, directory: Path) -> dict:
    paths = os.pathsep.join([str(ROOT), str(PROGRAM.parent)])
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(seconds), str(directory)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
        timeout=20 * seconds + 300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def check(report: dict) -> None:
    before, after = report["before"], report["after"]
    for what in ("threads", "files", "processes", "widgets", "timers", "contexts", "objects"):
        assert after[what] <= before[what], f"{what} grew: {report}"
    assert after["memory"] <= before["memory"] * (1 + MEMORY_GROWTH), report
    assert after["undo"] <= 200
    assert report["left_running"] == {"engine": False, "processes": 0}


def test_half_a_minute_leaks_nothing(tmp_path):
    report = used(30, tmp_path)
    assert report["cycles"] >= 9
    check(report)


@pytest.mark.slow
def test_an_hour_in_fast_motion_leaks_nothing(tmp_path):
    """Seven minutes of a pace at which no person works: hundreds of rounds.

    Less than what a test may take at all (``faulthandler_timeout``).
    """
    report = used(420, tmp_path)
    check(report)
