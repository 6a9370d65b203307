"""Contour lines on a plot, light on dark colours and dark on light ones, with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from landscape_gui.ui.scene import FloatArray, Limits, SurfaceScene
from landscape_gui.ui.turns import Parts
from landscape_gui.ui.views.contour_lines import ContourLine, LabelSpot, label_spot, lines_path
from landscape_gui.ui.views.halo_text import draw_halo_text, text_size
from landscape_gui.ui.views.plot_frame import PlotFrame
from landscape_gui.ui.views.surface_image import (
    VEIL_STEP,
    Palette,
    color_index,
    nearest_index,
    veils,
)


@dataclass(frozen=True, eq=False)
class ContourInk:
    """What decides over the colours of lines and numbers, and the numbers' font."""

    palette: Palette
    limits: Limits
    font: QFont


def paint_contours(
    painter: QPainter,
    plot: PlotFrame,
    scene: SurfaceScene,
    lines: Sequence[ContourLine],
    ink: ContourInk,
    obstacles: Sequence[QRectF],
    bounds: QRectF,
) -> Parts[list[QRectF]]:
    """Paint lines, and numbers on their straight stretches that keep off ``obstacles``.

    Parameters
    ----------
    bounds
        Where numbers may stand, in pixels.

    Returns
    -------
    list of QRectF
        After a part per level: where numbers stand now, with room around them.
    """
    pixels = [plot.to_pixels(line.points[:, 0], line.points[:, 1]) for line in lines]
    indices = color_index(
        np.array([line.level for line in lines]), ink.limits, scene.scale
    ).tolist()
    tones: dict[bool, list[tuple[FloatArray, tuple[int, ...]]]] = {True: [], False: []}
    for line, points, index in zip(lines, pixels, indices, strict=True):
        tones[bool(ink.palette.is_dark[index])].append((points, line.offsets))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for on_dark, alike in tones.items():
        color = QColor(255, 255, 255, 150) if on_dark else QColor(0, 0, 0, 105)
        painter.setPen(QPen(color, 1.0))
        painter.drawPath(lines_path(alike))
    yield

    taken, before = list(obstacles), len(obstacles)
    inner = bounds.adjusted(6, 6, -6, -6)
    veil = veils(scene)
    for line, points, index in zip(lines, pixels, indices, strict=True):
        width, height = text_size(ink.font, line.text)
        pieces = sorted((points[a:b] for a, b in pairwise(line.offsets)), key=len)
        # More than two numbers per level would be noise on a rough surface.
        for piece in reversed(pieces[-2:]):
            spot = label_spot(piece, width + 10, height, inner, taken)
            if spot is not None:
                taken.append(spot.rect.adjusted(-18, -10, 18, 10))
                veiled = VEIL_STEP * _veil_at(plot, scene, veil, spot)
                _paint_number(painter, spot, line.text, ink, index + veiled)
        yield
    return taken[before:]


def _paint_number(
    painter: QPainter, spot: LabelSpot, text: str, ink: ContourInk, index: int
) -> None:
    metrics = QFontMetricsF(ink.font)
    width, height = text_size(ink.font, text)
    color = QColor(255, 255, 255) if ink.palette.is_dark[index] else QColor(20, 20, 20)
    painter.save()
    painter.translate(spot.x, spot.y)
    painter.rotate(spot.angle)
    # Digits are as high as capitals: their middle, not the line's, belongs on the contour.
    place = QRectF(-width / 2, metrics.capHeight() / 2 - metrics.ascent(), width, height)
    # A halo in the level's own colour interrupts the line and is not seen itself.
    draw_halo_text(painter, place, text, ink.font, color, ink.palette.color(index), 3.0)
    painter.restore()


def _veil_at(
    plot: PlotFrame, scene: SurfaceScene, veil: npt.NDArray[np.int16], spot: LabelSpot
) -> int:
    alpha, beta = plot.from_pixels(QPointF(spot.x, spot.y))
    i, j = nearest_index(scene.alpha, alpha), nearest_index(scene.beta, beta)
    if i is None or j is None:
        return 0
    # What surrounds the number decides, not the one cell under its middle.
    return int(np.median(veil[max(0, j - 1) : j + 2, max(0, i - 1) : i + 2]))
