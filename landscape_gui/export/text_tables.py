"""Tables as LaTeX and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landscape_gui.markup import latex_text, markdown_text

MINUS = "\N{MINUS SIGN}"
NO_NUMBER = "–"


@dataclass(frozen=True)
class TextTable:
    """A table: the first column is text, the others are numbers."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
