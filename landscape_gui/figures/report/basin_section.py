"""Width, area, sharpness and curvature in words and tables."""

from __future__ import annotations

import math

import numpy as np

from landscape_gui.figures.report import cautions, commands
from landscape_gui.figures.report.basin_claim import BasinClaim, BasinSize
from landscape_gui.figures.report.claims import Claims
from landscape_gui.figures.report.document import (
    Block,
    Missing,
    Paragraph,
    Section,
    Table,
    at_least,
    at_most,
    fixed,
    number,
    with_error,
)
from landscape_gui.store.records import HessianRecord


def width_section(claims: Claims) -> Section:
    """Claim 1: how wide the basin around the fine-tuned model is."""
    basin, record = claims.basin, claims.record
    title = "Width of the optimum"
    if basin is None:
        missing = Missing("The file holds no training loss around the fine-tuned model.")
        return Section(title, (missing, _missing_surface(claims)))
    blocks: list[Block] = [
        Paragraph(
            f"The training loss falls from {number(basin.loss_start)} at the start point to "
            f"{number(basin.loss_end)} at the fine-tuned model. The basin is where it stays within "
            "ε of the latter, as a share of that fall or in units of the loss, and is connected "
            "with it."
        )
    ]
    if basin.sizes:
        blocks += [_width_table(basin), _area_table(basin)]
    if not any(size.width for size in basin.sizes):
        blocks.append(Missing("No line along δ1 is measured.", commands.curve_command(record)))
    if not any(size.area for size in basin.sizes):
        blocks.append(_missing_surface(claims))
    if math.isnan(_filters(basin)):
        blocks.append(
            Missing(
                "The file does not say how far its directions move filters, which "
                "filter-normalised units need.",
                commands.hessian_command(record),
            )
        )
    blocks += _provisional(basin)
    if basin.sharpness:
        blocks += [_sharpness_table(basin), cautions.PLANE]
    blocks += [cautions.STEPS, cautions.UNITS, cautions.SCALE, cautions.NOT_PROOF]
    return Section(title, tuple(blocks))


def _filters(basin: BasinClaim) -> float:
    found = [size.width.filters for size in basin.sizes if size.width]
    return found[0] if found else math.nan


def _missing_surface(claims: Claims) -> Missing:
    return Missing(
        "No surface of the whole encoder is measured.", commands.surface_command(claims.record)
    )


def epsilon_text(size: BasinSize) -> str:
    """ε in words: ``10 % of the fall (0.068)`` or ``0.1``."""
    if size.kind == "share":
        return f"{100 * size.epsilon:g} % of the fall = {number(size.rise)}"
    return f"{size.epsilon:g}"


def _width_table(basin: BasinClaim) -> Table:
    rows = []
    for size in basin.sizes:
        width = size.width
        if width is None:
            continue
        rows.append(
            (
                epsilon_text(size),
                f"{fixed(width.low, 2)} … {fixed(width.high, 2)}",
                at_least(width.alpha, width.bounded, 2),
                at_least(width.distance, width.bounded),
                at_least(width.filters, width.bounded),
                read_from(width.source, width.step, width.bound),
            )
        )
    return Table(
        ("ε", "from α to α", "in ‖δ1‖", "in weight space", "filter-normalised", "read from"),
        tuple(rows),
        "Width along ±δ1",
        last_in_words=True,
    )


def _area_table(basin: BasinClaim) -> Table:
    rows = []
    for size in basin.sizes:
        area = size.area
        if area is None:
            continue
        points = "1 point" if area.points == 1 else f"{area.points} points"
        rows.append(
            (
                epsilon_text(size),
                at_least(area.alpha, area.bounded, 2),
                at_least(area.distance, area.bounded),
                at_least(area.filters, area.bounded),
                f"{area.surface}, {points}{estimates_within(area.bound)}",
            )
        )
    return Table(
        ("ε", "in α × β", "in weight space²", "filter-normalised²", "read from"),
        tuple(rows),
        f"Area in the plane of δ1 and {basin.axis2 or 'axis 2'}",
        last_in_words=True,
    )


def estimates_within(bound: float) -> str:
    """What is to be said of a value that rests on estimates; nothing where all is measured."""
    return f", estimates ± {number(bound, 2)}" if bound > 0 else ""


def read_from(source: str, step: float, bound: float) -> str:
    """Where a number along a line comes from, and what it rests on."""
    return f"{source}, step {number(step, 2)}{estimates_within(bound)}"


def _provisional(basin: BasinClaim) -> list[Block]:
    found: list[Block] = []
    if basin.interpolated:
        found.append(
            Paragraph(
                f"{basin.interpolated} points of the surface are not measured yet and were "
                "interpolated: the numbers of the plane are provisional."
            )
        )
    return found


def _sharpness_table(basin: BasinClaim) -> Table:
    rows = tuple(
        (
            f"{box.epsilon:g}",
            f"{box.half_sides[0]:g} × {box.half_sides[1]:g}",
            at_least(box.value, box.bounded, unit=" %"),
        )
        for box in basin.sharpness
    )
    return Table(("ε", "half sides in α × β", "sharpness"), rows, "ε-sharpness in the plane")


def curvature_section(claims: Claims) -> Section:
    """Curvature at the end point: along the axes, largest eigenvalue and trace."""
    record, found, basin = claims.record, claims.hessian, claims.basin
    blocks: list[Block] = []
    if basin is not None and basin.curvature is not None:
        blocks.append(_lattice_table(basin))
    if found is None:
        words = "No second derivatives were measured: eigenvalue, trace, curvature along the axes."
        blocks.append(Missing(words, commands.hessian_command(record)))
    else:
        if found.status != "complete":
            words = "The Hessian is not complete: the same command goes on with it."
            blocks.append(Missing(words, commands.hessian_command(record)))
        blocks += [_eigenvalue_table(found), _along_table(found)]
        axis2 = found.spec.get("axis2")
        if axis2 is None:
            words = "Nothing was measured along axis 2."
            blocks.append(Missing(words, commands.hessian_command(record)))
        blocks.append(
            Paragraph(
                f"Training loss {number(found.loss)} on {found.examples} examples, "
                f"{found.probes} probes, gradient norm {number(_first(found.gradient_norms))}."
            )
        )
        blocks.append(cautions.HESSIAN)
    blocks.append(cautions.SCALE)
    return Section("Curvature at the fine-tuned model", tuple(blocks))


def _first(values: np.ndarray) -> float:
    return float(values[0]) if len(values) else math.nan


def _lattice_table(basin: BasinClaim) -> Table:
    found = basin.curvature
    assert found is not None
    rows = tuple(
        (name, with_error(value, error), number(value / basin.norm**2), number(step, 2))
        for name, value, error, step in (
            ("α (δ1)", found.alpha, found.alpha_error, found.alpha_step),
            (f"β ({basin.axis2 or 'axis 2'})", found.beta, found.beta_error, found.beta_step),
        )
    )
    columns = ("along", "per unit² of the axis", "per weight distance²", "step")
    return Table(
        columns,
        rows,
        "Second differences of the surface over one step either way: an average over the step, not "
        "the derivative; ± is what the bounds of estimated points make of it",
    )


def _region(found: HessianRecord, number_: int) -> str:
    return found.regions[number_] or "whole encoder"


def _eigenvalue_table(found: HessianRecord) -> Table:
    rows = tuple(
        (
            _region(found, k),
            with_error(float(found.largest[k, 0]), float(found.largest[k, 1])),
            # Lanczos' smallest value is never below the smallest eigenvalue, often still above it.
            at_most(float(found.smallest[k, 0]), 2),
            with_error(float(found.traces[k, 0]), float(found.traces[k, 1])),
            str(found.lanczos_steps[k]),
        )
        for k in range(len(found.regions))
    )
    columns = ("parameters", "largest eigenvalue", "smallest eigenvalue", "trace", "Lanczos steps")
    return Table(columns, rows, "Hessian of the training loss")


def _along_table(found: HessianRecord) -> Table:
    rows = []
    for k in range(len(found.regions)):
        for column, name in enumerate(("δ1", "axis 2")):
            value = float(found.curvatures[k, column])
            if math.isnan(value):
                continue
            difference = extrapolated(found, k, column)
            rows.append(
                (
                    f"{_region(found, k)}, {name}",
                    number(float(found.slopes[k, column])),
                    number(value),
                    number(difference),
                    number(value / float(found.norms[k, column]) ** 2),
                )
            )
    return Table(
        ("along", "slope", "curvature", "by finite differences", "per weight distance²"),
        tuple(rows),
        "Derivatives along the axes, per unit of α and β: automatic, and checked by differences of "
        f"the loss at ± {_steps(found)}, with the error in step² taken out",
    )


def _steps(found: HessianRecord) -> str:
    return " and ± ".join(f"{step:g}" for step in found.difference_steps)


def extrapolated(found: HessianRecord, region: int, column: int) -> float:
    """Second derivative from the central differences, the error in step² taken out.

    NaN where fewer than two were taken, or steps of a file are not what they should be.
    """
    steps, values = found.difference_steps, found.differences[region, column]
    if len(steps) < 2:
        return float(values[0]) if len(values) else math.nan
    a, b = float(steps[-1]) ** 2, float(steps[-2]) ** 2
    if not (math.isfinite(a) and math.isfinite(b)) or a == b:
        return math.nan
    return float((b * values[-1] - a * values[-2]) / (b - a))
