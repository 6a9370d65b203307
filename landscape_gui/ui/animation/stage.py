"""Draws the moments of an animation in any size, in views of its own that are never on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QWidget

from landscape_gui.ui import color_maps
from landscape_gui.ui.animation.director import Director, Moment, Story
from landscape_gui.ui.animation.encoding import Pixels
from landscape_gui.ui.scene import FillStyle, Limits, SurfaceScene
from landscape_gui.ui.scene_parts import composed
from landscape_gui.ui.surface3d import Surface3DView, SurfaceStyle, make_surface_view
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.contour_view import ContourView
from landscape_gui.ui.wording import METRIC_TITLES

Shot: TypeAlias = Literal["3d", "contours", "both"]
SHOTS: tuple[tuple[Shot, str], ...] = (
    ("3d", "3D view"),
    ("contours", "Contours"),
    ("both", "Both, side by side"),
)

# Texts are as large as on screen up to this height, and grow with pictures that are taller.
_USUAL_HEIGHT = 720


@dataclass(frozen=True)
class Look:
    """How a film looks: everything but what happens in it."""

    theme: Theme
    color_map: str
    limits: Limits
    lift: Literal["surface", "measured"] = "surface"
    camera: Camera | None = None
    fill: FillStyle = "smooth"
    lines: bool = True
    floor: bool = False


class Stage:
    """Views, colour bar and titles of one film.

    Parameters
    ----------
    size
        Width and height in pixels.
    """

    def __init__(
        self, director: Director, shot: Shot, look: Look, size: tuple[int, int], font: QFont
    ) -> None:
        self._director, self._look = director, look
        self._size = QSize(*size)
        self._font = QFont(font)
        scale = max(1.0, size[1] / _USUAL_HEIGHT)
        self._font.setPointSizeF(max(font.pointSizeF(), 9.0) * scale)
        self._head = round(2.9 * QFontMetricsF(self._font).height())
        self._scene: SurfaceScene | None = None
        self._closed = False
        self.surface: Surface3DView | None = None
        self.contour: ContourView | None = None
        self.widget = QWidget()
        self.widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self.widget.setFont(self._font)
        row = QHBoxLayout(self.widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        if shot in ("3d", "both"):
            self.surface = self._make_surface(row)
        if shot in ("contours", "both"):
            self.contour = self._make_contour(row)
        self._bar = self._make_bar()
        row.addWidget(self._bar)
        self.widget.resize(size[0], max(size[1] - self._head, 40))
        self.widget.show()  # lays it out, but not on the screen

    @property
    def colors(self) -> tuple[str, ...]:
        """Colours that a palette must not do without, however little there is of them."""
        theme = self._look.theme
        return (
            theme.canvas,
            theme.text,
            theme.muted,
            theme.halo,
            theme.trajectory,
            theme.start,
            theme.end,
            theme.rolled_back,
            theme.now,
        )

    def close(self) -> None:
        """Give the views back; can be called again."""
        if not self._closed:
            self._closed = True
            self.widget.close()
            self.widget.deleteLater()

    def frame(self, story: Story, position: float) -> Pixels:
        """One frame, uint8[height, width, 3]."""
        moment = self._director.at(story, position)
        anew = moment.scene is not self._scene
        self._scene = moment.scene
        if self.surface is not None:
            if anew:
                scene = moment.scene
                self.surface.set_scene(composed(scene) if scene is not None else None)
            self.surface.set_trajectory(moment.overlay)
            self.surface.set_markers(moment.markers)
        if self.contour is not None:
            if anew:
                self.contour.set_scene(moment.scene)
            self.contour.set_trajectory(moment.overlay)
            self.contour.set_markers(moment.markers_on_map)
        return as_pixels(self._painted(moment))

    # -- views ---------------------------------------------------------------------------------

    def _make_surface(self, row: QHBoxLayout) -> Surface3DView:
        view, look = make_surface_view(self.widget), self._look
        view.setFont(self._font)
        view.set_theme(look.theme)
        view.set_color_map(color_maps.table(look.color_map))
        view.set_limits(look.limits)
        view.set_trajectory_lift(look.lift)
        view.set_style(SurfaceStyle(look.lines, look.fill == "bands", look.floor))
        if look.camera is not None:
            view.set_camera(look.camera)
        row.addWidget(view, 1)
        return view

    def _make_contour(self, row: QHBoxLayout) -> ContourView:
        view, look = ContourView(self.widget), self._look
        view.setFont(self._font)
        view.read_out.hide()
        view.set_theme(look.theme)
        view.set_color_map(look.color_map)
        view.set_limits(look.limits)
        view.set_fill(look.fill)
        view.set_lines(look.lines)
        row.addWidget(view, 1)
        return view

    def _make_bar(self) -> ColorBar:
        bar, look = ColorBar(self.widget), self._look
        bar.setFont(self._font)
        bar.set_theme(look.theme)
        bar.set_color_map(look.color_map)
        bar.set_title(METRIC_TITLES[self._director.metric])
        bar.set_scale(self._director.scale)
        bar.set_limits(look.limits)
        return bar

    # -- painting ------------------------------------------------------------------------------

    def _painted(self, moment: Moment) -> QImage:
        image = QImage(self._size, QImage.Format.Format_RGB32)
        image.fill(QColor(self._look.theme.canvas))
        if self.contour is not None:
            self.contour.plot.finish()  # on a screen it may be painted later, here it is now
        for view in (self.contour, self._bar):
            if view is not None:
                view.render(image, view.mapTo(self.widget, QPoint(0, self._head)))
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            if self.surface is not None:
                corner = self.surface.mapTo(self.widget, QPoint(0, self._head))
                painter.drawImage(QRect(corner, self.surface.size()), self.surface.grab_image())
            self._paint_words(painter, moment)
        return image

    def _paint_words(self, painter: QPainter, moment: Moment) -> None:
        theme, run = self._look.theme, self._director.model.run
        bold = QFont(self._font)
        bold.setBold(True)
        line = QFontMetricsF(self._font).height()
        margin = 0.9 * line
        name = run.name or self._director.model.path.name
        lines = ((name, bold, theme.text), ("   ·   ".join(moment.words), self._font, theme.muted))
        for k, (text, font, color) in enumerate(lines):
            room = QRectF(
                margin, 0.45 * line + 1.15 * k * line, self._size.width() - 2 * margin, line
            )
            painter.setFont(font)
            painter.setPen(QColor(color))
            shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)


def as_pixels(image: QImage) -> Pixels:
    """The image as an array of its own, uint8[height, width, 3]."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = rows.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    return rows.reshape(image.height(), image.width(), 3).copy()
