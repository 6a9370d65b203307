"""Gives every action of a menu a letter of its own, so that Alt and letters reach all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QAction


def spread_mnemonics(actions: Sequence[QAction]) -> None:
    """Keep the letters that were chosen, first come first served, and choose the missing ones."""
    taken: set[str] = set()
    missing: list[QAction] = []
    for action in actions:
        letter = mnemonic(action.text())
        if letter and letter not in taken:
            taken.add(letter)
        elif not action.isSeparator() and action.text():
            missing.append(action)
    for action in missing:
        text = _without(action.text())
        place = _free_place(text, taken)
        if place is not None:
            taken.add(text[place].lower())
            text = f"{text[:place]}&{text[place:]}"
        action.setText(text)


def mnemonic(text: str) -> str:
    """The letter after the ``&``, in lower case; empty if there is none."""
    place = text.replace("&&", "\0\0").find("&")
    return text[place + 1 : place + 2].lower() if place >= 0 else ""


def _without(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&&")


def _free_place(text: str, taken: set[str]) -> int | None:
    """Starts of words first: they are found with the eye."""
    starts = [i for i in range(len(text)) if i == 0 or not text[i - 1].isalnum()]
    for place in (*starts, *range(len(text))):
        letter = text[place].lower()
        if letter.isascii() and letter.isalpha() and letter not in taken:
            return place
    return None
