"""Playing and exporting in the real window, without OpenGL."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest


@pytest.fixture
def playing(window, tmp_path, open_file):
    """The window with an open file and a trajectory that stands still at its start."""
    open_file(window, tmp_path / "mrpc-tuned.landscape.h5")
    window.main.menus.play.emit("trajectory")
    bar = window.main.surface_page.animation
    bar.player.pause()
    bar.player.seek(0.0)
    return window


def bar(window):
    return window.main.surface_page.animation


def contour(window):
    return window.main.surface_page.contour.plot


def head(window):
    return next(m for m in contour(window).markers if m.kind == "now")


def test_play_moves_the_marker_and_says_where_it_is(playing, qtbot):
    assert bar(playing).isVisible()
    assert head(playing).label == "start"
    before = head(playing).alpha
    QTest.mouseClick(bar(playing).play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: head(playing).alpha > before + 0.1, timeout=20_000)
    QTest.mouseClick(bar(playing).play, Qt.MouseButton.LeftButton)
    assert not bar(playing).player.playing
    assert bar(playing).words.text().startswith("epoch ")
    assert "off the plane" in bar(playing).words.text()


def test_scrubbing_goes_to_checkpoints_with_their_own_numbers(playing):
    table = playing.main.trajectory_panel.table
    scrubber = bar(playing).scrubber
    scrubber.setFocus()
    for k in range(1, 6):
        QTest.keyClick(scrubber, Qt.Key.Key_PageDown)
        epoch, own, off = bar(playing).words.text().split("   ·   ")
        assert epoch == f"epoch {k}"
        assert own.endswith(table.text(k, 1))
        assert off.startswith(table.text(k, 2))
    assert bar(playing).player.position == 1.0
    QTest.keyClick(scrubber, Qt.Key.Key_Home)
    assert bar(playing).player.position == 0.0


def test_every_position_has_other_pixels(playing):
    view = playing.main.surface_page.contour
    images = []
    for position in (0.0, 0.3, 0.6, 1.0):
        bar(playing).player.seek(position)
        images.append(view.grab_image())
    assert all(a != b for a, b in itertools.pairwise(images))


def test_growth_ends_in_the_surface_and_closing_shows_the_trajectory_again(playing):
    whole = contour(playing).scene
    playing.main.menus.play.emit("growth")
    bar(playing).player.pause()
    bar(playing).player.seek(0.3)
    assert 0 < contour(playing).scene.measured.sum() < whole.measured.size
    assert contour(playing).trajectory is None
    assert "the rest filled in" in bar(playing).words.text()
    limits = contour(playing).limits
    bar(playing).player.seek(1.0)
    np.testing.assert_array_equal(contour(playing).scene.height, whole.height)
    assert contour(playing).scene.measured.all()
    assert contour(playing).limits == limits
    bar(playing).end.click()
    assert not bar(playing).isVisible()
    assert contour(playing).trajectory is not None
    assert all(m.kind != "now" for m in contour(playing).markers)


def test_growth_from_compare_has_its_axes_and_color_bar(window, qtbot, tmp_path, open_file):
    """Its first moments have no measured point yet, and the bar below takes room meanwhile."""
    open_file(window, tmp_path / "estimated.landscape.h5")
    # Without it the legend has as many lines as while it grows: no other need to arrange the map.
    window.session.show_trajectory = False
    window.main.menus.page_actions["compare"].trigger()
    qtbot.wait(50)  # the layout settles
    window.main.menus.play.emit("growth")
    bar(window).player.pause()
    bar(window).player.seek(0.0)
    assert contour(window).scene is None
    qtbot.wait(50)
    bar(window).player.seek(0.5)
    plot, beside = contour(window), window.main.surface_page.color_bar
    room = plot.rect().toRectF().adjusted(40, 10, -beside.width(), -40)
    assert room.contains(plot.plot_rect), "numbers, titles, legend and colour bar have room"
    assert beside.isVisible()
    assert plot.plot_rect.right() < beside.x() < plot.width()


def test_map_and_words_agree_on_what_is_estimated(window, tmp_path, open_file):
    open_file(window, tmp_path / "estimated.landscape.h5")
    window.main.menus.play.emit("growth")
    bar(window).player.pause()
    for position in (0.3, 0.9):
        bar(window).player.seek(position)
        assert bar(window).words.text().endswith("the rest filled in")
        legend = [row.text for row in contour(window)._legend_rows()]
        assert legend[-1] == "filled in"
        scene = contour(window).scene
        kinds = {scene.kind(j, i) for j, i in np.argwhere(scene.unmeasured)}
        assert kinds == {"filled"}, "as the read-out has it"
    bar(window).player.seek(1.0)
    assert bar(window).words.text().endswith("with the final estimates")
    assert contour(window)._legend_rows()[-1].text.startswith("estimated")


def test_the_animation_follows_metric_and_projection(playing):
    bar(playing).player.seek(0.4)
    playing.session.metric = "dev_error"
    assert "own development error" in bar(playing).words.text()
    playing.session.projection = "pca"
    assert "Principal components" in bar(playing).words.text()
    assert not bar(playing).play.isEnabled()
    playing.session.projection = "plane"
    assert bar(playing).play.isEnabled()


def test_speed_and_loop_reach_the_clock(playing):
    bar(playing).speed.setCurrentIndex(4)
    bar(playing).speed.activated.emit(4)
    assert bar(playing).player.speed == 4.0
    bar(playing).loop.setChecked(True)
    assert bar(playing).player.loop


# Export


def export(window, qtbot, path, **choices):
    dialog = window.main.export.ask()
    for name, value in choices.items():
        getattr(dialog, name).setValue(value)
    window.main.export.export_to(path)
    return dialog


def test_a_gif_has_the_frames_and_the_size_asked_for_and_moves(playing, qtbot, tmp_path):
    dialog = playing.main.export.ask()
    dialog.size_box.setCurrentIndex(dialog.size_box.count() - 1)
    assert dialog._other.isVisible()
    path = tmp_path / "film.gif"
    export(playing, qtbot, path, width_box=321, height_box=260, per_second=5, seconds=2.0)
    assert "Frame" in dialog.words.text() or dialog.progress.isVisible()
    qtbot.waitUntil(lambda: dialog.words.text() == f"Saved as {path}", timeout=60_000)
    with Image.open(path) as film:
        assert film.size == (320, 260)
        assert film.n_frames == 10
        shown = []
        for k in range(10):
            film.seek(k)
            shown.append(np.asarray(film.convert("RGB")))
    changes = [bool((a != b).any()) for a, b in itertools.pairwise(shown)]
    assert all(changes[:8])
    assert not changes[8], "the end is held"
    # The marker's colour is in the film, however small it is.
    assert (np.abs(shown[4].astype(int) - (0x2F, 0x6F, 0xDB)).max(axis=-1) < 12).any()
    first = path.read_bytes()
    export(playing, qtbot, tmp_path / "again.gif")
    qtbot.waitUntil(lambda: "again.gif" in dialog.words.text(), timeout=60_000)
    assert (tmp_path / "again.gif").read_bytes() == first
    dialog.reject()


def test_giving_up_leaves_nothing(playing, qtbot, tmp_path):
    dialog = export(playing, qtbot, tmp_path / "film.gif", seconds=30.0)
    qtbot.waitUntil(lambda: dialog.words.text().startswith("Frame"), timeout=60_000)
    dialog.stop.click()
    qtbot.waitUntil(lambda: playing.main.export._exporter is None, timeout=60_000)
    assert dialog.isVisible(), "the choices are there again"
    assert dialog.choices.isEnabled()
    assert not list(tmp_path.glob("*film*"))
    dialog.stop.click()
    assert not dialog.isVisible()


def test_a_place_that_cannot_be_written_is_said(playing, qtbot, tmp_path):
    path = tmp_path / "no such directory" / "film.gif"
    dialog = export(playing, qtbot, path, seconds=1.0)
    qtbot.waitUntil(lambda: "could not be written" in dialog.words.text(), timeout=60_000)
    assert dialog.go.isEnabled()
    dialog.reject()


def test_without_ffmpeg_mp4_says_what_to_install(playing, monkeypatch):
    from landscape_gui.ui.animation import encoding

    monkeypatch.setattr(encoding, "ffmpeg_program", lambda: None)
    dialog = playing.main.export.ask()
    dialog.format.setCurrentIndex(1)
    assert not dialog.go.isEnabled()
    assert "install" in dialog.words.text()
    dialog.format.setCurrentIndex(0)
    assert dialog.go.isEnabled()
    dialog.reject()


def test_closing_the_window_stops_an_export(playing, qtbot, tmp_path):
    dialog = export(playing, qtbot, tmp_path / "film.gif", seconds=60.0)
    qtbot.waitUntil(lambda: dialog.words.text().startswith("Frame"), timeout=60_000)
    dialog.show_running(False)
    playing.main.close()
    assert not list(tmp_path.glob("*film*"))
