"""The 3D view of a loss surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landscape_gui.ui.scene import Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d.box import Box, own_limits
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera, ViewpointName
from landscape_gui.ui.surface3d.canvas import Canvas
from landscape_gui.ui.surface3d.color_table import checked_color_table, default_color_table
from landscape_gui.ui.surface3d.height_field import HeightField
from landscape_gui.ui.surface3d.marker_painter import marker_points
from landscape_gui.ui.surface3d.trajectory_painter import LiftMode
from landscape_gui.ui.theme import Theme


class Surface3DView(QWidget):
    """A loss surface in a box that can be turned, with markers, trajectory and cross-hair.

    Needs OpenGL: use `make_surface_view`, which falls back to a picture where there is none, and
    call `configure_opengl` before QApplication exists.
    """

    cursor_moved = Signal(object)
    """(alpha, beta) of the surface under the mouse, or None."""
    painted = Signal()
    """A frame is on the screen."""
    camera_changed = Signal(object)
    """A Camera, after the user or the program turned, moved or zoomed the view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = Canvas(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._canvas)
        self._limits: Limits | None = None
        self._viewpoint: ViewpointName = "paper"
        self._canvas.hovered.connect(self.cursor_moved)
        self._canvas.frameSwapped.connect(self.painted)
        self._canvas.camera_changed.connect(self.camera_changed)
        self._canvas.reset_requested.connect(self.reset_view)
        self.set_color_map(default_color_table())

    def set_scene(self, scene: SurfaceScene | None) -> None:
        """Show a surface, or the empty state.

        A scene over the same alpha and beta as the one before costs the upload of the rows that
        changed.
        """
        picture, item = self._canvas.picture, self._canvas.surface
        before, picture.scene = picture.scene, scene
        if scene is None:
            item.clear_surface()
            self._update_box()
            return
        same_lattice = before is not None and (
            np.array_equal(before.alpha, scene.alpha) and np.array_equal(before.beta, scene.beta)
        )
        if not same_lattice or item.lattice is None:
            box = Box.from_data(scene.alpha, scene.beta, Limits(0.0, 1.0))
            item.set_lattice(box.x(scene.alpha), box.y(scene.beta), float(scene.height.min()))
        item.set_heights(scene.height, scene.measured, scene.trust)
        item.set_sampled(scene.only_sampled)
        self._update_box()

    def set_limits(self, limits: Limits) -> None:
        """Values at the ends of the colour map, the floor and the top of the box."""
        self._limits = limits
        self._update_box()

    def set_color_map(self, table: npt.NDArray[np.uint8]) -> None:
        """Colours from low to high, uint8[256, 4]."""
        self._canvas.surface.set_colors(checked_color_table(table))

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """Show named points; those outside the lattice are left out."""
        self._canvas.picture.markers = tuple(markers)
        self._canvas.update()

    def set_trajectory(self, overlay: TrajectoryOverlay | None) -> None:
        """Show the checkpoints' way."""
        self._canvas.picture.trajectory = overlay
        self._canvas.update()

    def set_trajectory_lift(self, mode: LiftMode) -> None:
        """Lay markers and trajectory onto the surface, or set them at their own measured values."""
        self._canvas.picture.lift = mode
        self._canvas.update()

    def set_cursor(self, position: tuple[float, float] | None) -> None:
        """Show a cross-hair over (alpha, beta)."""
        if position != self._canvas.picture.cursor:
            self._canvas.picture.cursor = position
            self._canvas.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of everything but the surface."""
        self._canvas.picture.theme = theme
        self._canvas.update()

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Look from a named direction at the whole box."""
        self._viewpoint = name
        self._canvas.set_camera(VIEWPOINTS[name])

    def reset_view(self) -> None:
        """Back to the viewpoint chosen last."""
        self._canvas.set_camera(VIEWPOINTS[self._viewpoint])

    def camera(self) -> Camera:
        """Where the view looks from, for linking views."""
        return self._canvas.camera

    def set_camera(self, camera: Camera) -> None:
        """Look from where another view looks; emits camera_changed only if that differs."""
        self._canvas.set_camera(camera)

    def grab_image(self) -> QImage:
        """The picture as it is on screen, in device pixels."""
        return self._canvas.grabFramebuffer()

    def marker_position(self, index: int) -> QPointF | None:
        """Pixel of a marker in this widget; None if it is not drawn."""
        frame = self._canvas.current_frame()
        if frame is None:
            return None
        picture = self._canvas.picture
        point = marker_points(frame, picture.markers, picture.lift)[index]
        if not np.isfinite(point).all():
            return None
        at = QPointF(*frame.projection.project(point).tolist())
        return self._canvas.mapTo(self, at)

    def _update_box(self) -> None:
        """Follow scene and limits on the CPU's side; on the GPU the limits are uniforms."""
        picture, item = self._canvas.picture, self._canvas.surface
        scene = picture.scene
        if scene is None or item.lattice is None:
            picture.box = picture.field = None
        else:
            limits = self._limits or own_limits(scene)
            box = Box.from_data(scene.alpha, scene.beta, limits)
            lattice = item.lattice
            picture.box = box
            picture.field = HeightField(
                lattice.drawn_x, lattice.drawn_y, box.z(lattice.sample(scene.height))
            )
        self._canvas.update()
