"""The queue: arranged, thinned out, tried again; what failed can be read and copied."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from landscape_gui.engine.events import FileReady, Stage, Target, TrainingProgress
from landscape_gui.specs import RandomAxis, SurfaceSpec
from landscape_gui.ui.dialogs.job_error import JobErrorDialog
from landscape_gui.ui.job_control import Job

WAIT = 20_000


def spec(name: str) -> SurfaceSpec:
    return SurfaceSpec(run=Path(name), axis2=RandomAxis())


def waiting(window) -> list[str]:
    return [job.spec.run.name for job in window.jobs.waiting]


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def busy(window, qtbot, tmp_path):
    """A window with one job that runs and three that wait."""
    for name in ("running", "a", "b", "c"):
        window.jobs.start(spec(name), tmp_path / f"{name}.landscape.h5")
    qtbot.waitUntil(lambda: window.jobs.current.done > 2, timeout=WAIT)
    window.main.jobs_panel.queue_button.click()
    return window


def test_buttons_arrange_and_thin_out_the_queue(busy):
    panel = busy.main.jobs_panel
    assert panel.queue_button.text() == "3 waiting"
    queue = panel.queue
    queue.select(busy.jobs.waiting[2])
    click(queue.up)
    assert waiting(busy) == ["a", "c", "b"]
    assert queue.selected.spec.run.name == "c", "the same job stays selected"
    click(queue.up)
    assert not queue.up.isEnabled()
    assert waiting(busy) == ["c", "a", "b"]
    click(queue.down)
    assert waiting(busy) == ["a", "c", "b"]
    click(queue.remove)
    assert waiting(busy) == ["a", "b"]
    assert busy.jobs.current.spec.run.name == "running"


def test_dragging_an_item_arranges_the_queue(busy):
    queue = busy.main.jobs_panel.queue
    assert queue.list.item(0).flags() & Qt.ItemFlag.ItemIsDragEnabled
    queue.list.insertItem(0, queue.list.takeItem(2))
    queue.list.arranged.emit()  # as after a drop
    assert waiting(busy) == ["c", "a", "b"]
    assert [queue.list.item(k).text().split(":")[0] for k in range(3)] == [
        "Surface of c",
        "Surface of a",
        "Surface of b",
    ]


def test_the_queue_goes_on_after_the_engine_is_killed(busy, qtbot):
    import os
    import signal

    first = busy.jobs.current
    os.kill(busy.engine.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: first.status == "failed", timeout=WAIT)
    qtbot.waitUntil(lambda: busy.jobs.current is not None, timeout=WAIT)
    assert busy.jobs.current.spec.run.name == "a"
    qtbot.waitUntil(lambda: busy.jobs.current.done > 0, timeout=WAIT)
    assert waiting(busy) == ["b", "c"]
    panel = busy.main.jobs_panel
    assert panel.queue_button.text() == "2 waiting · 1 ended early"
    panel.queue.select(first)
    assert not panel.queue.up.isEnabled()
    click(panel.queue.retry)
    assert waiting(busy) == ["b", "c", "running"]


@pytest.mark.parametrize(("job", "detail"), [("user_error", False), ("bug", True)])
def test_a_failed_job_tells_why_and_can_be_tried_again(make_window, qtbot, tmp_path, job, detail):
    window = make_window(job)
    failed = window.jobs.start(spec("a"), tmp_path / "a.landscape.h5")
    qtbot.waitUntil(lambda: failed.status == "failed", timeout=WAIT)
    panel = window.main.jobs_panel
    click(panel.error)
    dialog = window.main.findChild(JobErrorDialog)
    assert dialog.detail.isHidden() is not detail
    click(dialog.copy)
    copied = QApplication.clipboard().text()
    assert failed.title in copied
    assert failed.failure.message in copied
    assert ("Traceback" in copied) is detail
    assert '"kind":"surface"' in copied
    again = []
    window.jobs.changed.connect(lambda: again.append(failed.status))
    click(dialog.retry)
    assert "running" in again
    qtbot.waitUntil(lambda: failed.status == "failed", timeout=WAIT)


class TestNotifier:
    @pytest.fixture
    def told(self, make_window, monkeypatch):
        window = make_window("rollback")
        said = []
        notifier = window.main.notifier
        monkeypatch.setattr(notifier, "tell", lambda *a, **k: said.append((a, k)))
        return window, notifier, said

    def run(self, window, qtbot, tmp_path, away, monkeypatch, name="a"):
        monkeypatch.setattr(window.main.notifier, "in_background", lambda: away)
        job = window.jobs.start(spec(name), tmp_path / "a.landscape.h5")
        qtbot.waitUntil(lambda: not job.active, timeout=WAIT)

    def test_it_tells_of_the_end_only_in_the_background(self, told, qtbot, tmp_path, monkeypatch):
        window, _, said = told
        self.run(window, qtbot, tmp_path, False, monkeypatch)
        assert said == []
        self.run(window, qtbot, tmp_path, True, monkeypatch)
        (((title, text), how),) = said
        assert title == "The job failed"
        assert "Surface of a" in text
        assert how == {"failed": True}

    def test_it_takes_no_focus(self, make_window, monkeypatch):
        window = make_window()
        focused = QApplication.focusWidget()
        window.main.notifier.tell("The job is complete", "Surface", failed=False)
        assert QApplication.focusWidget() is focused


def test_training_has_a_rate_and_a_time_left():
    job = Job(spec("a"), None, "Training")
    job.status = "running"
    from landscape_gui.ui.job_control import JobControl
    from landscape_gui.ui.panels.jobs import status_words

    note = JobControl._note
    for step, now in ((10, 1.0), (30, 2.0)):
        event = TrainingProgress(Path("run"), step, 110, step / 50)
        note(None, job, event, now)  # type: ignore[arg-type]
    words = status_words(job)
    assert "30 of 110 steps" in words
    assert "20.0 steps/s" in words
    assert "4 s left" in words
    note(None, job, Stage("Opening the run"), 3.0)  # type: ignore[arg-type]
    assert "left" not in status_words(job)
    note(None, job, FileReady(Target(Path("f"), "surface", "s"), 0, 9), 4.0)  # type: ignore[arg-type]
    assert "0 of 9 points" in status_words(job)
