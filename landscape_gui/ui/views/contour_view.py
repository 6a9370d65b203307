"""The contour view: colour map, contour lines, markers, trajectory, cross-hair and read-out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landscape_gui.ui.scene import (
    AxisTitles,
    FillStyle,
    Limits,
    Marker,
    SurfaceScene,
    TrajectoryOverlay,
)
from landscape_gui.ui.scene_parts import finest_at
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.contour_plot import ContourPlot, DotsMode
from landscape_gui.ui.views.grab import paint_widget
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.read_out import ReadOut, ReadOutItem
from landscape_gui.ui.views.surface_image import cell_edges
from landscape_gui.ui.views.ticks import format_coordinate, format_value
from landscape_gui.ui.wording import NO_NUMBER

_EMPTY = "Nothing to show yet.\nThe surface appears with its first measured point."
_HINT = "Wheel or Shift+drag zooms · drag pans · double click shows all"


class ContourView(QWidget):
    """A surface from above.

    Signals
    -------
    cursor_moved
        (alpha, beta) under the pointer, or ``None`` when it left the map. Not emitted for
        ``set_cursor`` and not while a trajectory is shown in axes of its own.
    """

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Contour map of the surface")
        self.plot = ContourPlot(self)
        self.plot.snug = True
        self.plot.setAccessibleName("Contour map of the surface")
        self.read_out = ReadOut(self)
        self.read_out.set_hint(_HINT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.read_out)
        self._projection: AxisTitles | None = None
        self._pointer: tuple[float, float] | None = None
        self.plot.hovered.connect(self._hover)
        self.plot.installEventFilter(self)
        self._arrange()

    # What is shown

    def set_scene(self, scene: SurfaceScene | None) -> None:
        """Show a surface; ``None`` clears it. The view stays zoomed while the axes stay alike."""
        self.plot.show_scene(scene)
        self._arrange()

    def set_limits(self, limits: Limits) -> None:
        """Set the values at the ends of the colour map; contour levels follow."""
        self.plot.show_limits(limits)

    def set_color_map(self, name: str) -> None:
        """Choose one of ``color_maps.COLOR_MAPS``; KeyError for any other name."""
        self.plot.show_color_map(name)

    def set_markers(self, markers: Sequence[Marker]) -> None:
        """Show named points; those with a coordinate that is not finite are left out."""
        if tuple(markers) != self.plot.markers:
            self.plot.markers = tuple(markers)
            self.plot.refresh()

    def set_trajectory(self, overlay: TrajectoryOverlay | None) -> None:
        """Show checkpoints; ``None`` hides them."""
        if overlay is None and self.plot.trajectory is None:
            return
        self.plot.trajectory = overlay
        self.plot.hovered_disc = None
        self.plot.refresh()
        self._arrange()

    def set_projection_axes(self, titles: AxisTitles | None) -> None:
        """Show the trajectory alone on axes of its own; ``None`` puts it back on the surface."""
        if titles != self._projection:
            self._projection = titles
            self.plot.trajectory_alone = titles is not None
            self.plot.cross_hair = None
            self._arrange()
            self.plot.set_view(None)

    def set_cursor(self, position: tuple[float, float] | None) -> None:
        """Put the cross-hair at (alpha, beta), e.g. where the pointer is in another view."""
        if position is not None and not all(math.isfinite(v) for v in position):
            position = None
        if self._projection is not None:
            return
        self._pointer = position
        if position != self.plot.cross_hair:
            self.plot.cross_hair = position
            self.plot.update()
        self._say()

    def set_measured_dots(self, mode: DotsMode) -> None:
        """Dots on measured points: while the surface is incomplete, always, or never."""
        if mode != self.plot.dots:
            self.plot.dots = mode
            self.plot.invalidate()

    def set_fill(self, style: FillStyle) -> None:
        """Smooth, in bands between the lines, or a cell for each point."""
        self.plot.show_fill(style)

    def set_lines(self, shown: bool) -> None:
        """Whether contour lines and their numbers are drawn."""
        if shown != self.plot.show_lines:
            self.plot.show_lines = shown
            self.plot.invalidate()

    def set_theme(self, theme: Theme) -> None:
        self.plot.set_theme(theme)
        self.read_out.set_theme(theme)

    def reset_view(self) -> None:
        """Show the whole surface."""
        self.plot.reset_view()

    def grab_image(self) -> QImage:
        """The map with what is around it, without cross-hair, at twice the screen's resolution."""
        return self.image_at(max(2.0, self.devicePixelRatioF()))

    def image_at(self, ratio: float) -> QImage:
        """The same with exactly so many pixels per logical one."""
        self.plot.finish()
        cursor, disc = self.plot.cross_hair, self.plot.hovered_disc
        self.plot.cross_hair = self.plot.hovered_disc = None
        try:
            image, rect = paint_widget(self.plot, ratio), self.plot.drawn_rect()
            corner, size = rect.topLeft() * ratio, rect.size() * ratio
            return image.copy(
                round(corner.x()), round(corner.y()), round(size.width()), round(size.height())
            )
        finally:
            self.plot.cross_hair, self.plot.hovered_disc = cursor, disc
            self.plot.update()

    def _arrange(self) -> None:
        plot, scene, titles = self.plot, self.plot.scene, self._projection
        overlay = plot.trajectory
        plot.empty_text = _EMPTY
        if titles is not None:
            home = _trajectory_home(overlay)
            plot.empty_text = "There is no trajectory to show."
        elif scene is not None:
            home = _scene_home(scene)
            titles = scene.titles
        else:
            home = None
        plot.set_axes_visible(home is not None)
        if home is not None and titles is not None:
            plot.set_titles(titles.alpha, titles.beta)
            plot.set_home(home, keep_view=home == plot.home and not plot.at_home())
        plot.fit_below()
        self._say()

    # The pointer

    def _hover(self, position: tuple[float, float] | None) -> None:
        if self._projection is None:
            self.cursor_moved.emit(position)
            self._pointer = position
            if position != self.plot.cross_hair:
                self.plot.cross_hair = position
                self.plot.update()
        else:
            self._pointer = position
        self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.plot:
            if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
                self._point_at_disc(event.position())
            elif event.type() == QEvent.Type.Leave:
                self._point_at_disc(None)
        return super().eventFilter(watched, event)

    def _point_at_disc(self, position: QPointF | None) -> None:
        inside = position is not None and self.plot.plot_rect.contains(position)
        disc = self.plot.disc_at(position) if inside and position is not None else None
        if disc != self.plot.hovered_disc:
            self.plot.hovered_disc = disc
            self.plot.disc_text = () if disc is None else self._disc_text(disc)
            self.plot.update()

    def _disc_text(self, k: int) -> tuple[str, ...]:
        overlay, scene = self.plot.trajectory, self.plot.scene
        assert overlay is not None
        lines = [_checkpoint_title(overlay, k)]
        value = short_title((self._projection or scene.titles).value) if scene else "value"
        if math.isfinite(overlay.value[k]):
            lines.append(f"its own {value}  {format_value(overlay.value[k])}")
        if scene is not None and self._projection is None:
            under = finest_at(scene, float(overlay.alpha[k]), float(overlay.beta[k]))
            if under is not None and math.isfinite(under[0].height[under[1:]]):
                lines.append(f"surface under it  {height_words(*under) or 'not finite'}")
        if math.isfinite(overlay.off_plane[k]):
            lines.append(f"off the plane  {100 * overlay.off_plane[k]:.0f} %")
        return tuple(lines)

    def _say(self) -> None:
        theme, position = self.plot.theme, self._pointer
        scene, titles = self.plot.scene, self._projection
        if position is None or not self.plot.axes_visible:
            self.read_out.set_items(())
            return
        if titles is not None or scene is None:
            names = (titles.alpha, titles.beta) if titles is not None else ("α", "β")
            self.read_out.set_items(
                [
                    ReadOutItem(short_title(name), format_coordinate(v, 0.01), width="−0.00")
                    for name, v in zip(names, position, strict=True)
                ]
            )
            return
        found = finest_at(scene, *position)
        if found is None:
            self.read_out.set_items(())
            return
        scene, j, i = found
        step = float(min(np.diff(axis).min(initial=1.0) for axis in (scene.alpha, scene.beta)))
        value = height_words(scene, j, i) or NO_NUMBER
        self.read_out.set_items(
            [
                ReadOutItem("α", format_coordinate(float(scene.alpha[i]), step), width="−0.00"),
                ReadOutItem("β", format_coordinate(float(scene.beta[j]), step), width="−0.00"),
                ReadOutItem(short_title(scene.titles.value), value, width="0.0000"),
                *origin_items(scene, j, i, theme),
            ]
        )


def height_words(scene: SurfaceScene, j: int, i: int) -> str:
    """The height of a point; empty where it was measured and is no number."""
    if scene.kind(j, i) == "not finite":
        return ""
    return format_value(float(scene.height[j, i]))


def origin_items(scene: SurfaceScene, j: int, i: int, theme: Theme) -> list[ReadOutItem]:
    """Whether a height was measured, and how far off it may be."""
    kind = scene.kind(j, i)
    if kind == "not finite":
        return [ReadOutItem("", "not finite", theme.muted, False)]
    if kind == "filled":
        return [ReadOutItem("", "filled in", theme.muted, False)]
    if kind == "measured":
        items = [ReadOutItem("", "measured", theme.accent)]
        error = scene.standard_error[j, i] if scene.standard_error is not None else math.nan
        if math.isfinite(error):
            items.append(ReadOutItem("standard error", format_value(float(error))))
        return items
    assert scene.bound is not None
    bound = f"± {format_value(float(scene.bound[j, i]))}"
    if kind == "estimated":
        return [ReadOutItem("", f"estimated {bound}", theme.muted, False)]
    return [
        ReadOutItem("", f"{scene.few_words(j, i)}, rest estimated {bound}", theme.accent, False)
    ]


def short_title(title: str) -> str:
    """A title without its explanation: ``α  (direction to …)`` → ``α``."""
    return title.split("(")[0].strip() or title


def _checkpoint_title(overlay: TrajectoryOverlay, k: int) -> str:
    """``epoch 3``; a label that is no number says enough by itself."""
    if k >= len(overlay.labels):
        return f"checkpoint {k}"
    text = overlay.labels[k]
    return f"epoch {text}" if text[:1].isdigit() else text


def _scene_home(scene: SurfaceScene) -> PlotRange:
    x, y = cell_edges(scene.alpha), cell_edges(scene.beta)
    return PlotRange(float(x[0]), float(x[-1]), float(y[0]), float(y[-1]))


def _trajectory_home(overlay: TrajectoryOverlay | None) -> PlotRange | None:
    """Room around all checkpoints with finite coordinates."""
    if overlay is None:
        return None
    finite = np.isfinite(overlay.alpha) & np.isfinite(overlay.beta)
    if not finite.any():
        return None
    x, y = overlay.alpha[finite], overlay.beta[finite]
    size = max(float(np.ptp(x)), float(np.ptp(y))) or 1.0
    # A straight trajectory still needs an area to lie in.
    dx, dy = (max(float(np.ptp(v)), 0.35 * size) for v in (x, y))
    middle_x, middle_y = float(x.max() + x.min()) / 2, float(y.max() + y.min()) / 2
    room = PlotRange(middle_x - dx / 2, middle_x + dx / 2, middle_y - dy / 2, middle_y + dy / 2)
    return room.padded(0.12).with_aspect(1.0)
