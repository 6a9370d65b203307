"""The numbers of all files beside each other, one line for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from landscape_gui.figures.report import cautions
from landscape_gui.figures.report.basin_claim import BasinSize
from landscape_gui.figures.report.claims import Claims
from landscape_gui.figures.report.document import (
    Section,
    Table,
    at_least,
    fixed,
    number,
    with_error,
)

Line = tuple[str, Callable[[Claims], str]]


def overview_section(every: Sequence[Claims], titles: Sequence[str]) -> Section:
    """A table with a column for each file; lines of which no file knows anything are left out."""
    lines = [(name, *(tell(claims) for claims in every)) for name, tell in _lines(every[0])]
    rows = tuple(line for line in lines if any(text != "–" for text in line[1:]))
    title = "Numbers side by side" if len(every) > 1 else "Numbers at a glance"
    table = Table(("", *titles), rows)
    return Section(title, (table, cautions.NOT_PROOF), level=2)


def _lines(first: Claims) -> list[Line]:
    share, absolute = first.tolerated.share, first.tolerated.absolute
    by_share, by_loss = f"ε = {100 * share:g} % of the fall", f"ε = {absolute:g}"
    return [
        ("training loss, fine-tuned model", _end_loss),
        ("development error, fine-tuned model", _end_error),
        (f"width along δ1, {by_share}, in ‖δ1‖", lambda c: _width(c, "share", "alpha")),
        (f"width along δ1, {by_loss}, in ‖δ1‖", lambda c: _width(c, "absolute", "alpha")),
        (
            f"width along δ1, {by_loss}, in weight space",
            lambda c: _width(c, "absolute", "distance"),
        ),
        (
            f"width along δ1, {by_loss}, filter-normalised",
            lambda c: _width(c, "absolute", "filters"),
        ),
        (f"area in the plane, {by_loss}, in α × β", lambda c: _area(c, "absolute", "alpha")),
        (
            f"area in the plane, {by_loss}, filter-normalised²",
            lambda c: _area(c, "absolute", "filters"),
        ),
        ("ε-sharpness in the plane, ε = 0.25", _sharpness),
        ("largest Hessian eigenvalue", _eigenvalue),
        ("trace of the Hessian", _trace),
        ("barrier from start to end, training loss", _barrier),
        ("training loss never rises from start to end", _monotone),
        ("angle of the first checkpoint to δ1", _angle),
        ("distance of the last epoch from the early optimum, in ‖δ1‖", _late_distance),
        ("Spearman's ρ, training loss and development error", _agreement),
        ("distance between their minima, in ‖δ1‖", _minima),
        ("most harmful single group rolled back", _rollback),
    ]


def _end_loss(claims: Claims) -> str:
    return number(claims.basin.loss_end) if claims.basin else "–"


def _end_error(claims: Claims) -> str:
    for target in (*claims.record.surfaces.values(), *claims.record.curves.values()):
        for anchor in target.anchors:
            if anchor.name == "end" and not target.group and "dev_error" in anchor.values:
                value = 100 * anchor.values["dev_error"]
                return f"{fixed(value, 1)} % ± {fixed(100 * _error(anchor), 1)}"
    return "–"


def _error(anchor: object) -> float:
    return getattr(anchor, "standard_errors", {}).get("dev_error", math.nan)


def _size(claims: Claims, kind: str) -> BasinSize | None:
    sizes = claims.basin.sizes if claims.basin else ()
    return next((size for size in sizes if size.kind == kind), None)


def _width(claims: Claims, kind: str, unit: str) -> str:
    size = _size(claims, kind)
    if size is None or size.width is None:
        return "–"
    return at_least(getattr(size.width, unit), size.width.bounded)


def _area(claims: Claims, kind: str, unit: str) -> str:
    size = _size(claims, kind)
    if size is None or size.area is None:
        return "–"
    return at_least(getattr(size.area, unit), size.area.bounded)


def _sharpness(claims: Claims) -> str:
    boxes = claims.basin.sharpness if claims.basin else ()
    found = next((box for box in boxes if box.epsilon == 0.25), None)
    return at_least(found.value, found.bounded, unit=" %") if found else "–"


def _eigenvalue(claims: Claims) -> str:
    if claims.hessian is None:
        return "–"
    return with_error(*(float(v) for v in claims.hessian.largest[0]))


def _trace(claims: Claims) -> str:
    if claims.hessian is None:
        return "–"
    return with_error(*(float(v) for v in claims.hessian.traces[0]))


def _barrier(claims: Claims) -> str:
    lines = claims.path.lines
    return number(lines[0].found.barrier) if lines else "–"


def _monotone(claims: Claims) -> str:
    lines = claims.path.lines
    if not lines:
        return "–"
    found = lines[0].found
    return "yes" if found.monotone else f"no, rises by {number(found.climb)}"


def _angle(claims: Claims) -> str:
    rows = claims.path.rows
    if len(rows) < 2 or math.isnan(rows[0].angle):
        return "–"
    return f"{fixed(rows[0].angle, 1)}° (random walk {fixed(rows[0].random_walk, 1)}°)"


def _late_distance(claims: Claims) -> str:
    late = claims.path.late
    return fixed(late[-1].from_best, 2) if late else "–"


def _agreement(claims: Claims) -> str:
    return fixed(claims.agreement.ranks[0].correlation, 3) if claims.agreement else "–"


def _minima(claims: Claims) -> str:
    found = claims.agreement.places if claims.agreement else None
    return fixed(found.distance, 2) if found else "–"


def _rollback(claims: Claims) -> str:
    single = [row for row in claims.layers.rollback if len(row.groups) == 1]
    known = [row for row in single if not math.isnan(row.change)]
    if not known:
        return "–"
    least = min(row.change for row in known)
    if least >= 0:
        return "none"
    worst = [row.groups[0] for row in known if row.change - least < 1e-9]
    return f"{', '.join(worst)}: {fixed(least, 1, sign=True)} points"
