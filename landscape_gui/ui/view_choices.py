"""How landscapes are shown: metric, projection, colours, scale, and what is drawn of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, Literal, TypeAlias, TypeVar, overload

from PySide6.QtCore import QObject, Signal

from landscape_gui.specs import Metric
from landscape_gui.ui.scene import FillStyle, Limits, ValueScale
from landscape_gui.ui.wording import ProjectionKind

DotsMode: TypeAlias = Literal["auto", "on", "off"]
T = TypeVar("T")


class Choice(Generic[T]):
    """One choice of ``ViewChoices``: whoever makes another one lets all know."""

    def __init__(self, first: T) -> None:
        self._first = first

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    @overload
    def __get__(self, choices: None, owner: type) -> Choice[T]: ...
    @overload
    def __get__(self, choices: ViewChoices, owner: type) -> T: ...
    def __get__(self, choices: ViewChoices | None, owner: type) -> Choice[T] | T:
        return self if choices is None else getattr(choices, self._name, self._first)

    def __set__(self, choices: ViewChoices, value: T) -> None:
        if getattr(choices, self._name, self._first) != value:
            setattr(choices, self._name, value)
            choices.view_changed.emit()


class ViewChoices(QObject):
    """What can be chosen of the look of all views.

    Attributes
    ----------
    view_changed
        Something else is chosen.
    metric
        The metric that is drawn.
    projection
        How the trajectory is projected.
    lift
        Whether the trajectory lies on the surface or at the checkpoints' own values.
    show_trajectory
        Whether the trajectory is drawn.
    comparing
        Whether landscapes are shown side by side instead of the one that is selected.
    color_map
        Name of the colour map.
    measured_dots
        When the contour view shows which points are measured.
    value_scale
        How values are spaced along the colour map, in all views of surfaces.
    fill
        How the contour view is filled.
    contour_lines
        Whether the contour view draws lines.
    floor_lines
        Whether the 3D view draws the contour lines on the floor, too.
    """

    view_changed = Signal()

    metric: Choice[Metric] = Choice("train_loss")
    projection: Choice[ProjectionKind] = Choice("deviation")
    lift: Choice[Literal["surface", "measured"]] = Choice("surface")
    show_trajectory = Choice(True)
    comparing = Choice(False)
    color_map = Choice("viridis")
    measured_dots: Choice[DotsMode] = Choice("auto")
    value_scale: Choice[ValueScale] = Choice("linear")
    fill: Choice[FillStyle] = Choice("smooth")
    contour_lines = Choice(True)
    floor_lines = Choice(False)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limits: dict[Metric, Limits] = {}

    @property
    def manual_limits(self) -> Limits | None:
        """Limits set by hand for the metric that is drawn; None while they follow the data."""
        return self._limits.get(self.metric)

    def set_manual_limits(self, limits: Limits | None) -> None:
        """Fix the colour limits of the metric that is drawn, or let them follow the data."""
        if limits is None:
            self._limits.pop(self.metric, None)
        else:
            self._limits[self.metric] = limits
        self.view_changed.emit()

    @property
    def limits_by_metric(self) -> tuple[tuple[Metric, Limits], ...]:
        """All limits set by hand."""
        return tuple(sorted(self._limits.items()))

    def set_limits_by_metric(self, limits: Iterable[tuple[Metric, Limits]]) -> None:
        """Put all limits back at once; the metrics left out follow their data."""
        wanted = dict(limits)
        if wanted != self._limits:
            self._limits = wanted
            self.view_changed.emit()
