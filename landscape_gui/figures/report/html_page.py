"""A report as one HTML page that needs nothing beside it."""

from __future__ import annotations

import base64
import re
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

_STYLE = """
:root { --ink: #1c2430; --muted: #5b6472; --line: #dde2ea; --ground: #ffffff; --raised: #f6f8fb;
  --accent: #2f6fde; --warn: #8a5a00; --warn-ground: #fff7e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --muted: #9aa4b2; --line: #333b48;
  --ground: #14181f; --raised: #1c222b; --accent: #7aa7ff; --warn: #e8b55c;
  --warn-ground: #2a2418; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2.5rem 1.5rem 5rem; color: var(--ink);
  background: var(--ground); font: 16px/1.55 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans",
  sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .4rem; }
h2 { font-size: 1.3rem; margin: 3rem 0 .8rem; padding-top: 1rem;
  border-top: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; }
p { margin: .6rem 0; max-width: 46rem; }
.facts { color: var(--muted); font-size: .85rem; overflow-wrap: anywhere; }
.verdict { font-weight: 600; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding: 0 0 .35rem; }
th { font-weight: 600; color: var(--muted); vertical-align: bottom; }
th, td { padding: .32rem .9rem .32rem 0; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th:first-child, td:first-child, table.words :is(th, td):last-child { text-align: left; }
table.words td:last-child { overflow-wrap: anywhere; }
.caution { color: var(--warn); background: var(--warn-ground); border-left: 3px solid currentColor;
  padding: .45rem .8rem; font-size: .87rem; max-width: 50rem; }
.caution + .caution { margin-top: -.35rem; }
.caution cite { color: var(--muted); font-style: normal; }
.missing { background: var(--raised); border-left: 3px solid var(--accent); padding: .5rem .8rem;
  max-width: 50rem; font-size: .92rem; }
code { display: block; margin-top: .3rem; font: .82rem ui-monospace, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; user-select: all; }
figure { margin: 1.2rem 0; }
figure img { max-width: 100%; background: #ffffff; border-radius: 4px; }
figcaption { color: var(--muted); font-size: .85rem; }
.pictures { display: flex; flex-wrap: wrap; gap: 0 2rem; align-items: flex-start; }
@media print { body { max-width: none; padding: 0; } h2 { break-before: auto; }
  table, figure, .caution, .missing { break-inside: avoid; } }
"""


def html_page(document: Document) -> str:
    """The page."""
    facts = "<br>".join(escape(fact) for fact in document.facts)
    body = "\n".join(section_html(section) for section in document.sections)
    title = escape(document.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p class="facts">{facts}</p>
{body}
</body>
</html>
"""


def section_html(section: Section) -> str:
    """Heading and blocks."""
    heading = f"<h{section.level}>{escape(section.title)}</h{section.level}>"
    pictures = [block for block in section.blocks if isinstance(block, Picture)]
    others = [block for block in section.blocks if not isinstance(block, Picture)]
    parts = [heading]
    if pictures:
        inside = "\n".join(block_html(block) for block in pictures)
        parts.append(f'<div class="pictures">\n{inside}\n</div>')
    return "\n".join(parts + [block_html(block) for block in others])


def block_html(block: Block) -> str:
    """One block."""
    match block:
        case Paragraph(text=text, role=role):
            return f'<p class="{role}">{escape(text)}</p>' if role else f"<p>{escape(text)}</p>"
        case Table():
            return _table(block)
        case Missing(what=what, command=command):
            code = f"<code>{escape(command)}</code>" if command else ""
            return f'<p class="missing">{escape(what)}{code}</p>'
        case Caution(text=text, sources=sources):
            cite = f" <cite>({escape('; '.join(sources))})</cite>" if sources else ""
            return f'<p class="caution">{escape(text)}{cite}</p>'
        case Picture(svg=svg, alt=alt):
            data = base64.b64encode(svg).decode()
            image = f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}">'
            return f"<figure>{image}<figcaption>{escape(alt)}</figcaption></figure>"


def _table(table: Table) -> str:
    words = ' class="words"' if table.last_in_words else ""
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{raised_powers(cell)}</td>" for cell in row) + "</tr>\n"
        for row in table.rows
    )
    return (
        f'<div class="scroll"><table{words}>{caption}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{rows}</tbody></table></div>"
    )


def raised_powers(text: str) -> str:
    """Text of a cell; powers of ten are raised."""
    return re.sub(r"10\^(−?\d+)", r"10<sup>\1</sup>", escape(text))
