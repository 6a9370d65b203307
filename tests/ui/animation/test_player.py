from __future__ import annotations

import pytest

from landscape_gui.ui.animation.player import Player


@pytest.fixture
def player(qapp):
    made = Player()
    made.seconds = 4.0
    yield made
    made.pause()


def test_time_moves_it_at_its_speed(player):
    player.advance(1.0)
    assert player.position == 0.25
    player.speed = 2.0
    player.advance(1.0)
    assert player.position == 0.75


def test_it_stops_at_the_end_and_plays_again_from_the_start(player, qtbot):
    player.play()
    assert player.playing
    player.advance(10.0)
    assert player.position == 1.0
    assert not player.playing
    with qtbot.waitSignal(player.moved) as moved:
        player.play()
    assert moved.args == [0.0]
    assert player.playing


def test_a_loop_goes_on(player):
    player.loop = True
    player.play()
    player.advance(5.0)
    assert player.position == pytest.approx(0.25)
    assert player.playing


def test_the_clock_runs_by_itself(player, qtbot):
    player.seconds = 0.2
    player.play()
    qtbot.waitUntil(lambda: player.position == 1.0, timeout=10_000)
    assert not player.playing


def test_seeking_stays_inside_and_says_only_changes(player, qtbot):
    player.seek(3.0)
    assert player.position == 1.0
    with qtbot.assertNotEmitted(player.moved):
        player.seek(1.0)
    player.seek(-1.0)
    assert player.position == 0.0
