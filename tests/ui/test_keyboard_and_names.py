"""Everything can be reached with the keyboard, and says what it is to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from landscape_gui.ui.crash_report import CrashDialog
from landscape_gui.ui.session import Selection

PAGES = ("surface", "curve", "history", "compare")


def focusable(root: QWidget) -> list[QWidget]:
    """Visible widgets below that the tab key stops at."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisibleTo(root)
        and widget.isEnabled()
        and not (isinstance(widget, QLineEdit) and isinstance(widget.parent(), QComboBox))
        and widget.focusProxy() is None
    ]


def name(widget: QWidget) -> str:
    """What a screen reader says first."""
    if widget.accessibleName():
        return widget.accessibleName()
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def nameless(root: QWidget) -> list[str]:
    found = []
    for widget in focusable(root):
        above = widget.parent()
        # The line inside a spin box is read out as the box.
        inside = isinstance(widget, QLineEdit) and isinstance(above, QWidget)
        if not name(widget) and not (inside and above.accessibleName()):
            found.append(f"{type(widget).__name__} in {type(above).__name__}")
    return found


def tab_round(root: QWidget) -> list[QWidget]:
    """Everything that the tab key comes by, once around."""
    start = root.nextInFocusChain()
    order, widget = [start], start.nextInFocusChain()
    while widget is not start and len(order) < 5000:
        order.append(widget)
        widget = widget.nextInFocusChain()
    return order


@pytest.fixture
def full(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    return window


@pytest.mark.parametrize("page", PAGES)
def test_every_page_names_its_controls_and_the_tab_key_comes_by_all(full, page):
    full.main.menus.page_actions[page].trigger()
    assert nameless(full.main) == []
    order = {id(widget) for widget in tab_round(full.main)}
    missed = [name(w) for w in focusable(full.main) if id(w) not in order]
    assert missed == []


def test_the_welcome_page_too(window):
    assert nameless(window.main) == []


def test_the_tab_key_goes_from_left_to_right(full):
    main = full.main
    order = tab_round(main)

    def first(part: QWidget) -> int:
        return min(i for i, w in enumerate(order) if part.isAncestorOf(w) and w in stops)

    stops = focusable(main)
    places = [
        first(part)
        for part in (main.landscapes_panel, main.header, main.surface_page, main.layers_panel)
    ]
    start = places[0]
    turned = [(place - start) % len(order) for place in places]
    assert turned == sorted(turned)


@pytest.mark.parametrize(
    "show", ["show_preferences", "show_shortcuts", "show_log", "show_about", "show_palette"]
)
def test_dialogs_name_their_controls(full, show):
    dialog = getattr(full.around, show)()
    assert nameless(dialog) == []
    assert dialog.windowTitle() or dialog.accessibleName()
    dialog.close()


def test_job_dialogs_name_their_controls(full, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    for kind in ("surface", "curve"):
        dialog = full.main.commands.measure_run(run, kind)
        assert nameless(dialog) == []
        dialog.reject()


def test_the_crash_report_names_its_controls_and_is_copied(qtbot):
    from PySide6.QtGui import QGuiApplication

    dialog = CrashDialog("ValueError: x", "Traceback …", None, None)
    qtbot.addWidget(dialog)
    assert nameless(dialog) == []
    copy = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Copy report")
    copy.click()
    copied = QGuiApplication.clipboard().text()
    assert "ValueError: x" in copied
    assert "PySide6-Essentials" in copied


def test_a_second_crash_is_reported_after_the_first_was_closed(qapp, qtbot):
    from landscape_gui.ui.crash_report import CrashReporter

    reporter = CrashReporter(None)
    reporter.caught.emit("first", "trace")
    first = reporter._dialog
    reporter.caught.emit("while it is open", "trace")
    assert reporter._dialog is first
    first.reject()
    reporter.caught.emit("second", "trace")
    assert reporter._dialog is not first
    assert "second" in reporter._dialog.report.toPlainText()
    reporter._dialog.reject()


def test_versions_are_copied(full):
    from PySide6.QtGui import QGuiApplication

    dialog = full.around.show_about()
    copy = next(b for b in dialog.findChildren(QAbstractButton) if b.text() == "Copy versions")
    copy.click()
    assert "Landscape GUI" in QGuiApplication.clipboard().text()
    dialog.reject()


def test_long_names_are_cut_and_whole_in_tool_tips(window, tmp_path, open_file, qtbot):
    long = "roberta-large-fine-tuned-on-everything-" * 5
    path = open_file(window, tmp_path / f"{long}.landscape.h5")
    qtbot.wait(20)
    title = window.main.header.title
    assert "…" in title.shown_text()
    assert title.toolTip() == long
    top = window.main.landscapes_panel.tree.topLevelItem(0)
    assert long in top.toolTip(0)
    assert window.main.width() == 1300
    window.session.select(Selection(path, "history"))
    assert window.main.width() == 1300
