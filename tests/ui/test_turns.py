"""Work done a part per turn of the event loop."""

from __future__ import annotations

import time

import pytest
import shiboken6
from PySide6.QtCore import QObject, QTimer

from landscape_gui.ui.turns import Parts, Turns, finish


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def work(said):
    def make(name: str, parts: int = 3, seconds: float = 0.0) -> Parts[str]:
        try:
            for k in range(parts):
                time.sleep(seconds)
                said.append(f"{name}{k}")
                yield
            return name
        finally:
            said.append(f"{name} ends")

    return make


@pytest.fixture
def turns(qapp):
    return Turns()


def test_nothing_is_done_before_the_next_turn(turns, work, said, qtbot):
    turns.begin(QObject(turns), work("a"))
    assert said == []
    qtbot.waitUntil(lambda: "a ends" in said)
    assert said == ["a0", "a1", "a2", "a ends"]


def test_owners_take_turns(turns, work, said, qtbot):
    turns.begin(QObject(turns), work("a"))
    turns.begin(QObject(turns), work("b"))
    qtbot.waitUntil(lambda: {"a ends", "b ends"} <= set(said))
    assert said[:4] == ["a0", "b0", "a1", "b1"]


def test_a_timer_comes_between_long_parts(turns, work, said, qtbot):
    timer = QTimer(turns)
    timer.timeout.connect(lambda: said.append("tick"))
    timer.start(1)
    turns.begin(QObject(turns), work("a", seconds=0.01))
    qtbot.waitUntil(lambda: "a ends" in said)
    assert "tick" in said[said.index("a0") : said.index("a2")]


def test_of_what_comes_meanwhile_only_the_last_is_done_and_nothing_is_broken_off(
    turns, work, said, qtbot
):
    owner = QObject(turns)
    turns.begin(owner, work("a", seconds=0.005))
    qtbot.waitUntil(lambda: "a0" in said)
    turns.begin(owner, work("b"))
    turns.begin(owner, work("c"))
    qtbot.waitUntil(lambda: "c ends" in said)
    assert said == ["a0", "a1", "a2", "a ends", "c0", "c1", "c2", "c ends"]


def test_what_is_not_begun_is_replaced(turns, work, said, qtbot):
    owner = QObject(turns)
    turns.begin(owner, work("a"))
    turns.begin(owner, work("b"))
    qtbot.waitUntil(lambda: "b ends" in said)
    assert said == ["b0", "b1", "b2", "b ends"]


def test_cancelling_closes_the_work(turns, work, said, qtbot):
    owner = QObject(turns)
    turns.begin(owner, work("a", seconds=0.005))
    qtbot.waitUntil(lambda: "a0" in said)
    turns.cancel(owner)
    assert said[-1] == "a ends"
    seen = list(said)
    qtbot.wait(20)
    assert said == seen


def test_finishing_does_all_that_is_left_now(turns, work, said, qtbot):
    owner = QObject(turns)
    turns.begin(owner, work("a", seconds=0.005))
    qtbot.waitUntil(lambda: "a0" in said)
    turns.begin(owner, work("b"))
    turns.finish(owner)
    assert said[-4:] == ["b0", "b1", "b2", "b ends"]
    assert finish(work("c")) == "c"


def test_nothing_is_done_for_an_owner_that_is_gone(turns, work, said, qtbot):
    owner, other = QObject(turns), QObject(turns)
    turns.begin(owner, work("a"))
    turns.begin(other, work("b"))
    shiboken6.delete(owner)
    qtbot.waitUntil(lambda: "b ends" in said)
    assert "a0" not in said


def test_work_that_fails_is_reported_and_others_go_on(turns, work, said, qtbot):
    def broken() -> Parts[None]:
        yield
        raise ValueError("no")

    owner = QObject(turns)
    with qtbot.captureExceptions() as errors:
        turns.begin(owner, broken())
        turns.begin(QObject(turns), work("b"))
        qtbot.waitUntil(lambda: "b ends" in said)
    assert [str(error) for _, error, _ in errors] == ["no"]
    turns.begin(owner, work("again"))
    qtbot.waitUntil(lambda: "again ends" in said)
