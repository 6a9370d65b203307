"""What the views show at a moment of an animation; also for its export. No Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from landscape_gui.specs import Metric
from landscape_gui.ui.animation.growth import GrowthReplay
from landscape_gui.ui.animation.trail import Trail, checkpoint_times, trail_at, trail_words
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import (
    FloatArray,
    Limits,
    Marker,
    SurfaceScene,
    TrajectoryOverlay,
)
from landscape_gui.ui.scene_building import (
    DrawnTrajectory,
    build_markers,
    build_scene,
    build_trajectory,
    drawn_limits,
    possible_scale,
)
from landscape_gui.ui.value_scale import ValueScale
from landscape_gui.ui.wording import ProjectionKind

Story: TypeAlias = Literal["trajectory", "growth"]
STORIES: tuple[tuple[Story, str], ...] = (("trajectory", "Trajectory"), ("growth", "Growth"))


@dataclass(frozen=True, eq=False)
class Moment:
    """Everything the views draw at one moment.

    Attributes
    ----------
    words
        What the moment is, part by part.
    between
        Whether the moving marker is between two checkpoints, where nothing was measured.
    """

    scene: SurfaceScene | None
    overlay: TrajectoryOverlay | None
    markers: tuple[Marker, ...]
    words: tuple[str, ...]
    between: bool = False

    @property
    def markers_on_map(self) -> tuple[Marker, ...]:
        """The markers without a value that was not measured."""
        if not self.between:
            return self.markers
        return tuple(replace(m, value=math.nan) if m.kind == "now" else m for m in self.markers)


class Director:
    """One surface and metric, ready to be shown at any moment of either story."""

    def __init__(
        self,
        model: LandscapeModel,
        plot: LivePlot,
        metric: Metric,
        projection: ProjectionKind,
        rollback: frozenset[str] = frozenset(),
        value_scale: ValueScale = "linear",
        parts: Sequence[LivePlot] = (),
    ) -> None:
        self.model, self.plot = model, plot
        self.metric: Metric = metric
        self.rollback = rollback
        self.parts = tuple(parts)
        self.value_scale: ValueScale = value_scale
        self.drawn: DrawnTrajectory | None = build_trajectory(model, plot, metric, projection)
        self.growth = GrowthReplay(plot)
        self._whole: SurfaceScene | None = None

    def why_not(self, story: Story) -> str:
        """Why a story cannot be told; empty if it can."""
        if story == "growth":
            return "" if self.growth.count > 1 else "Nothing of this surface is measured yet."
        if self.drawn is None or len(self.drawn.overlay.alpha) < 2:
            return "The file holds no checkpoints to play."
        if self.drawn.axes is not None:
            return "Principal components have axes of their own: choose another projection."
        return ""

    @property
    def times(self) -> FloatArray | None:
        """Epochs of the checkpoints; None if there is no trajectory."""
        if self.drawn is None or len(self.drawn.overlay.alpha) < 2:
            return None
        return checkpoint_times(self.model, len(self.drawn.overlay.alpha))

    def stops(self, story: Story) -> tuple[float, ...]:
        """Positions of the checkpoints, at which everything shown was measured."""
        times = self.times
        if story == "growth" or times is None:
            return ()
        return tuple(float(t) for t in (times - times[0]) / (times[-1] - times[0]))

    def limits(self, manual: Limits | None = None) -> Limits:
        """Limits of the whole surface: colours must not change while it grows."""
        return drawn_limits(self.plot, self.metric, self.scale, manual)

    @property
    def scale(self) -> ValueScale:
        """How values are spaced: no logarithm where no value is above 0."""
        return possible_scale(self.plot, self.metric, self.value_scale)

    def at(self, story: Story, position: float) -> Moment:
        """The moment at a position from 0 to 1."""
        return self._growing(position) if story == "growth" else self._moving(position)

    def _growing(self, position: float) -> Moment:
        step = self.growth.step_at(position)
        plot = self.growth.plot_at(step, self.metric)
        full, few = self.growth.counts_at(step)
        words = [f"{full:,} of {plot.total:,} points measured"]
        if len(self.growth.few):
            words.append(f"{few:,} on few examples")
        if step >= self.growth.count and plot.estimated:
            words.append("with the final estimates")
        elif full < plot.total:
            words.append("the rest filled in")
        markers = build_markers(self.model, self.plot, self.metric, self.rollback)
        return Moment(build_scene(plot, self.metric, self.value_scale), None, markers, tuple(words))

    def _moving(self, position: float) -> Moment:
        markers = build_markers(self.model, self.plot, self.metric, self.rollback)
        times = self.times
        if self._whole is None:
            self._whole = build_scene(self.plot, self.metric, self.value_scale, self.parts)
        if self.drawn is None or times is None:
            return Moment(self._whole, None, markers, ())
        trail: Trail = trail_at(self.drawn.overlay, times, position)
        # The head carries a name of its own where it stands on a marker.
        markers = tuple(replace(m, label="") if _together(m, trail.head) else m for m in markers)
        words = tuple(part for part in trail_words(trail, self.metric) if part)
        between = trail.checkpoint is None
        return Moment(self._whole, trail.overlay, (*markers, trail.head), words, between)


def _together(a: Marker, b: Marker) -> bool:
    return abs(a.alpha - b.alpha) + abs(a.beta - b.beta) < 0.02
