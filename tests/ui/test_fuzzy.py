from __future__ import annotations

import pytest

from landscape_gui.ui.fuzzy import match

COMMANDS = (
    "Open landscape file",
    "Open run",
    "Reset view",
    "Colour map: viridis",
    "Contour lines",
    "Command palette",
    "Save picture of the contours",
)


def best(query: str) -> str:
    found = [(hit.score, text) for text in COMMANDS if (hit := match(query, text))]
    return max(found)[1]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("olf", "Open landscape file"),
        ("run", "Open run"),
        ("rv", "Reset view"),
        ("vir", "Colour map: viridis"),
        ("cont lin", "Contour lines"),
        ("lines contour", "Contour lines"),
        ("SAVE", "Save picture of the contours"),
        ("cp", "Command palette"),
    ],
)
def test_a_few_letters_find_what_is_meant(query, text):
    assert best(query) == text


def test_letters_out_of_order_or_missing_are_no_match():
    assert match("nur", "Open run") is None
    assert match("open xylophone", "Open run") is None


def test_positions_are_those_of_the_letters():
    hit = match("opr", "Open run")
    assert hit is not None
    assert "".join("Open run"[i] for i in hit.positions).lower() == "opr"
    assert list(hit.positions) == sorted(set(hit.positions))


def test_the_start_of_a_word_is_preferred_to_a_letter_within_one():
    hit = match("r", "Our run")
    assert hit is not None
    assert hit.positions == (4,)


def test_an_empty_query_matches_everything_alike():
    scores = {match("", text).score for text in COMMANDS}  # type: ignore[union-attr]
    assert scores == {0.0}


def test_letters_that_grow_when_lowered_do_not_shift_positions():
    hit = match("stanbul map", "İstanbul map")
    assert hit is not None
    assert "".join("İstanbul map"[i] for i in hit.positions) == "stanbulmap"
