"""Draws surfaces without OpenGL: flat facets, the farthest first, with QPainter."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from landscape_gui.ui.scene import FloatArray
from landscape_gui.ui.surface3d.box import HEIGHT
from landscape_gui.ui.surface3d.drawing import DRAFT, Drawing, Rendering, light
from landscape_gui.ui.surface3d.mesh import kept

_FINE_FACETS, _DRAFT_FACETS = 73, 31
_LID_OPACITY = 0.26


class PainterRenderer:
    """A still of a surface, coarser than on a GPU but with the same colours, light and lines."""

    def render(self, drawing: Drawing) -> Rendering:
        """Draw now, in this thread."""
        began = time.perf_counter()
        width, height = drawing.size
        image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        facets = _Facets(drawing)
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(drawing.pixel_ratio, drawing.pixel_ratio)
            facets.paint(painter)
        return Rendering(drawing, image, time.perf_counter() - began)


class _Facets:
    """Quadrilaterals of the surface with their colours, in the order of painting."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing
        most = _DRAFT_FACETS if drawing.quality.points <= DRAFT.points else _FINE_FACETS
        field, box = drawing.field, drawing.box
        shape = field.lattice.shape
        rows, columns = kept(shape[0], most), kept(shape[1], most)
        layers = field.layers_at(rows, columns).astype(np.float64)
        self._value = np.asarray(layers[..., 0] + field.base, dtype=np.float64)
        self._slopes, self._sure = layers[..., 1:3], layers[..., 3]
        position = field.lattice.positions()[np.ix_(rows, columns)]
        self._points = np.dstack([position, box.z(self._value)]).astype(np.float64)
        self._pixels = drawing.projection.project(self._points)

    def paint(self, painter: QPainter) -> None:
        drawing, box = self._drawing, self._drawing.box
        value = _mean(self._value)
        colors = self._colors(value)
        beyond = ((value > box.high) | (value < box.low)).ravel()
        distance = np.linalg.norm(_mean(self._points) - drawing.projection.eye, axis=-1).ravel()
        corners = _corners(self._pixels).reshape(-1, 4, 2)
        lines = self._lines() if drawing.lines else {}
        for k in np.argsort(-distance).tolist():
            color = QColor(*colors[k])
            if beyond[k]:
                color.setAlphaF(_LID_OPACITY)
                painter.setPen(Qt.PenStyle.NoPen)
            else:
                # Over the seam to the neighbours, which antialiasing would leave translucent.
                painter.setPen(QPen(color, 0.8))
            painter.setBrush(color)
            painter.drawConvexPolygon(QPolygonF([QPointF(x, y) for x, y in corners[k].tolist()]))
            if k in lines and not beyond[k]:
                painter.setPen(QPen(color.darker(165), 1.0))
                painter.drawLines(lines[k])

    def _colors(self, value: FloatArray) -> list[tuple[int, int, int]]:
        drawing = self._drawing
        box = drawing.box
        rise = (box.z(value) - box.foot) / box.room
        if drawing.bands and len(drawing.levels):
            ends = np.concatenate([[box.low], drawing.levels, [box.high]])
            rises = (box.z(ends) - box.foot) / box.room
            band = np.clip(np.searchsorted(ends, value, side="right") - 1, 0, len(ends) - 2)
            rise = (rises[band] + rises[band + 1]) / 2
        index = (rise * 255).round().astype(int)
        rgb = drawing.colors[index][..., :3].astype(np.float64) / 255
        gray = (rgb @ [0.30, 0.59, 0.11])[..., None]
        filled = 1 - _mean(self._sure)[..., None]
        pale = 0.55 * gray + 0.45 * np.array(drawing.canvas)
        rgb += 0.62 * filled * (pale - rgb)
        rgb *= self._shade()[..., None]
        return [tuple(c) for c in (np.clip(rgb, 0, 1) * 255).astype(int).reshape(-1, 3).tolist()]

    def _shade(self) -> FloatArray:
        """The same half-Lambert light as in the shader."""
        box = self._drawing.box
        if box.log:
            steepness = box.room / (box.log_ratio * np.maximum(_mean(self._value), box.low))
        else:
            steepness = np.asarray(box.room / (box.high - box.low))
        slopes = np.clip(_mean(self._slopes) * steepness[..., None], -60, 60)
        flat = (_mean(self._points)[..., 2] >= HEIGHT) | (_mean(self._points)[..., 2] <= box.foot)
        slopes[flat] = 0.0
        normal = np.dstack([-slopes, np.ones(slopes.shape[:2])])
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        return 0.50 + 0.56 * (0.5 + 0.5 * (normal @ np.array(light(self._drawing.camera))))

    def _lines(self) -> dict[int, list[QLineF]]:
        """Pieces of contour lines by facet: painted after it, they hide where it hides."""
        values, pixels = _corners(self._value), _corners(self._pixels)
        found: dict[int, list[QLineF]] = {}
        ahead = np.roll(values, -1, axis=-1)
        step = np.where(ahead == values, 1.0, ahead - values)
        for level in self._drawing.levels.tolist():
            crossed = (values > level) != (ahead > level)
            two = crossed.sum(axis=-1) == 2
            share = np.where(crossed, (level - values) / step, 0.0)[..., None]
            places = pixels + share * (np.roll(pixels, -1, axis=-2) - pixels)
            ends = places[two][crossed[two]].reshape(-1, 4)
            for k, end in zip(np.flatnonzero(two).tolist(), ends.tolist(), strict=True):
                found.setdefault(k, []).append(QLineF(*end))
        return found


def _corners(at: FloatArray) -> npt.NDArray[np.float64]:
    """The four corners of each facet, in order around it, before the last axes of a vertex."""
    parts = (at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1])
    return np.stack(parts, axis=2)


def _mean(at: FloatArray) -> FloatArray:
    return _corners(at).mean(axis=2, dtype=np.float64)
