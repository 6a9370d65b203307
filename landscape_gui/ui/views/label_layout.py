"""Where labels beside points go so that they cover neither points nor one another."""

from __future__ import annotations

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

    Returns
    -------
    QRectF or None
        ``None`` where there is no free place and ``must`` is False.
    """
    places = [p for p in candidates(point, *size, gap) if bounds.contains(p)]
    for place in places:
        if not any(place.intersects(o) for o in obstacles):
            return place
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


def free_corner(
    size: tuple[float, float], bounds: QRectF, margin: float, obstacles: Sequence[QRectF]
) -> QRectF:
    """The corner of ``bounds`` where a panel covers least; top left where all are alike."""
    width, height = size
    left, top = bounds.left() + margin, bounds.top() + margin
    right, bottom = bounds.right() - margin - width, bounds.bottom() - margin - height
    corners = [
        QRectF(x, y, width, height)
        for x, y in ((left, top), (right, top), (left, bottom), (right, bottom))
    ]
    return min(corners, key=lambda corner: sum(_overlap(corner, o) for o in obstacles))


def _overlap(a: QRectF, b: QRectF) -> float:
    common = a.intersected(b)
    return 0.0 if common.isEmpty() else common.width() * common.height()
