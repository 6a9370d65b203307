"""A report as rich text for a window: what Qt's text browser can lay out, in the window's colours.

That is HTML 4 without floats, widths in percent of the window or borders of paragraphs: a caution
is a table of two cells, of which the first is its coloured edge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from landscape_gui.figures.report.cautions import Caution
from landscape_gui.figures.report.document import (
    Block,
    Document,
    Missing,
    Paragraph,
    Picture,
    Section,
    Table,
)
from landscape_gui.figures.report.html_page import raised_powers

SCHEME = "picture"
_GAP = 20


@dataclass(frozen=True)
class PageLook:
    """Colours as ``#rrggbb``, size of ordinary text in points, and the width there is in pixels."""

    text: str
    muted: str
    line: str
    accent: str
    raised: str
    warning: str
    warning_ground: str
    points: float
    width: int


def rich_page(
    document: Document, look: PageLook, sizes: Mapping[str, tuple[int, int]] | None = None
) -> str:
    """The page.

    Sections can be jumped to by ``anchor_of``; pictures are looked for as ``picture:NAME``.

    Parameters
    ----------
    sizes
        Name of a picture → its width and height in pixels; those that are not in it are left out.
    """
    facts = "<br>".join(escape(fact) for fact in document.facts)
    body = "\n".join(
        _section(section, anchor_of(place), look, sizes or {})
        for place, section in enumerate(document.sections)
    )
    return (
        f"<html><head><style>{_style(look)}</style></head><body>\n"
        f"<h1>{escape(document.title)}</h1>\n<p class='facts'>{facts}</p>\n{body}\n</body></html>"
    )


def anchor_of(place: int) -> str:
    """Name of the anchor at a section, by its place in the document."""
    return f"section-{place}"


def _style(look: PageLook) -> str:
    small = 0.9 * look.points
    return f"""
body {{ color: {look.text}; }}
h1 {{ font-size: {1.7 * look.points:.1f}pt; font-weight: 600; margin: 0 0 4px 0; }}
h2 {{ font-size: {1.35 * look.points:.1f}pt; font-weight: 600; margin: 30px 0 8px 0; }}
h3 {{ font-size: {1.1 * look.points:.1f}pt; font-weight: 600; margin: 22px 0 6px 0; }}
p {{ margin: 6px 0 6px 0; }}
td, th {{ padding: 4px 9px 4px 9px; }}
th {{ color: {look.muted}; font-weight: 600; }}
.facts, .caption {{ color: {look.muted}; font-size: {small:.1f}pt; }}
.caption {{ margin: 12px 0 3px 0; }}
.note {{ font-size: {small:.1f}pt; margin: 1px 0 1px 0; }}
.verdict {{ font-weight: 600; }}
.source {{ color: {look.muted}; }}
.code {{ font-family: monospace; font-size: {small:.1f}pt; margin: 3px 0 1px 0; }}
"""


def _section(
    section: Section, anchor: str, look: PageLook, sizes: Mapping[str, tuple[int, int]]
) -> str:
    name = f"<a name='{anchor}'></a>{escape(section.title)}"
    parts = [f"<h{section.level}>{name}</h{section.level}>"]
    drawn = [b for b in section.blocks if isinstance(b, Picture) and b.name in sizes]
    parts += [_picture_row(row, sizes) for row in _rows(drawn, sizes, look.width)]
    parts += [_block(b, look) for b in section.blocks if not isinstance(b, Picture)]
    return "\n".join(parts)


def _rows(
    pictures: Sequence[Picture], sizes: Mapping[str, tuple[int, int]], width: int
) -> Iterator[list[Picture]]:
    """As many pictures beside each other as there is room for."""
    row: list[Picture] = []
    used = 0
    for picture in pictures:
        wide = sizes[picture.name][0] + _GAP
        if row and used + wide > width:
            yield row
            row, used = [], 0
        row.append(picture)
        used += wide
    if row:
        yield row


def _picture_row(row: Sequence[Picture], sizes: Mapping[str, tuple[int, int]]) -> str:
    def cell(picture: Picture) -> str:
        width, height = sizes[picture.name]
        image = f"<img src='{SCHEME}:{picture.name}' width='{width}' height='{height}'>"
        words = f"<p class='caption' style='margin: 2px 0 8px 0'>{escape(picture.alt)}</p>"
        padding = f"padding: 6px {_GAP}px 2px 0"
        return f"<td style='{padding}' width='{width + _GAP}'>{image}{words}</td>"

    cells = "".join(cell(picture) for picture in row)
    return f"<table cellspacing='0' border='0'><tr>{cells}</tr></table>"


def _block(block: Block, look: PageLook) -> str:
    match block:
        case Paragraph(text=text, role=role):
            return f"<p class='{role}'>{escape(text)}</p>" if role else f"<p>{escape(text)}</p>"
        case Table():
            return _table(block, look)
        case Missing(what=what, command=command):
            code = f"<p class='code'>{escape(command)}</p>" if command else ""
            words = f"<p class='note'>{escape(what)}</p>{code}"
            return _edged(words, look.accent, look.raised)
        case Caution(text=text, sources=sources):
            cite = escape("; ".join(sources))
            source = f" <span class='source'>({cite})</span>" if sources else ""
            words = f"<p class='note'>{escape(text)}{source}</p>"
            return _edged(words, look.warning, look.warning_ground)
        case Picture():
            return ""


def _edged(words: str, edge: str, ground: str) -> str:
    return (
        "<table cellspacing='0' border='0' width='100%' style='margin: 6px 0 6px 0'><tr>"
        f"<td width='3' style='padding: 0' bgcolor='{edge}'></td>"
        f"<td style='padding: 5px 10px 5px 10px' bgcolor='{ground}'>{words}</td></tr></table>"
    )


def _table(table: Table, look: PageLook) -> str:
    last = len(table.columns) - 1
    line = f"border-bottom: 1px solid {look.line}"

    def cell(tag: str, text: str, column: int) -> str:
        words = not column or (table.last_in_words and column == last)
        side = "left" if words else "right"
        start = "; padding-left: 0" if not column else ""
        # Numbers with their errors stay on one line.
        whole = "; white-space: nowrap" if tag == "td" and not words else ""
        valign = "bottom" if tag == "th" else "top"
        style = f"{line}{start}{whole}"
        # Where there are many columns, Qt shares the room out evenly; words need more of it.
        room = " width='38%'" if words and column > 5 else ""
        return f"<{tag} align='{side}' valign='{valign}'{room} style='{style}'>{text}</{tag}>"

    head = "".join(cell("th", escape(c), k) for k, c in enumerate(table.columns))
    rows = "".join(
        "<tr>" + "".join(cell("td", raised_powers(t), k) for k, t in enumerate(row)) + "</tr>\n"
        for row in table.rows
    )
    caption = f"<p class='caption'>{escape(table.caption)}</p>\n" if table.caption else ""
    attributes = "cellspacing='0' border='0' style='border-collapse: collapse; margin-bottom: 8px'"
    shown = "" if not any(table.columns) else f"<thead><tr>{head}</tr></thead>\n"
    return f"{caption}<table {attributes}>{shown}{rows}</table>"
