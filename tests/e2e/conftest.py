"""Windows whose engine is the real one, on tiny runs."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from support.real_window import WAIT, Watch, end, make_window


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
