"""The benchmarks run and print what they promise; how fast anything is, is not tested."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
RESPONSIVENESS = BENCHMARKS / "responsiveness.py"
NUMBERS = {
    "idle": {"p99_ms", "max_ms"},
    "busy": {"p99_ms", "max_ms", "points_per_s"},
}


def run(program: Path, *arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a benchmark as a user would, from a directory that is not the checkout."""
    return subprocess.run(
        [sys.executable, str(program), *arguments],
        capture_output=True,
        text=True,
        cwd=directory,
        timeout=900,
    )


@pytest.mark.parametrize("program", sorted(BENCHMARKS.glob("*.py")), ids=lambda path: path.stem)
def test_help_says_how_to_use_it(program: Path, tmp_path: Path):
    result = run(program, "--help", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "--json" in result.stdout
    assert program.name in (BENCHMARKS / "README.md").read_text(encoding="utf-8")


def test_wrong_durations_and_lattices_are_refused(tmp_path: Path):
    for option, value in (("--seconds", "0"), ("--seconds", "nan"), ("--points", "4")):
        result = run(RESPONSIVENESS, option, value, directory=tmp_path)
        assert result.returncode == 2
        assert option in result.stderr


@pytest.mark.gl
def test_responsiveness_prints_the_promised_line(tmp_path: Path):
    result = run(RESPONSIVENESS, "--quick", "--json", directory=tmp_path)
    assert result.returncode == 0, result.stderr
    (line,) = result.stdout.splitlines()
    report = json.loads(line)["responsiveness"]
    assert set(report) == {*NUMBERS, "start_max_ms", "first_paint_s"}
    numbers = [report["start_max_ms"], report["first_paint_s"]]
    for part, names in NUMBERS.items():
        assert set(report[part]) == names
        numbers += report[part].values()
    assert all(math.isfinite(number) for number in numbers)
    assert not list(tmp_path.iterdir())
