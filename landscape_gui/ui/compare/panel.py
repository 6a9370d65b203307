"""One landscape of the comparison: header with picker, view, read-out, its own colour bar."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui import color_maps
from landscape_gui.ui.compare.comparison import ViewKind
from landscape_gui.ui.compare.items import Item, Missing
from landscape_gui.ui.compare.picker import Picker
from landscape_gui.ui.compare.pictures import PanelPicture
from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.panels.parts import ElidedLabel, label
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.scene_parts import composed
from landscape_gui.ui.session import Session
from landscape_gui.ui.surface3d import Surface3DView, SurfaceStyle, make_surface_view
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.contour_view import ContourView, height_words, origin_items
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.views.read_out import ReadOut, ReadOutItem
from landscape_gui.ui.views.surface_image import nearest_index
from landscape_gui.ui.views.ticks import format_coordinate, format_value
from landscape_gui.ui.wording import NO_NUMBER

LEAST_WIDTH, LEAST_HEIGHT = 250, 236


class ComparePanel(QFrame):
    """Shows a picture as 3D view or contour map; the page tells it what and on which scale.

    Signals
    -------
    picked
        Another item for this panel.
    removed
        The panel is to go.
    cursor_moved
        (alpha, beta) under the pointer, or None.
    camera_changed
        A Camera, when its 3D view was turned.
    map_moved
        The PlotRange that its map was zoomed or panned to, or None: all.
    limits_changed, auto_requested
        From the panel's own colour bar.
    """

    picked = Signal(object)
    removed = Signal()
    cursor_moved = Signal(object)
    camera_changed = Signal(object)
    map_moved = Signal(object)
    limits_changed = Signal(object)
    auto_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._kind: ViewKind = "contours"
        self._cursor: tuple[float, float] | None = None
        self._camera = Camera()
        self._map_view: PlotRange | None = None
        self.item: Item | None = None
        self.picture: PanelPicture | None = None
        self.limits = Limits(0.0, 1.0)
        self.surface: Surface3DView | None = None
        self.contour: ContourView | None = None
        self.setProperty("role", "panel")
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self.picker = Picker(session, self)
        self.picker.picked.connect(self.picked)
        self._build_header()
        self.bar = ColorBar()
        self.bar.limits_changed.connect(self.limits_changed)
        self.bar.auto_requested.connect(self.auto_requested)
        self.read_out = ReadOut()
        self.message = label(role="muted", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        blank = QWidget()
        column = QVBoxLayout(blank)
        column.setContentsMargins(24, 12, 24, 12)
        column.addWidget(self.message)
        self._views = QStackedLayout()
        self._views.addWidget(blank)
        self._blank = blank
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addLayout(self._views, 1)
        middle.addWidget(self.bar)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addWidget(self._header)
        outer.addLayout(middle, 1)
        outer.addWidget(self.read_out)
        self.set_theme(theme)

    def _build_header(self) -> None:
        self._header = QFrame()
        self._header.setProperty("role", "panel-head")
        grid = QGridLayout(self._header)
        grid.setContentsMargins(4, 3, 4, 4)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        self.remove = QToolButton()
        self.remove.setAccessibleName("Remove this panel")
        self.remove.setToolTip("Remove this panel")
        set_icon(self.remove, "close")
        self.remove.clicked.connect(self.removed)
        self.subtitle = ElidedLabel(role="muted")
        self.subtitle.setIndent(8)
        self.notes = ElidedLabel(role="muted")
        self.notes.setIndent(8)
        grid.addWidget(self.picker.surface_button, 0, 0)
        grid.addWidget(self.picker.metric_button, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.addWidget(self.subtitle, 1, 0, 1, 3)
        grid.addWidget(self.notes, 2, 0, 1, 3)
        self._header.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    # -- what it shows -------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme's colours to the views."""
        self._theme = theme
        self.bar.set_theme(theme)
        self.read_out.set_theme(theme)
        for view in (self.surface, self.contour):
            if view is not None:
                view.set_theme(theme)

    def show_missing(self, item: Missing) -> None:
        """Say what would be here."""
        self.item, self.picture = item, None
        self.picker.show_item(item, item.title)
        self.subtitle.setText("Not open")
        self.notes.setText("")
        self._say_instead(item.words)

    def show_picture(
        self, item: Item, picture: PanelPicture, kind: ViewKind, *, named: bool = True
    ) -> None:
        """Show a surface or a difference; limits and colours follow by ``show_scale``.

        Without ``named`` the markers have no labels: many small panels have one legend.
        """
        self.item, self.picture, self._kind = item, picture, kind
        self.picker.show_item(item, picture.title)
        self.subtitle.setText(picture.subtitle)
        if picture.scene is None:
            self.notes.setText("")
            self._say_instead(picture.reason or "Nothing of this is measured yet.")
            return
        view = self._surface_view() if kind == "3d" else self._contour_view()
        fill, lines = self._session.fill, self._session.contour_lines
        if isinstance(view, ContourView):
            view.set_scene(picture.scene)
            view.set_fill(fill)
            view.set_lines(lines)
            view.plot.set_view(self._map_view)
        else:
            view.set_style(SurfaceStyle(lines, fill == "bands"))
            view.set_scene(composed(picture.scene))  # a mesh knows but one lattice
        view.set_markers(
            picture.markers if named else [replace(m, label="") for m in picture.markers]
        )
        view.set_trajectory(picture.trajectory)
        view.set_cursor(self._cursor)
        self._views.setCurrentWidget(view)
        self._say()

    def show_scale(self, limits: Limits, color_map: str, remark: str, own_bar: bool) -> None:
        """Draw within limits; ``remark`` says what lies beyond them."""
        self.limits = limits
        picture = self.picture
        if picture is None or picture.scene is None:
            self.bar.hide()
            return
        if self._kind == "3d":
            view = self._surface_view()
            view.set_color_map(color_maps.table(color_map))
            view.set_limits(limits)
        else:
            contour = self._contour_view()
            contour.set_color_map(color_map)
            contour.set_limits(limits)
        self.bar.setVisible(own_bar)
        if own_bar:
            self.bar.set_color_map(color_map)
            self.bar.set_title(picture.metric_title)
            self.bar.set_scale(picture.scene.scale)
            if picture.known.size:
                self.bar.set_data_range(float(picture.known.min()), float(picture.known.max()))
            self.bar.set_limits(limits)
        words = "  ·  ".join(part for part in (*picture.notes, remark) if part)
        self.notes.setText(words)

    def reserve_notes(self, reserved: bool) -> None:
        """Keep a line for notes, so that the views of panels beside each other are level."""
        self.notes.setVisible(reserved)

    def hasHeightForWidth(self) -> bool:
        """No: a wrapped message inside must not make the scroll area ask for more height."""
        return False

    def _say_instead(self, words: str) -> None:
        self.message.setText(words)
        self._views.setCurrentWidget(self._blank)
        self.bar.hide()
        self.read_out.set_items(())

    # -- views, made when they are first needed ------------------------------------------------

    def _surface_view(self) -> Surface3DView:
        if self.surface is None:
            view = make_surface_view(self)
            view.set_theme(self._theme)
            view.set_camera(self._camera)
            view.cursor_moved.connect(self.cursor_moved)
            view.camera_changed.connect(self.camera_changed)
            self._views.addWidget(view)
            self.surface = view
        return self.surface

    def _contour_view(self) -> ContourView:
        if self.contour is None:
            view = ContourView(self)
            view.read_out.hide()  # the panel has one for both kinds
            view.set_theme(self._theme)
            view.cursor_moved.connect(self.cursor_moved)
            view.plot.view_moved.connect(self.set_map_view)
            view.plot.view_moved.connect(self.map_moved)
            self._views.addWidget(view)
            self.contour = view
        return self.contour

    def current_view(self) -> Surface3DView | ContourView | None:
        """The view that is on; None where words are shown instead."""
        if self._views.currentWidget() is self._blank:
            return None
        return self.surface if self._kind == "3d" else self.contour

    # -- linking -------------------------------------------------------------------------------

    def set_camera(self, camera: Camera) -> None:
        """Look from where another panel looks."""
        self._camera = camera
        if self.surface is not None:
            self.surface.set_camera(camera)

    def set_map_view(self, view: PlotRange | None) -> None:
        """Look at the part of the plane that another panel's map looks at."""
        self._map_view = view
        if self.contour is not None:
            self.contour.plot.set_view(view)

    def reset_view(self) -> None:
        """Show the whole surface."""
        view = self.current_view()
        if view is not None:
            view.reset_view()

    def set_cursor(self, position: tuple[float, float] | None) -> None:
        """Show a cross-hair, and read the surface out there."""
        if position != self._cursor:
            self._cursor = position
            view = self.current_view()
            if view is not None:
                view.set_cursor(position)
            self._say()

    def _say(self) -> None:
        picture = self.picture
        if picture is None or picture.scene is None:
            self.read_out.set_items(())
            return
        self.read_out.set_items(read_out_items(picture, self._cursor, self._theme))


def read_out_items(
    picture: PanelPicture, position: tuple[float, float] | None, theme: Theme
) -> list[ReadOutItem]:
    """The value at the lattice point nearest to a position, where it comes from, and where it is.

    Without a position: the value at the end point, which is what a surface is measured around.
    """
    scene = picture.scene
    if scene is None:
        return []
    if position is None:
        end = next((m for m in picture.markers if m.kind == "end"), None)
        if end is None or not math.isfinite(end.value):
            return []
        return [ReadOutItem("fine-tuned model", format_value(end.value))]
    i, j = nearest_index(scene.alpha, position[0]), nearest_index(scene.beta, position[1])
    if i is None or j is None:
        return []
    value = height_words(scene, j, i) or NO_NUMBER
    errors = scene.standard_error
    if scene.measured[j, i] and errors is not None and math.isfinite(errors[j, i]):
        value = f"{value} ± {format_value(float(errors[j, i]))}"
        origin = [ReadOutItem("", "measured", theme.accent)]
    elif scene.kind(j, i) == "filled" and _is_interpolated(picture, j, i):
        origin = [ReadOutItem("", "interpolated", theme.muted, False)]
    else:
        origin = origin_items(scene, j, i, theme)
    step = float(min((scene.alpha[-1] - scene.alpha[0]) / max(scene.alpha.size - 1, 1), 1.0))
    return [
        ReadOutItem("", value, width="−0.0000"),
        *origin,
        ReadOutItem("α", format_coordinate(float(scene.alpha[i]), step), width="−0.00"),
        ReadOutItem("β", format_coordinate(float(scene.beta[j]), step), width="−0.00"),
    ]


def _is_interpolated(picture: PanelPicture, j: int, i: int) -> bool:
    return picture.interpolated is not None and bool(picture.interpolated[j, i])
