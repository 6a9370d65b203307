from __future__ import annotations

from pathlib import Path

from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.compare.items import Contrast, Missing, Source
from landscape_gui.ui.scene import Limits

A, B, C = (Source(Path(name), "full", "train_loss") for name in "abc")
ERROR = Source(Path("a"), "full", "dev_error")


def test_four_panels_at_most_and_eight_in_a_figure(qapp):
    comparison = Comparison()
    comparison.set_items([A] * 9)
    assert len(comparison.items) == 4
    assert not comparison.can_add
    comparison.add(B)
    assert len(comparison.items) == 4
    comparison.set_items([A] * 9, columns=4)
    assert len(comparison.items) == 8


def test_a_difference_is_of_the_first_two_of_one_kind(qapp):
    comparison = Comparison()
    comparison.set_items([A, ERROR])
    assert comparison.pair() is None
    assert not comparison.add_difference()
    comparison.set_items([ERROR, A, B])
    assert comparison.add_difference()
    assert comparison.items[-1] == Contrast(A, B)


def test_closed_files_leave_with_all_that_is_made_of_them(qapp):
    comparison = Comparison()
    comparison.set_items([A, B, Contrast(B, C), Missing("x", "y")], columns=2, note="n")
    comparison.forget([Path("b")])
    assert comparison.items == (A, Missing("x", "y"))
    comparison.forget([Path("a")])
    assert comparison.items == ()


def test_limits_by_hand_end_with_what_they_were_made_for(qapp):
    comparison = Comparison()
    comparison.set_items([A, B])
    comparison.set_manual_limits("loss", Limits(0, 1))
    assert comparison.manual_limits("loss") == Limits(0, 1)
    comparison.policy = "whole"
    assert comparison.manual_limits("loss") is None
    comparison.set_manual_limits(1, Limits(0, 2))
    comparison.replace(1, C)
    assert comparison.manual_limits(1) is None


def test_signals_tell_changes_and_nothing_else(qtbot):
    comparison = Comparison()
    with qtbot.waitSignal(comparison.items_changed):
        comparison.set_items([A])
    with qtbot.assertNotEmitted(comparison.look_changed):
        comparison.shared = True
    with qtbot.waitSignal(comparison.look_changed):
        comparison.shared = False
