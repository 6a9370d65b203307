"""The surface as an image: one cell per lattice point, veiled the more the less it is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from landscape_gui.ui.color_maps import luminance
from landscape_gui.ui.scene import FloatArray, Limits, SurfaceScene, ValueScale
from landscape_gui.ui.value_scale import place

# How much of its saturation and of its contrast to the canvas a filled-in cell keeps.
_VEIL_SATURATION = 0.5
_VEIL_STRENGTH = 0.6
# How thick the veil is: none where measured, hardly any where the estimate is as good, all of it
# where only filled in.
_THICKNESS = (0.0, 0.13, 0.4, 0.7, 1.0)
VEILS = len(_THICKNESS) - 1
_TRANSPARENT = 256 * (VEILS + 1)
_MOST_PIXELS = 2048


def cell_edges(values: FloatArray) -> FloatArray:
    """Edges of the cells around ascending points, float64[n + 1]: midpoints, and half a gap out."""
    if values.size == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middles = (values[1:] + values[:-1]) / 2
    return np.concatenate(
        ([values[0] - (middles[0] - values[0])], middles, [2 * values[-1] - middles[-1]])
    )


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


class Palette:
    """A colour map with its veiled twins, as one table of 256 (VEILS + 1) + 1 ARGB words.

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
        for thickness in _THICKNESS:
            veiled = grey + (1 - thickness * (1 - _VEIL_SATURATION)) * (rgb - grey)
            steps.append(ground + (1 - thickness * (1 - _VEIL_STRENGTH)) * (veiled - ground))
        self._rgb = np.vstack(steps).round().astype(np.uint8)
        words = self._rgb.astype(np.uint32)
        opaque = 0xFF000000 | (words[:, 0] << 16) | (words[:, 1] << 8) | words[:, 2]
        self.words: npt.NDArray[np.uint32] = np.append(opaque, 0).astype(np.uint32)
        self.is_dark: npt.NDArray[np.bool_] = luminance(self._rgb) < 0.5

    def color(self, index: int) -> QColor:
        """The colour at an index from ``color_index``, plus 256 for every veil over it."""
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
        self._limits = Limits(0.0, 1.0)
        self._palette: Palette | None = None
        self._image: QImage | None = None
        self._pixels: npt.NDArray[np.uint32] | None = None
        self.rect = QRectF()
        """Outer edges of the outermost cells, in (α, β) with y pointing up."""

    def set_scene(self, scene: SurfaceScene | None) -> None:
        self._scene = scene
        self._image = None
        if scene is not None:
            x, y = cell_edges(scene.alpha), cell_edges(scene.beta)
            self.rect = QRectF(x[0], y[0], x[-1] - x[0], y[-1] - y[0])

    def set_limits(self, limits: Limits) -> None:
        if limits != self._limits:
            self._limits, self._image = limits, None

    def set_palette(self, palette: Palette) -> None:
        self._palette, self._image = palette, None

    def image(self) -> QImage | None:
        """The image with the highest β in its first row."""
        scene, palette = self._scene, self._palette
        if scene is None or palette is None:
            return None
        if self._image is None:
            index = color_index(scene.height, self._limits, scene.scale)
            index += 256 * veils(scene)
            index[~np.isfinite(scene.height)] = _TRANSPARENT
            rows, columns = _pixel_sources(scene.beta), _pixel_sources(scene.alpha)
            if rows.size != scene.beta.size or columns.size != scene.alpha.size:
                index = index[np.ix_(rows, columns)]
            # QImage does not own what it shows: the array has to live as long as it.
            self._pixels = np.ascontiguousarray(palette.words[index[::-1]])
            height, width = self._pixels.shape
            self._image = QImage(
                self._pixels.data,  # pyright: ignore[reportArgumentType]
                width,
                height,
                4 * width,
                QImage.Format.Format_ARGB32_Premultiplied,
            )
        return self._image

    def paint(self, painter: QPainter, target: QRectF, clip: QRectF) -> None:
        """Draw the part inside ``clip`` of the image that as a whole fills ``target`` (pixels)."""
        image = self.image()
        if image is None or target.isEmpty():
            return
        # Only whole cells that can be seen: scaling the rest overflows when zoomed in deep.
        w, h = target.width() / image.width(), target.height() / image.height()
        left = max(0, int((clip.left() - target.left()) / w))
        top = max(0, int((clip.top() - target.top()) / h))
        right = min(image.width(), int((clip.right() - target.left()) / w) + 1)
        bottom = min(image.height(), int((clip.bottom() - target.top()) / h) + 1)
        if right <= left or bottom <= top:
            return
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
