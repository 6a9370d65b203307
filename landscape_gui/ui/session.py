"""The state of the window: what is open, what is selected, how it is shown.

Views observe it and never write each other: a view changes the session, the session tells all.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

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
    Notice,
    PointMeasured,
    PointSampled,
    RollbackMeasured,
    TrainingProgress,
)
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.file_loader import FileLoader
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.layer_choices import LayerChoices
from landscape_gui.ui.open_landscapes import Selection

REDRAW_MILLISECONDS = 33
# Of the time between two redraws, the part that drawing may take, so that input stays prompt.
DRAWING_SHARE = 0.35


class Session(LayerChoices):
    """State with a signal for each kind of change.

    Attributes
    ----------
    data_changed
        Values were measured; at most 30 times a second, less often where drawing is slow.
    history_changed
        A training run that is going on said more.
    problem
        ``(message, hint)`` for the message bar.
    loading_changed
        Files began or ended being read.
    """

    data_changed = Signal()
    history_changed = Signal()
    problem = Signal(str, str)
    loading_changed = Signal()
    file_opened = Signal(object)

    def __init__(self, loader: FileLoader | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison = Comparison(self)
        self.training: dict[Path, list[TrainingProgress]] = {}
        self._pending: dict[Path, list[Event]] = {}
        self._readings: dict[Path, int] = {}
        self._follow: dict[Path, Selection] = {}
        self._changed: set[Path] = set()  # since their last job ended
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
            self._selection = self.first_of(last) if last else None
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
            self.select(self.first_of(path))
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
                case Notice(file=Path() as file):
                    self._changed.add(_key(file))
                case RollbackMeasured(file=file):
                    self._changed.add(_key(file))
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
        if path in self._changed or any(plot.estimated for plot in model.plots.values()):
            self._load(path)
        self._changed.discard(path)

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


def _key(path: Path) -> Path:
    return Path(path).resolve()
