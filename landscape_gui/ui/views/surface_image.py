"""The surface as an image, veiled the more the less it is known: smooth, in bands, or in cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from landscape_gui.ui.color_maps import luminance
from landscape_gui.ui.scene import FillStyle, FloatArray, Limits, SurfaceScene, ValueScale
from landscape_gui.ui.value_scale import place
from landscape_gui.ui.views.display_grid import DisplayGrid

# How much of its saturation and of its contrast to the canvas a filled-in cell keeps.
_VEIL_SATURATION = 0.5
_VEIL_STRENGTH = 0.6
# How thick the veil is: none where measured, hardly any where the estimate is as good, all of it
# where only filled in.
_THICKNESS = (0.0, 0.13, 0.4, 0.7, 1.0)
VEILS = len(_THICKNESS) - 1
# Between two of these, so many shades that the step from one to the next is not seen.
_SHADES = 8
VEIL_STEP = 256 * _SHADES
"""What one whole veil over it adds to a colour's index."""
_TRANSPARENT = VEIL_STEP * VEILS + 256
_MOST_PIXELS = 2048
_BAND_ENTRIES = 4096


def cell_edges(values: FloatArray) -> FloatArray:
    """Edges of the cells around ascending points, float64[n + 1]: midpoints, and half a gap out."""
    if values.size == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = (values[1:] + values[:-1]) / 2
    return np.concatenate(
        ([values[0] - (middles[0] - values[0])], middles, [2 * values[-1] - middles[-1]])
    )


def point_span(values: FloatArray) -> FloatArray:
    """First and last point."""
    return values[[0, -1]]


def nearest_index(values: FloatArray, position: float) -> int | None:
    """Index of the point whose cell holds ``position``; ``None`` outside all cells."""
    edges = cell_edges(values)
    if not edges[0] <= position <= edges[-1]:
        return None
    return int(min(np.searchsorted(edges, position, side="right") - 1, values.size - 1))


def _pixel_sources(values: FloatArray) -> npt.NDArray[np.intp]:
    """Which point each of the equally wide pixels along an axis shows."""
    gaps = np.diff(values)
    if gaps.size == 0 or np.allclose(gaps, gaps[0], rtol=1e-6, atol=0):
        return np.arange(values.size)
    edges = cell_edges(values)
    count = int(min(_MOST_PIXELS, np.ceil((edges[-1] - edges[0]) / gaps.min()) * 2))
    centers = edges[0] + (np.arange(count) + 0.5) * ((edges[-1] - edges[0]) / count)
    return np.clip(np.searchsorted(edges, centers, side="right") - 1, 0, values.size - 1)


def veils(scene: SurfaceScene) -> npt.NDArray[np.int16]:
    """int16[m, n]: 0 where measured, 1 where estimated as well as measured, … VEILS: filled in."""
    if scene.trust is None:
        return np.where(scene.measured, 0, VEILS).astype(np.int16)
    estimated = 1 + np.rint((1.0 - scene.trust) * (VEILS - 1))
    return np.where(scene.measured, 0, estimated).astype(np.int16)


def soft_veils(scene: SurfaceScene) -> FloatArray:
    """float64[m, n]: how thick the veil is around each point, the mean of it and its neighbours.

    A picture without cells tells where the surface is known, not which points are measured (dots
    do that): a veil that was torn at every single measured point would make it blotchy.
    """
    veil = np.pad(veils(scene).astype(np.float64), 1)
    inside = np.pad(np.ones(scene.height.shape), 1)
    return _around(veil) / _around(inside)


def _around(padded: FloatArray) -> FloatArray:
    """Sum over 3 × 3 neighbours, without the rim."""
    along = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    return along[:-2] + along[1:-1] + along[2:]


class Palette:
    """A colour map with its veiled twins in fine shades, as one table of ARGB words.

    Parameters
    ----------
    rgba
        uint8[256, 4] from the low to the high end.
    canvas
        What filled-in cells fade to.
    """

    def __init__(self, rgba: npt.NDArray[np.uint8], canvas: QColor) -> None:
        rgb = rgba[:, :3].astype(np.float64)
        grey = 255.0 * luminance(rgba)[:, None]
        ground = np.array([canvas.red(), canvas.green(), canvas.blue()], dtype=np.float64)
        steps = []
        shades = np.linspace(0, VEILS, VEILS * _SHADES + 1)
        for thickness in np.interp(shades, np.arange(VEILS + 1), _THICKNESS).tolist():
            veiled = grey + (1 - thickness * (1 - _VEIL_SATURATION)) * (rgb - grey)
            steps.append(ground + (1 - thickness * (1 - _VEIL_STRENGTH)) * (veiled - ground))
        self._rgb = np.vstack(steps).round().astype(np.uint8)
        words = self._rgb.astype(np.uint32)
        opaque = 0xFF000000 | (words[:, 0] << 16) | (words[:, 1] << 8) | words[:, 2]
        self.words: npt.NDArray[np.uint32] = np.append(opaque, 0).astype(np.uint32)
        self.is_dark: npt.NDArray[np.bool_] = luminance(self._rgb) < 0.5

    def color(self, index: int) -> QColor:
        """The colour at an index from ``color_index``, plus VEIL_STEP for every veil over it."""
        return QColor(*(int(c) for c in self._rgb[index]))


def color_index(
    values: FloatArray, limits: Limits, scale: ValueScale = "linear"
) -> npt.NDArray[np.int16]:
    """Place of each value in the colour map, 0 to 255; clipped outside, 0 where not finite."""
    scaled = 256.0 * place(values, limits, scale)
    return np.clip(np.nan_to_num(scaled, nan=0.0), 0, 255).astype(np.int16)


class SurfaceImage:
    """Image of one scene, rebuilt only when something it depends on changed."""

    def __init__(self) -> None:
        self._scene: SurfaceScene | None = None
        self._grid: DisplayGrid | None = None
        self._limits = Limits(0.0, 1.0)
        self._palette: Palette | None = None
        self._style: FillStyle = "smooth"
        self._levels: tuple[float, ...] = ()
        self._image: QImage | None = None
        self._pixels: npt.NDArray[np.uint32] | None = None
        self.rect = QRectF()
        """Outer edges of what is drawn, in (α, β) with y pointing up."""

    def set_scene(self, scene: SurfaceScene | None, grid: DisplayGrid | None = None) -> None:
        """Show a scene; between its points as ``grid`` says, else a cell for each point."""
        self._scene, self._grid = scene, grid
        self._forget()

    def set_limits(self, limits: Limits) -> None:
        if limits != self._limits:
            self._limits, self._image = limits, None

    def set_palette(self, palette: Palette) -> None:
        self._palette, self._image = palette, None

    def set_style(self, style: FillStyle) -> None:
        if style != self._style:
            self._style = style
            self._forget()

    def set_levels(self, levels: tuple[float, ...]) -> None:
        """Where bands meet, as places between the limits from 0 to 1."""
        if levels != self._levels:
            self._levels = levels
            if self._style == "bands":
                self._image = None

    def _forget(self) -> None:
        self._image = None
        scene, grid = self._scene, self._drawn_grid()
        if scene is None:
            return
        source = grid or scene
        x, y = cell_edges(source.alpha), cell_edges(source.beta)
        self.rect = QRectF(x[0], y[0], x[-1] - x[0], y[-1] - y[0])

    def _drawn_grid(self) -> DisplayGrid | None:
        return None if self._style == "cells" else self._grid

    def image(self) -> QImage | None:
        """The image with the highest β in its first row."""
        scene, palette = self._scene, self._palette
        if scene is None or palette is None:
            return None
        if self._image is None:
            grid = self._drawn_grid()
            if grid is None:
                index = self._colors(scene.height) + np.int16(VEIL_STEP) * veils(scene)
                index[~np.isfinite(scene.height)] = _TRANSPARENT
                rows, columns = _pixel_sources(scene.beta), _pixel_sources(scene.alpha)
                if rows.size != scene.beta.size or columns.size != scene.alpha.size:
                    index = index[np.ix_(rows, columns)]
            else:
                index = self._colors(grid.height)
                if not scene.measured.all():
                    index += _veil_index(scene, grid.rows, grid.columns)
            self._image, self._pixels = _painted(palette.words[index[::-1]])
        return self._image

    def _colors(self, height: FloatArray) -> npt.NDArray[np.int16]:
        assert self._scene is not None
        if self._style == "bands":
            where = place(height, self._limits, self._scene.scale)
            return band_table(self._levels)[_band_entries(where)]
        return color_index(height, self._limits, self._scene.scale)

    def paint(self, painter: QPainter, target: QRectF, clip: QRectF, *, fine: bool = False) -> None:
        """Draw the part inside ``clip`` of the image that as a whole fills ``target`` (pixels).

        ``fine``: the edges of bands are seen, and are drawn smooth.
        """
        if self._style == "bands" and self._drawn_grid() is not None:
            self._paint_bands(painter, target, clip, 2.0 if fine else 1.0)
            return
        image = self.image()
        if image is None or target.isEmpty():
            return
        # Only whole cells that can be seen: scaling the rest overflows when zoomed in deep.
        w, h = target.width() / image.width(), target.height() / image.height()
        left = max(0, int((clip.left() - target.left()) / w) - 1)
        top = max(0, int((clip.top() - target.top()) / h) - 1)
        right = min(image.width(), int((clip.right() - target.left()) / w) + 2)
        bottom = min(image.height(), int((clip.bottom() - target.top()) / h) + 2)
        if right <= left or bottom <= top:
            return
        smooth = self._drawn_grid() is not None
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(
            QRectF(
                target.left() + left * w,
                target.top() + top * h,
                (right - left) * w,
                (bottom - top) * h,
            ),
            image,
            QRectF(left, top, right - left, bottom - top),
        )

    def _paint_bands(self, painter: QPainter, target: QRectF, clip: QRectF, finer: float) -> None:
        """A colour for each pixel of the screen: bands have edges, which must not be blurred."""
        scene, palette, grid = self._scene, self._palette, self._grid
        shown = target.intersected(clip)
        if scene is None or palette is None or grid is None or shown.isEmpty():
            return
        ratio = finer * painter.device().devicePixelRatioF()
        width, height = round(shown.width() * ratio), round(shown.height() * ratio)
        if width < 1 or height < 1:
            return
        x = shown.left() + (np.arange(width) + 0.5) * shown.width() / width
        y = shown.top() + (np.arange(height) + 0.5) * shown.height() / height
        columns = (x - target.left()) / target.width() * len(grid.alpha) - 0.5
        rows = (target.bottom() - y) / target.height() * len(grid.beta) - 0.5
        index = self._colors(_between(_between(grid.height, rows).T, columns).T)
        if not scene.measured.all():
            index += _veil_index(
                scene,
                np.interp(rows, np.arange(grid.rows.size), grid.rows),
                np.interp(columns, np.arange(grid.columns.size), grid.columns),
            )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, finer > 1)
        image, _pixels = _painted(palette.words[index])
        painter.drawImage(shown, image, QRectF(0, 0, width, height))


def _veil_index(
    scene: SurfaceScene, rows: FloatArray, columns: FloatArray
) -> npt.NDArray[np.int16]:
    """What the veil adds to colour indices at broken rows × columns of the scene's points."""
    veil = _between(_between(soft_veils(scene), rows).T, columns).T
    return (256 * np.rint(_SHADES * veil)).astype(np.int16)


def _painted(words: npt.NDArray[np.uint32]) -> tuple[QImage, npt.NDArray[np.uint32]]:
    """An image, and what it shows: the image does not own that, it has to live as long."""
    pixels = np.ascontiguousarray(words)
    height, width = pixels.shape
    image = QImage(
        pixels.data,  # pyright: ignore[reportArgumentType]
        width,
        height,
        4 * width,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    return image, pixels


def band_table(levels: tuple[float, ...]) -> npt.NDArray[np.int16]:
    """Colour index for each of many places from 0 to 1: that of the middle of its band."""
    edges = np.array([0.0, *levels, 1.0])
    middles = (edges[1:] + edges[:-1]) / 2
    places = (np.arange(_BAND_ENTRIES) + 0.5) / _BAND_ENTRIES
    bands = np.searchsorted(edges[1:-1], places, side="right")
    return np.clip(256 * middles[bands], 0, 255).astype(np.int16)


def _band_entries(where: FloatArray) -> npt.NDArray[np.int64]:
    found = np.nan_to_num(where * _BAND_ENTRIES, nan=0.0)
    return np.clip(found, 0, _BAND_ENTRIES - 1).astype(np.int64)


def _between(rows: FloatArray, at: FloatArray) -> FloatArray:
    """Rows at broken indices, linear between whole ones."""
    first = np.clip(np.floor(at).astype(np.intp), 0, max(len(rows) - 2, 0))
    share = np.clip(at - first, 0.0, 1.0)[:, None]
    return rows[first] * (1 - share) + rows[np.minimum(first + 1, len(rows) - 1)] * share
