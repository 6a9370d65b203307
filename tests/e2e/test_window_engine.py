"""The window and the real engine process, on tiny runs: what is seen, what is kept, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from landscape_gui.engine.events import FileReady, PointMeasured, TrainingProgress
from landscape_gui.specs import (
    METRICS,
    DemoSpec,
    ExamplesSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    SurfaceSpec,
)
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.ui.application import Window
from landscape_gui.ui.dialogs.measurement import MeasurementDialog
from landscape_gui.ui.views.ticks import format_value
from landscape_gui.ui.wording import METRIC_LABELS, NO_NUMBER, metric_value

WAIT = 120_000
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


@pytest.fixture(scope="module")
def shared_window(qapp, runs):
    """One window whose engine has been started, as that takes longer than a test."""
    window = make_window(qapp)
    answers = []
    window.jobs.described.connect(lambda _number, answer: answers.append(answer))
    window.engine.describe_run(runs.first.path)
    while not answers:
        QTest.qWait(20)
    yield window
    end(window)


@pytest.fixture
def window(shared_window, qtbot):
    yield shared_window
    if shared_window.jobs.current is not None:
        shared_window.jobs.cancel()
        qtbot.waitUntil(lambda: shared_window.jobs.current is None, timeout=WAIT)
    qtbot.waitUntil(lambda: not shared_window.session.loading, timeout=WAIT)
    for path in list(shared_window.session.landscapes):
        shared_window.session.close_file(path)


@pytest.fixture
def watch(window):
    watch = Watch(window)
    yield watch
    window.jobs.events.disconnect(watch.events.extend)


@pytest.fixture
def own_window(qapp):
    window = make_window(qapp)
    yield window
    end(window)


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


def test_a_finer_part_is_interrupted_continued_and_there_when_the_file_is_opened_again(
    window, watch, runs, tmp_path, qtbot
):
    out = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 9), out)
    session, whole = window.session, window.session.plot
    assert whole.seconds_per_point is not None
    lattice = LatticeSpec(
        alpha_range=(0.0, 2.0), beta_range=(-1.0, 1.0), alpha_points=33, beta_points=33
    )
    watch.events.clear()
    window.main.commands.measure_finer(lattice)
    job = window.jobs.jobs[-1]
    qtbot.waitUntil(lambda: len(watch.points) > 5, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: job.status == "cancelled", timeout=WAIT)
    qtbot.waitUntil(lambda: not session.loading, timeout=WAIT)
    assert session.selection.name == whole.name
    half = session.parts[0]
    assert 9 < half.done < half.total

    window.jobs.continue_job(job)
    qtbot.waitUntil(lambda: job.status == "complete", timeout=WAIT)
    watch.assert_all_kept(out)
    session.close_file(out)
    session.open_file(out)
    qtbot.waitUntil(lambda: bool(session.parts), timeout=WAIT)
    part = session.parts[0]
    assert part.done == part.total
    stored = read_landscape(out).surfaces[part.name]
    page = window.main.surface_page
    page.contour.set_cursor((float(part.alpha[5]), float(part.beta[7])))
    assert format_value(float(stored.values["train_loss"][7, 5])) in page.contour.read_out.text()


# -- a window in a process of its own, as a user has it ----------------------------------------

PROGRAM = """
import json, multiprocessing, os, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from landscape_gui.engine.events import PointMeasured
from landscape_gui.specs import parse_job
from landscape_gui.ui.application import Window, make_application

short, long, short_out, long_out = sys.argv[1:]
app = make_application()
window = Window(app)
window.main.resize(1300, 850)
window.main.show()
points = {}

def note(events):
    for event in events:
        if isinstance(event, PointMeasured):
            place = [event.j, event.i, event.order, event.measurement.values["dev_loss"]]
            points.setdefault(str(event.target.file), []).append(place)

window.jobs.events.connect(note)

def wait_until(condition):
    for _ in range(12_000):
        if condition():
            return
        QTest.qWait(10)
    raise SystemExit("nothing came: " + repr([j.messages for j in window.jobs.jobs]))

job = window.jobs.start(parse_job(short), Path(short_out))
wait_until(lambda: not job.active and not window.session.loading)
plot = window.session.plot
report = {
    "status": job.status,
    "title": window.main.windowTitle(),
    "complete": plot.complete,
    "alpha": plot.alpha.tolist(),
    "values": {name: value.tolist() for name, value in plot.values.items()},
    "anchors": {name: dict(anchor.values) for name, anchor in plot.anchors.items()},
    "checkpoints": {name: value.tolist() for name, value in plot.checkpoint_values.items()},
}
window.jobs.start(parse_job(long), Path(long_out))
wait_until(lambda: len(points.get(long_out, [])) >= 30)
report["asked"] = []

def press(text):
    def look():
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, QMessageBox) and widget.isVisible():
                report["asked"].append(widget.text() + widget.informativeText())
                next(b for b in widget.buttons() if b.text() == text).click()
                return
        QTimer.singleShot(20, look)
    QTimer.singleShot(20, look)

press("Keep running")
report["closed when kept"] = window.main.close()
seen = len(points[long_out])
wait_until(lambda: len(points[long_out]) > seen)
pid = window.engine.pid
press("Stop and close")
report["closed when stopped"] = window.main.close()
report["points"] = points
report["thread runs"] = window.engine.isRunning()
report["children"] = len(multiprocessing.active_children())
try:
    os.kill(pid, 0)
except ProcessLookupError:
    report["engine lives"] = False
else:
    report["engine lives"] = True
report["imported"] = sorted({"torch", "transformers", "datasets"} & set(sys.modules))
print(json.dumps(report))
"""


@pytest.fixture(scope="module")
def visit(runs, tmp_path_factory):
    """A job to its end and the window closed during a second one; what was seen, and the files."""
    folder = tmp_path_factory.mktemp("visit")
    short, long = folder / "short.landscape.h5", folder / "long.landscape.h5"
    specs = (surface_of(runs.first, 5), surface_of(runs.first, 65))
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *(s.model_dump_json() for s in specs), short, long],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    return json.loads(result.stdout.splitlines()[-1]), short, long


def test_a_job_arrives_whole_and_the_window_stays_free_of_torch(visit):
    seen, file, _ = visit
    record = read_landscape(file)
    (surface,) = record.surfaces.values()
    assert (seen["status"], surface.status, seen["complete"]) == ("complete", "complete", True)
    assert len(seen["points"][str(file)]) == 25
    assert seen["title"].startswith(record.run.name)
    np.testing.assert_array_equal(seen["alpha"], surface.alpha)
    assert set(seen["values"]) == set(METRICS)
    for metric in METRICS:
        np.testing.assert_array_equal(seen["values"][metric], surface.values[metric])
        np.testing.assert_array_equal(
            seen["checkpoints"][metric], surface.checkpoint_values[metric]
        )
    assert seen["anchors"] == {anchor.name: anchor.values for anchor in surface.anchors}
    assert set(seen["anchors"]) == {"start", "end"}
    assert seen["imported"] == []


def test_closing_asks_stops_the_engine_and_keeps_every_point(visit):
    seen, _, file = visit
    assert seen["closed when kept"] is False
    assert seen["closed when stopped"] is True
    assert len(seen["asked"]) == 2
    assert all("still running" in words and str(file) in words for words in seen["asked"])
    assert (seen["thread runs"], seen["children"], seen["engine lives"]) == (False, 0, False)
    record = read_landscape(file)
    assert record.problems == ()
    (surface,) = record.surfaces.values()
    assert surface.status == "incomplete"
    for j, i, order, value in seen["points"][str(file)]:
        assert surface.order[j, i] == order
        assert surface.values["dev_loss"][j, i] == value


# -- rolling back ------------------------------------------------------------------------------


def rolled_back_by_hand(run, layers: tuple[int, ...]) -> dict[str, float]:
    """The end point with these layers' parameters taken from θ0, evaluated with plain padding."""
    from support.plain_evaluation import load, losses_and_errors, rows_of

    model = load(run.checkpoints[-1].path)
    start = load(run.checkpoints[0].path).state_dict()
    own = model.state_dict()
    parts = tuple(f"bert.encoder.layer.{layer}." for layer in layers)
    model.load_state_dict(own | {k: v for k, v in start.items() if k.startswith(parts)})
    values = {}
    for split in ("train", "dev"):
        losses, errors = losses_and_errors(
            model, run.checkpoints[-1].path, rows_of(run.task, split)
        )
        values[f"{split}_loss"], values[f"{split}_error"] = losses.mean(), errors.mean()
    return values


def rollback_table(file: Path):
    table = read_landscape(file).rollback
    assert table is not None
    return table


def test_rolling_back_measures_exactly_the_chosen_groups(
    window, watch, qtbot, runs, tmp_path, monkeypatch
):
    file = tmp_path / "a.landscape.h5"
    page, panel = window.main.surface_page, window.main.layers_panel
    stars = []
    show = page.contour.set_markers

    def spy(markers):
        for marker in markers:
            if marker.kind == "rolled_back":
                stars.append((window.session.rollback, marker.alpha, marker.beta))
        show(markers)

    monkeypatch.setattr(page.contour, "set_markers", spy)
    run_to_the_end(
        window, qtbot, surface_of(runs.first, 5, group=LOW, examples=ExamplesSpec()), file
    )
    assert read_landscape(file).rollback is None

    def shown() -> dict[str, str]:
        return {
            metric: panel.table.text(row, 2).partition("\n")[0]
            for row, metric in enumerate(METRICS)
            if panel.table.text(row, 0) == METRIC_LABELS[metric]
        }

    layers = {name: group.layers for name, group in window.session.model.groups.items()}
    # Low alone is an anchor of the surface; the others no file holds.
    steps = [("low", {"low"}), ("high", {"low", "high"}), ("low", {"high"})]
    for toggled, chosen in steps:
        click(panel.toggles[toggled])
        assert window.session.rollback == chosen
        if len(chosen) > 1 or "low" not in chosen:
            assert panel.combination.chosen.text().endswith("measuring…")
            assert set(shown().values()) == {NO_NUMBER}
        qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
        qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
        measured = window.main.rollback.measurement.values
        assert shown() == {m: metric_value(m, measured[m]) for m in METRICS}
        expected = rolled_back_by_hand(
            runs.first, tuple(i for name in chosen for i in layers[name])
        )
        for metric in METRICS:
            assert measured[metric] == pytest.approx(expected[metric], rel=1e-5, abs=1e-7)
        assert "measuring" not in panel.combination.chosen.text()
        if chosen != {"low"}:
            table = rollback_table(file)
            mask = table.mask(chosen)
            assert table.measured[mask]
            assert measured == {m: table.values[m][mask] for m in METRICS}
    assert {rollback for rollback, _, _ in stars} == {
        frozenset(),
        *(frozenset(chosen) for _, chosen in steps),
    }
    for rollback, alpha, beta in stars:
        assert (alpha, beta) == ((-1.0 if "low" in rollback else 0.0), 0.0)


def test_a_combination_dropped_from_the_queue_can_be_asked_for_again(
    window, watch, qtbot, runs, tmp_path
):
    panel, jobs = window.main.layers_panel, window.main.jobs_panel
    surface = window.jobs.start(surface_of(runs.first, 65), tmp_path / "a.landscape.h5")
    qtbot.waitUntil(lambda: len(watch.points) >= 5 and bool(panel.toggles), timeout=WAIT)
    click(panel.toggles["low"])
    assert panel.combination.chosen.text().endswith("waits for the running job")
    click(jobs.queue)
    assert panel.combination.chosen.text().endswith("not measured")
    click(panel.toggles["high"])
    click(panel.toggles["low"])
    click(panel.toggles["high"])
    assert window.session.rollback == set()
    assert [job.title for job in window.jobs.waiting if job.spec.combinations == (("low",),)] == []
    click(panel.toggles["low"])
    assert panel.combination.measure.isVisible()
    click(panel.combination.measure)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
    assert surface.status == "cancelled"
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    table = rollback_table(tmp_path / "a.landscape.h5")
    assert np.flatnonzero(table.measured).tolist() == [0, table.mask({"low"})]


# -- ends, foreseen and not --------------------------------------------------------------------


def test_the_death_of_the_engine_costs_nothing(own_window, qtbot, runs, tmp_path):
    from landscape_gui.engine.jobs import run_job

    window, watch = own_window, Watch(own_window)
    spec, file = surface_of(runs.first, 15), tmp_path / "killed.landscape.h5"
    job = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= 60, timeout=WAIT)
    os.kill(window.engine.pid, signal.SIGKILL)
    messages = window.main.messages
    qtbot.waitUntil(lambda: job.status == "failed", timeout=WAIT)
    assert 60 <= len(watch.points) < 225
    assert window.main.isVisible()
    assert messages.isVisible()
    assert "signal 9" in messages.message.text()
    assert str(file) in messages.hint.text()
    assert f"{len(watch.points)} of 225" in messages.hint.text()
    watch.assert_all_kept(file)

    assert window.main.jobs_panel.go_on.isVisible()
    click(window.main.jobs_panel.go_on)
    assert window.jobs.current is job
    qtbot.waitUntil(lambda: not job.active and not window.session.loading, timeout=WAIT)
    assert job.status == "complete"
    watch.assert_all_kept(file)
    whole = tmp_path / "whole.landscape.h5"
    for _ in run_job(spec, whole):
        pass
    (expected,) = read_landscape(whole).surfaces.values()
    (surface,) = read_landscape(file).surfaces.values()
    assert surface.status == "complete"
    np.testing.assert_array_equal(surface.order, expected.order)
    for metric in METRICS:
        np.testing.assert_allclose(
            surface.values[metric], expected.values[metric], rtol=1e-5, atol=1e-7
        )
        np.testing.assert_array_equal(window.session.plot.values[metric], surface.values[metric])
    assert {a.name for a in surface.anchors} == {a.name for a in expected.anchors}


def test_pause_holds_cancel_keeps_and_the_same_job_goes_on(window, watch, qtbot, runs, tmp_path):
    spec, file = surface_of(runs.first, 65), tmp_path / "a.landscape.h5"
    panel = window.main.jobs_panel
    job = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= 10, timeout=WAIT)
    click(panel.pause)
    assert job.status == "paused"
    held = -1
    while held != len(watch.points):  # what was under way when pause was pressed
        held = len(watch.points)
        qtbot.wait(400)
    assert held < 65 * 65
    qtbot.wait(800)
    assert len(watch.points) == held
    assert panel.pause.text() == "Resume"
    assert panel.status.text().startswith("Paused")
    click(panel.pause)
    qtbot.waitUntil(lambda: len(watch.points) >= held + 10, timeout=WAIT)
    click(panel.cancel)
    qtbot.waitUntil(lambda: not job.active, timeout=WAIT)
    assert job.status == "cancelled"
    kept = len(watch.points)
    assert kept < 65 * 65
    watch.assert_all_kept(file)
    (surface,) = read_landscape(file).surfaces.values()
    assert surface.status == "incomplete"
    assert (surface.order >= 0).sum() == kept

    again = window.jobs.start(spec, file)
    qtbot.waitUntil(lambda: len(watch.points) >= kept + 10, timeout=WAIT)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: not again.active, timeout=WAIT)
    assert [event.done for event in watch.of(FileReady)] == [0, kept]
    orders = [point.order for point in watch.points]
    assert all(later == earlier + 1 for earlier, later in pairwise(orders))
    watch.assert_all_kept(file)


# -- opening -----------------------------------------------------------------------------------


def test_a_dropped_run_can_be_measured_at_once(window, watch, qtbot, runs):
    dialog = drop(window, runs.first.path)
    assert dialog.isVisible()
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    assert "3 layers" in dialog.facts.text()
    assert "4 checkpoints" in dialog.facts.text()
    assert [dialog.group.itemText(i).split(":")[0] for i in range(dialog.group.count())] == [
        "Whole model",
        "low",
        "middle",
        "high",
    ]
    assert not dialog.base.isVisible()
    file = dialog.out.path
    assert file is not None
    assert file == runs.first.path.parent / "run-first.landscape.h5"
    dialog.points.setValue(3)
    click(dialog.start)
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.session.loading, timeout=WAIT)
    assert len(watch.points) == 9
    watch.assert_all_kept(file)
    file.unlink()


def test_a_run_without_its_start_point_asks_for_the_base_model(
    window, watch, qtbot, runs, tmp_path
):
    directory = tmp_path / "trained-elsewhere"
    directory.mkdir()
    for checkpoint in runs.first.checkpoints[1:]:
        shutil.copytree(checkpoint.path, directory / checkpoint.path.name)
    dialog = drop(window, directory)
    qtbot.waitUntil(dialog.base.isVisible, timeout=WAIT)
    assert dialog.task.isVisible()
    assert not dialog.start.isEnabled()
    dialog.base.path = runs.model
    dialog.task.task.setCurrentIndex(dialog.task.task.findData("custom"))
    dialog.task.data.path = runs.first.task.data
    dialog.task.text_columns.setText("text")
    dialog.points.setValue(3)
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    click(dialog.start)
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    qtbot.waitUntil(lambda: not window.session.loading, timeout=WAIT)
    assert window.jobs.jobs[-1].status == "complete", window.jobs.jobs[-1].messages
    assert len(watch.points) == 9


def test_what_is_no_run_is_said_in_words(window, qtbot, runs, tmp_path):
    broken = shutil.copytree(runs.first.path, tmp_path / "broken")
    (broken / "run.json").write_text("{ this is not", encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    for directory in (broken, empty):
        dialog = drop(window, directory)
        qtbot.waitUntil(lambda d=dialog: d.busy.isHidden(), timeout=WAIT)
        words = dialog.facts.text()
        assert directory.name in words
        assert "Traceback" not in words
        assert "Error:" not in words
        assert not dialog.start.isEnabled()
        assert dialog.isVisible()
        dialog.reject()


# -- the demonstration -------------------------------------------------------------------------


def test_the_demo_ends_on_the_fine_tuned_landscape(window, watch, qtbot, tmp_path):
    out = tmp_path / "demo"
    trained = []

    def look() -> None:
        trained.append({line.label for line in window.main.history_page.plot.plot.lines})

    window.session.history_changed.connect(look)
    run_to_the_end(window, qtbot, DemoSpec(out=out, points=5), None)
    window.session.history_changed.disconnect(look)
    fine_tuned, scratch = out / "fine-tuned.landscape.h5", out / "from-scratch.landscape.h5"
    assert set(window.session.landscapes) == {fine_tuned.resolve(), scratch.resolve()}
    assert len({event.run for event in watch.of(TrainingProgress)}) == 4
    names = {event.run.name for event in watch.of(TrainingProgress)}
    assert trained[0] <= names
    lines = [line.label for line in window.main.history_page.plot.plot.lines]
    assert sorted(lines) == sorted(names)
    selection, plot = window.session.selection, window.session.plot
    assert selection.path == fine_tuned.resolve()
    assert selection.kind == "surface"
    assert plot.group == ""
    assert plot.complete
    assert window.main.pages.currentWidget() is window.main.surface_page
    for path in (fine_tuned, scratch):
        model = window.session.landscapes[path.resolve()]
        for surface in read_landscape(path).surfaces.values():
            shown = model.plots["surface", surface.name]
            for metric in METRICS:
                np.testing.assert_array_equal(shown.values[metric], surface.values[metric])
