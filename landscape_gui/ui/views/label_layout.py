"""Where labels beside points go so that they cover neither points nor one another."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF

# Right first, as a reader expects; then above, below and left.
_DIRECTIONS = ((1, 0), (1, -1), (1, 1), (0, -1), (0, 1), (-1, 0), (-1, -1), (-1, 1))


def candidates(point: QPointF, width: float, height: float, gap: float) -> list[QRectF]:
    """The eight places around a point, the best first."""
    places = []
    for dx, dy in _DIRECTIONS:
        diagonal = 0.75 if dx and dy else 1.0
        x = point.x() + dx * (gap * diagonal + width / 2)
        y = point.y() + dy * (gap * diagonal + height / 2)
        places.append(QRectF(x - width / 2, y - height / 2, width, height))
    return places


def place_label(
    point: QPointF,
    size: tuple[float, float],
    gap: float,
    bounds: QRectF,
    obstacles: Sequence[QRectF],
    must: bool = False,
    others: Sequence[QPointF] = (),
    near_others: bool = True,
) -> QRectF | None:
    """A free place for a label beside a point.

    Parameters
    ----------
    point
        What the label belongs to.
    size
        Width and height of the label in pixels.
    gap
        Distance from the point to the label's nearest edge.
    bounds
        The label stays inside.
    obstacles
        Rectangles that it does not touch.
    must
        Whether to take the least bad place where none is free.
    others
        Points with labels of their own; a place near one of them is taken only for want of
        another, lest the label be read as that point's.
    near_others
        Whether such a place is taken even if its middle is nearer to the other point.

    Returns
    -------
    QRectF or None
        ``None`` where there is no free place and ``must`` is False.
    """
    places = [p for p in candidates(point, *size, gap) if bounds.contains(p)]
    free = [place for place in places if not any(place.intersects(o) for o in obstacles)]
    for place in free:
        if all(_distance(place, other) > 1.4 * gap for other in others):
            return place
    free = [p for p in free if near_others or _belongs(p.center(), point, others)]
    if free:
        return free[0]
    if not (must and places):
        return None
    return min(places, key=lambda place: sum(_overlap(place, o) for o in obstacles))


def bisecting_order(count: int) -> list[int]:
    """0, the last, the middle, the quarters …: what stays evenly spread wherever it is cut off."""
    if count <= 0:
        return []
    order = [0] if count == 1 else [0, count - 1]
    seen = set(order)
    spans = [(0, count - 1)]
    while spans:
        halves = []
        for first, last in spans:
            middle = (first + last) // 2
            if middle not in seen:
                seen.add(middle)
                order.append(middle)
            if last - first > 2:
                halves += [(first, middle), (middle, last)]
        spans = halves
    return order + [i for i in range(count) if i not in seen]


def free_place(
    size: tuple[float, float], bounds: QRectF, margin: float, obstacles: Sequence[QRectF]
) -> QRectF:
    """Where in ``bounds`` a panel covers least: a corner if one is free, the top left first."""
    width, height = size
    left, top = bounds.left() + margin, bounds.top() + margin
    right, bottom = bounds.right() - margin - width, bounds.bottom() - margin - height
    corners = [(left, top), (right, top), (left, bottom), (right, bottom)]
    steps = [k / 8 for k in range(9)]
    inside = [(left + s * (right - left), top + t * (bottom - top)) for t in steps for s in steps]
    best, least = QRectF(left, top, width, height), float("inf")
    for x, y in (*corners, *inside):
        place = QRectF(x, y, width, height)
        covered = sum(_overlap(place, o) for o in obstacles)
        if covered == 0:
            return place
        if covered < least:
            best, least = place, covered
    return best


def _distance(rect: QRectF, point: QPointF) -> float:
    dx = max(rect.left() - point.x(), 0.0, point.x() - rect.right())
    dy = max(rect.top() - point.y(), 0.0, point.y() - rect.bottom())
    return math.hypot(dx, dy)


def _belongs(middle: QPointF, point: QPointF, others: Sequence[QPointF]) -> bool:
    def distance(to: QPointF) -> float:
        return math.hypot(middle.x() - to.x(), middle.y() - to.y())

    return all(distance(point) < distance(other) for other in others)


def _overlap(a: QRectF, b: QRectF) -> float:
    common = a.intersected(b)
    return 0.0 if common.isEmpty() else common.width() * common.height()
