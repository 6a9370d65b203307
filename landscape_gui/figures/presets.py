"""Widths, heights and letter sizes that venues ask for. No matplotlib."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from landscape_gui.specs import UserError

PresetName: TypeAlias = Literal[
    "acl-column",
    "acl-text",
    "neurips",
    "icml-column",
    "icml-text",
    "nature-column",
    "nature-text",
    "slides",
    "poster",
]
_CM, _MM = 1 / 2.54, 1 / 25.4
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Preset:
    """The page that a figure is made for.

    Attributes
    ----------
    width_in, height_in
        Its exact width, and the height that it has at most, in inches.
    font_pt
        Size of titles and labels; lines and markers grow with it.
    serif
        Letters as in the text of the paper (Times), or without serifs.
    letters
        Whether panels are lettered a, b, c.
    """

    name: PresetName
    title: str
    width_in: float
    height_in: float
    font_pt: float = 8.0
    serif: bool = True
    letters: bool = False


PRESETS: Final[dict[str, Preset]] = {
    preset.name: preset
    for preset in (
        Preset("acl-column", "*ACL, one column (7.7 cm)", 7.7 * _CM, 24.7 * _CM),
        Preset("acl-text", "*ACL, text width (16 cm)", 16.0 * _CM, 24.7 * _CM),
        Preset("neurips", "NeurIPS, ICLR (5.5 in)", 5.5, 9.0),
        Preset("icml-column", "ICML, one column (3.25 in)", 3.25, 9.0),
        Preset("icml-text", "ICML, text width (6.75 in)", 6.75, 9.0),
        Preset(
            "nature-column", "Nature, one column (89 mm)", 89 * _MM, 170 * _MM, 7.0, False, True
        ),
        Preset("nature-text", "Nature, page (183 mm)", 183 * _MM, 170 * _MM, 7.0, False, True),
        Preset("slides", "Slides, 16:9 (12 × 6 in)", 12.0, 6.0, 16.0, False),
        Preset("poster", "Poster (16 × 20 in)", 16.0, 20.0, 24.0, False),
    )
}


def length_in(text: str) -> float:
    """Inches from ``8cm``, ``89 mm``, ``3.25in`` or ``240pt`` (a point is 1/72 inch).

    Raises
    ------
    UserError
        If it is none, or not between 1 and 60 inches.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)\s*", text)
    if found is None:
        raise UserError(f"{text!r} is no length.", "Write it as 8cm, 89mm, 3.25in or 240pt.")
    inches = float(found[1]) * {"mm": _MM, "cm": _CM, "in": 1.0, "pt": 1 / 72}[found[2]]
    if not 1 - _ROUNDING <= inches <= 60 + _ROUNDING:
        raise UserError(f"A figure of {text} cannot be drawn.", "It can have 1 to 60 inches.")
    return min(max(inches, 1.0), 60.0)
