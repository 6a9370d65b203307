"""Grid behind the surface; ticks, numbers and titles around it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from landscape_gui.ui.scene import AxisTitles
from landscape_gui.ui.surface3d.axes import BOUNDS, back_faces, labelled_edge
from landscape_gui.ui.surface3d.frame import Frame
from landscape_gui.ui.surface3d.labels import (
    LabelSpace,
    centered,
    draw_text,
    lift_off,
    text_size,
)
from landscape_gui.ui.views.ticks import linear_ticks, log_ticks, power_labels, tick_labels

FloatArray = npt.NDArray[np.float64]

_TICK, _GAP, _TITLE_GAP = 5.0, 4.0, 9.0
# A title may be this much longer than its axis on screen.
_TITLE_ROOM = 1.35
# Fewer pixels than this and an edge is seen end on.
_SHORTEST_EDGE = 36.0
_TICK_TARGETS = (8, 8, 6)


def paint_grid(painter: QPainter, frame: Frame) -> None:
    """Back faces of the box with a line per tick; the surface is drawn over it."""
    ticks = [_box_ticks(axis, frame, _TICK_TARGETS[axis]) for axis in range(3)]
    theme, projection = frame.theme, frame.projection
    for face in back_faces(projection.eye):
        painter.setPen(QPen(QColor(theme.grid), 1.0))
        for axis in range(3):
            if axis == face.axis:
                continue
            for start, stop in projection.project(face.lines(axis, ticks[axis])):
                painter.drawLine(QPointF(*start), QPointF(*stop))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for face in back_faces(projection.eye):
        painter.setPen(QPen(QColor(theme.border), 1.0))
        corners = projection.project(face.corners())
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))


def paint_axis_labels(
    painter: QPainter, frame: Frame, titles: AxisTitles, space: LabelSpace
) -> None:
    """Numbers and titles along the silhouette of the box."""
    middle = frame.projection.project(BOUNDS.mean(axis=1))
    # The value's axis last: where corners meet, α and β keep their numbers.
    for axis, title in enumerate((titles.alpha, titles.beta, titles.value)):
        edge = labelled_edge(axis, frame.projection)
        if edge is None:
            continue
        start, stop = frame.projection.project(edge)
        length = math.hypot(*(stop - start))
        if length < _SHORTEST_EDGE:
            continue
        along = (stop - start) / length
        outward = np.array([along[1], -along[0]])
        if outward @ ((start + stop) / 2 - middle) < 0:
            outward = -outward
        _paint_axis(painter, frame, axis, title, edge, outward, length, space)


def _paint_axis(
    painter: QPainter,
    frame: Frame,
    axis: int,
    title: str,
    edge: FloatArray,
    outward: FloatArray,
    length: float,
    space: LabelSpace,
) -> None:
    theme = frame.theme
    spacing = 34.0 if axis == 2 else 44.0
    target = int(min(_TICK_TARGETS[axis], max(2, length / spacing)))
    values = _ticks(axis, frame, target)
    for more in range(target + 1, target + 8):
        if len(values) >= 3:
            break
        values = _ticks(axis, frame, more)
    texts = power_labels(values) if axis == 2 and frame.box.log else tick_labels(values)
    points = np.repeat(edge[:1], len(values), axis=0)
    points[:, axis] = _to_box(axis, frame, values)
    pixels = frame.projection.project(points)

    font = QFont(frame.font)
    painter.setFont(font)
    painter.setPen(QPen(QColor(theme.border), 1.0))
    start, stop = frame.projection.project(edge)
    painter.drawLine(QPointF(*start), QPointF(*stop))
    reach = 0.0
    for (x, y), text in zip(pixels, texts, strict=True):
        painter.setPen(QPen(QColor(theme.muted), 1.0))
        painter.drawLine(QPointF(x, y), QPointF(x + outward[0] * _TICK, y + outward[1] * _TICK))
        size = text_size(text, font)
        support = _support(outward, size)
        offset = _TICK + _GAP + support
        reach = max(reach, offset + support)
        rect = centered(QPointF(x + outward[0] * offset, y + outward[1] * offset), size)
        if space.claim(rect):
            lift_off(painter, rect, theme.canvas)
            draw_text(painter, rect, text, QColor(theme.muted))
    _paint_title(
        painter, frame, axis, title, (start + stop) / 2, stop - start, outward, reach, space
    )


def _paint_title(
    painter: QPainter,
    frame: Frame,
    axis: int,
    title: str,
    middle: FloatArray,
    along: FloatArray,
    outward: FloatArray,
    reach: float,
    space: LabelSpace,
) -> None:
    font = QFont(frame.font)
    font.setPointSizeF(font.pointSizeF() * 1.08)
    room = max(float(np.hypot(*along)) * _TITLE_ROOM, 120.0)
    metrics = QFontMetricsF(font)

    def place(text: str) -> tuple[FloatArray, float, bool]:
        size = text_size(text, font)
        angle = _title_angle(axis, along, size)
        wanted = middle + outward * (reach + _TITLE_GAP + size.height() / 2)
        center = _kept_inside(wanted, size, angle, space.bounds)
        # Pushed back far from the edge, it would lie on the numbers.
        fits = size.width() <= room and float(np.hypot(*(center - wanted))) <= _TITLE_GAP
        return center, angle, fits

    texts = ever_shorter(title)
    text = next((t for t in texts if place(t)[2]), "")
    center, angle, _ = place(text)
    if not text:
        text = metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, room)
        center, angle, _ = place(text)
    size = text_size(text, font)
    painter.save()
    painter.setFont(font)
    painter.translate(QPointF(*center))
    painter.rotate(angle)
    rect = centered(QPointF(0, 0), size)
    lift_off(painter, rect, frame.theme.canvas)
    draw_text(painter, rect, text, QColor(frame.theme.text))
    painter.restore()
    for part in _covering(center, size, angle):
        space.taken.append(part)


def ever_shorter(title: str) -> list[str]:
    """A title, without its explanation in brackets, without its notes one by one, abbreviated."""
    texts = [title]
    if "(" in title:
        texts.append(title.partition("(")[0].strip() or title)
    while "," in texts[-1]:
        texts.append(texts[-1].rpartition(",")[0].strip())
    abbreviated = texts[-1].replace("development", "dev").replace("training", "train")
    return texts if abbreviated == texts[-1] else [*texts, abbreviated]


def _title_angle(axis: int, along: FloatArray, size: QSizeF) -> float:
    """Degrees to turn a title by: along its axis, upright where it is hardly longer than high."""
    angle = math.degrees(math.atan2(along[1], along[0]))
    if size.width() < 2 * size.height():
        return 0.0
    if abs(abs(angle) - 90) < (20 if axis == 2 else 8):
        return -90.0
    if abs(angle) > 90:
        angle -= math.copysign(180, angle)
    return angle


def _kept_inside(center: FloatArray, size: QSizeF, angle: float, bounds: QRectF) -> FloatArray:
    across, down = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    half_x = (across * size.width() + down * size.height()) / 2 + 2
    half_y = (down * size.width() + across * size.height()) / 2 + 2
    return np.array(
        [
            min(max(center[0], bounds.left() + half_x), bounds.right() - half_x),
            min(max(center[1], bounds.top() + half_y), bounds.bottom() - half_y),
        ]
    )


def _covering(center: FloatArray, size: QSizeF, angle: float) -> list[QRectF]:
    """Small squares along a rotated text: its bounding box would claim far too much room."""
    side = size.height()
    count = max(1, math.ceil(size.width() / side))
    step = np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))]) * side
    first = center - step * (count - 1) / 2
    return [centered(QPointF(*(first + k * step)), QSizeF(side, side)) for k in range(count)]


def _support(direction: FloatArray, size: QSizeF) -> float:
    return float(abs(direction[0]) * size.width() + abs(direction[1]) * size.height()) / 2


def _range(axis: int, frame: Frame) -> tuple[float, float]:
    box = frame.box
    return (box.alpha, box.beta, (box.low, box.high))[axis]


def _ticks(axis: int, frame: Frame, target: int) -> FloatArray:
    choose = log_ticks if axis == 2 and frame.box.log else linear_ticks
    return choose(*_range(axis, frame), target)


def _to_box(axis: int, frame: Frame, values: FloatArray) -> FloatArray:
    return (frame.box.x, frame.box.y, frame.box.z)[axis](values)


def _box_ticks(axis: int, frame: Frame, target: int) -> FloatArray:
    return _to_box(axis, frame, _ticks(axis, frame, target))
