"""The OpenGL widget: one picture of one scene, and the mouse that turns it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from OpenGL import GL
from pyqtgraph.opengl import GLViewWidget
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMatrix4x4,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.scene import Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d.axes_painter import contour_step, paint_axis_labels, paint_grid
from landscape_gui.ui.surface3d.box import HALF_SIDE, Box
from landscape_gui.ui.surface3d.camera import Camera, Projection
from landscape_gui.ui.surface3d.frame import Frame
from landscape_gui.ui.surface3d.height_field import HeightField
from landscape_gui.ui.surface3d.labels import LabelSpace
from landscape_gui.ui.surface3d.marker_painter import paint_markers
from landscape_gui.ui.surface3d.surface_item import SurfaceItem
from landscape_gui.ui.surface3d.trajectory_painter import (
    LiftMode,
    paint_caption,
    paint_cursor,
    paint_trajectory,
    paint_trajectory_labels,
)
from landscape_gui.ui.theme import LIGHT, Theme

_DEGREES_PER_PIXEL = 0.4
_KEYS = {
    Qt.Key.Key_Left: (5.0, 0.0),
    Qt.Key.Key_Right: (-5.0, 0.0),
    Qt.Key.Key_Up: (0.0, 5.0),
    Qt.Key.Key_Down: (0.0, -5.0),
}
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1.15, Qt.Key.Key_Equal: 1.15, Qt.Key.Key_Minus: 1 / 1.15}
_EVERY_BUFFER = (
    int(GL.GL_COLOR_BUFFER_BIT) | int(GL.GL_DEPTH_BUFFER_BIT) | int(GL.GL_STENCIL_BUFFER_BIT)
)
# Dots closer together than this (pixels) would be noise, not information.
_CLOSEST_DOTS = 10.0
# A lattice with cells of this many pixels is coarse: all its measured points get a dot.
_COARSE = 18.0
_LARGEST_DOT = 5.0


@dataclass
class Picture:
    """All that is drawn, but for the camera."""

    scene: SurfaceScene | None = None
    box: Box | None = None
    field: HeightField | None = None
    markers: tuple[Marker, ...] = ()
    trajectory: TrajectoryOverlay | None = None
    lift: LiftMode = "surface"
    cursor: tuple[float, float] | None = None
    theme: Theme = LIGHT


class Canvas(GLViewWidget):
    """Paints grid (QPainter), surface (OpenGL), then markers and texts (QPainter)."""

    hovered = Signal(object)
    camera_changed = Signal(object)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self.camera = Camera()
        super().__init__(parent)
        self.picture = Picture()
        self.surface = SurfaceItem()
        self.addItem(self.surface)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 100)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Surface in 3D; arrow keys turn it")
        self._last_mouse: QPointF | None = None

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere."""
        if camera != self.camera:
            self.camera = camera
            self.update()
            self.camera_changed.emit(camera)

    def current_projection(self) -> Projection:
        """Projection to logical pixels of this widget."""
        return self.camera.projection(self.width(), self.height())

    def current_frame(self) -> Frame | None:
        """What the painters share; None while there is no surface."""
        picture = self.picture
        if picture.box is None or picture.field is None:
            return None
        font = QFont(self.font())
        if font.pointSizeF() <= 0:
            font.setPointSizeF(9.0)
        return Frame(self.current_projection(), picture.box, picture.field, picture.theme, font)

    def plane_position(self, at: QPointF) -> tuple[float, float] | None:
        """(alpha, beta) of the surface under a pixel."""
        frame = self.current_frame()
        if frame is None:
            return None
        hit = frame.field.first_hit(*frame.projection.ray(at.x(), at.y()))
        return None if hit is None else frame.box.plane_coordinates(*hit)

    # OpenGL

    def initializeGL(self) -> None:
        """Prepare a context; called again whenever Qt made a new one, e.g. after re-docking."""
        super().initializeGL()
        self.surface.initialize()

    def viewMatrix(self) -> QMatrix4x4:
        """Override of pyqtgraph's camera."""
        return QMatrix4x4(*self.current_projection().view.ravel().tolist())

    def projectionMatrix(self, region: object, viewport: object) -> QMatrix4x4:
        """Override of pyqtgraph's camera."""
        return QMatrix4x4(*self.current_projection().projection.ravel().tolist())

    def paintGL(self) -> None:
        """Draw the whole picture."""
        theme = self.picture.theme
        background = QColor(theme.canvas)
        GL.glClearColor(background.redF(), background.greenF(), background.blueF(), 1.0)
        GL.glClear(_EVERY_BUFFER)
        frame = self.current_frame()
        if frame is None:
            with _Painting(self) as painter:
                _paint_message(painter, QRectF(self.rect()), theme, "No surface yet")
            return
        with _Painting(self) as painter:
            paint_grid(painter, frame)
        self._paint_surface(frame)
        with _Painting(self) as painter:
            self._paint_overlay(painter, frame)

    def _paint_surface(self, frame: Frame) -> None:
        # QPainter leaves its own state behind.
        GL.glDisable(GL.GL_SCISSOR_TEST)
        GL.glDisable(GL.GL_STENCIL_TEST)
        GL.glDepthMask(GL.GL_TRUE)
        GL.glViewport(0, 0, self.deviceWidth(), self.deviceHeight())
        GL.glClear(GL.GL_DEPTH_BUFFER_BIT)
        viewport = self.getViewport()
        self.setProjection(viewport, viewport)
        self.setModelview()
        surface = self.surface
        surface.box = frame.box
        surface.contour_step = contour_step(frame)
        surface.canvas_color = QColor(frame.theme.canvas)
        surface.dot_color = QColor(frame.theme.trajectory)
        surface.pixel_ratio = self.devicePixelRatioF()
        self._choose_dots(frame)
        surface.light = _light(self.camera)
        self.drawItemTree()

    def _choose_dots(self, frame: Frame) -> None:
        """Dots as large as their spacing allows, and on measured surface only if it is coarse."""
        surface = self.surface
        if surface.lattice is None:
            return
        across = np.array([self.camera.center, self.camera.center])
        across[1] += frame.projection.view[0, :3] * 2 * HALF_SIDE
        left, right = frame.projection.project(across)
        side = float(abs(right[0] - left[0]))
        spacing = side / max(len(surface.lattice.x) - 1, len(surface.lattice.y) - 1)
        surface.dots_on_whole_cells = spacing >= _COARSE
        if not surface.dots_on_whole_cells:
            spacing = side / max(math.sqrt(surface.lone_nodes), 1.0)
        surface.dot_diameter = (
            min(_LARGEST_DOT, 0.40 * spacing) if spacing >= _CLOSEST_DOTS else 0.0
        )
        marked = surface.lone_nodes + surface.ringed_nodes
        between = side / max(math.sqrt(marked), 1.0)
        surface.ring_diameter = (
            min(_LARGEST_DOT, 0.40 * between) if between >= _CLOSEST_DOTS else 0.0
        )

    def _paint_overlay(self, painter: QPainter, frame: Frame) -> None:
        picture = self.picture
        assert picture.scene is not None
        painter.setFont(frame.font)
        space = LabelSpace(QRectF(self.rect()).adjusted(3, 3, -3, -3))
        paint_axis_labels(painter, frame, picture.scene.titles, space)
        if picture.cursor is not None:
            paint_cursor(painter, frame, *picture.cursor)
        if picture.trajectory is not None:
            paint_trajectory(painter, frame, picture.trajectory, picture.lift)
        paint_markers(painter, frame, picture.markers, picture.lift, space)
        if picture.trajectory is not None:
            paint_trajectory_labels(painter, frame, picture.trajectory, picture.lift, space)
            paint_caption(painter, frame, picture.trajectory, space)

    # Mouse and keys: pyqtgraph's own handlers would move a camera that is not used here.

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        """Begin to turn or to pan."""
        self._last_mouse = ev.position()
        self.hovered.emit(None)

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        """Turn with the left button, pan with the others, else tell what is under the mouse."""
        if not ev.buttons() or self._last_mouse is None:
            self.hovered.emit(self.plane_position(ev.position()))
            return
        step = ev.position() - self._last_mouse
        self._last_mouse = ev.position()
        turns = ev.buttons() & Qt.MouseButton.LeftButton and not (
            ev.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if turns:
            self.set_camera(
                self.camera.rotated(-step.x() * _DEGREES_PER_PIXEL, step.y() * _DEGREES_PER_PIXEL)
            )
        else:
            self.set_camera(self.camera.panned(step.x(), step.y(), self.width(), self.height()))

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """End turning or panning."""
        if not ev.buttons():
            self._last_mouse = None

    def mouseDoubleClickEvent(self, ev: QMouseEvent) -> None:
        """Back to where the view began."""
        self.reset_requested.emit()

    def leaveEvent(self, ev: object) -> None:
        """Nothing is under the mouse any more."""
        self.hovered.emit(None)

    def wheelEvent(self, ev: QWheelEvent) -> None:
        """Zoom."""
        delta = ev.angleDelta().y() or ev.angleDelta().x()
        self.set_camera(self.camera.zoomed(1.0015**delta))
        ev.accept()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Arrows turn, plus and minus zoom, Home resets."""
        key = Qt.Key(ev.key())
        if key in _KEYS:
            self.set_camera(self.camera.rotated(*_KEYS[key]))
        elif key in _ZOOM_KEYS:
            self.set_camera(self.camera.zoomed(_ZOOM_KEYS[key]))
        elif key == Qt.Key.Key_Home:
            self.reset_requested.emit()
        else:
            ev.ignore()

    def keyReleaseEvent(self, ev: QKeyEvent) -> None:
        """Keys act when pressed."""
        ev.ignore()


class _Painting:
    """A QPainter that is ended whatever happens: an open one would block the widget for good."""

    def __init__(self, device: Canvas) -> None:
        self._painter = QPainter(device)
        self._painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )

    def __enter__(self) -> QPainter:
        return self._painter

    def __exit__(self, *_: object) -> None:
        self._painter.end()


def _light(camera: Camera) -> tuple[float, float, float]:
    """From the upper left of whoever looks, so that relief reads the same from everywhere."""
    azimuth = math.radians(camera.azimuth - 55.0)
    elevation = math.radians(42.0)
    return (
        math.cos(elevation) * math.cos(azimuth),
        math.cos(elevation) * math.sin(azimuth),
        math.sin(elevation),
    )


def _paint_message(painter: QPainter, rect: QRectF, theme: Theme, text: str) -> None:
    font = painter.font()
    font.setPointSizeF(max(font.pointSizeF(), 9.0) * 1.25)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
