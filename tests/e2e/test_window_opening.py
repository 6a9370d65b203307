"""Runs that are dropped on the window, whole or not."""

from __future__ import annotations

import shutil

from support.real_window import WAIT, click, drop


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
