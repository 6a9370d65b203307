"""The surface in 3D and as contours, side by side, with one colour bar and one cursor."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui import color_maps
from landscape_gui.ui.animation.bar import AnimationBar
from landscape_gui.ui.landscape_model import LivePlot
from landscape_gui.ui.panels.finer_offer import FinerOffer
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.panels.view_tools import ViewTools
from landscape_gui.ui.scene_building import (
    build_markers,
    build_scene,
    build_trajectory,
    data_range,
    drawn_limits,
    possible_scale,
)
from landscape_gui.ui.scene_parts import composed, seen_limits
from landscape_gui.ui.session import Session
from landscape_gui.ui.surface3d import SurfaceStyle, make_surface_view
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.turns import Parts, finish, turns
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.contour_view import ContourView
from landscape_gui.ui.wording import METRIC_TITLES

# Room under the colour bar for the arrow that says that there are lower values.
_UNDER_BAR = 20


class SurfacePage(QWidget):
    """Observes the session and feeds both views the same plain values.

    Signals
    -------
    finer_requested
        LatticeSpec of a part of the surface that the user wants to see finer.
    """

    compute_requested = Signal()
    finer_requested = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.surface = make_surface_view(self.splitter)
        self.contour = ContourView(self.splitter)
        self.splitter.addWidget(self.surface)
        # On the contour map, along its frame: there it belongs, and in its saved picture too.
        self.color_bar = ColorBar(self.contour.plot)
        self.contour.plot.arranged.connect(self._place_color_bar)
        self.finer_offer = FinerOffer(session, self.contour.plot)
        self.finer_offer.requested.connect(self.finer_requested)
        self.splitter.addWidget(self.contour)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([500, 500])
        views = QWidget()
        column = QVBoxLayout(views)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.splitter, 1)
        self.animation = AnimationBar(session, theme)
        self.animation.moment_changed.connect(self._show_moment)
        self.animation.closed.connect(self.refresh)
        column.addWidget(self.animation)
        # The contour view's line of words is about both views, so it spans both.
        self.tools = ViewTools(self)
        line = QWidget()
        line.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        foot = QHBoxLayout(line)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        self.contour.read_out.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding
        )
        foot.addWidget(self.contour.read_out, 1)
        foot.addWidget(self.finer_offer.bar)
        foot.addWidget(self.tools)
        column.addWidget(line)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(views)
        self._empty = QWidget()
        self._pages.addWidget(self._empty)
        self._fill_empty()

        self.surface.painted.connect(self._report_cost)
        self.surface.cursor_moved.connect(self._move_cursor)
        self.contour.cursor_moved.connect(self._move_cursor)
        self.contour.read_out.changed.connect(self._share_foot)
        self.color_bar.limits_changed.connect(session.set_manual_limits)
        self.color_bar.auto_requested.connect(self._follow_data)
        session.selection_changed.connect(self.refresh)
        session.view_changed.connect(self.refresh)
        session.data_changed.connect(lambda: turns().begin(self, self._draw()))
        session.rollback_changed.connect(self._show_markers)
        self.set_theme(theme)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme's colours to the views."""
        self.theme = theme
        self.surface.set_theme(theme)
        self.contour.set_theme(theme)
        self.color_bar.set_theme(theme)
        self.animation.set_theme(theme)

    def refresh(self) -> None:
        """Show the session's choices and data anew."""
        session = self._session
        plot = session.plot
        if plot is None or plot.kind != "surface":
            if session.selection is not None and session.selection.kind == "surface":
                self._pages.setCurrentIndex(1)
            return
        self._pages.setCurrentIndex(0)
        self.surface.set_color_map(color_maps.table(session.color_map))
        self.contour.set_color_map(session.color_map)
        self.color_bar.set_color_map(session.color_map)
        self.color_bar.set_banded(session.fill == "bands")
        self.color_bar.set_title(METRIC_TITLES[session.metric])
        self._place_color_bar()
        self.contour.set_measured_dots(session.measured_dots)
        self.contour.set_fill(session.fill)
        self.contour.set_lines(session.contour_lines)
        bands = session.fill == "bands"
        dots = session.measured_dots != "off"
        self.surface.set_style(
            SurfaceStyle(session.contour_lines, bands, session.floor_lines, dots)
        )
        self.surface.set_trajectory_lift(session.lift)
        self._redraw()

    def reset_views(self) -> None:
        """Back to the first viewpoint and the whole plane."""
        self.surface.reset_view()
        self.contour.reset_view()

    def fit_colors(self) -> None:
        """Spread the colours over the values in the part of the map that is seen."""
        scene, shown = self.contour.plot.scene, self.contour.plot.shown
        # A map that is hidden is not kept up to date: it may be of another metric. Beside a
        # trajectory on axes of its own no part of the surface is seen.
        seen = self.contour.isVisible() and not self.contour.plot.trajectory_alone
        if scene is not None and seen:
            limits = seen_limits(scene, (shown.left, shown.right), (shown.bottom, shown.top))
            if limits is not None:
                self._session.set_manual_limits(limits)

    def _place_color_bar(self) -> None:
        plot, bar = self.contour.plot, self.color_bar
        wide = bar.sizeHint().width()
        bar.setVisible(plot.axes_visible)
        if plot.side_room != wide:
            plot.set_side_room(wide)
            return  # which comes back here
        frame = plot.plot_rect
        # Down to the numbers of the map only: under them is the legend.
        bar.setGeometry(round(frame.right()) + 2, 0, wide, round(frame.bottom()) + _UNDER_BAR)
        bar.set_span(frame.top(), frame.bottom())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or one above the other where both become larger that way."""
        super().resizeEvent(event)
        self._share_foot()
        stacked = stacked_is_larger(event.size().width(), event.size().height())
        way = Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal
        if self.splitter.orientation() != way:
            self.splitter.setOrientation(way)
            self.splitter.setSizes([500, 500])

    def _share_foot(self) -> None:
        """What is under the pointer comes first, then what measuring finer would cost."""
        taken = self.contour.read_out.wanted_width() + self.tools.sizeHint().width()
        self.finer_offer.bar.set_room(self.width() - taken)

    # -- drawing -------------------------------------------------------------------------------

    def _redraw(self) -> None:
        turns().cancel(self)
        finish(self._draw())

    def _draw(self) -> Parts[None]:
        """Hand what the session holds to the views: all of one moment, in a few parts."""
        session = self._session
        plot = session.plot
        if plot is None or plot.kind != "surface" or not self.isVisible():
            return
        self._redraw_began = time.perf_counter()
        if self.animation.active:
            self._show_limits(plot)
            self.animation.refresh()
            if self._show_moment():
                return
        scene = build_scene(plot, session.metric, session.value_scale, session.parts)
        yield
        # A mesh knows but one lattice.
        mesh = composed(scene) if scene is not None else None
        drawn = None
        if session.model is not None and session.show_trajectory:
            drawn = build_trajectory(session.model, plot, session.metric, session.projection)
        yield
        self._show_limits(plot)
        self.surface.set_scene(mesh)
        on_surface = drawn is not None and drawn.axes is None
        self.surface.set_trajectory(drawn.overlay if drawn is not None and on_surface else None)
        self._show_markers()
        yield
        self.contour.set_scene(scene)
        self.contour.set_projection_axes(drawn.axes if drawn is not None else None)
        self.contour.set_trajectory(drawn.overlay if drawn is not None else None)

    def _show_moment(self) -> bool:
        """Draw a moment of the animation; False if there is none to draw."""
        moment = self.animation.moment()
        if moment is None or not self.isVisible():
            return False
        self.animation.say(moment)
        self.contour.set_projection_axes(None)
        self.surface.set_scene(composed(moment.scene) if moment.scene is not None else None)
        self.contour.set_scene(moment.scene)
        for view in (self.surface, self.contour):
            view.set_trajectory(moment.overlay)
        self.surface.set_markers(moment.markers)
        # A map writes values beside markers: between checkpoints there is none to be written.
        self.contour.set_markers(moment.markers_on_map)
        return True

    def _report_cost(self) -> None:
        """Without a graphics card painting is what costs, and takes the engine's cores."""
        if self._redraw_began is not None:
            self._session.report_drawing_time(time.perf_counter() - self._redraw_began)
            self._redraw_began = None

    def _show_limits(self, plot: LivePlot) -> None:
        session, metric = self._session, self._session.metric
        whole = data_range(plot, metric)
        scale = possible_scale(plot, metric, session.value_scale)
        limits = drawn_limits(plot, metric, scale, session.manual_limits)
        if whole is not None:
            self.color_bar.set_data_range(whole)
        self.color_bar.set_scale(scale)
        self.color_bar.set_limits(limits)
        self._place_color_bar()
        self.surface.set_limits(limits)
        self.contour.set_limits(limits)

    def _show_markers(self) -> None:
        session = self._session
        model, plot = session.model, session.plot
        if model is None or plot is None or plot.kind != "surface":
            return
        if self.animation.active and self._show_moment():
            return
        markers = build_markers(model, plot, session.metric, session.rollback)
        self.surface.set_markers(markers)
        self.contour.set_markers(markers)

    def _follow_data(self) -> None:
        self._session.set_manual_limits(None)

    # -- cursor --------------------------------------------------------------------------------

    def _move_cursor(self, position: tuple[float, float] | None) -> None:
        self.surface.set_cursor(position)
        self.contour.set_cursor(position)

    # -- nothing to show -----------------------------------------------------------------------

    def _fill_empty(self) -> None:
        column = QVBoxLayout(self._empty)
        column.addStretch(1)
        words = label("This file holds no surface yet.", "muted")
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        compute = button("New surface…", "primary")
        compute.clicked.connect(self.compute_requested)
        column.addWidget(compute, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def showEvent(self, event: object) -> None:
        """Catch up with what was measured while another page was shown."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.refresh()


def stacked_is_larger(width: float, height: float) -> bool:
    """Whether both views together become larger one above the other than side by side.

    Each has numbers and titles around it that take the same room at any size (pixels).
    """

    def drawn(w: float, h: float) -> float:
        surface = min(w - 100, 1.1 * (h - 92))
        contour = min(w - 170, h - 90)
        return surface + contour

    # Side by side, equal points are at equal heights of the page: worth a little size.
    return drawn(width, height / 2) > 1.1 * drawn(width / 2, height)
