from __future__ import annotations

from dataclasses import replace

import pytest

from landscape_gui.specs import UserError
from landscape_gui.study.ledger import Ledger
from landscape_gui.study.plan import plan
from landscape_gui.study.reading import read_study
from landscape_gui.study.steps import MakeStep


@pytest.fixture
def steps(tiny_study, tmp_path):
    return plan(read_study(tiny_study), tmp_path)


def test_done_is_what_was_ended_with_these_settings_and_is_there(steps, tmp_path):
    ledger, step = Ledger(tmp_path), steps[0]
    assert not ledger.is_done(step)
    ledger.begin(step)
    assert not Ledger(tmp_path).is_done(step)
    ledger.end(step, 2.0)
    assert not ledger.is_done(step), "its output is missing"
    step.outputs[0].mkdir(parents=True)
    assert Ledger(tmp_path).is_done(step)
    assert Ledger(tmp_path).seconds(step) == 2.0


def test_other_settings_are_an_error_that_names_them(steps, tmp_path):
    ledger = Ledger(tmp_path)
    step = next(step for step in steps if step.kind == "surface")
    ledger.begin(step)
    lattice = step.settings["lattice"] | {"alpha_points": 41}
    with pytest.raises(UserError, match=r"lattice\.alpha_points was 9, is 41.*--out"):
        Ledger(tmp_path).check(replace(step, settings=step.settings | {"lattice": lattice}))
    ledger.check(step)


def test_what_is_drawn_is_drawn_again_when_its_landscape_changed(steps, tmp_path):
    ledger = Ledger(tmp_path)
    step = next(step for step in steps if isinstance(step, MakeStep))
    for path in (*step.files, *step.outputs):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    ledger.begin(step)
    ledger.end(step, 1.0)
    assert ledger.is_done(step)
    step.files[0].write_text("changed")
    assert not ledger.is_done(step)
    ledger.check(replace(step, settings={"format": "tex"}))


def test_a_ledger_of_something_else_is_refused(tmp_path):
    (tmp_path / "study.json").write_text('{"format": "other"}')
    with pytest.raises(UserError, match="not what a study keeps"):
        Ledger(tmp_path)


@pytest.mark.parametrize("content", [b"\xff\xfe{}", b"[" * 100_000, b"1" * 10_000])
def test_a_damaged_ledger_is_refused_in_words(tmp_path, content):
    (tmp_path / "study.json").write_bytes(content)
    with pytest.raises(UserError, match="not what a study keeps"):
        Ledger(tmp_path)


def test_a_step_that_left_nothing_can_have_other_settings(steps, tmp_path):
    ledger = Ledger(tmp_path)
    step = next(step for step in steps if step.kind == "surface")
    before = ledger.entry(step)
    ledger.begin(step)
    ledger.restore(step, before)
    Ledger(tmp_path).check(replace(step, settings={"other": 1}))
