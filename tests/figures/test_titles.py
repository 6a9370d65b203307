"""What runs are called."""

from support.landscapes import make_run

from landscape_gui.figures.titles import run_titles


def test_titles_tell_runs_apart():
    a, b = make_run("one"), make_run("two", "scratch")
    assert run_titles([a, b]) == ["MRPC, fine-tuned", "MRPC, from scratch"]
    assert run_titles([a, make_run("three")]) == ["one", "three"]
