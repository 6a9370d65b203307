"""Names of files as only trouble brings them, and what is printed of them."""

from __future__ import annotations

import io
import sys

import pytest
from support.landscapes import curve_spec, make_run, metrics_at, open_curve

from landscape_gui.cli import main
from landscape_gui.store.landscape_file import LandscapeWriter

LONG = "x" * 300


def write(path):
    with LandscapeWriter.open(path, make_run(), {}) as writer:
        curve = open_curve(writer, curve_spec(5))
        for i in range(5):
            curve.write_point(0, i, metrics_at(i), {})
    return path


@pytest.mark.parametrize(
    "words",
    [
        ["info", LONG],
        [LONG],
        ["compute", LONG, "--curve", "--out", "x.landscape.h5"],
        ["study", LONG],
        ["export", LONG, "--out", "x.csv"],
        ["figure", "contour", LONG, "--out", "x.pdf"],
    ],
)
def test_a_name_longer_than_names_may_be_is_said_in_words(words, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 1
    said = capsys.readouterr().err
    assert LONG in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["x\udcff.landscape.h5", "x\x1b[31m.landscape.h5"])
def test_an_odd_name_is_printed_with_a_mark(name, capsys, tmp_path):
    assert main(["info", str(write(tmp_path / name))]) == 0
    assert "x\ufffd" in capsys.readouterr().out
    assert main(["info", str(tmp_path / ("no" + name))]) == 1
    assert "nox\ufffd" in capsys.readouterr().err


def test_json_of_a_name_that_is_not_utf8_can_be_printed(tmp_path, monkeypatch):
    path = write(tmp_path / "x\udcff.landscape.h5")
    strict = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="strict")
    monkeypatch.setattr(sys, "stdout", strict)
    assert main(["info", str(path), "--json"]) == 0
    strict.flush()
    assert b'x?.landscape.h5"' in strict.buffer.getvalue()


@pytest.mark.parametrize("suffix", [".html", ".md", ".json"])
def test_a_report_of_a_name_that_is_not_utf8_is_written(tmp_path, suffix):
    path = write(tmp_path / "x\udcff.landscape.h5")
    assert main(["report", str(path), "--out", str(tmp_path / f"r{suffix}")]) == 0


@pytest.mark.parametrize(
    ("words", "suffix"),
    [(["export"], ".csv"), (["report"], ".html"), (["figure", "curve"], ".png")],
)
def test_no_command_replaces_the_file_that_it_reads(words, suffix, capsys, tmp_path):
    path = write(tmp_path / "x.landscape.h5").rename(tmp_path / f"x{suffix}")
    before = path.read_bytes()
    assert main([*words, str(path), "--out", str(path)]) == 1
    assert "is the landscape file itself" in capsys.readouterr().err
    assert path.read_bytes() == before
