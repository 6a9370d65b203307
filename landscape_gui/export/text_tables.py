"""Tables as LaTeX and Markdown; whatever a cell says, it stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
NO_NUMBER = "–"

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "×": r"$\times$",
    MINUS: r"$-$",
    NO_NUMBER: "--",
    "‖": r"$\|$",
    "²": "$^2$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "δ": r"$\delta$",
    "θ": r"$\theta$",
    "…": r"\dots{}",
    "₁": "$_1$",
    "₂": "$_2$",
    "\n": " ",
    "\r": " ",
}
_FORMULAS = {
    "‖δ1‖²": r"$\|\delta_1\|^2$",
    "‖δ1‖": r"$\|\delta_1\|$",
    "‖δ2‖": r"$\|\delta_2\|$",
    "cos(δ1, δ2)": r"$\cos(\delta_1, \delta_2)$",
    " ± ": r"\,$\pm$\,",
}
_SPLIT = re.compile("(" + "|".join(map(re.escape, _FORMULAS)) + ")")
# What begins markup in CommonMark or its tables, HTML included.
_MARKDOWN = "\\`*_{}[]<>#|~$&!"


@dataclass(frozen=True)
class TextTable:
    """A table: the first column is text, the others are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def latex_text(text: str) -> str:
    """Text such that LaTeX prints it and does nothing else with it."""
    return "".join(
        _FORMULAS.get(part) or "".join(_LATEX.get(c, c) for c in part if _printable(c))
        for part in _SPLIT.split(text)
    )


def markdown_text(text: str) -> str:
    """Text such that Markdown shows it and does nothing else with it."""
    flat = "".join(c if _printable(c) and c not in "\r\n" else " " for c in text)
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in flat)


def latex(tables: Sequence[TextTable]) -> str:
    """One ``tabular`` after the other, each under a comment."""
    parts = ["% Needs \\usepackage{booktabs}."]
    parts += [f"% {latex_text(table.title)}\n{tabular(table)}".rstrip() for table in tables]
    return "\n\n".join(parts) + "\n"


def tabular(table: TextTable) -> str:
    """A ``tabular`` for the package booktabs."""
    lines = [
        f"\\begin{{tabular}}{{l{'r' * (len(table.headings) - 1)}}}",
        "  \\toprule",
        f"  {_latex_row(table.headings)}",
        "  \\midrule",
        *(f"  {_latex_row(row)}" for row in table.rows),
        "  \\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def markdown(heading: str, tables: Sequence[TextTable]) -> str:
    """A page with a table under each title."""
    parts = [f"# {markdown_text(heading)}"]
    parts += [f"## {markdown_text(t.title)}\n\n{markdown_table(t)}".rstrip() for t in tables]
    return "\n\n".join(parts) + "\n"


def markdown_table(table: TextTable) -> str:
    """A table whose columns are aligned in the source too."""
    cells = [[markdown_text(text) for text in table.headings]]
    cells += [[markdown_text(text) for text in row] for row in table.rows]
    widths = [max(3, *(len(line[c]) for line in cells)) for c in range(len(cells[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_padded(cells[0], widths), rule, *(_padded(line, widths) for line in cells[1:])]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _latex_row(cells: Sequence[str]) -> str:
    # A row that begins with a bracket would be taken for an argument of the line before.
    return "{}" * cells[0].startswith("[") + " & ".join(map(latex_text, cells)) + r" \\"


def _padded(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        text.ljust(width) if place == 0 else text.rjust(width)
        for place, (text, width) in enumerate(zip(line, widths, strict=True))
    ]


def _printable(character: str) -> bool:
    return character.isprintable() or character in "\r\n"
