"""The dialog in the real window, with the process that draws."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from landscape_gui.figures.workshop import Export, Preview, Refused
from landscape_gui.specs import UserError
from landscape_gui.ui.action_tree import menu_entries
from landscape_gui.ui.figure_export.dialog import in_words
from landscape_gui.ui.figure_export.kinds import KINDS
from landscape_gui.ui.figure_export.snapshots import SNAPSHOT_TITLES
from landscape_gui.ui.session import Selection

WAIT = 60_000


@pytest.fixture
def asked(opened, drawn):
    """Open files and the dialog, and wait for its preview."""

    def ask(*names, kind=None):
        window = opened(*names)
        window.around.figure_export.action.trigger()
        dialog = window.around.figure_export._dialog
        assert dialog is not None
        if kind is not None:
            choose(dialog, kind)
        return window.around.figure_export, drawn(dialog)

    return ask


def choose(dialog, kind):
    dialog.what.setCurrentIndex(dialog.what.findData(kind))


def page_of(pdf):
    """Width and height of a PDF's first page, in inches."""
    box = pdf.read_bytes().split(b"/MediaBox [")[1].split(b"]")[0].split()
    return float(box[2]) / 72, float(box[3]) / 72


def saved(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog.problem.text().startswith("Saved as"), timeout=WAIT)


def test_the_entry_is_in_menu_and_palette(opened):
    window = opened("tuned")
    action = window.around.figure_export.action
    assert action.shortcut().toString() == "Ctrl+Alt+F"
    assert any(entry.action is action for entry in menu_entries(window.main.menus.bar))
    titles = [entry.title for entry in window.around._entries()]
    assert "Export figure" in titles


def test_a_preview_appears_and_matplotlib_stays_out_of_the_window(asked):
    before = "matplotlib" in sys.modules  # other tests of this process may need it
    _, dialog = asked("tuned")
    assert dialog.preview.image is not None
    width, height = dialog.preview.room
    image = dialog.preview.image
    assert image.width() <= width + 1
    assert image.height() <= height + 1
    assert image.width() >= width - 1 or image.height() >= height - 1
    assert dialog.caption.text().startswith("16.00 ×")
    assert not dialog.problem.text()
    assert ("matplotlib" in sys.modules) == before


def test_a_change_is_drawn_after_a_moment(asked, drawn):
    _, dialog = asked("tuned", kind="contour")
    before = dialog.preview.image
    dialog.form.log.click()
    assert dialog.caption.text() == "Drawing…"
    drawn(dialog)
    assert dialog.preview.image != before


def test_the_file_has_exactly_the_page_and_the_folder_is_remembered(
    asked, choose_file, qtbot, tmp_path
):
    control, dialog = asked("tuned", kind="contour")
    dialog.form.preset.setCurrentIndex(dialog.form.preset.findData("nature-column"))
    dialog.form.height_box.setValue(8.5)
    questions = choose_file(tmp_path / "figure", "SVG (*.svg)")
    dialog.go.click()
    saved(dialog, qtbot)
    assert (tmp_path / "figure.svg").exists()
    suggestion, filters = questions[0]
    assert suggestion.endswith("tuned-contour.pdf")
    assert filters.startswith("PDF (*.pdf);;SVG (*.svg)")
    choose_file(tmp_path / "figure.pdf")
    dialog.say("")
    dialog.go.click()
    saved(dialog, qtbot)
    assert page_of(tmp_path / "figure.pdf") == pytest.approx((89 / 25.4, 8.5 / 2.54), abs=1e-3)
    assert control.suggestion().parent == tmp_path
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [("surface", ".pdf"), ("1", ".png"), ("5", ".svg"), ("table1", ".md"), ("difference", ".png")],
)
def test_the_copied_command_makes_the_same_bytes(
    asked, choose_file, clipboard, qtbot, tmp_path, kind, suffix
):
    control, dialog = asked("scratch", "tuned", kind=kind)
    form = dialog.form
    form.format.setCurrentIndex(form.format.findData(suffix))
    form.dpi.setValue(80)
    form.width_box.setValue(9.37)
    form.azimuth.setValue(-47.5)
    form.titles.setText(r"-a\; 2; $b$" if kind == "1" else "")
    choose_file(tmp_path / f"window{suffix}")
    dialog.go.click()
    saved(dialog, qtbot)
    dialog.copy.click()
    words = shlex.split(clipboard.text())
    assert words[:2] == ["landscape-gui", "figure"]
    out = words.index("--out") + 1
    assert words[out] == str(control.suggestion())
    words[out] = str(tmp_path / f"terminal{suffix}")
    # In a process of its own, as in a terminal.
    subprocess.run([sys.executable, "-m", "landscape_gui", *words[1:]], check=True, timeout=120)
    made = [(tmp_path / f"{by}{suffix}").read_bytes() for by in ("window", "terminal")]
    assert made[0] == made[1]


def test_what_a_file_lacks_is_said_with_command_and_menu_entry(asked):
    _, dialog = asked("tuned", kind="7")
    assert dialog.preview.image is None
    words = dialog.problem.text()
    assert "no surface of the low, middle and high layers" in words
    assert "landscape-gui compute" in words
    assert "Measure in the layers panel" in words
    assert not dialog.go.isEnabled()
    assert not dialog.copy.isEnabled()


def test_hints_name_fields_where_the_command_names_options():
    said = in_words(Refused("A.", "Draw a figure of each, or say --mixed-models if you must."))
    assert "tick “May be about different models”" in said[1]


def test_choices_that_make_no_sense_are_said_and_mended(asked, drawn):
    _, dialog = asked("tuned", kind="contour")
    form = dialog.form
    form.alpha.low.setText("2")
    form.alpha.high.setText("x")
    form.edited.emit()
    drawn(dialog)
    assert "α: “x” is no number" in dialog.problem.text()
    form.alpha.high.setText("1")
    form.edited.emit()
    assert "α: 2 is not below 1" in drawn(dialog).problem.text()
    form.alpha.low.setText("-1")
    form.edited.emit()
    drawn(dialog)
    assert dialog.preview.image is not None
    assert dialog.go.isEnabled()
    assert form.spec().look.alpha == (-1.0, 1.0)


def test_nothing_ticked(asked, drawn):
    _, dialog = asked("tuned", kind="contour")
    dialog.form.sources.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert "Tick at least one" in drawn(dialog).problem.text()
    choose(dialog, "difference")
    drawn(dialog)
    while len(dialog.form.sources.chosen()) > 1:
        first = next(
            dialog.form.sources.item(row)
            for row in range(dialog.form.sources.count())
            if dialog.form.sources.item(row).checkState() == Qt.CheckState.Checked
        )
        first.setCheckState(Qt.CheckState.Unchecked)
    assert "A difference is of two surfaces" in drawn(dialog).problem.text()


def test_where_nothing_can_be_written_the_dialog_says_so_and_stays(
    asked, choose_file, qtbot, tmp_path
):
    _, dialog = asked("tuned", kind="contour")
    dialog.form.azimuth.setValue(12)
    choose_file(tmp_path / "no" / "x.pdf")
    dialog.go.click()
    qtbot.waitUntil(lambda: "does not exist" in dialog.problem.text(), timeout=WAIT)
    assert dialog.isVisible()
    assert dialog.form.azimuth.value() == 12
    assert dialog.go.isEnabled()


def test_a_file_that_is_gone_is_said(asked, drawn, files, tmp_path):
    _, dialog = asked("tuned", kind="contour")
    away = tmp_path / "away.h5"
    files["tuned"].rename(away)
    try:
        dialog.form.log.click()
        assert "tuned.landscape.h5" in drawn(dialog).problem.text()
    finally:
        away.rename(files["tuned"])
    dialog.form.log.click()
    assert not drawn(dialog).problem.text()


def test_every_kind_is_drawn_or_says_why_not(asked, drawn):
    _, dialog = asked("scratch", "tuned")
    shown = {}
    for kind in KINDS:
        choose(dialog, kind)
        drawn(dialog)
        shown[kind] = dialog.preview.image is not None
        assert shown[kind] != bool(dialog.problem.text()), (kind, dialog.problem.text())
    assert not shown["7"]
    assert all(shown[kind] for kind in KINDS if kind != "7"), shown


def test_animation_frames_are_written_one_by_one(asked, choose_file, qtbot, tmp_path):
    _, dialog = asked("tuned", kind="frames")
    dialog.form.frames.setValue(3)
    dialog.form.format.setCurrentIndex(dialog.form.format.findData(".png"))
    dialog.form.dpi.setValue(40)
    choose_file(tmp_path / "f.png")
    dialog.go.click()
    saved(dialog, qtbot)
    assert sorted(path.name for path in tmp_path.glob("f-*.png")) == [
        "f-0001.png", "f-0002.png", "f-0003.png",
    ]  # fmt: skip
    assert "to f-0003.png" in dialog.problem.text()


def test_an_export_is_given_up(asked, choose_file, qtbot, tmp_path):
    _, dialog = asked("tuned", kind="frames")
    dialog.form.frames.setValue(2000)
    choose_file(tmp_path / "f.png")
    dialog.go.click()
    qtbot.waitUntil(lambda: dialog.progress.value() > 0, timeout=WAIT)
    dialog.stop.click()
    qtbot.waitUntil(lambda: dialog.problem.text() == "Given up.", timeout=WAIT)
    assert dialog.isVisible()
    assert dialog.go.isEnabled()
    assert len(list(tmp_path.glob("f-*.png"))) < 2000


def test_when_the_process_dies_the_next_preview_has_a_new_one(asked, drawn, qtbot):
    control, dialog = asked("tuned", kind="contour")
    process = control._maker._process
    os.kill(process.pid, signal.SIGKILL)
    dialog.form.log.click()
    drawn(dialog)
    if dialog.preview.image is None:
        assert "ended unexpectedly" in dialog.problem.text()
        dialog.form.log.click()
        drawn(dialog)
    assert dialog.preview.image is not None


def test_closing_ends_the_process(asked, qtbot):
    control, dialog = asked("tuned")
    process = control._maker._process
    pid = process.pid
    dialog.stop.click()
    assert control._maker is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_snapshots_have_names_of_their_own():
    assert not set(SNAPSHOT_TITLES) & set(KINDS)


def test_a_view_as_on_the_screen(asked, drawn, choose_file, tmp_path):
    _, dialog = asked("tuned", kind="screen-surface")
    view = dialog.parent().surface_page.surface
    assert dialog.caption.text() == f"{2 * view.width():,} × {2 * view.height():,} pixels"
    assert not dialog.copy.isEnabled()
    form = dialog.snapshot_form
    form.times.setCurrentIndex(form.times.findData(0))
    form.width_box.setValue(1234)
    drawn(dialog)
    asked_for = choose_file(tmp_path / "view")
    dialog.go.click()
    assert asked_for[0][1] == "PNG (*.png)"
    image = QImage(str(tmp_path / "view.png"))
    assert (image.width(), image.height()) == (1234, round(1234 * view.height() / view.width()))
    choose_file(tmp_path / "no" / "view.png")
    dialog.go.click()
    assert "could not be saved" in dialog.problem.text()
    choose(dialog, "screen-contours")
    form.times.setCurrentIndex(form.times.findData(4))
    drawn(dialog)
    choose_file(tmp_path / "map.png")
    dialog.go.click()
    wide = 4 * dialog.parent().surface_page.contour.plot.drawn_rect().width()
    assert QImage(str(tmp_path / "map.png")).width() == round(wide)


def test_the_dialog_is_asked_for_once(asked):
    control, dialog = asked("tuned")
    assert control.ask() is dialog


def test_controls_have_names(asked):
    from tests.ui.test_keyboard_and_names import nameless

    _, dialog = asked("tuned")
    for kind in ("landscape", "frames", "curve"):
        choose(dialog, kind)
        assert nameless(dialog) == []


def test_the_spec_is_that_of_the_page_in_front(asked, opened, files):
    window = opened("scratch", "tuned")
    window.session.select(Selection(files["tuned"], "curve", "full"))
    window.around.figure_export.action.trigger()
    dialog = window.around.figure_export._dialog
    assert dialog.what.currentData() == "curve"
    assert len(dialog.form.spec().sources) == 2
    dialog.reject()


def test_an_order_that_is_overtaken_is_not_shown(asked):
    control, dialog = asked("tuned", kind="contour")
    before = dialog.preview.image
    old = Preview(dialog.form.spec(), (1, 1))
    dialog.show_answer(old, Refused("too late"))
    assert dialog.preview.image is before
    control._take(Export(dialog.form.spec(), files_out(control)), Refused("No.", "Do."))
    assert dialog.problem.text() == "No. Do."


def files_out(control):
    return control.suggestion()


def test_user_errors_of_the_form(asked):
    _, dialog = asked("tuned", kind="contour")
    dialog.form.sources.clear()
    with pytest.raises(UserError, match="Nothing is in the figure"):
        dialog.form.spec()
