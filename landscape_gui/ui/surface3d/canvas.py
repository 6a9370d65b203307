"""The widget of the 3D view: the latest picture of the surface, and the mouse that turns it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QHideEvent,
    QImage,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from landscape_gui.ui import color_maps
from landscape_gui.ui.background import fill_background, fill_split_pixels
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.surface3d.camera import Projection
from landscape_gui.ui.surface3d.drawing import DRAFT, FULL, STILL, Drawing, Quality, Rendering, Rgb
from landscape_gui.ui.surface3d.frame import Frame
from landscape_gui.ui.surface3d.navigator import Navigator
from landscape_gui.ui.surface3d.picture import Picture, paint_picture
from landscape_gui.ui.surface3d.source import RenderSource
from landscape_gui.ui.surface3d.surface_field import SurfaceField
from landscape_gui.ui.surface3d.trajectory_painter import paint_cursor
from landscape_gui.ui.turns import Parts, finish, turns
from landscape_gui.ui.views.contour_lines import contour_levels

# After so long without a change a picture that was drawn in haste is drawn with care.
_REST_MILLISECONDS = 200
# A picture at its best may take so long while things move; what takes longer is made in haste.
_SWIFT_SECONDS, _SLOW_SECONDS = 0.012, 0.030


class Canvas(Navigator):
    """Shows what a source of renderings makes of the picture; grid and texts are painted here."""

    painted = Signal()

    def __init__(self, source: RenderSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = Picture()
        self.field: SurfaceField | None = None
        self.colors: npt.NDArray[np.uint8] | None = None
        self.source = source
        source.rendered.connect(self._take)
        self.samples = FULL.samples
        self._rendering: Rendering | None = None
        self._awaited: Drawing | None = None
        self._arriving: Rendering | None = None
        self._composed: QImage | None = None
        self._shown_anew = False
        # Until it is known how swift drawing is here.
        self._moving, self._resting = DRAFT, STILL
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MILLISECONDS)
        self._rest.timeout.connect(self._draw_with_care)
        self.setMinimumSize(120, 100)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Surface in 3D; arrow keys turn it")

    # -- what is shown -------------------------------------------------------------------------

    def redraw_surface(self) -> None:
        """The surface, its colours or the camera changed."""
        if not self.isVisible():
            return
        drawing = self.drawing(self._moving)
        if drawing is None:
            self._stop_composing()
            self._rendering = None
            self._awaited = None
            self.repaint_around()
            return
        self._awaited = drawing
        self.source.ask(drawing)
        if self._moving != self._resting:
            self._rest.start()

    def repaint_around(self) -> None:
        """What is painted around the surface changed."""
        if self._arriving is not None:
            turns().begin(self, self._compose_anew(self._arriving))
            return
        # With a new picture of the surface on its way, all is painted once and together.
        if self._awaited is None:
            self._composed = None
            self.update()

    def drawing(self, quality: Quality, pixel_ratio: float | None = None) -> Drawing | None:
        """The picture to be drawn of the surface; None while there is none."""
        picture, field = self.picture, self.field
        scene, box = picture.scene, picture.box
        if scene is None or box is None or field is None:
            return None
        theme, style = picture.theme, picture.style
        return Drawing(
            field=field,
            measured=scene.measured if style.dots else None,
            sampled=scene.only_sampled if style.dots else None,
            colors=color_maps.table(color_maps.COLOR_MAPS[0])
            if self.colors is None
            else self.colors,
            levels=contour_levels(Limits(box.low, box.high), scale=scene.scale)[0],
            lines=style.lines,
            bands=style.bands,
            floor=style.floor,
            box=box,
            camera=self.camera,
            projection=self.current_projection(),
            ink=_rgb(theme.trajectory),
            canvas=_rgb(theme.canvas),
            pixel_ratio=pixel_ratio or self.devicePixelRatioF(),
            quality=replace(quality, samples=self.samples if quality.samples else 0),
        )

    def current_projection(self) -> Projection:
        """Projection to logical pixels of this widget."""
        return self.camera.projection(self.width(), self.height())

    def current_frame(self) -> Frame | None:
        """What the painters share; None while there is no surface."""
        return self._frame(self.current_projection())

    def plane_position(self, at: QPointF) -> tuple[float, float] | None:
        """(alpha, beta) of the surface under a pixel."""
        frame = self.current_frame()
        if frame is None:
            return None
        hit = frame.field.first_hit(*frame.projection.ray(at.x(), at.y()))
        return None if hit is None else frame.box.plane_coordinates(*hit)

    def grab_image(self, least_ratio: float = 1.0) -> QImage:
        """The picture at its best as it stands now, whatever is on the screen."""
        ratio = max(least_ratio, self.devicePixelRatioF())
        drawing = self.drawing(FULL, ratio)
        rendering = self.source.draw_now(drawing) if drawing is not None else None
        image = finish(self._compose(rendering, ratio))
        if self.picture.cursor is not None:
            with QPainter(image) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_cursor(painter)
        image.setDevicePixelRatio(1.0)
        return image

    def image_at(self, ratio: float) -> QImage | None:
        """The picture at its best with so many pixels per logical one, without cross-hair.

        None if there is no room for so many; the view stays as it is.
        """
        drawing = self.drawing(FULL, ratio)
        rendering = self.source.try_drawing(drawing) if drawing is not None else None
        if drawing is not None and rendering is None:
            return None
        return finish(self._compose(rendering, ratio))

    # -- renderings ----------------------------------------------------------------------------

    def _take(self, rendering: Rendering) -> None:
        if self.field is not None and rendering.image is not None:
            self._learn(rendering)
            self._arriving = rendering
            # Here and not while the window is painted: between the parts, input is served.
            turns().begin(self, self._compose_anew(rendering))

    def _compose_anew(self, rendering: Rendering) -> Parts[None]:
        composed = yield from self._compose(rendering, self.devicePixelRatioF())
        if rendering.drawing is self._awaited:
            self._awaited = None
        if rendering is self._arriving:
            self._arriving = None
        self._rendering, self._composed = rendering, composed
        self._shown_anew = True
        self.update()

    def _learn(self, rendering: Rendering) -> None:
        """Where drawing is swift, it is always done at its best."""
        points, seconds = rendering.drawing.quality.points, rendering.seconds
        if points == STILL.points and seconds <= _SWIFT_SECONDS:
            self._moving = self._resting = FULL
        elif points == FULL.points and seconds > _SLOW_SECONDS:
            self._moving, self._resting = DRAFT, STILL
            self._rest.start()

    def _draw_with_care(self) -> None:
        drawing = self.drawing(self._resting)
        if drawing is not None and self.isVisible():
            self._awaited = drawing
            self.source.ask(drawing)

    def _frame(self, projection: Projection) -> Frame | None:
        picture = self.picture
        if picture.box is None or picture.field is None:
            return None
        font = QFont(self.font())
        if font.pointSizeF() <= 0:
            font.setPointSizeF(9.0)
        return Frame(projection, picture.box, picture.field, picture.theme, font)

    def _stop_composing(self) -> None:
        turns().cancel(self)
        self._arriving = None

    def _compose(self, rendering: Rendering | None, ratio: float) -> Parts[QImage]:
        size = self.size() * ratio
        image = QImage(size, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor(self.picture.theme.canvas))
        # Axes and markers belong to the camera that the surface was drawn with.
        projection = rendering.drawing.projection if rendering else self.current_projection()
        with QPainter(image) as painter:
            painter.setFont(self.font())
            frame = self._frame(projection)
            foot = self.source.words
            # A copy: the parts of one picture belong to one state of things.
            picture = replace(self.picture)
            yield from paint_picture(painter, QRectF(self.rect()), picture, frame, rendering, foot)
        return image

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, composed anew only if something in it changed, and the cross-hair."""
        with QPainter(self) as painter:
            if self._rendering is None and self.picture.scene is not None:
                fill_background(painter, self, self.picture.theme.canvas)
                return
            if self._composed is None:
                work = self._compose(self._rendering, self.devicePixelRatioF())
                self._composed = finish(work)
            fill_split_pixels(painter, self, self.picture.theme.canvas)
            painter.drawImage(0, 0, self._composed)
            if self.picture.cursor is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_cursor(painter)
        if self._shown_anew:
            self._shown_anew = False
            self.painted.emit()

    def _paint_cursor(self, painter: QPainter) -> None:
        assert self.picture.cursor is not None
        rendering = self._rendering
        projection = rendering.drawing.projection if rendering else self.current_projection()
        frame = self._frame(projection)
        if frame is not None:
            paint_cursor(painter, frame, *self.picture.cursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture follows the size."""
        self._stop_composing()
        self._composed = None
        self.redraw_surface()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while it was hidden."""
        super().showEvent(event)
        self.redraw_surface()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn for no one."""
        super().hideEvent(event)
        self._rest.stop()
        self._stop_composing()
        self._awaited = None


def _rgb(name: str) -> Rgb:
    color = QColor(name)
    return color.redF(), color.greenF(), color.blueF()
