"""The window with the real engine process, for tests: what they ask of it, what it said."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from landscape_gui.engine.events import PointMeasured
from landscape_gui.specs import (
    ExamplesSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    SurfaceSpec,
)
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.ui.application import Window
from landscape_gui.ui.dialogs.measurement import MeasurementDialog

WAIT = 300_000
FEW = ExamplesSpec(train=8, dev=8)
LOW = LayerGroup(name="low", layers=(0,))


def surface_of(run, points: int, group: LayerGroup | None = None, examples=FEW) -> SurfaceSpec:
    return SurfaceSpec(
        run=run.path,
        axis2=RandomAxis(),
        group=group,
        lattice=LatticeSpec(alpha_points=points, beta_points=points),
        examples=examples,
    )


class Watch:
    """Everything that the engine told a window since a test began."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.events: list = []
        window.jobs.events.connect(self.events.extend)

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def points(self) -> list[PointMeasured]:
        return self.of(PointMeasured)

    def assert_all_kept(self, file: Path) -> None:
        """Every announced point is in the file with the announced values."""
        surfaces = read_landscape(file).surfaces
        assert self.points
        for point in self.points:
            surface = surfaces[point.target.name]
            assert surface.order[point.j, point.i] == point.order
            for metric, value in point.measurement.values.items():
                assert surface.values[metric][point.j, point.i] == value


def make_window(qapp) -> Window:
    window = Window(qapp)
    window.main.resize(1000, 640)  # drawing without a graphics card costs by the pixel
    window.main.show()
    return window


def end(window: Window) -> None:
    window.engine.shut_down()
    window.session.wait_for_files()
    window.main.close()
    window.main.deleteLater()
    window.deleteLater()


def run_to_the_end(window: Window, qtbot, spec, out: Path | None):
    job = window.jobs.start(spec, out)
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    assert job.status == "complete", job.messages
    return job


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def drop(window: Window, path: Path) -> MeasurementDialog:
    """Drop a directory on the window; the dialog that it opens."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.main.dropEvent(
        QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    dialogs = window.main.findChildren(MeasurementDialog)
    return next(dialog for dialog in dialogs if dialog.run == path)
