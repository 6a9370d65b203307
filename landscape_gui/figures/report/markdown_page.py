"""A report as Markdown; pictures lie beside it."""

from __future__ import annotations

import re

from landscape_gui.figures.report.cautions import Caution
from landscape_gui.figures.report.document import (
    Block,
    Document,
    Missing,
    Paragraph,
    Picture,
    Table,
)
from landscape_gui.markup import markdown_text


def markdown_page(document: Document, folder: str) -> str:
    """The page; pictures are looked for in ``folder`` as NAME.svg."""
    parts = [f"# {_plain(document.title)}", "  \n".join(_plain(fact) for fact in document.facts)]
    for section in document.sections:
        parts.append(f"{'#' * section.level} {_plain(section.title)}")
        parts += [_block(block, folder) for block in section.blocks]
    return "\n\n".join(parts) + "\n"


def _block(block: Block, folder: str) -> str:
    match block:
        case Paragraph(text=text, role=role):
            return f"**{_plain(text)}**" if role else _plain(text)
        case Table():
            return _table(block)
        case Missing(what=what, command=command):
            code = f"\n\n```\n{command}\n```" if command else ""
            return f"*Missing:* {_plain(what)}{code}"
        case Caution(text=text, sources=sources):
            cite = f" ({'; '.join(sources)})" if sources else ""
            return f"> {_plain(text)}{cite}"
        case Picture(name=name, alt=alt):
            return f"![{_plain(alt)}]({folder}/{name}.svg)"


def _table(table: Table) -> str:
    head = "| " + " | ".join(_plain(column) or " " for column in table.columns) + " |"
    sides = ["---", *["--:"] * (len(table.columns) - 1)]
    if table.last_in_words:
        sides[-1] = "---"
    rule = "| " + " | ".join(sides) + " |"
    rows = ["| " + " | ".join(_plain(cell) for cell in row) + " |" for row in table.rows]
    caption = [f"*{_plain(table.caption)}*", ""] if table.caption else []
    return "\n".join([*caption, head, rule, *rows])


def _plain(text: str) -> str:
    """Text in which Markdown finds nothing of its own, on one line; powers of ten are raised."""
    return re.sub(r"10\^(−?\d+)", r"10<sup>\1</sup>", markdown_text(text))
