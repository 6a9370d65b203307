"""The contour map's picture: image, dots, lines, trajectory, markers, legend and cross-hair."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from landscape_gui.ui import color_maps
from landscape_gui.ui.painter_state import saved
from landscape_gui.ui.scene import (
    FillStyle,
    Limits,
    Marker,
    SurfaceScene,
    TrajectoryOverlay,
)
from landscape_gui.ui.scene_parts import finest_at
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.turns import Parts
from landscape_gui.ui.views.contour_layer import ContourInk, paint_contours
from landscape_gui.ui.views.halo_text import (
    draw_chip,
    scaled_font,
    text_size,
    with_alpha,
)
from landscape_gui.ui.views.label_layout import place_label
from landscape_gui.ui.views.legend_chip import LegendRow
from landscape_gui.ui.views.legend_strip import draw_strip, strip_height, strip_width
from landscape_gui.ui.views.marker_layer import RADIUS, around, draw_markers, place_markers
from landscape_gui.ui.views.plot_frame import PlotFrame
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.point_layer import paint_points, paint_swatch
from landscape_gui.ui.views.surface_image import (
    VEIL_STEP,
    VEILS,
    Palette,
    cell_edges,
    color_index,
    veils,
)
from landscape_gui.ui.views.surface_sheet import SurfaceSheet
from landscape_gui.ui.views.trajectory_layer import (
    PlacedTrajectory,
    draw_disc,
    draw_trajectory,
    place_trajectory,
    trajectory_obstacles,
)

DotsMode: TypeAlias = Literal["auto", "on", "off"]

_SWATCH_WIDTH = 20.0


class ContourPlot(PlotFrame):
    """Paints a scene; ``ContourView`` decides what is shown and reads it out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.equal_scales = True
        self.scene: SurfaceScene | None = None
        self.limits = Limits(0.0, 1.0)
        self.color_map = color_maps.COLOR_MAPS[0]
        self.markers: tuple[Marker, ...] = ()
        self.trajectory: TrajectoryOverlay | None = None
        self.trajectory_alone = False
        self.dots: DotsMode = "auto"
        self.cross_hair: tuple[float, float] | None = None
        self.hovered_disc: int | None = None
        self.disc_text: tuple[str, ...] = ()
        self.empty_text = ""
        self.fill: FillStyle = "smooth"
        self.show_lines = True
        self._sheet = SurfaceSheet(whole=True)
        self._parts: list[SurfaceSheet] = []
        self._palette = self._make_palette()
        self._placed: PlacedTrajectory | None = None

    # State

    def show_scene(self, scene: SurfaceScene | None) -> None:
        self.scene = scene
        self._sheet.set_scene(scene)
        parts = scene.parts if scene is not None else ()
        del self._parts[len(parts) :]
        while len(self._parts) < len(parts):
            self._parts.append(self._new_part())
        for sheet, part in zip(self._parts, parts, strict=True):
            sheet.set_scene(part)
        self.refresh()

    def show_limits(self, limits: Limits) -> None:
        if limits != self.limits:
            self.limits = limits
            for sheet in self._sheets:
                sheet.set_limits(limits)
            self.refresh()

    def show_fill(self, style: FillStyle) -> None:
        if style != self.fill:
            self.fill = style
            for sheet in self._sheets:
                sheet.set_style(style)
            self.invalidate()

    @property
    def _sheets(self) -> list[SurfaceSheet]:
        """The surface, then its finer parts, which lie on top of it."""
        return [self._sheet, *self._parts]

    def _new_part(self) -> SurfaceSheet:
        sheet = SurfaceSheet(whole=False)
        sheet.set_style(self.fill)
        sheet.set_limits(self.limits)
        sheet.set_palette(self._palette)
        return sheet

    def show_color_map(self, name: str) -> None:
        color_maps.table(name)
        if name != self.color_map:
            self.color_map = name
            self._palette = self._make_palette()
            self.invalidate()

    def set_theme(self, theme: Theme) -> None:
        super().set_theme(theme)
        self._palette = self._make_palette()

    def disc_at(self, position: QPointF) -> int | None:
        """Index of the trajectory's checkpoint at a position in widget pixels."""
        return None if self._placed is None else self._placed.disc_at(position)

    def dots_wanted(self) -> bool:
        """Whether measured points are to be marked: unless all are, or always, or never."""
        if self.scene is None or self.dots == "off":
            return False
        scenes = (self.scene, *self.scene.parts)
        return self.dots == "on" or not all(bool(scene.measured.all()) for scene in scenes)

    def _make_palette(self) -> Palette:
        palette = Palette(color_maps.table(self.color_map), QColor(self.theme.canvas))
        for sheet in self._sheets:
            sheet.set_palette(palette)
        return palette

    # Painting

    def paint_plot_in_parts(self, painter: QPainter, rect: QRectF) -> Parts[None]:
        if not self.axes_visible:
            painter.setPen(QColor(self.theme.muted))
            painter.setFont(self.font())
            painter.drawText(
                rect,
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self.empty_text,
            )
            self._placed = None
            return
        scene = None if self.trajectory_alone else self.scene
        if scene is not None:
            self._paint_sheets(painter, rect)
            yield
        label_font = scaled_font(self.font(), 0.98, bold=True)
        small = scaled_font(self.font(), 0.9)

        markers = () if self.trajectory_alone else self.markers
        markers = tuple(m for m in markers if math.isfinite(m.alpha) and math.isfinite(m.beta))
        # The disc of the fine-tuned model goes over a star at the same place, not under it.
        markers = tuple(sorted(markers, key=lambda m: m.kind != "rolled_back"))
        points = [self._point(m.alpha, m.beta) for m in markers]
        overlay = self.trajectory
        pixels = np.empty((0, 2))
        if overlay is not None:
            pixels = self.to_pixels(overlay.alpha, overlay.beta)
        obstacles = trajectory_obstacles(pixels)
        placed_markers = place_markers(markers, points, label_font, rect, obstacles)
        obstacles += [around(p, RADIUS + 5) for p in points]
        obstacles += [p.rect.adjusted(-7, -3, 7, 3) for p in placed_markers if p.rect is not None]
        placed = None
        if overlay is not None:
            placed = place_trajectory(overlay, pixels, small, rect, obstacles, points)
            obstacles += [r.adjusted(-4, -2, 4, 2) for _, r in placed.labels]
        yield
        if scene is not None and self.show_lines:
            yield from self._paint_lines(painter, rect, obstacles)
        self._placed = placed
        if placed is not None:
            draw_trajectory(painter, placed, small, self.theme, ends=self.trajectory_alone)
        draw_markers(painter, placed_markers, label_font, self.theme)

    def paint_outside(self, painter: QPainter, below: QRectF) -> None:
        rows, font = self._legend_rows(), scaled_font(self.font(), 0.9)
        # Under the frame's left edge where there is room for that.
        spare = below.width() - strip_width(rows, font, _SWATCH_WIDTH, below.width())
        shift = max(0.0, min(self.plot_rect.left() - below.left(), spare))
        draw_strip(painter, below.translated(shift, 0), rows, font, _SWATCH_WIDTH, self.theme)

    def height_below(self, width: float) -> float:
        return strip_height(
            self._legend_rows(), scaled_font(self.font(), 0.9), _SWATCH_WIDTH, width
        )

    def _visible_sheets(self, rect: QRectF) -> list[tuple[SurfaceSheet, QRectF, QPainterPath]]:
        """Each sheet, its rectangle in pixels, and what of it no finer one covers."""
        found: list[tuple[SurfaceSheet, QRectF, QPainterPath]] = []
        for sheet in self._sheets:
            if sheet.extent is None:
                continue
            place = self.pixel_rect(sheet.extent).intersected(rect)
            region = QPainterPath()
            region.addRect(place)
            for k, (other, at, seen) in enumerate(found):
                found[k] = other, at, seen.subtracted(region)
            found.append((sheet, place, region))
        return found

    def _paint_sheets(self, painter: QPainter, rect: QRectF) -> None:
        for sheet, place, seen in self._visible_sheets(rect):
            if seen.isEmpty():
                continue
            painter.save()
            # Images lie whole under finer ones: cut along one edge, both would let the canvas
            # shine through it.
            painter.setClipRect(place, Qt.ClipOperation.IntersectClip)
            sheet.paint(painter, self, place, fine=not self.show_lines)
            painter.setClipPath(seen, Qt.ClipOperation.IntersectClip)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.dots_wanted() and sheet.scene is not None:
                self._paint_points(painter, rect, sheet.scene)
            painter.restore()
            if sheet is not self._sheet:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(with_alpha(self.theme.text, 0.45), 1, Qt.PenStyle.DotLine))
                painter.drawRect(place)

    def _paint_lines(self, painter: QPainter, rect: QRectF, obstacles: list[QRectF]) -> Parts[None]:
        ink = ContourInk(self._palette, self.limits, scaled_font(self.font(), 0.86))
        sheets = self._visible_sheets(rect)
        # The finest first: where it is, numbers of what lies under it have no place.
        for k, (sheet, place, seen) in reversed(list(enumerate(sheets))):
            if seen.isEmpty() or sheet.scene is None:
                continue
            hidden = [*obstacles, *(above for _, above, _ in sheets[k + 1 :])]
            lines = sheet.lines()
            yield
            with saved(painter):
                painter.setClipPath(seen, Qt.ClipOperation.IntersectClip)
                obstacles += yield from paint_contours(
                    painter, self, sheet.scene, lines, ink, hidden, place
                )

    def _paint_points(self, painter: QPainter, rect: QRectF, scene: SurfaceScene) -> None:
        x = self.to_pixels(scene.alpha, np.zeros_like(scene.alpha))[:, 0]
        y = self.to_pixels(np.zeros_like(scene.beta), scene.beta)[:, 1]
        dark = self._palette.is_dark[color_index(scene.height, self.limits, scene.scale)]
        paint_points(painter, scene, (x, y), rect, dark)

    def _legend_rows(self) -> list[LegendRow]:
        rows = []
        scene = None if self.trajectory_alone else self.scene
        parts = scene.parts if scene is not None else ()
        done, total = (
            sum(int(part.measured.sum()) for part in parts),
            sum(part.measured.size for part in parts),
        )
        lost = sum(part.lost for part in parts)
        if done < total:
            rows.append(LegendRow(f"finer part ({done:,} of {total:,})", self._measured_swatch))
            if scene is not None and scene.measured.all() and done + lost < total:
                rows.append(LegendRow("not yet measured finer", self._veiled_swatch))
        if scene is not None and not scene.measured.all():
            done, total = int(scene.measured.sum()), scene.measured.size
            rows.append(LegendRow(f"measured ({done:,} of {total:,})", self._measured_swatch))
            if scene.only_sampled is not None:
                count = int(scene.only_sampled.sum())
                rows.append(LegendRow(f"on few examples ({count:,})", self._sampled_swatch))
            rest = scene.unmeasured
            # While a surface is replayed only points on few examples have their bounds.
            if scene.bound is not None and not np.isnan(scene.bound[rest]).all():
                unsure = int(veils(scene)[rest].max()) > 1
                words = "estimated, paler where less sure" if unsure else "estimated"
                swatch = self._doubt_swatch if unsure else self._estimated_swatch
                rows.append(LegendRow(words, swatch))
            elif rest.any():
                rows.append(LegendRow("filled in", self._veiled_swatch))
            lost += scene.lost
        if lost:
            rows.append(LegendRow(f"not finite ({lost:,})", self._veiled_swatch))
        if self.trajectory is not None and self.trajectory.caption:
            rows.append(LegendRow(self.trajectory.caption, self._trajectory_swatch))
        return rows

    def _gradient_swatch(
        self, painter: QPainter, rect: QRectF, offset: int, step: int = 0
    ) -> QRectF:
        box = QRectF(rect.left(), round(rect.center().y() - 5), rect.width(), 10)
        for k in range(4):
            cell = QRectF(
                box.left() + k * box.width() / 4, box.top(), box.width() / 4, box.height()
            )
            painter.fillRect(cell, self._palette.color(offset + step * k + 40 + 55 * k))
        return box

    def _measured_swatch(self, painter: QPainter, rect: QRectF) -> None:
        box = self._gradient_swatch(painter, rect, 0)
        if self.dots_wanted():
            paint_swatch(painter, box, self._swatch_darkness(), sampled=False)

    def _sampled_swatch(self, painter: QPainter, rect: QRectF) -> None:
        box = self._gradient_swatch(painter, rect, VEIL_STEP)
        if self.dots_wanted():
            paint_swatch(painter, box, self._swatch_darkness(), sampled=True)

    def _estimated_swatch(self, painter: QPainter, rect: QRectF) -> None:
        self._gradient_swatch(painter, rect, VEIL_STEP)

    def _doubt_swatch(self, painter: QPainter, rect: QRectF) -> None:
        self._gradient_swatch(painter, rect, VEIL_STEP, VEIL_STEP)

    def _veiled_swatch(self, painter: QPainter, rect: QRectF) -> None:
        self._gradient_swatch(painter, rect, VEIL_STEP * VEILS)

    def _swatch_darkness(self) -> list[bool]:
        return [bool(self._palette.is_dark[40 + 55 * k]) for k in range(4)]

    def _trajectory_swatch(self, painter: QPainter, rect: QRectF) -> None:
        y = rect.center().y()
        color = QColor(self.theme.trajectory)
        painter.setPen(QPen(color, 2))
        painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        at = QPointF(rect.center().x(), y)
        draw_disc(painter, at, 3.6, color, QColor(self.theme.canvas), 0.0)

    # What follows the pointer

    def paint_overlay(self, painter: QPainter, rect: QRectF) -> None:
        if not self.axes_visible:
            return
        if self.cross_hair is not None:
            self._paint_cross_hair(painter, rect)
        k = self.hovered_disc
        if k is not None and self._placed is not None and k < len(self._placed.points):
            self._paint_bubble(painter, rect, QPointF(*self._placed.points[k]))

    def _paint_cross_hair(self, painter: QPainter, rect: QRectF) -> None:
        assert self.cross_hair is not None
        at = self._point(*self.cross_hair)
        x, y = math.floor(at.x()) + 0.5, math.floor(at.y()) + 0.5
        for color, width in (
            (with_alpha(self.theme.halo, 0.45), 3.0),
            (with_alpha(self.theme.text, 0.8), 1.0),
        ):
            painter.setPen(QPen(color, width))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, width > 1)
            if rect.left() <= x <= rect.right():
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
            if rect.top() <= y <= rect.bottom():
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = None if self.trajectory_alone else self.scene
        if scene is None:
            return
        found = finest_at(scene, *self.cross_hair)
        if found is None:
            return
        scene, j, i = found
        x, y = cell_edges(scene.alpha), cell_edges(scene.beta)
        cell = self.pixel_rect(PlotRange(x[i], x[i + 1], y[j], y[j + 1]))
        if min(cell.width(), cell.height()) >= 5:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((self.theme.halo, 3.5), (self.theme.text, 1.4)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawRect(cell)

    def _paint_bubble(self, painter: QPainter, rect: QRectF, at: QPointF) -> None:
        theme = self.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.accent), 2))
        painter.drawEllipse(at, 8.5, 8.5)
        if not self.disc_text:
            return
        bold, plain = scaled_font(self.font(), 0.95, bold=True), scaled_font(self.font(), 0.95)
        fonts = [bold] + [plain] * (len(self.disc_text) - 1)
        sizes = [text_size(f, t) for f, t in zip(fonts, self.disc_text, strict=True)]
        size = (max(w for w, _ in sizes) + 20, sum(h for _, h in sizes) + 14)
        place = place_label(at, size, 9, rect.adjusted(4, 4, -4, -4), [], must=True)
        if place is None:
            return
        draw_chip(painter, place, QColor(theme.raised), QColor(theme.border))
        y = place.top() + 7
        for font, text, (_, height) in zip(fonts, self.disc_text, sizes, strict=True):
            painter.setFont(font)
            painter.setPen(QColor(theme.text))
            painter.drawText(QPointF(place.left() + 10, y + QFontMetricsF(font).ascent()), text)
            y += height

    def _point(self, alpha: float, beta: float) -> QPointF:
        x, y = self.to_pixels(np.array([alpha]), np.array([beta]))[0]
        return QPointF(float(x), float(y))
