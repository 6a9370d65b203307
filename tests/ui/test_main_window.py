from __future__ import annotations

import os
import signal
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest

from landscape_gui.engine.events import Done, FileReady, Notice, PointMeasured, Target
from landscape_gui.specs import RandomAxis, RollbackSpec, SurfaceSpec
from landscape_gui.ui.dialogs.measurement import MeasurementDialog
from landscape_gui.ui.scene import Limits

SPEC = SurfaceSpec(run=Path("run"), axis2=RandomAxis())
WAIT = 30_000


def drop(window, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(50, 50), copy, data, left, none)
    window.main.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.main.dropEvent(QDropEvent(QPointF(50, 50), copy, data, left, none))


def lightness(widget) -> float:
    """Mean over what the widget shows."""
    image = widget.grab().toImage()
    places = range(5, min(image.width(), image.height()) - 5, 7)
    return sum(image.pixelColor(x, x).lightness() for x in places) / len(places)


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_empty_window_welcomes_and_offers_three_ways(window):
    assert window.main.main_pages.currentWidget() is window.main.welcome
    texts = [
        button.text()
        for button in (
            window.main.welcome.file_button,
            window.main.welcome.run_button,
            window.main.welcome.demo_button,
        )
    ]
    assert texts == ["Open a landscape file", "Open a training run", "Run the demo"]
    assert not window.main.jobs_panel.isVisible()


def test_dropped_files_open_and_the_tree_shows_them(window, qtbot, tmp_path):
    drop(window, [tmp_path / "one.landscape.h5", tmp_path / "two.landscape.h5"])
    qtbot.waitUntil(lambda: len(window.session.landscapes) == 2, timeout=WAIT)
    tree = window.main.landscapes_panel.tree
    assert [tree.topLevelItem(i).text(0) for i in range(2)] == ["one", "two"]
    assert window.main.main_pages.currentWidget() is window.main.workspace
    assert window.main.windowTitle().startswith("two")
    recent = [file.path.name for file in window.settings.recent]
    assert recent == ["two.landscape.h5", "one.landscape.h5"]


def test_dropped_run_directory_asks_the_engine_and_offers_a_surface(window, qtbot, tmp_path):
    run = tmp_path / "some-run"
    run.mkdir()
    drop(window, [run])
    dialog = window.main.findChild(MeasurementDialog)
    assert dialog is not None
    assert not dialog.start.isEnabled()
    qtbot.waitUntil(dialog.start.isEnabled, timeout=WAIT)
    assert "bert-tiny" in dialog.facts.text()
    assert [dialog.group.itemText(i).split(":")[0] for i in range(dialog.group.count())] == [
        "Whole model",
        "low",
        "middle",
        "high",
    ]
    dialog.reject()


def test_bad_files_leave_a_message_and_lose_nothing(window, qtbot, tmp_path, open_file):
    path = open_file(window, tmp_path / "good.landscape.h5")
    window.session.open_file(tmp_path / "broken.landscape.h5")
    messages = window.main.messages
    qtbot.waitUntil(messages.isVisible, timeout=WAIT)
    assert messages.message.text() == "broken.landscape.h5 is not a landscape file."
    assert messages.hint.text() == "Open another one."
    window.session.open_file(tmp_path / "bug.landscape.h5")
    qtbot.waitUntil(lambda: "a mistake of ours" in messages.message.text(), timeout=WAIT)
    assert messages.count.text() == "1 more"
    assert list(window.session.landscapes) == [path]
    assert window.session.loading == ()
    click(messages.dismiss)
    assert messages.message.text() == "broken.landscape.h5 is not a landscape file."
    click(messages.dismiss)
    assert not messages.isVisible()


def test_metric_buttons_change_state_and_pixels(window, qtbot, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    qtbot.wait(50)  # the layout settles
    contour = window.main.surface_page.contour
    before = contour.grab_image()
    click(window.main.header.metrics.buttons["dev_error"])
    assert window.session.metric == "dev_error"
    assert contour.grab_image() != before
    assert window.main.trajectory_panel.table.horizontalHeaderItem(1).text() == "Own dev error"
    click(window.main.header.metrics.buttons["train_loss"])
    qtbot.waitUntil(lambda: contour.grab_image() == before)


def test_color_limits_follow_the_data_until_set_by_hand(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    page = window.main.surface_page
    automatic = page.color_bar.limits
    page.color_bar.limits_changed.emit(Limits(0.2, 0.7))
    assert window.session.manual_limits == Limits(0.2, 0.7)
    assert page.color_bar.limits == Limits(0.2, 0.7)
    window.session.metric = "dev_loss"
    assert window.session.manual_limits is None
    window.session.metric = "train_loss"
    page.color_bar.auto_requested.emit()
    assert page.color_bar.limits == automatic


def test_pages_show_curves_and_history_of_all_runs(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    open_file(window, tmp_path / "b.landscape.h5")
    click(window.main.header.pages.buttons["curve"])
    assert window.main.pages.currentWidget() is window.main.curves_page
    assert [line.label for line in window.main.curves_page.plot.plot.lines] == ["a", "b"]
    click(window.main.header.pages.buttons["history"])
    assert window.main.pages.currentWidget() is window.main.history_page
    assert len(window.main.history_page.plot.plot.lines) == 2
    assert not window.main.header.metrics.isVisible()


def test_layer_rows_switch_the_surface_and_offer_to_compute(window, qtbot, tmp_path, open_file):
    path = open_file(window, tmp_path / "a.landscape.h5")
    panel = window.main.layers_panel
    assert panel.shows[""].isChecked()
    panel.shows["low"].click()
    assert window.session.selection.name == "low-random0"
    assert not panel.shows["middle"].isEnabled()
    assert set(panel.computes) == {"middle"}
    click(panel.computes["middle"])
    job = window.jobs.current
    assert isinstance(job.spec, SurfaceSpec)
    assert job.spec.group.name == "middle"
    assert job.spec.axis2 == RandomAxis(seed=0)
    assert job.spec.lattice.alpha_points == 21
    assert job.out == path


def test_toggle_moves_the_star_to_minus_one_and_back(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    panel, page = window.main.layers_panel, window.main.surface_page
    panel.shows["low"].click()
    stars = lambda: [m for m in page.contour.plot.markers if m.kind == "rolled_back"]  # noqa: E731
    assert [(m.alpha, m.beta) for m in stars()] == [(0.0, 0.0)]
    before = page.contour.grab_image(), page.surface.grab_image()
    panel.toggles["low"].click()
    assert window.session.rollback == {"low"}
    assert [(m.alpha, m.beta) for m in stars()] == [(-1.0, 0.0)]
    assert "low rolled back" in stars()[0].label
    moved = page.contour.grab_image(), page.surface.grab_image()
    assert moved[0] != before[0]
    assert moved[1] != before[1]
    assert window.jobs.current is None, "this combination is in the file"
    panel.toggles["low"].click()
    assert [(m.alpha, m.beta) for m in stars()] == [(0.0, 0.0)]
    assert page.contour.grab_image() == before[0]


def test_unmeasured_combination_is_measured_and_never_guessed(
    make_window, qtbot, tmp_path, open_file
):
    window = make_window("rollback")
    path = open_file(window, tmp_path / "a.landscape.h5")
    panel = window.main.layers_panel
    panel.toggles["low"].click()
    assert "measuring" not in panel.combination.chosen.text()
    assert panel.table.text(3, 2) not in ("–", "")
    panel.toggles["high"].click()
    assert panel.combination.chosen.text() == "Rolled back: low + high · measuring…"
    assert [panel.table.text(row, 2) for row in range(4)] == ["–"] * 4
    job = window.jobs.current
    assert isinstance(job.spec, RollbackSpec)
    assert job.spec.combinations == (("low", "high"),)
    assert job.out == path
    qtbot.waitUntil(lambda: panel.table.text(3, 2).startswith("50.00 %\n±"), timeout=WAIT)
    assert panel.combination.chosen.text() == "Rolled back: low + high"
    tuned = window.session.model.rollback.measured[frozenset()].values["dev_error"]
    assert panel.table.text(3, 3).startswith(f"+{100 * (0.5 - tuned):.2f} pp\n±")
    panel.toggles["high"].click()
    panel.toggles["high"].click()
    assert panel.table.text(3, 2).startswith("50.00 %\n±")
    assert window.jobs.current is None, "measured once is enough"


def test_after_a_rollback_the_file_says_what_belongs_together(
    make_window, qtbot, tmp_path, open_file
):
    window = make_window("rollback")
    open_file(window, tmp_path / "a.landscape.h5")
    known = window.session.model.rollback.measured
    known[frozenset({"middle"})] = known[frozenset({"low"})]  # of other examples, set aside
    window.main.layers_panel.toggles["low"].click()
    window.main.layers_panel.toggles["high"].click()
    qtbot.waitUntil(lambda: window.jobs.jobs[-1].status == "complete", timeout=WAIT)
    qtbot.waitUntil(
        lambda: frozenset({"middle"}) not in window.session.model.rollback.measured, timeout=WAIT
    )
    assert frozenset({"low", "high"}) in window.session.model.rollback.measured


def test_rollback_waits_behind_a_running_job(window, qtbot, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    window.jobs.start(SPEC, None)
    panel = window.main.layers_panel
    panel.toggles["middle"].click()
    assert "waits for the running job" in panel.combination.chosen.text()
    panel.toggles["high"].click()
    waiting = [job.spec.combinations for job in window.jobs.waiting]
    assert waiting == [(("middle", "high"),)], "what was toggled through is not measured"


def test_points_of_a_job_fill_the_surface_that_is_shown(window, qtbot, tmp_path, open_file):
    window.jobs.start(SPEC, tmp_path / "fresh.landscape.h5")
    path = (tmp_path / "fresh.landscape.h5").resolve()
    qtbot.waitUntil(lambda: path in window.session.landscapes, timeout=WAIT)
    qtbot.waitUntil(lambda: window.session.plot.done > 5, timeout=WAIT)
    assert window.session.plot.values["train_loss"][0, 3] == 3.0
    scene = window.main.surface_page.contour.plot.scene
    assert scene is not None
    assert scene.measured.sum() > 0
    status = window.main.jobs_panel.status
    qtbot.waitUntil(lambda: "of 1,000,000 points" in status.text(), timeout=WAIT)


def test_pause_resume_cancel_and_continue(window, qtbot, tmp_path):
    panel, jobs = window.main.jobs_panel, window.jobs
    jobs.start(SPEC, tmp_path / "fresh.landscape.h5")
    qtbot.waitUntil(lambda: jobs.current.done > 2, timeout=WAIT)
    click(panel.pause)
    assert jobs.current.status == "paused"
    # The engine finishes the point in hand, and on a busy machine that takes a while.
    done = -1
    while done != jobs.current.done:
        done = jobs.current.done
        qtbot.wait(1000)
    assert done < jobs.current.total
    assert panel.pause.text() == "Resume"
    click(panel.pause)
    qtbot.waitUntil(lambda: jobs.current.done > done, timeout=WAIT)
    click(panel.cancel)
    qtbot.waitUntil(lambda: jobs.current is None, timeout=WAIT)
    assert "kept" in panel.status.text()
    assert panel.go_on.isVisible()
    click(panel.go_on)
    qtbot.waitUntil(lambda: jobs.current is not None and jobs.current.done > 2, timeout=WAIT)
    assert jobs.current.out == tmp_path / "fresh.landscape.h5"


def test_killed_engine_leaves_the_window_alive_and_it_goes_on(window, qtbot, tmp_path):
    jobs = window.jobs
    file = tmp_path / "fresh.landscape.h5"
    jobs.start(SPEC, file)
    qtbot.waitUntil(lambda: jobs.current.done > 5, timeout=WAIT)
    pid = window.engine.pid
    os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(window.main.messages.isVisible, timeout=WAIT)
    assert "ended unexpectedly (signal 9" in window.main.messages.message.text()
    hint = window.main.messages.hint.text()
    assert f"is in {file}" in hint
    assert hint.endswith("Press Continue to go on.")
    assert jobs.current is None
    click(window.main.jobs_panel.go_on)
    qtbot.waitUntil(lambda: jobs.current is not None and jobs.current.done > 2, timeout=WAIT)
    assert window.engine.pid != pid


def test_closing_while_a_job_runs_asks_and_keeps_it_when_told_to(
    window, qtbot, tmp_path, press_in_message_box
):
    window.jobs.start(SPEC, tmp_path / "fresh.landscape.h5")
    qtbot.waitUntil(lambda: window.jobs.current.done > 2, timeout=WAIT)
    press_in_message_box("Keep running")
    assert not window.main.close()
    assert window.main.isVisible()
    done = window.jobs.current.done
    qtbot.waitUntil(lambda: window.jobs.current.done > done, timeout=WAIT)
    press_in_message_box("Stop and close")
    assert window.main.close()
    assert not window.main.isVisible()
    assert not window.engine.isRunning()
    assert (tmp_path / "fresh.landscape.closed").exists(), "the job was closed, not killed"


def test_burst_of_points_redraws_a_bounded_number_of_times(make_window, qtbot, tmp_path):
    window = make_window("burst")
    drawn: list[int] = []
    window.session.data_changed.connect(lambda: drawn.append(1))
    window.jobs.start(SPEC, tmp_path / "burst.landscape.h5")
    qtbot.waitUntil(lambda: window.jobs.jobs[0].status == "complete", timeout=60_000)
    path = (tmp_path / "burst.landscape.h5").resolve()
    qtbot.waitUntil(lambda: path in window.session.landscapes, timeout=WAIT)
    assert window.session.plot.done == 20_000
    assert len(drawn) <= 200


def test_events_that_come_while_a_file_is_read_are_not_lost(window, qtbot, tmp_path):
    target = Target(tmp_path / "fresh.landscape.h5", "surface", "full-random0")
    from fake_jobs import point

    events = [FileReady(target, 0, 441), *(point(target, n, 441, 21) for n in range(50))]
    window.session.receive(events)
    path = target.file.resolve()
    assert path not in window.session.landscapes
    qtbot.waitUntil(lambda: path in window.session.landscapes, timeout=WAIT)
    assert window.session.plot.done == 50
    assert isinstance(events[-1], PointMeasured)


def test_two_landscapes_of_one_job_are_shown_one_after_the_other(window, qtbot, tmp_path):
    first = Target(tmp_path / "fresh-one.landscape.h5", "surface", "full-random0")
    second = Target(tmp_path / "fresh-two.landscape.h5", "surface", "full-random0")
    for target in (first, second):
        window.session.receive([FileReady(target, 0, 441)])
        qtbot.waitUntil(
            lambda t=target: (
                window.session.selection is not None
                and window.session.selection.path == t.file.resolve()
            ),
            timeout=WAIT,
        )
    assert len(window.session.landscapes) == 2
    window.session.receive([Done("complete", second.file)])


def test_a_file_that_shows_something_else_is_read_again_at_the_end_of_the_job(
    window, qtbot, tmp_path
):
    target = Target(tmp_path / "fresh-one.landscape.h5", "surface", "full-random0")
    window.session.receive([FileReady(target, 0, 441)])
    path = target.file.resolve()
    qtbot.waitUntil(lambda: path in window.session.landscapes, timeout=WAIT)
    before = window.session.landscapes[path]
    # Rows that came back are not measured: nothing but this tells of them.
    window.session.receive([Notice("shown again", target.file), Done("complete", target.file)])
    qtbot.waitUntil(lambda: window.session.landscapes[path] is not before, timeout=WAIT)


def test_training_is_shown_while_it_goes_on(make_window, qtbot):
    window = make_window("training")
    window.jobs.start(SPEC, None)
    plot = window.main.history_page.plot.plot
    qtbot.waitUntil(lambda: bool(plot.lines), timeout=WAIT)
    assert window.main.history_page.isVisible()
    assert window.main.header.title.text() == "Training"
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    qtbot.waitUntil(lambda: len(plot.lines[0].x) == 50, timeout=WAIT)
    assert plot.lines[0].label == "fine-tuned"
    assert window.jobs.jobs[0].status == "complete"


def test_theme_changes_every_view(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    views = (window.main, window.main.surface_page.surface, window.main.surface_page.contour)
    light = [lightness(view) for view in views]
    window.main.menus.theme_actions["dark"].trigger()
    assert window.themes.theme.name == "dark"
    for view, before in zip(views, light, strict=True):
        assert lightness(view) < before - 60
    assert window.settings.theme == "dark"


def test_every_shortcut_is_there_once(window):
    keys = [a.shortcut().toString() for a in window.main.menus.actions if a.shortcut().toString()]
    assert len(keys) == len(set(keys))
    assert {"Ctrl+O", "Ctrl+R", "Ctrl+Q", "F1"} <= set(keys)


def test_closing_a_landscape_shows_the_one_before(window, tmp_path, open_file):
    first = open_file(window, tmp_path / "a.landscape.h5")
    open_file(window, tmp_path / "b.landscape.h5")
    window.main.menus.close_file.emit()
    assert list(window.session.landscapes) == [first]
    assert window.session.selection.path == first
    window.main.menus.close_file.emit()
    assert window.main.main_pages.currentWidget() is window.main.welcome
