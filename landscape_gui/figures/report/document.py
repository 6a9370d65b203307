"""A report as plain blocks, for whatever writes it: a page, a file, a window."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

from landscape_gui.figures.report.cautions import Caution


@dataclass(frozen=True)
class Paragraph:
    """Words; ``role`` is empty or ``verdict``: what a number means in a sentence."""

    text: str
    role: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of text; the first column names the row, the others are numbers and right-aligned.

    ``last_in_words``: the last column is words, which may be long.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    last_in_words: bool = False


@dataclass(frozen=True)
class Missing:
    """What the file lacks, and the command that makes it."""

    what: str
    command: str = ""


@dataclass(frozen=True)
class Picture:
    """A figure: SVG as bytes, and what it shows; ``png`` where a window is to show it."""

    name: str
    alt: str
    svg: bytes
    png: bytes = b""


Block: TypeAlias = Paragraph | Table | Missing | Caution | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what is below it; ``level`` 2 is a file or the comparison, 3 a claim."""

    title: str
    blocks: tuple[Block, ...]
    level: int = 3


@dataclass(frozen=True)
class Document:
    """A whole report."""

    title: str
    facts: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """All pictures, in their order."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Picture))

    def without_pictures(self) -> Document:
        """The words and numbers alone, for where no picture can go along."""
        kept = []
        for section in self.sections:
            blocks = tuple(block for block in section.blocks if not isinstance(block, Picture))
            if blocks or not section.blocks:
                kept.append(replace(section, blocks=blocks))
        return replace(self, sections=tuple(kept))


@dataclass(frozen=True)
class Report:
    """A report as it was made: what is read, and the numbers behind it as JSON."""

    document: Document
    numbers: str


def number(value: float, digits: int = 3) -> str:
    """Significant digits without powers of ten where they can be avoided; – for NaN."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if 1e-4 <= abs(value) < 1e6:
        decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:.{decimals}f}"
    else:
        text = f"{value:.{digits - 1}e}"
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa}·10^{int(exponent)}"
    return text.replace("-", "−")


def plain_powers(text: str) -> str:
    """Powers of ten with raised digits, for a label that knows no markup."""
    raised = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
    return re.sub(r"10\^(−?\d+)", lambda found: "10" + found[1].translate(raised), text)


def fixed(value: float, decimals: int, sign: bool = False) -> str:
    """A number with so many decimals; – for NaN."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return number(value)
    rounded = round(value, decimals) + 0.0  # no minus before a zero
    return f"{rounded:{'+' if sign and rounded else ''}.{decimals}f}".replace("-", "−")


def with_error(value: float, error: float) -> str:
    """``1.23 ± 0.04``, with as many decimals as the error has."""
    if math.isnan(value) or not math.isfinite(error) or error <= 0:
        return number(value)
    decimals = max(0, 1 - math.floor(math.log10(error)))
    if decimals > 6 or abs(value) >= 1e6:
        return f"{number(value)} ± {number(error, 2)}"
    return f"{fixed(value, decimals)} ± {fixed(error, decimals)}"


def at_least(value: float, bounded: bool, decimals: int | None = None, unit: str = "") -> str:
    """``≥ 3.1`` where the measured range ends before what is measured does: rounded down.

    With so many ``decimals``, or with three digits.
    """

    def words(shown: float) -> str:
        return number(shown) if decimals is None else fixed(shown, decimals)

    if bounded or not math.isfinite(value):
        return words(value) + ("" if math.isnan(value) else unit)
    return f"≥ {words(_towards(value, -math.inf, decimals))}{unit}"


def at_most(value: float, digits: int = 3) -> str:
    """``≤ 3.2``: rounded up."""
    if not math.isfinite(value):
        return number(value, digits)
    return f"≤ {number(_towards(value, math.inf, None, digits), digits)}"


def _towards(value: float, end: float, decimals: int | None, digits: int = 3) -> float:
    """The value, to so many decimals or digits, without passing it on the way to ``end``."""
    if value == 0:
        return value
    if decimals is None:
        decimals = digits - 1 - math.floor(math.log10(abs(value)))
        if 1e-4 <= abs(value) < 1e6:  # ``number`` shows all digits before the point
            decimals = max(0, decimals)
    # In decimal: 0.29 is 0.29, and not a hair less.
    step = Decimal(1).scaleb(-decimals)
    way = ROUND_FLOOR if end < 0 else ROUND_CEILING
    return float(Decimal(repr(value)).quantize(step, rounding=way))


def rows_of(*rows: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Rows of a table."""
    return tuple(tuple(row) for row in rows)
