"""The state of the window: what is open, what is selected, how it is shown.

Views observe it and never write each other: a view changes the session, the session tells all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QObject, Signal
from superqt.utils import QSignalThrottler

from landscape_gui.engine.events import (
    AnchorMeasured,
    CheckpointMeasured,
    Done,
    Estimated,
    Event,
    FileReady,
    HessianProgress,
    LevelComplete,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    TrainingProgress,
)
from landscape_gui.specs import METRICS, LayerGroup, Metric
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.file_loader import FileLoader
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.scene import FillStyle, Limits, ValueScale
from landscape_gui.ui.wording import ProjectionKind

DotsMode: TypeAlias = Literal["auto", "on", "off"]
REDRAW_MILLISECONDS = 33
# Of the time between two redraws, the part that drawing may take, so that input stays prompt.
DRAWING_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class Selection:
    """What is looked at: a surface or a curve of an open file, or its training history."""

    path: Path
    kind: Literal["surface", "curve", "history"]
    name: str = ""


class Session(QObject):
    """State with a signal for each kind of change.

    Attributes
    ----------
    landscapes_changed
        Files or their surfaces and curves came or went.
    selection_changed
        Another surface, curve or history is looked at.
    data_changed
        Values were measured; at most 30 times a second, less often where drawing is slow.
    view_changed
        Metric, projection, lift, colour map, limits, scale of the values, or what the contour
        view shows of them.
    rollback_changed
        Another set of groups is rolled back, or its metrics arrived.
    history_changed
        A training run that is going on said more.
    problem
        ``(message, hint)`` for the message bar.
    loading_changed
        Files began or ended being read.
    own_groups_changed
        Path of a file for which the user made or removed a layer group.
    """

    landscapes_changed = Signal()
    selection_changed = Signal()
    data_changed = Signal()
    view_changed = Signal()
    rollback_changed = Signal()
    history_changed = Signal()
    problem = Signal(str, str)
    loading_changed = Signal()
    file_opened = Signal(object)
    own_groups_changed = Signal(object)

    def __init__(self, loader: FileLoader | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.landscapes: dict[Path, LandscapeModel] = {}
        self._selection: Selection | None = None
        self._metric: Metric = "train_loss"
        self._projection: ProjectionKind = "deviation"
        self._lift: Literal["surface", "measured"] = "surface"
        self._color_map = "viridis"
        self._measured_dots: DotsMode = "auto"
        self._value_scale: ValueScale = "linear"
        self._fill: FillStyle = "smooth"
        self._contour_lines = True
        self._floor_lines = False
        self._show_trajectory = True
        self._comparing = False
        self.comparison = Comparison(self)
        self._limits: dict[Metric, Limits] = {}
        self._rollback: dict[Path, frozenset[str]] = {}
        self._own_groups: dict[Path, dict[str, LayerGroup]] = {}
        self.training: dict[Path, list[TrainingProgress]] = {}
        self._pending: dict[Path, list[Event]] = {}
        self._readings: dict[Path, int] = {}
        self._follow: dict[Path, Selection] = {}
        self._rolled_back: set[Path] = set()  # since their last job ended
        self._loader = loader or FileLoader(parent=self)
        self._loader.loaded.connect(self._take)
        self._loader.failed.connect(self._give_up)
        self._redraw_milliseconds = REDRAW_MILLISECONDS
        self._throttle = QSignalThrottler(parent=self)
        self._throttle.setTimeout(REDRAW_MILLISECONDS)
        self._throttle.triggered.connect(self.data_changed)
        self._history_throttle = QSignalThrottler(parent=self)
        self._history_throttle.setTimeout(8 * REDRAW_MILLISECONDS)
        self._history_throttle.triggered.connect(self.history_changed)

    # -- what is open --------------------------------------------------------------------------

    @property
    def loading(self) -> tuple[Path, ...]:
        """Files that are being read."""
        return tuple(self._pending)

    def open_file(self, path: Path) -> None:
        """Read a file, off this thread, and look at it."""
        path = _key(path)
        self._follow.setdefault(path, Selection(path, "surface"))
        self._load(path)

    def close_file(self, path: Path) -> None:
        """Forget a file; nothing on disk changes."""
        path = _key(path)
        if self.landscapes.pop(path, None) is None:
            return
        self._rollback.pop(path, None)
        if self._selection is not None and self._selection.path == path:
            last = next(reversed(self.landscapes), None)
            self._selection = self._first_of(last) if last else None
            self.selection_changed.emit()
        self.landscapes_changed.emit()

    def wait_for_files(self) -> None:
        """Wait until nothing is being read; for the end of the program."""
        self._loader.wait()

    def _load(self, path: Path) -> None:
        if path not in self._pending:
            self._pending[path] = []
            self.loading_changed.emit()
        self._readings[path] = self._readings.get(path, 0) + 1
        self._loader.load(path)

    def _is_last_reading(self, path: Path) -> bool:
        """Events that come between two readings belong on the later one."""
        self._readings[path] -= 1
        if self._readings[path]:
            return False
        del self._readings[path]
        return True

    def _take(self, path: Path, record: LandscapeRecord) -> None:
        if not self._is_last_reading(path):
            return
        model = LandscapeModel.of(record)
        model.path = path
        for group in self._own_groups.get(path, {}).values():
            model.groups.setdefault(group.name, group)
        for event in self._pending.pop(path, []):
            model.apply(event)
        is_new = path not in self.landscapes
        self.landscapes[path] = model
        self.landscapes_changed.emit()
        self.loading_changed.emit()
        if is_new:
            self.file_opened.emit(path)
        for text in model.problems if is_new else ():
            self.problem.emit(f"{path.name}: {text}", "")
        wanted = self._follow.pop(path, None)
        if wanted is not None and wanted.kind == "surface" and wanted.name in model.parts:
            # What is looked at is the surface that the part lies on.
            wanted = Selection(path, "surface", model.parts[wanted.name].part_of)
        if wanted is not None and wanted.name and wanted.kind != "history":
            self.select(wanted)
        elif wanted is not None or self._selection is None:
            self.select(self._first_of(path))
        else:
            self.selection_changed.emit()
        self.rollback_changed.emit()

    def _give_up(self, path: Path, message: str, hint: str) -> None:
        if not self._is_last_reading(path):
            return
        self._pending.pop(path, None)
        self._follow.pop(path, None)
        self.loading_changed.emit()
        self.problem.emit(message, hint)

    def _first_of(self, path: Path) -> Selection:
        model = self.landscapes[path]
        for (kind, name), plot in model.plots.items():
            if kind == "surface" and not plot.group:
                return Selection(path, kind, name)
        for kind, name in model.plots:
            return Selection(path, kind, name)
        return Selection(path, "history")

    # -- events of jobs ------------------------------------------------------------------------

    def receive(self, events: Sequence[Event]) -> None:
        """Take what a job said: fill arrays, read files that are new, ask for one redraw."""
        drawn = measured_rollback = trained = False
        keys: dict[Path, Path] = {}  # asking the file system for every point would take long
        for event in events:
            match event:
                case FileReady(target=target):
                    path = _key(target.file)
                    self._follow[path] = Selection(path, target.kind, target.name)
                    self._load(path)
                case (
                    PointMeasured()
                    | PointSampled()
                    | Estimated()
                    | AnchorMeasured()
                    | CheckpointMeasured()
                    | LevelComplete()
                ):
                    path = event.target.file
                    if path not in keys:
                        keys[path] = _key(path)
                    drawn = self._apply(keys[path], event) or drawn
                case Done(file=Path() as file):
                    self._complete(_key(file))
                case HessianProgress(file=file, text=text) if text:
                    self._load(_key(file))  # what was found is in the file only
                case RollbackMeasured(file=file):
                    self._rolled_back.add(_key(file))
                    measured_rollback = self._apply(_key(file), event) or measured_rollback
                case TrainingProgress(run=run):
                    self.training.setdefault(run, []).append(event)
                    trained = True
        if trained:
            self._history_throttle.throttle()
        if drawn:
            self._throttle.throttle()
        if measured_rollback:
            self.rollback_changed.emit()

    def _complete(self, path: Path) -> None:
        """Read again what only the file says.

        How estimates were checked, and on how many points; which combinations of rolled-back
        groups belong together: a job on other examples sets the earlier ones aside.
        """
        model = self.landscapes.get(path)
        if model is None:
            return
        if path in self._rolled_back or any(plot.estimated for plot in model.plots.values()):
            self._load(path)
        self._rolled_back.discard(path)

    def _apply(self, path: Path, event: Event) -> bool:
        if path in self._pending:
            self._pending[path].append(event)
            return False
        model = self.landscapes.get(path)
        if model is None or not model.apply(event):
            self._load(path)
            self._pending[path].append(event)
            return False
        return True

    def set_redraws(self, per_second: int) -> None:
        """Redraw at most so often while values are measured."""
        self._redraw_milliseconds = round(1000 / per_second)
        self._throttle.setTimeout(self._redraw_milliseconds)

    def report_drawing_time(self, seconds: float) -> None:
        """Views say how long a redraw took, and the next one keeps its distance."""
        wanted = round(1000 * seconds / DRAWING_SHARE)
        self._throttle.setTimeout(max(self._redraw_milliseconds, wanted))

    # -- what is looked at ---------------------------------------------------------------------

    @property
    def selection(self) -> Selection | None:
        """What is looked at."""
        return self._selection

    @property
    def model(self) -> LandscapeModel | None:
        """The landscape file that is looked at."""
        return self.landscapes.get(self._selection.path) if self._selection else None

    @property
    def plot(self) -> LivePlot | None:
        """The surface or curve that is looked at."""
        if self._selection is None or self.model is None:
            return None
        if self._selection.kind == "history":
            return None
        return self.model.plots.get((self._selection.kind, self._selection.name))

    @property
    def parts(self) -> list[LivePlot]:
        """Finer parts of the surface that is looked at, the finest last."""
        model, plot = self.model, self.plot
        return model.parts_of(plot) if model is not None and plot is not None else []

    def select(self, selection: Selection) -> None:
        """Look at something else; the metric follows where the new one lacks it.

        Without a name the page itself is looked at: it shows what other files have, or offers to
        measure what it lacks.
        """
        model = self.landscapes.get(selection.path)
        if model is None:
            return
        known = not selection.name or (selection.kind, selection.name) in model.plots
        if selection.kind != "history" and not known:
            selection = self._first_of(selection.path)
        self._selection = selection
        metrics = self.available_metrics()
        if metrics and self._metric not in metrics:
            self._metric = metrics[0]
            self.view_changed.emit()
        self.selection_changed.emit()

    def select_group(self, group: str) -> bool:
        """Look at the surface of a layer group ("" is the whole model); False if there is none."""
        model, current = self.model, self.plot
        if model is None:
            return False
        candidates = [plot for plot in model.of_kind("surface") if plot.group == group]
        if not candidates:
            return False
        axis2 = (current.spec.get("axis2") if current else None) or None
        best = next((p for p in candidates if p.spec.get("axis2") == axis2), candidates[0])
        self.select(Selection(model.path, "surface", best.name))
        return True

    def available_metrics(self) -> tuple[Metric, ...]:
        """Metrics of what is looked at."""
        plot = self.plot
        return plot.metrics() if plot is not None else METRICS

    # -- how it is shown -----------------------------------------------------------------------

    @property
    def metric(self) -> Metric:
        """The metric that is drawn."""
        return self._metric

    @metric.setter
    def metric(self, value: Metric) -> None:
        self._change("_metric", value)

    @property
    def projection(self) -> ProjectionKind:
        """How the trajectory is projected."""
        return self._projection

    @projection.setter
    def projection(self, value: ProjectionKind) -> None:
        self._change("_projection", value)

    @property
    def lift(self) -> Literal["surface", "measured"]:
        """Whether the trajectory lies on the surface or at the checkpoints' own values."""
        return self._lift

    @lift.setter
    def lift(self, value: Literal["surface", "measured"]) -> None:
        self._change("_lift", value)

    @property
    def show_trajectory(self) -> bool:
        """Whether the trajectory is drawn."""
        return self._show_trajectory

    @show_trajectory.setter
    def show_trajectory(self, value: bool) -> None:
        self._change("_show_trajectory", value)

    @property
    def comparing(self) -> bool:
        """Whether landscapes are shown side by side instead of the one that is selected."""
        return self._comparing

    @comparing.setter
    def comparing(self, value: bool) -> None:
        self._change("_comparing", value)

    @property
    def color_map(self) -> str:
        """Name of the colour map."""
        return self._color_map

    @color_map.setter
    def color_map(self, value: str) -> None:
        self._change("_color_map", value)

    @property
    def measured_dots(self) -> DotsMode:
        """When the contour view shows which points are measured."""
        return self._measured_dots

    @measured_dots.setter
    def measured_dots(self, value: DotsMode) -> None:
        self._change("_measured_dots", value)

    @property
    def value_scale(self) -> ValueScale:
        """How values are spaced along the colour map, in all views of surfaces."""
        return self._value_scale

    @value_scale.setter
    def value_scale(self, value: ValueScale) -> None:
        self._change("_value_scale", value)

    @property
    def fill(self) -> FillStyle:
        """How the contour view is filled."""
        return self._fill

    @fill.setter
    def fill(self, value: FillStyle) -> None:
        self._change("_fill", value)

    @property
    def contour_lines(self) -> bool:
        """Whether the contour view draws lines."""
        return self._contour_lines

    @contour_lines.setter
    def contour_lines(self, value: bool) -> None:
        self._change("_contour_lines", value)

    @property
    def floor_lines(self) -> bool:
        """Whether the 3D view draws the contour lines on the floor, too."""
        return self._floor_lines

    @floor_lines.setter
    def floor_lines(self, value: bool) -> None:
        self._change("_floor_lines", value)

    @property
    def manual_limits(self) -> Limits | None:
        """Limits set by hand for the metric that is drawn; None while they follow the data."""
        return self._limits.get(self._metric)

    def set_manual_limits(self, limits: Limits | None) -> None:
        """Fix the colour limits of the metric that is drawn, or let them follow the data."""
        if limits is None:
            self._limits.pop(self._metric, None)
        else:
            self._limits[self._metric] = limits
        self.view_changed.emit()

    @property
    def limits_by_metric(self) -> tuple[tuple[Metric, Limits], ...]:
        """All limits set by hand."""
        return tuple(sorted(self._limits.items()))

    def set_limits_by_metric(self, limits: Iterable[tuple[Metric, Limits]]) -> None:
        """Put all limits back at once; the metrics left out follow their data."""
        self._change("_limits", dict(limits))

    def _change(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.view_changed.emit()

    # -- rollback ------------------------------------------------------------------------------

    @property
    def rollback(self) -> frozenset[str]:
        """Groups that are rolled back in the landscape that is looked at."""
        return (
            self._rollback.get(self._selection.path, frozenset())
            if self._selection
            else frozenset()
        )

    def set_rolled_back(self, group: str, rolled_back: bool) -> None:
        """Roll a group back, or forward again."""
        if self._selection is None:
            return
        names = self.rollback - {group} | ({group} if rolled_back else set())
        if names != self.rollback:
            self._rollback[self._selection.path] = frozenset(names)
            self.rollback_changed.emit()

    @property
    def rollback_by_path(self) -> tuple[tuple[Path, frozenset[str]], ...]:
        """The groups that are rolled back, of every landscape that has any."""
        return tuple(sorted((path, names) for path, names in self._rollback.items() if names))

    def set_rollback_by_path(self, chosen: Iterable[tuple[Path, frozenset[str]]]) -> None:
        """Choose what is rolled back everywhere; what is not open or has no such group is left."""
        wanted = {
            path: kept
            for path, names in chosen
            if path in self.landscapes and (kept := names & frozenset(self.landscapes[path].groups))
        }
        if wanted != {path: names for path, names in self._rollback.items() if names}:
            self._rollback = wanted
            self.rollback_changed.emit()

    # -- the user's own layer groups -----------------------------------------------------------

    def own_groups(self, path: Path) -> tuple[LayerGroup, ...]:
        """Groups that the user made for a file and that are not necessarily in it yet."""
        return tuple(self._own_groups.get(path, {}).values())

    def add_groups(self, path: Path, groups: Iterable[LayerGroup]) -> None:
        """Offer more layer groups of an open file; the file has them once one is measured."""
        model = self.landscapes.get(path)
        if model is None:
            return
        for group in groups:
            if model.groups.setdefault(group.name, group) == group:
                self._own_groups.setdefault(path, {})[group.name] = group
        self.own_groups_changed.emit(path)
        self.landscapes_changed.emit()

    def remove_group(self, path: Path, name: str) -> None:
        """Forget a group of the user's that is not in the file."""
        model = self.landscapes.get(path)
        own = self._own_groups.get(path, {})
        if model is None or name not in own or name in model.stored:
            return
        del own[name]
        del model.groups[name]
        self._rollback[path] = self._rollback.get(path, frozenset()) - {name}
        self.own_groups_changed.emit(path)
        self.landscapes_changed.emit()
        self.rollback_changed.emit()


def _key(path: Path) -> Path:
    return Path(path).resolve()
