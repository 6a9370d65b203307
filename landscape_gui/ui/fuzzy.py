"""Fuzzy matching, as in editors' command palettes: letters in order, starts of words first."""

from __future__ import annotations

from dataclasses import dataclass

# A letter counts; one at the start of a word counts more, one right after the letter before most.
_LETTER, _WORD_START, _NEXT, _FIRST = 1.0, 6.0, 7.0, 2.0
# Between two texts that match equally, the shorter one was meant.
_LENGTH_COST = 0.02


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text matches, and with which of its letters.

    Attributes
    ----------
    score
        The larger the better; comparable between texts for one query.
    positions
        Ascending indices into the text.
    """

    score: float
    positions: tuple[int, ...]


def match(query: str, text: str) -> Match | None:
    """Find all words of a query in a text, in any order; None if one of them is not there.

    Parameters
    ----------
    query
        What was typed; case does not matter. An empty query matches everything with score 0.
    text
        What is searched.
    """
    positions: set[int] = set()
    score = 0.0
    lowered = _lower(text)
    for word in query.split():
        found = _match_word(_lower(word), lowered, text)
        if found is None:
            return None
        score += found.score
        positions |= set(found.positions)
    if positions:
        score -= _LENGTH_COST * len(text)
    return Match(score, tuple(sorted(positions)))


def _lower(text: str) -> str:
    # Letter by letter: a few letters become two when lowered, and positions must stay true.
    return "".join(letter.lower()[:1] for letter in text)


def _match_word(word: str, lowered: str, text: str) -> Match | None:
    """The best way to find the letters of a word in order, by dynamic programming."""
    # best[j]: score of the best way that ends with the letter at j, and the way.
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for index, letter in enumerate(word):
        ways: dict[int, tuple[float, tuple[int, ...]]] = {}
        top: tuple[float, tuple[int, ...]] | None = None  # the best way that ends before j - 1
        for j, candidate in enumerate(lowered):
            if index and j >= 2 and j - 2 in best and (top is None or best[j - 2][0] > top[0]):
                top = best[j - 2]
            if candidate != letter:
                continue
            gain = _LETTER + (_WORD_START if _starts_word(text, j) else 0.0)
            if index == 0:
                ways[j] = (gain + (_FIRST if j == 0 else 0.0), (j,))
                continue
            before = [(top[0], top[1])] if top is not None else []
            if j - 1 in best:
                before.append((best[j - 1][0] + _NEXT, best[j - 1][1]))
            if before:
                score, way = max(before)
                ways[j] = (score + gain, (*way, j))
        best = ways
    if not best:
        return None
    score, way = max(best.values())
    return Match(score, way)


def _starts_word(text: str, index: int) -> bool:
    if index == 0:
        return True
    before, here = text[index - 1], text[index]
    return not before.isalnum() or (here.isupper() and before.islower())
