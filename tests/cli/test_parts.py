"""``compute --part-of`` as a person meets it."""

from __future__ import annotations

import json

import pytest

from landscape_gui.cli import main
from landscape_gui.store.landscape_file import read_landscape


def run(*arguments: object) -> int:
    return main([str(a) for a in arguments])


@pytest.fixture
def out(runs, tmp_path):
    path = tmp_path / "x.landscape.h5"
    few = ("--train-examples", 8, "--dev-examples", 8, "--quiet")
    ranges = ("--alpha", -1, 2, "--beta", -1, 1, "--points", 5)
    code = run("compute", runs.first.path, "--axis2", "random", "--out", path, *ranges, *few)
    assert code == 0
    return path


def part(runs, out, *more: object) -> int:
    ranges = ("--alpha", 0.5, 1.25, "--beta", -0.5, 0.5)
    options = ("--part-of", "full-random0", *ranges, "--points", 5, *more)
    return run("compute", runs.first.path, "--out", out, *options)


def test_a_part_is_measured_as_its_surface_was_and_info_tells_of_it(runs, out, capsys):
    surface = read_landscape(out).surfaces["full-random0"]
    assert (surface.alpha[0], surface.beta[0]) == (-1, -1)
    assert part(runs, out, "--json", "--quiet") == 0
    capsys.readouterr()
    assert run("info", out, "--json") == 0
    surfaces = json.loads(capsys.readouterr().out)["surfaces"]
    found = surfaces["full-random0-part"]
    assert found["part_of"] == "full-random0"
    assert found["alpha"] == [0.5, 1.25, 5]
    assert found["taken_over"] == 6
    assert found["spec"]["examples"] == {"train": 8, "dev": 8, "seed": 0}
    assert run("info", out) == 0
    text = capsys.readouterr().out
    assert "finer part full-random0-part: 5 × 5 points, alpha 0.5 … 1.25" in text
    assert text.count("surface ") == 1


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--axis2", "pca"), "Leave out --axis2"),
        (("--tolerance", "1%"), "Leave out --tolerance"),
        (("--part-of", "low-random0"), "holds no surface low-random0"),
        (("--beta", -5, 0), "leaves the range of beta"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(runs, out, capsys, more, message):
    assert part(runs, out, "--quiet", *more) == 1
    text = capsys.readouterr().err
    assert message in text
    assert "Traceback" not in text


def test_a_part_needs_both_ranges(runs, out, capsys):
    options = ("--part-of", "full-random0", "--alpha", 0, 1, "--quiet")
    assert run("compute", runs.first.path, "--out", out, *options) == 1
    assert "Give both --alpha LOW HIGH and --beta LOW HIGH" in capsys.readouterr().err
