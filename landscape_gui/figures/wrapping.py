"""Words on as many lines as the width of a panel asks for."""

from __future__ import annotations

import textwrap

from landscape_gui.figures import style
from landscape_gui.figures.titles import shortened

_LETTERS_PER_IN = 19


def fitted_title(words: str, width_in: float) -> str:
    """A title on as many lines as a panel of this width needs."""
    most = max(int(_LETTERS_PER_IN * width_in / style.pt(1)), 8)
    lines: list[str] = []
    for line in words.split("\n"):
        if len(line) > most and ", " in line:
            first, _, rest = line.rpartition(", ")
            lines += [*wrapped(f"{first},", most), *wrapped(rest, most)]
        else:
            lines += wrapped(line, most)
    return "\n".join(shortened(line, most) for line in lines)


def wrapped(line: str, most: int) -> list[str]:
    """Lines of at most so many letters; no word is broken."""
    return textwrap.wrap(line, most, break_long_words=False, break_on_hyphens=False) or [line]
