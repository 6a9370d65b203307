"""The hand on the view: mouse, wheel and keys move a camera."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.surface3d.turning import AutoTurn

_DEGREES_PER_PIXEL = 0.4
_KEYS = {
    Qt.Key.Key_Left: (5.0, 0.0),
    Qt.Key.Key_Right: (-5.0, 0.0),
    Qt.Key.Key_Up: (0.0, 5.0),
    Qt.Key.Key_Down: (0.0, -5.0),
}
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1.15, Qt.Key.Key_Equal: 1.15, Qt.Key.Key_Minus: 1 / 1.15}


class Navigator(QWidget):
    """Owns a camera; a subclass draws what it sees."""

    hovered = Signal(object)
    """(alpha, beta) under the mouse, or None."""
    camera_changed = Signal(object)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera = Camera()
        self.turning = AutoTurn(self._turn, self)
        self._last_mouse: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def redraw_surface(self) -> None:
        """The camera moved."""
        raise NotImplementedError

    def plane_position(self, at: QPointF) -> tuple[float, float] | None:
        """(alpha, beta) of what is under a pixel."""
        raise NotImplementedError

    def set_camera(self, camera: Camera) -> None:
        """Look from elsewhere."""
        if camera != self.camera:
            self.camera = camera
            self.redraw_surface()
            self.camera_changed.emit(camera)

    def _turn(self, degrees: float) -> None:
        if self.isVisible():
            self.set_camera(self.camera.rotated(degrees, 0.0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to turn or to pan."""
        self.turning.pause()
        self._last_mouse = event.position()
        self.hovered.emit(None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn with the left button, pan with the others, else tell what is under the mouse."""
        if not event.buttons() or self._last_mouse is None:
            self.hovered.emit(self.plane_position(event.position()))
            return
        self.turning.pause()
        step = event.position() - self._last_mouse
        self._last_mouse = event.position()
        turns = event.buttons() & Qt.MouseButton.LeftButton and not (
            event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if turns:
            self.set_camera(
                self.camera.rotated(-step.x() * _DEGREES_PER_PIXEL, step.y() * _DEGREES_PER_PIXEL)
            )
        else:
            self.set_camera(self.camera.panned(step.x(), step.y(), self.width(), self.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End turning or panning."""
        if not event.buttons():
            self._last_mouse = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to where the view began."""
        self.reset_requested.emit()

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the mouse any more."""
        self.hovered.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to what is under the mouse."""
        self.turning.pause()
        delta = event.angleDelta().y() or event.angleDelta().x()
        at = event.position()
        self.set_camera(
            self.camera.zoomed_at(1.0015**delta, at.x(), at.y(), self.width(), self.height())
        )
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn, plus and minus zoom, Home resets."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.set_camera(self.camera.rotated(*_KEYS[key]))
        elif key in _ZOOM_KEYS:
            self.set_camera(self.camera.zoomed(_ZOOM_KEYS[key]))
        elif key == Qt.Key.Key_Home:
            self.reset_requested.emit()
        else:
            event.ignore()
            return
        self.turning.pause()
