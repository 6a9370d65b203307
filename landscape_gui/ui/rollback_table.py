"""The rollback table (Hao et al. 2019, Table 1) as rows, and as text to paste. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from landscape_gui.engine.events import Measurement
from landscape_gui.export.text_tables import TextTable, markdown_table, tabular
from landscape_gui.specs import METRICS, LayerGroup, Metric
from landscape_gui.ui.group_facts import parts_of, share_of_change
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.scene_building import fine_tuned, rolled_back
from landscape_gui.ui.wording import METRIC_LABELS, MINUS, NO_NUMBER


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its standard error, both NaN where not known; ``paired`` says of a difference
    that its error is from the differences of the single examples.
    """

    value: float
    error: float = math.nan
    paired: bool = True


@dataclass(frozen=True, slots=True)
class RollbackRow:
    """One combination of rolled-back groups; none is the fine-tuned model.

    ``share``: of ‖δ1‖², what was put back; NaN where not known.
    """

    names: tuple[str, ...]
    share: float
    values: dict[Metric, Quantity] = field(default_factory=dict)
    changes: dict[Metric, Quantity] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """``low + high``."""
        return " + ".join(self.names) or "none (fine-tuned)"


def quantity(measured: Measurement | None, metric: Metric) -> Quantity:
    """A metric of a measurement."""
    if measured is None:
        return Quantity(math.nan)
    nan = math.nan
    return Quantity(measured.values.get(metric, nan), measured.standard_errors.get(metric, nan))


def change(model: LandscapeModel, names: frozenset[str], metric: Metric) -> Quantity:
    """The difference of a combination from the fine-tuned model.

    Without the differences of the single examples its error is that of independent ones, which
    is too large.
    """
    before = quantity(fine_tuned(model), metric)
    after = quantity(rolled_back(model, names), metric)
    difference = after.value - before.value
    paired = model.rollback.change_errors.get(names, {}).get(metric)
    if paired is not None:
        return Quantity(difference, paired)
    return Quantity(difference, math.hypot(before.error, after.error), paired=not names)


def rollback_rows(model: LandscapeModel) -> list[RollbackRow]:
    """All measured combinations: none, then those of the fewest groups first."""
    order = {name: place for place, name in enumerate(model.groups)}
    known = set(model.rollback.measured) | {frozenset((name,)) for name in model.groups}
    found = []
    for names in {frozenset(), *known}:
        measured = rolled_back(model, names)
        if measured is None or not names <= set(order):
            continue
        present: list[Metric] = [metric for metric in METRICS if metric in measured.values]
        found.append(
            RollbackRow(
                tuple(sorted(names, key=order.__getitem__)),
                _share(model, [model.groups[name] for name in names]),
                {metric: quantity(measured, metric) for metric in present},
                {metric: change(model, names, metric) for metric in (present if names else ())},
            )
        )
    return sorted(found, key=lambda row: (len(row.names), [order[n] for n in row.names]))


def _share(model: LandscapeModel, groups: Sequence[LayerGroup]) -> float:
    if not groups:
        return 0.0
    if len(groups) == 1:
        share = share_of_change(model, groups[0])
        return math.nan if share is None else share
    norms = model.run.part_norms
    parts = {part for group in groups for part in parts_of(group)}
    total = sum(norms.values())
    return sum(norms.get(part, 0.0) for part in parts) / total if total > 0 else math.nan


# -- as text -----------------------------------------------------------------------------------


def value_text(metric: Metric, of: Quantity, sign: bool = False) -> str:
    """``0.2104 ± 0.0042``; errors in per cent, their differences in percentage points."""
    if math.isnan(of.value):
        return NO_NUMBER
    scale, digits = (100.0, 2) if metric.endswith("_error") else (1.0, 4)
    text = f"{scale * of.value:{'+' if sign else ''}.{digits}f}"
    if not math.isnan(of.error):
        text += f" ± {scale * of.error:.{digits}f}"
    return text.replace("-", MINUS)


def share_text(share: float) -> str:
    """``31.4 %``."""
    return NO_NUMBER if math.isnan(share) else f"{100 * share:.1f} %"


def headings(metrics: Sequence[Metric]) -> list[str]:
    """Column titles with units."""
    titles = ["Rolled back", "‖δ1‖²"]
    for metric in metrics:
        error = metric.endswith("_error")
        titles += [f"{METRIC_LABELS[metric]}{' (%)' if error else ''}"]
        titles += ["Change (points)" if error else "Change"]
    return titles


def cells(row: RollbackRow, metrics: Sequence[Metric]) -> list[str]:
    """A row's texts, as many as there are headings."""
    texts = [row.title, share_text(row.share)]
    for metric in metrics:
        texts.append(value_text(metric, row.values.get(metric, Quantity(math.nan))))
        changed = row.changes.get(metric, Quantity(math.nan))
        texts.append(value_text(metric, changed, sign=True))
    return texts


def as_text(rows: Sequence[RollbackRow], metrics: Sequence[Metric]) -> str:
    """Columns separated by tabs, as spreadsheets take them."""
    lines = [headings(metrics), *(cells(row, metrics) for row in rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def as_markdown(rows: Sequence[RollbackRow], metrics: Sequence[Metric]) -> str:
    """A table of Markdown, its columns aligned in the source too."""
    return markdown_table(_table(rows, metrics))


def as_latex(rows: Sequence[RollbackRow], metrics: Sequence[Metric]) -> str:
    """A ``tabular`` for the package booktabs."""
    return tabular(_table(rows, metrics))


def _table(rows: Sequence[RollbackRow], metrics: Sequence[Metric]) -> TextTable:
    return TextTable("", tuple(headings(metrics)), tuple(tuple(cells(r, metrics)) for r in rows))
