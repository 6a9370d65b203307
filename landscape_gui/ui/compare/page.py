"""Two to four landscapes side by side, or a figure of the paper."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui import color_maps
from landscape_gui.ui.compare.comparison import MOST_PANELS, Comparison
from landscape_gui.ui.compare.items import (
    Item,
    Missing,
    Quantity,
    another,
    first_items,
    look_up,
    sources_of,
)
from landscape_gui.ui.compare.limits import Scale, beyond, shared_scale
from landscape_gui.ui.compare.montage import Cell, montage
from landscape_gui.ui.compare.panel import LEAST_HEIGHT, LEAST_WIDTH, ComparePanel
from landscape_gui.ui.compare.pictures import PanelPicture, panel_picture
from landscape_gui.ui.compare.toolbar import CompareToolbar
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.scene import Limits, Marker
from landscape_gui.ui.session import Session
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera, ViewpointName
from landscape_gui.ui.surface3d.probe import known_answer
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.wording import PROJECTION_TITLES, ProjectionKind, number

_GAP = 8
_ROOM_FOR_NAMES = 330
# Vertices that software OpenGL paints in about a tenth of a second, and what each view costs
# besides: the panels of a figure then still turn together.
_AFFORDABLE = 160_000
_PER_VIEW = 6_000


class ComparePage(QWidget):
    """Observes session and comparison; links the panels with each other.

    Signals
    -------
    figure_requested
        Name of one of the paper's figures that is to be laid out.
    """

    figure_requested = Signal(str)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.comparison: Comparison = session.comparison
        self._theme = theme
        self.panels: list[ComparePanel] = []
        self.bars: dict[Quantity, ColorBar] = {}
        self._versions: dict[int, tuple[object, ...]] = {}
        self._camera = VIEWPOINTS["paper"]
        self._map_view: PlotRange | None = None
        self._following = False
        self._placed_columns = 0
        self.setObjectName("compare_page")
        self.toolbar = CompareToolbar(self.comparison)
        self.toolbar.panel_requested.connect(self._add_panel)
        self.toolbar.figure_requested.connect(self.figure_requested)
        self._build()
        self.comparison.items_changed.connect(self._arrange)
        self.comparison.look_changed.connect(self._redraw_all)
        session.landscapes_changed.connect(self._landscapes_changed)
        session.view_changed.connect(self._redraw_all)
        session.data_changed.connect(self._redraw)
        self._arrange()

    def _build(self) -> None:
        self._board = QWidget()
        self._board.setProperty("role", "board")
        self._grid = QGridLayout(self._board)
        self._grid.setContentsMargins(_GAP, _GAP, _GAP, _GAP)
        self._grid.setSpacing(_GAP)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setWidget(self._board)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for bar in (self.area.verticalScrollBar(), self.area.horizontalScrollBar()):
            bar.valueChanged.connect(self._redraw)
        self._bar_column = QVBoxLayout()
        self._bar_column.setContentsMargins(0, 0, 0, 0)
        self._bar_column.setSpacing(0)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.area, 1)
        middle.addLayout(self._bar_column)
        self.words = label(role="muted", wrap=True)
        self._foot = foot = QFrame()
        foot.setProperty("role", "foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(12, 5, 12, 5)
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        line.addWidget(self.words, 1)
        line.addWidget(self.legend)
        views = QWidget()
        column = QVBoxLayout(views)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        self._empty = QWidget()
        self._fill_empty()
        self._pages = QStackedLayout()
        self._pages.addWidget(views)
        self._pages.addWidget(self._empty)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.toolbar)
        outer.addLayout(self._pages, 1)
        outer.addWidget(foot)

    def _fill_empty(self) -> None:
        column = QVBoxLayout(self._empty)
        column.addStretch(1)
        words = label("Nothing to compare yet.", "muted")
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        add = button("Add a panel", "primary")
        add.clicked.connect(self._add_panel)
        column.addWidget(add, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    # -- panels --------------------------------------------------------------------------------

    def _add_panel(self) -> None:
        item = another(self._session, self.comparison.items)
        if item is not None:
            self.comparison.add(item)

    def _arrange(self) -> None:
        """As many panels as items; those that stay keep their views."""
        items = self.comparison.items
        while len(self.panels) > len(items):
            panel = self.panels.pop()
            self._grid.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        while len(self.panels) < len(items):
            self.panels.append(self._new_panel(len(self.panels)))
        self._pages.setCurrentIndex(0 if items else 1)
        self._foot.setVisible(bool(items))
        for panel in self.panels:
            panel.remove.setVisible(len(items) > 1)
        self._choose_kind()
        self._place(force=True)
        self._redraw_all()

    def _new_panel(self, index: int) -> ComparePanel:
        panel = ComparePanel(self._session, self._theme, self._board)
        panel.set_camera(self._camera)
        panel.set_map_view(self._map_view if self.comparison.linked else None)
        panel.picked.connect(lambda item: self.comparison.replace(index, item))
        panel.removed.connect(lambda: self.comparison.remove(index))
        panel.cursor_moved.connect(lambda position: self._move_cursor(panel, position))
        panel.camera_changed.connect(lambda camera: self._turn(panel, camera))
        panel.map_moved.connect(lambda view: self._move_map(panel, view))
        panel.limits_changed.connect(
            lambda limits: self.comparison.set_manual_limits(index, limits)
        )
        panel.auto_requested.connect(lambda: self.comparison.set_manual_limits(index, None))
        return panel

    def _place(self, force: bool = False) -> None:
        count = len(self.panels)
        columns = self.comparison.columns or best_columns(count, self.area.viewport().size())
        if not force and columns == self._placed_columns:
            return
        self._placed_columns = columns
        for panel in self.panels:
            self._grid.removeWidget(panel)
        for k in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(k, 1 if k < columns else 0)
        rows = -(-count // columns) if columns else 0
        for k in range(max(self._grid.rowCount(), rows)):
            self._grid.setRowStretch(k, 1 if k < rows else 0)
        for k, panel in enumerate(self.panels):
            last_alone = k == count - 1 and count % columns == 1 and columns == 2
            self._grid.addWidget(panel, k // columns, k % columns, 1, 2 if last_alone else 1)
            panel.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other or below, whichever makes the panels larger."""
        super().resizeEvent(event)
        self._place()
        QTimer.singleShot(0, self, self._redraw)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was measured while another page was shown."""
        super().showEvent(event)
        if not self.comparison.items:
            self.comparison.set_items(first_items(self._session))
        self._redraw_all()
        QTimer.singleShot(0, self, self._redraw)

    def _choose_kind(self) -> None:
        """Contours where 3D would follow the hand too slowly: without a graphics card, if large."""
        answer = known_answer()
        available, reason = answer if answer is not None else (True, "")
        heavy = available and draws_in_software(reason) and self._cost() > _AFFORDABLE
        self.toolbar.warn(
            f"Drawn without OpenGL: {reason}."
            if not available
            else "Slow with so many points: the processor draws 3D here."
            if heavy
            else ""
        )
        if (heavy or not available) and not self.toolbar.kind_chosen:
            self.comparison.kind = "contours"

    def _cost(self) -> int:
        total = 0
        for item in self.comparison.items:
            sizes = [
                found[1].total for s in sources_of(item) if (found := look_up(self._session, s))
            ]
            total += max(sizes) + _PER_VIEW if sizes else 0
        return total

    def _landscapes_changed(self) -> None:
        self._versions.clear()
        gone = {
            source.path
            for item in self.comparison.items
            for source in sources_of(item)
            if source.path not in self._session.landscapes
        }
        if gone:
            self.comparison.forget(tuple(gone))
        self._redraw()

    # -- drawing -------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Hand the theme's colours to the views."""
        self._theme = theme
        for panel in self.panels:
            panel.set_theme(theme)
        for bar in self.bars.values():
            bar.set_theme(theme)
        self._redraw_all()

    def _redraw_all(self) -> None:
        self._versions.clear()
        self._redraw()

    def _redraw(self) -> None:
        """Draw the panels that can be seen and whose surfaces changed."""
        if not self.isVisible():
            return
        began = time.perf_counter()
        comparison = self.comparison
        changed = False
        for index, panel in enumerate(self.panels):
            item = comparison.items[index]
            version = self._version(item)
            if self._versions.get(index) == version or panel.visibleRegion().isEmpty():
                continue
            self._versions[index] = version
            changed = True
            self._draw(panel, item)
        if changed:
            self._show_scales()
            self._session.report_drawing_time(time.perf_counter() - began)

    def _version(self, item: Item) -> tuple[object, ...]:
        parts: list[object] = [item, self._crowded]
        for source in sources_of(item):
            found = look_up(self._session, source)
            if found is not None:
                plot = found[1]
                estimates = plot.estimates.get(source.metric)
                parts += [(p.name, p.done) for p in found[0].parts_of(plot)]
                parts += [id(plot), plot.done, int(plot.sampled.sum()), id(estimates)]
                parts.append(len(plot.anchors))
        return tuple(parts)

    def _draw(self, panel: ComparePanel, item: Item) -> None:
        if isinstance(item, Missing):
            panel.show_missing(item)
            return
        projection = self._session.projection if self.comparison.trajectories else None
        picture = panel_picture(self._session, item, projection, self._session.value_scale)
        if picture is None:
            panel.show_missing(Missing("Not open", "This file is not open any more."))
        else:
            panel.show_picture(item, picture, self.comparison.kind, named=not self._crowded)

    @property
    def _crowded(self) -> bool:
        """Whether panels are so small that one legend for all says what their markers are."""
        rows = -(-len(self.panels) // max(self._placed_columns, 1))
        least = self.area.viewport().height() / max(rows, 1)
        return len(self.panels) > MOST_PANELS or least < _ROOM_FOR_NAMES

    def _show_scales(self) -> None:
        comparison = self.comparison
        shown = [panel for panel in self.panels if panel.picture is not None]
        by_quantity: dict[Quantity, list[PanelPicture]] = {}
        for panel in shown:
            assert panel.picture is not None
            if panel.picture.scene is not None:
                by_quantity.setdefault(panel.picture.quantity, []).append(panel.picture)
        words: list[str] = []
        scales: dict[Quantity, Scale] = {}
        for quantity, pictures in by_quantity.items():
            scale = _scale(pictures, comparison)
            if scale is not None:
                scales[quantity] = scale
        if comparison.shared:
            self._show_bars(scales, by_quantity)
            words += [
                _scale_words(quantity, scale, comparison.manual_limits(quantity))
                for quantity, scale in scales.items()
            ]
        else:
            self._show_bars({}, {})
            words.append("Colours: each panel has its own scale.")
        for index, panel in enumerate(self.panels):
            picture = panel.picture
            if picture is None or picture.scene is None:
                continue
            if comparison.shared:
                manual, scale = (
                    comparison.manual_limits(picture.quantity),
                    scales.get(picture.quantity),
                )
            else:
                manual, scale = comparison.manual_limits(index), _scale([picture], comparison)
            limits = manual or (scale.limits if scale is not None else Limits(0.0, 1.0))
            remark = beyond(picture.known, limits) if comparison.shared else ""
            panel.show_scale(
                limits, self._color_map(picture.quantity), remark, not comparison.shared
            )
        reserved = any(panel.notes.text() for panel in self.panels)
        for panel in self.panels:
            panel.reserve_notes(reserved)
        if comparison.trajectories:
            words.append(f"{trajectory_words(self._session.projection)}.")
        self.words.setText("  ".join([*([comparison.note] if comparison.note else []), *words]))
        self.legend.setVisible(self._crowded)
        if self._crowded:
            markers = [m for p in shown if p.picture is not None for m in p.picture.markers]
            self.legend.setText(legend_text(markers, self._theme))

    def _color_map(self, quantity: Quantity) -> str:
        if quantity.endswith("difference"):
            return color_maps.DIVERGING[0]
        return self._session.color_map

    def _show_bars(
        self, scales: dict[Quantity, Scale], pictures: dict[Quantity, list[PanelPicture]]
    ) -> None:
        for quantity in set(self.bars) - set(scales):
            bar = self.bars.pop(quantity)
            self._bar_column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        for quantity, scale in scales.items():
            bar = self.bars.get(quantity)
            if bar is None:
                bar = self.bars[quantity] = self._new_bar(quantity)
            titles = {picture.metric_title for picture in pictures[quantity]}
            bar.set_color_map(self._color_map(quantity))
            bar.set_title(titles.pop() if len(titles) == 1 else quantity)
            bar.set_data_range(scale.whole)
            bar.set_scale(scale.spacing)
            bar.set_limits(self.comparison.manual_limits(quantity) or scale.limits)

    def _new_bar(self, quantity: Quantity) -> ColorBar:
        bar = ColorBar()
        bar.set_theme(self._theme)
        bar.limits_changed.connect(
            lambda limits: self.comparison.set_manual_limits(quantity, limits)
        )
        bar.auto_requested.connect(lambda: self.comparison.set_manual_limits(quantity, None))
        self._bar_column.addWidget(bar, 1)
        return bar

    # -- linking -------------------------------------------------------------------------------

    def _move_cursor(self, source: ComparePanel, position: tuple[float, float] | None) -> None:
        for panel in self.panels:
            if panel is source or self.comparison.linked:
                panel.set_cursor(position)

    def _turn(self, source: ComparePanel, camera: Camera) -> None:
        if self._following or not self.comparison.linked:
            return
        self._camera = camera
        self._following = True
        try:
            for panel in self.panels:
                if panel is not source:
                    panel.set_camera(camera)
        finally:
            self._following = False

    def _move_map(self, source: ComparePanel, view: PlotRange | None) -> None:
        if not self.comparison.linked:
            return
        self._map_view = view
        for panel in self.panels:
            if panel is not source:
                panel.set_map_view(view)

    @property
    def camera(self) -> Camera:
        """Where the panels are looked at from; of panels that are not linked, where they were."""
        return self._camera

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Look at all panels from a named direction."""
        self._camera = VIEWPOINTS[name]
        self._following = True
        try:
            for panel in self.panels:
                panel.set_camera(self._camera)
        finally:
            self._following = False

    def reset_views(self) -> None:
        """Back to the first viewpoint and the whole plane."""
        self.set_viewpoint("paper")
        for panel in self.panels:
            if self.comparison.kind == "contours":
                panel.reset_view()

    # -- pictures ------------------------------------------------------------------------------

    def grab_image(self) -> QImage:
        """All panels with their titles and the colour bars, without buttons."""
        columns = max(self._placed_columns, 1)
        cells = [Cell(k // columns, k % columns, panel) for k, panel in enumerate(self.panels)]
        legend = self.legend.text() if self._crowded else ""
        return montage(cells, list(self.bars.values()), legend, self._theme, self.font())


def _scale(pictures: list[PanelPicture], comparison: Comparison) -> Scale | None:
    signed = pictures[0].quantity.endswith("difference")
    logarithmic = all(p.scene is not None and p.scene.scale == "log" for p in pictures)
    return shared_scale(
        [p.known for p in pictures],
        comparison.policy,
        signed=signed,
        spacing="log" if logarithmic else "linear",
    )


def _scale_words(quantity: Quantity, scale: Scale, manual: Limits | None) -> str:
    limits = manual or scale.limits
    how = "set by hand; double click the bar for the data’s" if manual else scale.words
    span = f"{number(limits.low, 2)} to {number(limits.high, 2)}"
    return f"Colours of {quantity}: {span}, {how}."


def trajectory_words(projection: ProjectionKind) -> str:
    """Which trajectories are drawn."""
    if projection == "pca":
        return "Trajectories: none, as principal components have axes of their own"
    return f"Trajectories: {PROJECTION_TITLES[projection].lower()}"


def legend_text(markers: Iterable[Marker], theme: Theme) -> str:
    """What the markers mean, each symbol in its colour, as rich text."""
    kinds = {marker.kind for marker in markers}
    entries = (
        ("start", "◆", theme.start, "start"),
        ("end", "●", theme.end, "fine-tuned"),
        ("rolled_back", "★", theme.rolled_back, "rolled back"),
    )
    return "&nbsp;&nbsp;&nbsp;".join(
        f'<span style="color:{color}">{symbol}</span>&nbsp;{words}'
        for kind, symbol, color, words in entries
        if kind in kinds
    )


def best_columns(count: int, room: QSize) -> int:
    """How many panels beside each other make each as large as it can be."""
    if count <= 1:
        return 1

    def size(columns: int) -> float:
        rows = -(-count // columns)
        width = (room.width() - _GAP * (columns + 1)) / columns
        height = (room.height() - _GAP * (rows + 1)) / rows - 90
        # A panel narrower than its least width is scrolled to: as good as not there.
        return min(width, 1.25 * height) if width >= LEAST_WIDTH else width - LEAST_WIDTH - 1e3

    most = min(count, MOST_PANELS)
    # Of layouts as good as each other the one without holes.
    best = max(range(1, most + 1), key=lambda c: (round(size(c)), -(-count % c), c))
    return best if count != 3 or best != 2 or room.height() >= 2 * LEAST_HEIGHT else 3


def draws_in_software(reason: str) -> bool:
    """Whether the OpenGL that answered so (``opengl_available``) draws on the processor."""
    return any(name in reason.lower() for name in ("llvmpipe", "softpipe", "swiftshader", "swrast"))
