"""What is painted around the surface: grid behind it, markers, trajectory and texts over it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from landscape_gui.ui.scene import AxisTitles, Marker, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.surface3d.axes_painter import paint_axis_labels, paint_grid
from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.drawing import Rendering
from landscape_gui.ui.surface3d.frame import Frame
from landscape_gui.ui.surface3d.height_field import HeightField
from landscape_gui.ui.surface3d.labels import LabelSpace, centered, draw_text, lift_off
from landscape_gui.ui.surface3d.marker_painter import paint_markers
from landscape_gui.ui.surface3d.trajectory_painter import (
    LiftMode,
    paint_caption,
    paint_trajectory,
    paint_trajectory_labels,
)
from landscape_gui.ui.theme import LIGHT, Theme
from landscape_gui.ui.turns import Parts

_HINTS = (
    QPainter.RenderHint.Antialiasing
    | QPainter.RenderHint.TextAntialiasing
    | QPainter.RenderHint.SmoothPixmapTransform
)


@dataclass(frozen=True)
class SurfaceStyle:
    """How the surface is drawn.

    Attributes
    ----------
    lines, bands
        Contour lines on it, and one colour between two of them.
    floor
        The contour lines on the floor of the box, too.
    dots
        Marks on measured points, unless all are.
    """

    lines: bool = True
    bands: bool = False
    floor: bool = False
    dots: bool = True


@dataclass
class Picture:
    """All that is drawn, but for the camera."""

    scene: SurfaceScene | None = None
    box: Box | None = None
    field: HeightField | None = None
    style: SurfaceStyle = SurfaceStyle()
    markers: tuple[Marker, ...] = ()
    trajectory: TrajectoryOverlay | None = None
    lift: LiftMode = "surface"
    cursor: tuple[float, float] | None = None
    theme: Theme = LIGHT


def paint_picture(
    painter: QPainter,
    size: QRectF,
    picture: Picture,
    frame: Frame | None,
    rendering: Rendering | None,
    foot: str = "",
) -> Parts[None]:
    """Paint everything but the ground and the cross-hair, stopping where it may be interrupted.

    Parameters
    ----------
    size
        The widget's rectangle in logical pixels.
    frame
        The view that ``rendering`` was drawn for; None while there is no surface.
    foot
        A line of words at the bottom, e.g. why there is no OpenGL.

    ``picture`` must stay as it is until all is painted.
    """
    painter.setRenderHints(_HINTS)
    if picture.scene is None or frame is None:
        _paint_message(painter, size, picture.theme, "No surface yet")
        return
    paint_grid(painter, frame)
    yield
    if rendering is not None and rendering.image is not None:
        width, height = frame.projection.width, frame.projection.height
        painter.drawImage(QRectF(0, 0, width, height), rendering.image)
    painter.setFont(frame.font)
    space = LabelSpace(QRectF(0, 0, frame.projection.width, frame.projection.height))
    space.bounds.adjust(3, 3, -3, -3)
    if foot:
        space.taken.append(_paint_foot(painter, frame, foot))
    paint_axis_labels(painter, frame, _titles(picture.scene, frame.box), space)
    yield
    if picture.trajectory is not None:
        paint_trajectory(painter, frame, picture.trajectory, picture.lift)
        yield
    paint_markers(painter, frame, picture.markers, picture.lift, space)
    yield
    if picture.trajectory is not None:
        paint_trajectory_labels(painter, frame, picture.trajectory, picture.lift, space)
        paint_caption(painter, frame, picture.trajectory, picture.lift, space)


def _titles(scene: SurfaceScene, box: Box) -> AxisTitles:
    """Titles that also say what was done to the heights."""
    notes = [scene.titles.value]
    if box.log:
        notes.append("log scale")
    if scene.height.max() > box.high:
        notes.append(f"cut off at {box.high:.3g}")
    elif scene.height.min() < box.low:
        notes.append(f"cut off below {box.low:.3g}")
    value = ", ".join(notes)
    return AxisTitles(scene.titles.alpha, scene.titles.beta, value)


def _paint_foot(painter: QPainter, frame: Frame, words: str) -> QRectF:
    font = QFont(frame.font)
    font.setPointSizeF(max(font.pointSizeF(), 8.0) * 0.92)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    room = frame.projection.width - 24
    text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
    height = metrics.height()
    rect = QRectF(12, frame.projection.height - height - 6, room, height)
    width = metrics.horizontalAdvance(text)
    lift_off(painter, centered(rect.center(), QSizeF(width, height)), frame.theme.canvas)
    draw_text(painter, rect, text, QColor(frame.theme.muted))
    painter.setFont(frame.font)
    return rect


def _paint_message(painter: QPainter, rect: QRectF, theme: Theme, text: str) -> None:
    font = painter.font()
    font.setPointSizeF(max(font.pointSizeF(), 9.0) * 1.25)
    painter.setFont(font)
    painter.setPen(QColor(theme.muted))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
