"""Two to four landscapes side by side, or a figure of the paper."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui import color_maps
from landscape_gui.ui.compare.board import Board
from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.compare.items import (
    Item,
    Missing,
    Quantity,
    another,
    begun_items,
    look_up,
    sources_of,
)
from landscape_gui.ui.compare.limits import Scale, beyond, shared_scale
from landscape_gui.ui.compare.linking import LinkedViews
from landscape_gui.ui.compare.montage import montage
from landscape_gui.ui.compare.panel import ComparePanel
from landscape_gui.ui.compare.pictures import PanelPicture, panel_picture
from landscape_gui.ui.compare.scale_bars import ScaleBars
from landscape_gui.ui.compare.toolbar import CompareToolbar
from landscape_gui.ui.compare.words import legend_text, scale_words, trajectory_words
from landscape_gui.ui.panels.parts import button, label
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.session import Session
from landscape_gui.ui.surface3d.camera import Camera, ViewpointName
from landscape_gui.ui.surface3d.probe import known_answer
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar

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
        self._versions: dict[int, tuple[object, ...]] = {}
        self._linked = LinkedViews(self.comparison, self.panels)
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
        self.area = Board()
        for bar in (self.area.verticalScrollBar(), self.area.horizontalScrollBar()):
            bar.valueChanged.connect(self._redraw)
        self._scale_bars = ScaleBars(self.comparison, self._theme)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.area, 1)
        middle.addLayout(self._scale_bars)
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
            self.area.take_out(panel)
        while len(self.panels) < len(items):
            self.panels.append(self._new_panel(len(self.panels)))
        self._pages.setCurrentIndex(0 if items else 1)
        self._foot.setVisible(bool(items))
        for panel in self.panels:
            panel.remove.setVisible(len(items) > 1)
        self._choose_kind()
        self.area.place(self.panels, self.comparison.columns, force=True)
        self._redraw_all()

    def _new_panel(self, index: int) -> ComparePanel:
        panel = ComparePanel(self._session, self._theme, self.area.board)
        self._linked.take(panel)
        panel.picked.connect(lambda item: self.comparison.replace(index, item))
        panel.removed.connect(lambda: self.comparison.remove(index))
        panel.limits_changed.connect(
            lambda limits: self.comparison.set_manual_limits(index, limits)
        )
        panel.auto_requested.connect(lambda: self.comparison.set_manual_limits(index, None))
        return panel

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Beside each other or below, whichever makes the panels larger."""
        super().resizeEvent(event)
        self.area.place(self.panels, self.comparison.columns)
        QTimer.singleShot(0, self, self._redraw)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was measured while another page was shown."""
        super().showEvent(event)
        items = begun_items(self._session, self.comparison.items)
        # Shown again with the window, panels are as they were left.
        kept = event.spontaneous() and self.comparison.items
        if items != self.comparison.items and not kept:
            self.comparison.set_items(items)
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
        self._scale_bars.set_theme(theme)
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
        parts: list[object] = [item, self.area.crowded]
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
            panel.show_picture(item, picture, self.comparison.kind, named=not self.area.crowded)

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
        self._scale_bars.keep(set(scales) if comparison.shared else set())
        if comparison.shared:
            for quantity, scale in scales.items():
                titles = {picture.metric_title for picture in by_quantity[quantity]}
                title = titles.pop() if len(titles) == 1 else quantity
                self._scale_bars.show_scale(quantity, scale, title, self._color_map(quantity))
            words += [
                scale_words(quantity, scale, comparison.manual_limits(quantity))
                for quantity, scale in scales.items()
            ]
        else:
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
        self.legend.setVisible(self.area.crowded)
        if self.area.crowded:
            markers = [m for p in shown if p.picture is not None for m in p.picture.markers]
            self.legend.setText(legend_text(markers, self._theme))

    def _color_map(self, quantity: Quantity) -> str:
        if quantity.endswith("difference"):
            return color_maps.DIVERGING[0]
        return self._session.color_map

    @property
    def bars(self) -> dict[Quantity, ColorBar]:
        """The bars of what the panels share."""
        return self._scale_bars.bars

    # -- linking -------------------------------------------------------------------------------

    @property
    def camera(self) -> Camera:
        """Where the panels are looked at from; of panels that are not linked, where they were."""
        return self._linked.camera

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Look at all panels from a named direction."""
        self._linked.set_viewpoint(name)

    def reset_views(self) -> None:
        """Back to the first viewpoint and the whole plane."""
        self.set_viewpoint("paper")
        for panel in self.panels:
            if self.comparison.kind == "contours":
                panel.reset_view()

    # -- pictures ------------------------------------------------------------------------------

    def grab_image(self) -> QImage:
        """All panels with their titles and the colour bars, without buttons."""
        legend = self.legend.text() if self.area.crowded else ""
        return montage(self.area.cells, list(self.bars.values()), legend, self._theme, self.font())


def _scale(pictures: list[PanelPicture], comparison: Comparison) -> Scale | None:
    signed = pictures[0].quantity.endswith("difference")
    logarithmic = all(p.scene is not None and p.scene.scale == "log" for p in pictures)
    return shared_scale(
        [p.known for p in pictures],
        comparison.policy,
        signed=signed,
        spacing="log" if logarithmic else "linear",
    )


def draws_in_software(reason: str) -> bool:
    """Whether the OpenGL that answered so (``opengl_available``) draws on the processor."""
    return any(name in reason.lower() for name in ("llvmpipe", "softpipe", "swiftshader", "swrast"))
