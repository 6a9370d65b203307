"""One surface on the contour map: its image and its lines, kept while nothing changes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from landscape_gui.ui.scene import FillStyle, FloatArray, Limits, SurfaceScene
from landscape_gui.ui.value_scale import place
from landscape_gui.ui.views.contour_lines import ContourLine, contour_levels, trace_contours
from landscape_gui.ui.views.display_grid import DisplayGrid, display_grid
from landscape_gui.ui.views.plot_frame import PlotFrame
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.surface_image import (
    Palette,
    SurfaceImage,
    cell_edges,
    point_span,
)


class SurfaceSheet:
    """A surface, or a part of one that is measured finer and lies on top of it.

    Parameters
    ----------
    whole
        Whether the cells of the outermost points are drawn whole. A part ends at its points, which
        are points of the surface under it.
    """

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self.scene: SurfaceScene | None = None
        self.limits = Limits(0.0, 1.0)
        self._style: FillStyle = "smooth"
        self._grid: DisplayGrid | None = None
        self._lines: list[ContourLine] | None = None
        self._image = SurfaceImage()

    def set_scene(self, scene: SurfaceScene | None) -> None:
        """Show another surface, or the same with other values."""
        if scene is None or self.scene is None or not _alike(self.scene, scene):
            self._lines = None
            self._grid = None if scene is None else display_grid(scene, beyond=self._whole)
        self.scene = scene
        self._image.set_scene(scene, self._grid)
        self._hand_on_levels()

    def set_limits(self, limits: Limits) -> None:
        """Other ends of the colour map."""
        if limits != self.limits:
            self.limits, self._lines = limits, None
            self._image.set_limits(limits)
            self._hand_on_levels()

    def set_palette(self, palette: Palette) -> None:
        """Other colours."""
        self._image.set_palette(palette)

    def set_style(self, style: FillStyle) -> None:
        """Smooth, in bands, or a cell per point; the lines of cells are those between points."""
        if style != self._style:
            self._style, self._lines = style, None
            self._image.set_style(style)

    @property
    def extent(self) -> PlotRange | None:
        """What it covers; None without a surface."""
        if self.scene is None:
            return None
        span = cell_edges if self._whole else point_span
        x, y = span(self.scene.alpha), span(self.scene.beta)
        return PlotRange(float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))

    def lines(self) -> Sequence[ContourLine]:
        """Contour lines at nice levels."""
        scene = self.scene
        if scene is None:
            return ()
        if self._lines is None:
            grid = self._grid if self._style != "cells" else None
            source: DisplayGrid | SurfaceScene = grid or scene
            beyond = grid is None and self._whole
            self._lines = trace_contours(
                source.alpha, source.beta, source.height, self.limits, scene.scale, beyond
            )
        return self._lines

    def paint(self, painter: QPainter, plot: PlotFrame, clip: QRectF, *, fine: bool) -> None:
        """Draw the image inside ``clip`` (pixels); ``fine`` where no lines cover its edges."""
        whole = self._image.rect
        target = plot.pixel_rect(
            PlotRange(whole.left(), whole.right(), whole.top(), whole.bottom())
        )
        self._image.paint(painter, target, clip, fine=fine)

    def _hand_on_levels(self) -> None:
        scene = self.scene
        if scene is not None:
            levels, _ = contour_levels(self.limits, scale=scene.scale)
            places: FloatArray = place(levels, self.limits, scene.scale)
            self._image.set_levels(tuple(places.tolist()))


def _alike(old: SurfaceScene, new: SurfaceScene) -> bool:
    return (
        old.scale == new.scale
        and np.array_equal(old.alpha, new.alpha)
        and np.array_equal(old.beta, new.beta)
        and np.array_equal(old.height, new.height, equal_nan=True)
    )
