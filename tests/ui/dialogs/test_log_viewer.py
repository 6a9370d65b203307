from __future__ import annotations

import logging
import threading

import pytest
from PySide6.QtGui import QGuiApplication

from landscape_gui.ui import log_book
from landscape_gui.ui.dialogs.log_viewer import LogViewer
from landscape_gui.ui.log_book import LogBook, LogLine

logger = logging.getLogger("landscape_gui.somewhere")


@pytest.fixture(autouse=True)
def _everything_is_logged():
    root = logging.getLogger("landscape_gui")
    before = root.level
    root.setLevel(logging.INFO)
    yield
    root.setLevel(before)


@pytest.fixture
def book(qapp):
    made = LogBook()
    yield made
    made.close()


@pytest.fixture
def viewer(book, qtbot, tmp_path):
    made = LogViewer(book, tmp_path / "window.log")
    qtbot.addWidget(made)
    return made


def texts(viewer: LogViewer) -> list[str]:
    return [line.text for line in viewer.shown()]


def test_lines_arrive_while_it_is_open_from_any_thread(viewer, qtbot):
    logger.info("from here")
    thread = threading.Thread(target=lambda: logger.warning("from a thread"))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(viewer.shown()) == 2)
    assert texts(viewer) == ["from here", "from a thread"]
    assert "somewhere: from a thread" in viewer.text.toPlainText()
    assert "WARNING" in viewer.text.toPlainText()


def test_an_empty_log_says_which_way_it_is_empty(viewer, qtbot):
    assert viewer.text.placeholderText() == "Nothing has been logged yet."
    assert viewer.count.text() == "0 messages"
    logger.info("one")
    qtbot.waitUntil(lambda: len(viewer.shown()) == 1)
    assert viewer.count.text() == "1 message"
    viewer.search.setText("two")
    assert viewer.text.toPlainText() == ""
    assert viewer.text.placeholderText() == "No message is like that."
    assert viewer.count.text() == "0 of 1 message"


def test_what_was_logged_before_it_opened_is_there(book, qtbot):
    logger.info("early")
    viewer = LogViewer(book, None)
    qtbot.addWidget(viewer)
    assert texts(viewer) == ["early"]


def test_level_and_search_choose_and_both_apply_to_new_lines(viewer, qtbot):
    for level in (logging.INFO, logging.WARNING, logging.ERROR):
        logger.log(level, "message %d", level)
    qtbot.waitUntil(lambda: len(viewer.shown()) == 3)
    viewer.level.setCurrentIndex(1)
    assert texts(viewer) == ["message 30", "message 40"]
    viewer.search.setText("MESSAGE 4")
    assert texts(viewer) == ["message 40"]
    assert viewer.count.text() == "1 of 3 messages"
    assert len(viewer.text.extraSelections()) == 1
    logger.error("message 41")
    logger.error("another")
    qtbot.waitUntil(lambda: "message 41" in viewer.text.toPlainText())
    assert texts(viewer) == ["message 40", "message 41"]
    assert "another" not in viewer.text.toPlainText()


def test_what_is_shown_is_copied_and_saved(viewer, qtbot, tmp_path):
    logger.warning("keep this")
    qtbot.waitUntil(lambda: len(viewer.shown()) == 1)
    viewer.copy_button.click()
    assert "keep this" in QGuiApplication.clipboard().text()
    viewer.save(tmp_path / "out.log")
    assert "keep this" in (tmp_path / "out.log").read_text()


def test_memory_is_bounded(book, monkeypatch):
    monkeypatch.setattr(log_book, "MOST_LINES", 100)
    monkeypatch.setattr(log_book, "MOST_CHARACTERS", 1000)
    for number in range(500):
        book.add(LogLine(0.0, logging.INFO, "x", str(number)))
    lines, count = book.since(0)
    assert count == 500
    assert [lines[0].text, lines[-1].text] == ["400", "499"]
    book.add(LogLine(0.0, logging.INFO, "x", "y" * 900))
    assert sum(len(line.text) for line in book.since(0)[0]) <= 1000


def test_an_endless_message_is_cut(book):
    logger.info("z" * 100_000)
    assert len(book.since(0)[0][0].text) < 30_000


def test_many_lines_tell_of_themselves_once_until_they_are_read(book):
    told: list[int] = []
    book.grown.connect(lambda: told.append(1))
    for _ in range(1000):
        logger.info("again")
    assert len(told) == 1
    book.since(0)
    logger.info("more")
    assert len(told) == 2


def test_the_engine_and_the_message_bar_are_in_the_log(window, qtbot, tmp_path):
    from landscape_gui.engine.events import Notice, Stage

    viewer = window.around.show_log()
    window.jobs.events.emit([Stage("Loading"), Notice("bfloat16 agrees with float32")])
    window.session.problem.emit("no such file", "Choose another.")
    qtbot.waitUntil(lambda: len(viewer.shown()) >= 3)
    log = viewer.text.toPlainText()
    assert "engine: bfloat16 agrees with float32" in log
    assert "window: no such file Choose another." in log
