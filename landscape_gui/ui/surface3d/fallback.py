"""What stands in for the 3D view where there is no OpenGL: a relief from above, and the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.scene import Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d.box import Box, own_limits
from landscape_gui.ui.surface3d.camera import Camera, ViewpointName
from landscape_gui.ui.surface3d.color_table import checked_color_table, default_color_table
from landscape_gui.ui.surface3d.frame import faded
from landscape_gui.ui.surface3d.labels import (
    LabelSpace,
    centered,
    draw_outlined_text,
    draw_text,
    text_size,
)
from landscape_gui.ui.surface3d.marker_painter import paint_symbol
from landscape_gui.ui.surface3d.relief import shaded_relief
from landscape_gui.ui.surface3d.ticks import nice_ticks, tick_labels
from landscape_gui.ui.surface3d.trajectory_painter import LiftMode
from landscape_gui.ui.theme import LIGHT, Theme

_LEFT, _TOP, _RIGHT, _BOTTOM = 64.0, 16.0, 20.0, 76.0


class FallbackSurfaceView(QWidget):
    """The same interface as Surface3DView, drawn from above with QPainter alone.

    Parameters
    ----------
    reason
        Why there is no OpenGL, as `opengl_available` says it.
    """

    cursor_moved = Signal(object)
    """(alpha, beta) under the mouse, or None."""
    painted = Signal()
    """As by the 3D view: a frame is painted."""
    camera_changed = Signal(object)
    """Emitted as by the 3D view, although nothing turns here."""

    def __init__(self, reason: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reason = reason
        self._scene: SurfaceScene | None = None
        self._limits: Limits | None = None
        self._colors = default_color_table()
        self._markers: tuple[Marker, ...] = ()
        self._trajectory: TrajectoryOverlay | None = None
        self._cursor: tuple[float, float] | None = None
        self._theme: Theme = LIGHT
        self._camera = Camera()
        self._relief: QImage | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(120, 100)

    def set_scene(self, scene: SurfaceScene | None) -> None:
        """Show a surface, or the empty state."""
        self._scene = scene
        self._redraw()

    def set_limits(self, limits: Limits) -> None:
        """Values at the ends of the colour map."""
        self._limits = limits
        self._redraw()

    def set_color_map(self, table: npt.NDArray[np.uint8]) -> None:
        """Colours from low to high, uint8[256, 4]."""
        self._colors = checked_color_table(table)
        self._redraw()

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """Show named points; those outside the lattice are left out."""
        self._markers = tuple(markers)
        self.update()

    def set_trajectory(self, overlay: TrajectoryOverlay | None) -> None:
        """Show the checkpoints' way."""
        self._trajectory = overlay
        self.update()

    def set_trajectory_lift(self, mode: LiftMode) -> None:
        """Accepted for the interface's sake: seen from above both are the same."""

    def set_cursor(self, position: tuple[float, float] | None) -> None:
        """Show a cross-hair over (alpha, beta)."""
        self._cursor = position
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of everything but the surface."""
        self._theme = theme
        self._redraw()

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Accepted for the interface's sake: the picture is always from above."""

    def reset_view(self) -> None:
        """Accepted for the interface's sake."""

    def camera(self) -> Camera:
        """The camera given last."""
        return self._camera

    def set_camera(self, camera: Camera) -> None:
        """Keep a camera, so that views linked through this one stay linked."""
        if camera != self._camera:
            self._camera = camera
            self.camera_changed.emit(camera)

    def grab_image(self) -> QImage:
        """The picture as it is on screen, in device pixels."""
        return self.grab().toImage()

    def marker_position(self, index: int) -> QPointF | None:
        """Pixel of a marker in this widget; None if it is not drawn."""
        box = self._box()
        marker = self._markers[index]
        if box is None or not _over(box, marker.alpha, marker.beta):
            return None
        return self._pixel(box, marker.alpha, marker.beta)

    # Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Relief, axes, overlays and the reason."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(self._theme.canvas))
        box = self._box()
        if self._scene is None or box is None:
            painter.setPen(QColor(self._theme.muted))
            text = f"No surface yet\n\nNo 3D view: {self.reason}."
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(24, 24, -24, -24), flags, text)
        else:
            self._paint_relief(painter, self._scene, box)
            self._paint_axes(painter, self._scene, box)
            self._paint_overlays(painter, box)
            self._paint_reason(painter)
        painter.end()
        self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The relief follows the size."""
        self._redraw()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the mouse."""
        box, area, at = self._box(), self._area(), event.position()
        if box is None or not area.contains(at):
            self.cursor_moved.emit(None)
            return
        x = 2 * (at.x() - area.left()) / area.width() - 1
        y = 1 - 2 * (at.y() - area.top()) / area.height()
        self.cursor_moved.emit(box.plane_coordinates(x, y))

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the mouse any more."""
        self.cursor_moved.emit(None)

    def _redraw(self) -> None:
        self._relief = None
        self.update()

    def _box(self) -> Box | None:
        scene = self._scene
        if scene is None:
            return None
        return Box.from_data(scene.alpha, scene.beta, self._limits or own_limits(scene))

    def _area(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        side = max(min(room.width(), room.height()), 24.0)
        return centered(room.center(), QSizeF(side, side))

    def _pixel(self, box: Box, alpha: float, beta: float) -> QPointF:
        area = self._area()
        return QPointF(
            area.left() + (float(box.x(alpha)) + 1) / 2 * area.width(),
            area.top() + (1 - float(box.y(beta))) / 2 * area.height(),
        )

    def _paint_relief(self, painter: QPainter, scene: SurfaceScene, box: Box) -> None:
        area = self._area()
        if self._relief is None:
            ratio = self.devicePixelRatioF()
            size = (max(2, int(area.width() * ratio)), max(2, int(area.height() * ratio)))
            red, green, blue, _ = QColor(self._theme.canvas).getRgb()  # pyright: ignore
            rgba = shaded_relief(scene, box, self._colors, (red, green, blue), size)
            self._relief = QImage(
                rgba.tobytes(), size[0], size[1], 4 * size[0], QImage.Format.Format_RGBA8888
            ).copy()
        painter.drawImage(area, self._relief)

    def _paint_axes(self, painter: QPainter, scene: SurfaceScene, box: Box) -> None:
        area, theme = self._area(), self._theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.border), 1.0))
        painter.drawRect(area)
        alphas, betas = nice_ticks(*box.alpha, 8), nice_ticks(*box.beta, 8)
        font, muted = self.font(), QColor(theme.muted)
        for value, text in zip(alphas, tick_labels(alphas), strict=True):
            at = QPointF(self._pixel(box, value, box.beta[0]).x(), area.bottom() + 14)
            draw_text(painter, centered(at, text_size(text, font)), text, muted)
        for value, text in zip(betas, tick_labels(betas), strict=True):
            size = text_size(text, font)
            y = self._pixel(box, box.alpha[0], value).y()
            rect = QRectF(area.left() - 8 - size.width(), y - size.height() / 2, *size.toTuple())  # pyright: ignore
            draw_text(painter, rect, text, muted)
        ink = QColor(theme.text)
        below = QPointF(area.center().x(), area.bottom() + 34)
        title = text_size(scene.titles.alpha, font)
        draw_text(painter, centered(below, title), scene.titles.alpha, ink)
        painter.save()
        painter.translate(area.left() - 46, area.center().y())
        painter.rotate(-90)
        title = text_size(scene.titles.beta, font)
        draw_text(painter, centered(QPointF(0, 0), title), scene.titles.beta, ink)
        painter.restore()

    def _paint_overlays(self, painter: QPainter, box: Box) -> None:
        area, theme = self._area(), self._theme
        painter.save()
        painter.setClipRect(area)
        if self._cursor is not None:
            at = self._pixel(box, *self._cursor)
            for color, width in ((faded(theme.halo, 0.7), 3.0), (QColor(theme.text), 1.0)):
                painter.setPen(QPen(color, width))
                painter.drawLine(QPointF(area.left(), at.y()), QPointF(area.right(), at.y()))
                painter.drawLine(QPointF(at.x(), area.top()), QPointF(at.x(), area.bottom()))
        if self._trajectory is not None:
            way = [
                self._pixel(box, a, b)
                for a, b in zip(self._trajectory.alpha, self._trajectory.beta, strict=True)
            ]
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in ((faded(theme.halo, 0.75), 4.2), (QColor(theme.trajectory), 1.8)):
                painter.setPen(QPen(color, width))
                painter.drawPolyline(QPolygonF(way))
            painter.setPen(QPen(QColor(theme.halo), 1.2))
            painter.setBrush(QColor(theme.trajectory))
            for at in way:
                painter.drawEllipse(at, 3.4, 3.4)
        painter.restore()
        space = LabelSpace(QRectF(self.rect()))
        shown = [m for m in self._markers if _over(box, m.alpha, m.beta)]
        for marker in shown:
            at = self._pixel(box, marker.alpha, marker.beta)
            paint_symbol(painter, at, marker.kind, theme, 1.0)
            space.taken.append(centered(at, QSizeF(18, 18)))
        for marker in shown:
            at = self._pixel(box, marker.alpha, marker.beta)
            rect = space.place_near(at, text_size(marker.label, self.font()))
            if marker.label and rect is not None:
                halo = faded(theme.halo, 0.85)
                draw_outlined_text(painter, rect, marker.label, QColor(theme.text), halo)

    def _paint_reason(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF(), 8.0) * 0.92)
        painter.setFont(font)
        text = QFontMetricsF(font).elidedText(
            f"Seen from above. No 3D view: {self.reason}.",
            Qt.TextElideMode.ElideRight,
            self.width() - 24,
        )
        rect = QRectF(12, self.height() - 26, self.width() - 24, 20)
        draw_text(painter, rect, text, QColor(self._theme.muted))


def _over(box: Box, alpha: float, beta: float) -> bool:
    return box.alpha[0] <= alpha <= box.alpha[1] and box.beta[0] <= beta <= box.beta[1]
