"""Table 1 of Hao et al. 2019: accuracy with one layer group after the other rolled back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from landscape_gui.figures import style
from landscape_gui.figures.models import by_cell, in_paper_order, measured_rollback
from landscape_gui.figures.page import Page
from landscape_gui.figures.titles import SETTINGS, task_title
from landscape_gui.markup import latex_text, markdown_text
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord, RollbackRecord

_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Entry:
    """Accuracy in percent, and its difference from the fine-tuned model's in points."""

    accuracy: float
    change: float | None = None

    def words(self) -> str:
        """``84.71 (−1.83)``."""
        change = "" if self.change is None else f" ({self.change:+.2f})"
        return f"{self.accuracy:.2f}{change}".replace("-", _MINUS)


@dataclass(frozen=True)
class Table:
    """A row per task."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Entry, ...]], ...]


def rollback_table(records: Sequence[LandscapeRecord]) -> Table:
    """The table of files about one model.

    Raises
    ------
    UserError
        If one lacks a rollback, or their groups differ.
    """
    by_cell(records, "Table 1")
    records = [records[k] for k in in_paper_order([record.run for record in records])]
    found = [measured_rollback(record, singles=True) for record in records]
    heads = _heads(found[0])
    for record, rollback in zip(records, found, strict=True):
        if _heads(rollback) != heads:
            raise UserError(
                f"{records[0].path.name} and {record.path.name} rolled back other groups: "
                f"{', '.join(heads)} and {', '.join(_heads(rollback))}.",
                "Roll back the same groups in all files of a table.",
            )
    several = len({record.run.init for record in records}) > 1
    rows = []
    for record, rollback in zip(records, found, strict=True):
        error = rollback.values["dev_error"]
        whole = 100 * (1 - float(error[0]))
        entries = [Entry(whole)]
        for bit in range(len(rollback.groups)):
            accuracy = 100 * (1 - float(error[1 << bit]))
            entries.append(Entry(accuracy, accuracy - whole))
        setting = SETTINGS.get(record.run.init, "") if several else ""
        name = ", ".join(filter(None, (task_title(record.run), setting)))
        rows.append((name, tuple(entries)))
    return Table(("fine-tuned", *heads), tuple(rows))


def _heads(rollback: RollbackRecord) -> tuple[str, ...]:
    return tuple(
        _span(name, tuple(described.get("layers") or ()))
        for name, described in zip(rollback.groups, rollback.layers, strict=True)
    )


def _span(name: str, layers: tuple[int, ...]) -> str:
    """``layers 0–7`` where they follow each other, else the group's name."""
    if layers and tuple(layers) == tuple(range(layers[0], layers[-1] + 1)):
        return f"layers {layers[0]}\N{EN DASH}{layers[-1]}" if layers[1:] else f"layer {layers[0]}"
    return name


def as_text(table: Table, suffix: str) -> str:
    """As LaTeX (with booktabs), Markdown or CSV, by the suffix."""
    match suffix:
        case ".tex":
            return _as_latex(table)
        case ".md":
            rows = [("task", *_rolled(table.heads))]
            rows += [(name, *(entry.words() for entry in row)) for name, row in table.rows]
            lines = [f"| {' | '.join(map(markdown_text, row))} |" for row in rows]
            lines.insert(1, "| --- |" + " --: |" * len(table.heads))
            return "\n".join(lines) + "\n"
        case _:
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            changes = [f"{head}, change" for head in table.heads[1:]]
            writer.writerow(["task", *table.heads, *changes])
            for name, row in table.rows:
                numbers = [entry.accuracy for entry in row]
                numbers += [entry.change for entry in row if entry.change is not None]
                writer.writerow([name, *(f"{number:.4f}" for number in numbers)])
            return text.getvalue()


def _rolled(heads: tuple[str, ...]) -> tuple[str, ...]:
    return heads[0], *(f"roll back {head}" for head in heads[1:])


def _as_latex(table: Table) -> str:
    count = len(table.heads)
    lines = [
        r"% Needs \usepackage{booktabs}. Development accuracy in percent, and its change.",
        rf"\begin{{tabular}}{{l{'r' * count}}}",
        r"\toprule",
        rf" & fine-tuned & \multicolumn{{{count - 1}}}{{c}}{{rolled back to before training}} \\",
        rf"\cmidrule(lr){{2-2}} \cmidrule(lr){{3-{count + 1}}}",
        rf"task & & {' & '.join(latex_text(head) for head in table.heads[1:])} \\",
        r"\midrule",
    ]
    for name, row in table.rows:
        cells = [name, *(entry.words() for entry in row)]
        lines.append(rf"{' & '.join(map(latex_text, cells))} \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def table_figure(table: Table, page: Page) -> Figure:
    """The table drawn with the rules of a book, as wide as the page."""
    with style.paper_style(page.preset):
        line = style.pt(0.19)
        needed = line * (len(table.rows) + 2.2) + style.pt(0.1)
        figure = style.new_figure(page.width, page.height(needed), page=page.preset)
        figure.set_layout_engine("none")
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        height = float(figure.get_size_inches()[1])
        axes.set_xlim(0, page.width)
        axes.set_ylim(height, 0)
        names = max(len(name) for name, _ in table.rows)
        first = style.pt(0.12 + 0.062 * max(names, 5))
        # Entries with a change are about twice as wide as the one without.
        unit = (page.width - first - style.pt(0.05)) / (len(table.heads) - 0.4)
        rights = [first + unit * (k + 0.6) for k in range(len(table.heads))]
        left, right = style.pt(0.05), page.width - style.pt(0.05)
        size = min(style.pt(8), 72 * unit / 7.2)

        def write(x: float, row: float, words: str, align: str) -> None:
            axes.text(
                x,
                style.pt(0.05) + line * (row + 0.55),
                words,
                ha=align,
                va="center_baseline",
                fontsize=size,
            )

        def rule(row: float, weight: float, start: float = left) -> None:
            y = style.pt(0.05) + line * row
            axes.plot(
                [start, right], [y, y], color=style.INK, linewidth=style.pt(weight), clip_on=False
            )

        write(rights[0], 1, table.heads[0], "right")
        write((rights[0] + right) / 2 + unit * 0.1, 0, "rolled back to before training", "center")
        rule(1.05, 0.4, rights[0] + unit * 0.2)
        for x, head in zip(rights[1:], table.heads[1:], strict=True):
            write(x, 1, head, "right")
        for number, (name, row) in enumerate(table.rows):
            write(left, number + 2.15, name, "left")
            for x, entry in zip(rights, row, strict=True):
                write(x, number + 2.15, entry.words(), "right")
        rule(0.0, 0.9)
        rule(2.08, 0.5)
        rule(len(table.rows) + 2.2, 0.9)
    return figure
