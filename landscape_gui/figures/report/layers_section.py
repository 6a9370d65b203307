"""Agreement of the two surfaces, and what rolling layers back costs, in words and tables."""

from __future__ import annotations

import math

from landscape_gui.figures.report import cautions, commands
from landscape_gui.figures.report.basin_claim import WidthAlong
from landscape_gui.figures.report.basin_section import read_from
from landscape_gui.figures.report.claims import Claims
from landscape_gui.figures.report.document import (
    Block,
    Missing,
    Paragraph,
    Section,
    Table,
    at_least,
    fixed,
    number,
)
from landscape_gui.figures.report.layers_claim import LayersClaim, RollbackRow
from landscape_gui.shares import percentage


def agreement_section(claims: Claims) -> Section:
    """Claim 4: training loss and development error over the plane."""
    title = "Training loss against development error"
    found = claims.agreement
    if found is None:
        words = "No surface of the whole encoder holds the training loss and the development error."
        return Section(title, (Missing(words, commands.surface_command(claims.record)),))
    rows = tuple(
        (r.where, str(r.points), str(r.measured), fixed(r.correlation, 3)) for r in found.ranks
    )
    blocks: list[Block] = [
        Table(
            ("over", "points", "measured", "Spearman's ρ"),
            rows,
            "Rank correlation of the two surfaces",
        )
    ]
    places = found.places
    if places is not None:
        ties = f", the nearest of {places.ties} equal ones" if places.ties > 1 else ""
        blocks.append(
            Paragraph(
                f"The training loss is lowest at {_place(places.first)}"
                f"{_unsure(found.bounds[0])}, the development error at {_place(places.second)}"
                f"{_unsure(100 * found.bounds[1], ' points')}{ties}: "
                f"{fixed(places.distance, 2)} ‖δ1‖ apart, {number(found.distance)} in weight "
                "space. Where the training loss is lowest the development error is "
                f"{fixed(100 * places.excess, 1)} points above its own lowest."
            )
        )
    if found.measured < found.points:
        interpolated = f", {found.interpolated} interpolated" if found.interpolated else ""
        blocks.append(
            Paragraph(
                f"Of {found.points} points {found.measured} are measured on all examples"
                f"{interpolated}; the others are estimates, which share their errors with their "
                f"neighbours.{_stated(found.stated)}"
            )
        )
    blocks.append(cautions.SURFACES)
    return Section(title, tuple(blocks))


def _unsure(bound: float, unit: str = "") -> str:
    """What is to be said of a minimum that is not measured on all examples."""
    if bound == 0:
        return ""
    words = "interpolated" if math.isnan(bound) else f"an estimate, ± {number(bound, 2)}{unit}"
    return f" ({words})"


def _stated(errors: tuple[float | None, float | None]) -> str:
    loss, error = errors
    if loss is None or error is None:
        return ""
    return (
        f" The training loss is stated to be within {percentage(loss)} of its range at 95 % of the "
        f"points, the development error within {percentage(error)}."
    )


def _place(place: tuple[float, float]) -> str:
    return f"({fixed(place[0], 2)}, {fixed(place[1], 2)})"


def layers_section(claims: Claims) -> Section:
    """Claim 5: rollback, and the width of each group's own basin."""
    found, record = claims.layers, claims.record
    blocks: list[Block] = []
    if found.rollback:
        blocks.append(_rollback_table(found))
        blocks += _how(claims)
    else:
        words = "No layer group was rolled back."
        blocks.append(Missing(words, commands.rollback_command(record)))
    blocks.append(cautions.ROLLBACK)
    if found.groups:
        blocks.append(_group_table(found))
        lacking = [group.name for group in found.groups if not any(group.widths)]
        blocks += [
            Missing(f"No line along the own δ1 of “{name}”.", commands.curve_command(record, name))
            for name in lacking
        ]
    return Section("Layer groups", tuple(blocks))


def _rollback_table(found: LayersClaim) -> Table:
    rows = tuple(
        (
            " + ".join(row.groups) or "nothing (fine-tuned model)",
            f"{fixed(row.accuracy, 2)} ± {fixed(row.standard_error, 2)}",
            fixed(row.change, 2, sign=True) if row.groups else "–",
            _interval(row),
            fixed(row.loss_change, 3, sign=True) if row.groups else "–",
        )
        for row in found.rollback
    )
    columns = ("rolled back", "accuracy in %", "change in points", "95 % interval", "loss")
    return Table(columns, rows, "Development set with groups put back to θ0; loss: its change")


def _interval(row: RollbackRow) -> str:
    low, high = row.interval
    if not row.groups or math.isnan(low):
        return "–"
    mark = {"bootstrap": "", "paired": " *", "independent": " **"}.get(row.how, "")
    return f"{fixed(low, 2, sign=True)} … {fixed(high, 2, sign=True)}{mark}"


def _how(claims: Claims) -> list[Block]:
    ways = {row.how for row in claims.layers.rollback if row.groups}
    words = []
    if "bootstrap" in ways:
        words.append(
            "Intervals are from drawing the development examples anew, each with its outcomes "
            "under both models (paired bootstrap, percentiles)."
        )
    if "paired" in ways:
        words.append("* ± 1.96 standard errors of the differences of single examples.")
    if "independent" in ways:
        words.append("** As if both models had been tried on different examples: too wide.")
    blocks: list[Block] = [Paragraph(" ".join(words))] if words else []
    if ways - {"bootstrap", ""}:
        blocks.append(
            Missing(
                "The file holds no bootstrap interval for some changes; measuring them again "
                "takes it from every example's outcome:",
                commands.rollback_command(claims.record),
            )
        )
    return blocks


def _group_table(found: LayersClaim) -> Table:
    columns = ["group", "layers", "share of ‖δ1‖²", "‖δ1‖"]
    for rise in found.rises:
        columns += [f"width, ε = {rise:.3g}", "filter-normalised"]
    columns.append("read from")
    rows = tuple(
        (
            group.name,
            group.layers,
            "–" if math.isnan(group.share) else f"{100 * group.share:.0f} %",
            number(group.norm),
            *(text for width in group.widths for text in _width(width)),
            "; ".join(dict.fromkeys(_source(width) for width in group.widths if width)) or "–",
        )
        for group in found.groups
    )
    caption = "Width of each group's own basin in the training loss, in units of its own ‖δ1‖"
    return Table(tuple(columns), rows, caption, last_in_words=True)


def _width(width: WidthAlong | None) -> tuple[str, str]:
    if width is None:
        return "–", "–"
    return (
        at_least(width.alpha, width.bounded, 2),
        at_least(width.filters, width.bounded),
    )


def _source(width: WidthAlong) -> str:
    return read_from(width.source, width.step, width.bound)
