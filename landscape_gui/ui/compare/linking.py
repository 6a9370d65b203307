"""Compared panels look from one place, at one part of the plane, and point to one place."""

from __future__ import annotations

from collections.abc import Sequence

from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.compare.panel import ComparePanel
from landscape_gui.ui.surface3d.camera import VIEWPOINTS, Camera, ViewpointName
from landscape_gui.ui.views.plot_range import PlotRange


class LinkedViews:
    """Hands camera, part of the plane and cursor of one panel to the others while they are linked.

    Attributes
    ----------
    camera
        Where the panels are looked at from; of panels that are not linked, where they were.
    """

    def __init__(self, comparison: Comparison, panels: Sequence[ComparePanel]) -> None:
        self._comparison, self._panels = comparison, panels
        self.camera = VIEWPOINTS["paper"]
        self._map_view: PlotRange | None = None
        self._following = False

    def take(self, panel: ComparePanel) -> None:
        """Link a new panel."""
        panel.set_camera(self.camera)
        panel.set_map_view(self._map_view if self._comparison.linked else None)
        panel.map_moved.connect(lambda view: self._move_map(panel, view))
        panel.cursor_moved.connect(lambda position: self._move_cursor(panel, position))
        panel.camera_changed.connect(lambda camera: self._turn(panel, camera))

    def set_viewpoint(self, name: ViewpointName) -> None:
        """Look at all panels from a named direction."""
        self.camera = VIEWPOINTS[name]
        self._hand_on(None)

    def _turn(self, source: ComparePanel, camera: Camera) -> None:
        if not self._following and self._comparison.linked:
            self.camera = camera
            self._hand_on(source)

    def _hand_on(self, source: ComparePanel | None) -> None:
        self._following = True
        try:
            for panel in self._panels:
                if panel is not source:
                    panel.set_camera(self.camera)
        finally:
            self._following = False

    def _move_map(self, source: ComparePanel, view: PlotRange | None) -> None:
        if not self._comparison.linked:
            return
        self._map_view = view
        for panel in self._panels:
            if panel is not source:
                panel.set_map_view(view)

    def _move_cursor(self, source: ComparePanel, position: tuple[float, float] | None) -> None:
        for panel in self._panels:
            if panel is source or self._comparison.linked:
                panel.set_cursor(position)
