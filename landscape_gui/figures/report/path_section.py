"""The way from start to end, and what came after the early optimum, in words and tables."""

from __future__ import annotations

import math

from landscape_gui.figures.report import cautions, commands
from landscape_gui.figures.report.basin_section import read_from
from landscape_gui.figures.report.claims import Claims
from landscape_gui.figures.report.document import (
    Block,
    Missing,
    Paragraph,
    Section,
    Table,
    fixed,
    number,
)
from landscape_gui.figures.report.path_claim import LineClaim, PathClaim
from landscape_gui.store.schema import METRIC_TITLES


def descent_section(claims: Claims) -> Section:
    """Claim 2: whether the loss falls all the way along the straight line, and the angles."""
    path, record = claims.path, claims.record
    blocks: list[Block] = []
    if path.lines:
        blocks += [Paragraph(_verdict(path.lines[0]), "verdict"), _line_table(path)]
    else:
        words = "No line from the start point to the fine-tuned model is measured."
        blocks.append(Missing(words, commands.curve_command(record)))
    blocks.append(cautions.BARRIER)
    if path.rows:
        blocks += [_angle_table(path), cautions.ANGLES]
        if not path.plane:
            words = "No surface says how far the checkpoints lie off a plane."
            blocks.append(Missing(words, commands.surface_command(record)))
    else:
        blocks.append(Missing("The file holds no usable inner products of its checkpoints."))
    return Section("Path from start to end", tuple(blocks))


def _verdict(line: LineClaim) -> str:
    found, title = line.found, METRIC_TITLES[line.metric]
    points = f"{found.points} points from α = 0 to 1"
    if found.monotone:
        return f"No barrier: the {title} never rises along the straight line, on {points}."
    within = (
        f" That is within the error bound of the estimates, {number(line.bound, 2)}."
        if found.climb <= 2 * line.bound
        else ""
    )
    climb = (
        f"it rises by {number(found.climb)} from α = {number(found.climb_from, 2)} to "
        f"{number(found.climb_to, 2)}"
    )
    if found.barrier > 0:
        return (
            f"A barrier of {number(found.barrier)} in the {title} above the higher end, at "
            f"α = {number(found.barrier_at, 2)}; {climb}, on {points}.{within}"
        )
    return f"No barrier above the start point, but the {title} is not monotone: {climb}.{within}"


def _line_table(path: PathClaim) -> Table:
    rows = tuple(
        (
            METRIC_TITLES[line.metric],
            "yes" if line.found.monotone else "no",
            number(line.found.barrier),
            number(line.found.climb),
            f"{100 * line.found.ascent_share:.0f} %",
            read_from(line.source, line.step, line.bound),
        )
        for line in path.lines
    )
    columns = (
        "along the line",
        "never rises",
        "barrier",
        "largest climb",
        "rises, of all change",
        "read from",
    )
    caption = "From θ0 straight to θ1. Barrier: highest value above the higher of both ends"
    return Table(columns, rows, caption, last_in_words=True)


def _angle_table(path: PathClaim) -> Table:
    rows = tuple(
        (
            f"epoch {row.epoch:g}",
            fixed(row.length, 2),
            f"{fixed(row.angle, 1)}°",
            f"{fixed(row.random_walk, 1)}°",
            "–" if math.isnan(row.off_plane) else f"{100 * row.off_plane:.0f} %",
        )
        for row in path.rows
    )
    columns = ("checkpoint", "‖δi‖ / ‖δ1‖", "angle to δ1", "of a random walk", "off the plane")
    return Table(columns, rows, "Each checkpoint seen from the start point")


def late_section(claims: Claims) -> Section:
    """Claim 3: what late epochs did to the early optimum."""
    path = claims.path
    title = "Late epochs against the early optimum"
    if path.best is None:
        words = (
            "The history holds no development error or loss at the checkpoints. "
            "Runs that this program trains keep it:"
        )
        command = "landscape-gui train --model MODEL --task TASK --out RUN"
        return Section(title, (Missing(words, command),))
    best = path.rows[path.best]
    blocks: list[Block] = [Paragraph(_late_verdict(path), "verdict")]
    rows = tuple(
        (
            f"epoch {row.epoch:g}" + (" (early optimum)" if row is best else ""),
            _percent(row.dev_error),
            _points(row.dev_error - best.dev_error) if row is not best else "–",
            number(row.dev_loss),
            fixed(row.from_best, 2),
            number(row.from_best * path.norm),
        )
        for row in path.rows[path.best :]
    )
    columns = (
        "checkpoint",
        "development error",
        "change",
        "development loss",
        "distance in ‖δ1‖",
        "in weight space",
    )
    blocks.append(Table(columns, rows, f"The early optimum has the lowest {path.best_by}"))
    blocks.append(cautions.LATE)
    return Section(title, tuple(blocks))


def _late_verdict(path: PathClaim) -> str:
    assert path.best is not None
    best, late = path.rows[path.best], path.late
    if not late:
        return (
            f"The last checkpoint (epoch {best.epoch:g}) has the lowest {path.best_by}: there are "
            "no later ones. Train for more epochs to see whether the optimum holds."
        )
    last = late[-1]
    moved = f"moved {fixed(last.from_best, 2)} ‖δ1‖ away"
    later = f"{len(late)} more epochs" if len(late) > 1 else "one more epoch"
    if math.isnan(best.dev_error) or math.isnan(last.dev_error):
        return f"After the early optimum (epoch {best.epoch:g}), {later} {moved}."
    return (
        f"After the early optimum (epoch {best.epoch:g}), {later} {moved} and changed the "
        f"development error from {_percent(best.dev_error)} to {_percent(last.dev_error)}."
    )


def _percent(error: float) -> str:
    return "–" if math.isnan(error) else f"{fixed(100 * error, 1)} %"


def _points(change: float) -> str:
    return "–" if math.isnan(change) else f"{fixed(100 * change, 1, sign=True)} points"
