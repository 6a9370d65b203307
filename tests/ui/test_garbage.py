"""Where cyclic garbage is collected."""

import gc
import threading
from typing import ClassVar

import pytest

from landscape_gui.ui.garbage import GarbageCollection, collect_if_due


class Node:
    """Part of a cycle that says in which thread it went."""

    gone: ClassVar[list[str]] = []

    def __init__(self):
        self.me = self

    def __del__(self):
        self.gone.append(threading.current_thread().name)


@pytest.fixture
def collection(qapp):
    Node.gone = []
    made = GarbageCollection()
    yield made
    made.end()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_only_the_windows_thread_collects(qtbot, collection):
    def litter():
        for _ in range(5000):
            Node()

    worker = threading.Thread(target=litter, name="worker")
    worker.start()
    worker.join()
    assert Node.gone == []
    qtbot.waitUntil(lambda: len(Node.gone) == 5000, timeout=20_000)
    assert set(Node.gone) == {threading.main_thread().name}


def test_nothing_is_collected_without_need(collection):
    gc.collect()
    assert collect_if_due() is None


def test_an_old_generation_is_collected_when_it_has_grown(collection):
    before = gc.get_threshold()
    gc.collect()
    try:
        gc.set_threshold(10, 1, 1)
        kept = [[] for _ in range(100)]
        assert [collect_if_due(), collect_if_due()] == [0, None]
        kept += [[] for _ in range(100)]
        assert collect_if_due() == 0
        kept += [[] for _ in range(100)]
        assert collect_if_due() == 1
    finally:
        gc.set_threshold(*before)
