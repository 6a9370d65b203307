"""The 3D view of a loss surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landscape_gui.ui.scene import Limits, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d.box import FLOOR_GAP, Box, own_limits
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera, ViewpointName
from landscape_gui.ui.surface3d.canvas import Canvas
from landscape_gui.ui.surface3d.height_field import HeightField
from landscape_gui.ui.surface3d.marker_painter import marker_points
from landscape_gui.ui.surface3d.picture import SurfaceStyle
from landscape_gui.ui.surface3d.probe import opengl_available
from landscape_gui.ui.surface3d.source import Answer, RenderSource
from landscape_gui.ui.surface3d.surface_field import SurfaceField
from landscape_gui.ui.surface3d.trajectory_painter import LiftMode
from landscape_gui.ui.theme import Theme


class Surface3DView(QWidget):
    """A loss surface in a box that can be turned, with markers, trajectory and cross-hair.

    Call `configure_opengl` before QApplication exists.

    Parameters
    ----------
    answer
        Whether there is OpenGL, and why not, as `opengl_available` says it; None to be told later
        by ``decide``. Without OpenGL the surface is drawn coarser, and the view says why.
    """

    cursor_moved = Signal(object)
    """(alpha, beta) of the surface under the mouse, or None."""
    painted = Signal()
    """A new picture of the surface is on the screen."""
    camera_changed = Signal(object)
    """A Camera, after the user or the program turned, moved or zoomed the view."""

    def __init__(self, parent: QWidget | None = None, answer: Answer | None = (True, "")) -> None:
        super().__init__(parent)
        self._source = RenderSource(answer, opengl_available, self)
        self._canvas = Canvas(self._source, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._canvas)
        self._limits: Limits | None = None
        self._viewpoint: ViewpointName = "paper"
        self._canvas.hovered.connect(self.cursor_moved)
        self._canvas.painted.connect(self.painted)
        self._canvas.camera_changed.connect(self.camera_changed)
        self._canvas.reset_requested.connect(self.reset_view)

    @property
    def reason(self) -> str:
        """Why there is no OpenGL; empty where there is."""
        return self._source.reason

    def decide(self, answer: Answer) -> None:
        """Whether there is OpenGL is known now."""
        self._source.decide(answer)

    # -- what is shown -------------------------------------------------------------------------

    def set_scene(self, scene: SurfaceScene | None) -> None:
        """Show a surface, or the empty state.

        A scene over the same alpha and beta as the one before costs the upload of the rows that
        changed.
        """
        canvas = self._canvas
        before, canvas.picture.scene = canvas.picture.scene, scene
        if scene is None:
            canvas.field = None
        elif canvas.field is not None and before is not None and _same_lattice(before, scene):
            canvas.field.update(scene)
        else:
            box = Box.from_data(scene.alpha, scene.beta, Limits(0.0, 1.0))
            canvas.field = SurfaceField(box.x(scene.alpha), box.y(scene.beta), scene)
        self._update_box()

    def set_limits(self, limits: Limits) -> None:
        """Values at the ends of the colour map, the foot of the surface and the top of the box."""
        if limits != self._limits:
            self._limits = limits
            self._update_box()

    def set_color_map(self, table: npt.NDArray[np.uint8]) -> None:
        """Colours from low to high, uint8[256, 4].

        Raises
        ------
        ValueError
            If it is of another shape or type.
        """
        if table.shape != (256, 4) or table.dtype != np.uint8:
            raise ValueError(
                f"a colour table is uint8[256, 4]; this is {table.dtype}{list(table.shape)}"
            )
        if table is not self._canvas.colors:
            self._canvas.colors = table
            self._canvas.redraw_surface()

    def set_style(self, style: SurfaceStyle) -> None:
        """Contour lines, bands, lines on the floor."""
        if style != self._canvas.picture.style:
            self._canvas.picture.style = style
            self._update_box()

    def style_shown(self) -> SurfaceStyle:
        """How the surface is drawn."""
        return self._canvas.picture.style

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """Show named points; those outside the lattice are left out."""
        self._canvas.picture.markers = tuple(markers)
        self._canvas.repaint_around()

    def set_trajectory(self, overlay: TrajectoryOverlay | None) -> None:
        """Show the checkpoints' way."""
        self._canvas.picture.trajectory = overlay
        self._canvas.repaint_around()

    def set_trajectory_lift(self, mode: LiftMode) -> None:
        """Lay markers and trajectory onto the surface, or set them at their own measured values."""
        self._canvas.picture.lift = mode
        self._canvas.repaint_around()

    def set_cursor(self, position: tuple[float, float] | None) -> None:
        """Show a cross-hair over (alpha, beta)."""
        if position != self._canvas.picture.cursor:
            self._canvas.picture.cursor = position
            self._canvas.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of everything but the surface."""
        self._canvas.picture.theme = theme
        self._canvas.repaint_around()
        self._canvas.redraw_surface()

    # -- where it is looked at from ------------------------------------------------------------

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Look from a named direction at the whole box."""
        self._viewpoint = name
        self.reset_view()

    def reset_view(self) -> None:
        """Back to the viewpoint chosen last."""
        self._canvas.set_camera(replace(VIEWPOINTS[self._viewpoint], parallel=self.parallel))

    @property
    def parallel(self) -> bool:
        """Whether there is no perspective."""
        return self._canvas.camera.parallel

    def set_parallel(self, parallel: bool) -> None:
        """Without perspective lengths can be compared; with it, depth is seen."""
        self._canvas.set_camera(replace(self._canvas.camera, parallel=parallel))

    def set_antialiasing(self, samples: int) -> None:
        """So many samples per pixel once the picture rests; 0 for none."""
        self._canvas.samples = samples
        self._canvas.redraw_surface()

    def set_turning(self, on: bool) -> None:
        """Turn slowly by itself; whoever touches the view stops it for a moment."""
        self._canvas.turning.set_on(on)

    def camera(self) -> Camera:
        """Where the view looks from, for linking views."""
        return self._canvas.camera

    def set_camera(self, camera: Camera) -> None:
        """Look from where another view looks; emits camera_changed only if that differs."""
        self._canvas.set_camera(camera)

    # -- what it tells -------------------------------------------------------------------------

    def grab_image(self, least_ratio: float = 1.0) -> QImage:
        """The picture in device pixels, at least ``least_ratio`` per logical pixel."""
        return self._canvas.grab_image(least_ratio)

    def image_at(self, ratio: float) -> QImage | None:
        """The picture with exactly so many pixels per logical one, without cross-hair.

        None if there is no room for so many.
        """
        return self._canvas.image_at(ratio)

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
        """Follow scene, limits and style; on the GPU they are uniforms."""
        picture, field = self._canvas.picture, self._canvas.field
        scene = picture.scene
        if scene is None or field is None:
            picture.box = picture.field = None
        else:
            limits = self._limits or own_limits(scene)
            foot = FLOOR_GAP if picture.style.floor else 0.0
            box = Box.from_data(scene.alpha, scene.beta, limits, scene.scale == "log", foot)
            lattice = field.lattice
            picture.box = box
            picture.field = HeightField(lattice.x, lattice.y, scene.height, box.z)
        self._canvas.redraw_surface()


def _same_lattice(a: SurfaceScene, b: SurfaceScene) -> bool:
    return np.array_equal(a.alpha, b.alpha) and np.array_equal(a.beta, b.beta)
