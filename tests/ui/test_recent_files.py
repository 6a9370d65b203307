from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from landscape_gui.ui.recent_files import FileFacts, age_words, size_words
from landscape_gui.ui.settings import RECENT_COUNT, RecentFile, Settings


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (30, "just now"),
        (61, "1 minute ago"),
        (7300, "2 hours ago"),
        (90_000, "1 day ago"),
        (20 * 86_400, "20 days ago"),
        (100 * 86_400, "3 months ago"),
        (1000 * 86_400, "2 years ago"),
    ],
)
def test_ages_are_told_as_one_remembers_them(seconds, words):
    assert age_words(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (48_200, "48 kB"), (3.2e6, "3.2 MB"),
     (999_700, "1.0 MB"), (5.1e9, "5.1 GB")],
)  # fmt: skip
def test_sizes_are_short(size, words):
    assert size_words(int(size)) == words


def test_details_say_task_size_and_age():
    facts = FileFacts(RecentFile(Path("x.landscape.h5"), "bert", "mrpc"), 48_200, 1000.0)
    assert facts.title == "bert"
    assert facts.details(now=1000.0 + 7300) == "mrpc  ·  48 kB  ·  2 hours ago"
    gone = FileFacts(RecentFile(Path("x.landscape.h5")), missing=True)
    assert gone.title == "x"
    assert gone.details() == "not there any more"


def test_opened_files_are_remembered_with_run_and_task(window, qtbot, tmp_path, open_file):
    path = tmp_path / "sst2.landscape.h5"
    path.write_bytes(b"x" * 2048)
    open_file(window, path)
    recent = window.main.recent
    qtbot.waitUntil(lambda: bool(recent.facts) and recent.facts[0].size == 2048)
    assert recent.facts[0].file == RecentFile(path.resolve(), "sst2", "sst2")
    assert Settings().recent == [recent.facts[0].file]
    assert window.main.menus.recent.actions()[0].text() == "sst2.landscape.h5"


def test_files_that_are_gone_are_grey_and_can_be_taken_off(make_window, qtbot, tmp_path):
    here, gone = tmp_path / "here.landscape.h5", tmp_path / "gone.landscape.h5"
    here.touch()
    for path in (here, gone):
        Settings().add_recent(RecentFile(path, path.stem))
    window = make_window()
    welcome = window.main.welcome
    qtbot.waitUntil(lambda: any(facts.missing for facts in window.main.recent.facts))
    enabled = [row.open_button.isEnabled() for row in welcome.rows]
    assert enabled == [False, True]
    assert "not there any more" in welcome.rows[0].open_button.details.text()
    assert not window.main.menus.recent.actions()[0].isEnabled()
    welcome.rows[0].remove_button.click()
    assert [row.open_button.isEnabled() for row in welcome.rows] == [True]
    assert [file.path for file in Settings().recent] == [here]


def test_the_list_is_cleared_and_stays_short(window, tmp_path):
    for number in range(RECENT_COUNT + 5):
        Settings().add_recent(RecentFile(tmp_path / f"{number}.h5"))
    assert len(Settings().recent) == RECENT_COUNT
    assert Settings().recent[0].path.name == f"{RECENT_COUNT + 4}.h5"
    window.main.recent.refresh()
    window.main.menus.clear_recent.emit()
    assert Settings().recent == []
    assert not window.main.menus.recent.isEnabled()


def test_lists_of_older_versions_and_damaged_ones_are_read(qapp):
    QSettings().setValue("recent", ["/data/old.landscape.h5", "[1, 2", "[]", '["/n.h5","r","t"]'])
    assert Settings().recent == [
        RecentFile(Path("/data/old.landscape.h5")),
        RecentFile(Path("/n.h5"), "r", "t"),
    ]
