import subprocess

import pytest

from landscape_gui.ui.surface3d import probe


@pytest.fixture(autouse=True)
def _no_answer_yet(monkeypatch):
    monkeypatch.setattr(probe, "_answer", None)


def test_the_offscreen_platform_has_no_opengl_and_no_process_is_started(monkeypatch):
    monkeypatch.setattr(probe, "_platform", lambda: "offscreen")
    monkeypatch.setattr(subprocess, "run", None)
    available, reason = probe.opengl_available()
    assert not available
    assert "offscreen" in reason


def test_the_answer_is_kept(monkeypatch):
    asked = []
    monkeypatch.setattr(probe, "_find_out", lambda timeout: asked.append(timeout) or (True, "yes"))
    assert probe.opengl_available(3) == (True, "yes")
    assert probe.opengl_available(5) == (True, "yes")
    assert asked == [3]


def test_a_driver_that_hangs_counts_as_none(monkeypatch):
    monkeypatch.setattr(probe, "_platform", lambda: "xcb")

    def hang(*_, timeout, **__):
        raise subprocess.TimeoutExpired("probe", timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    available, reason = probe.opengl_available(0.5)
    assert not available
    assert "0.5 s" in reason


def test_a_driver_that_crashes_counts_as_none(monkeypatch):
    monkeypatch.setattr(probe, "_platform", lambda: "xcb")
    crashed = subprocess.CompletedProcess("probe", -11)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: crashed)
    available, reason = probe.opengl_available()
    assert not available
    assert "crashed" in reason


def test_the_trial_itself_tells_why_it_failed(monkeypatch):
    """A real child process, on a platform that surely has no OpenGL."""
    monkeypatch.setattr(probe, "_platform", lambda: "xcb")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    available, reason = probe.opengl_available(60)
    assert not available
    assert reason
    assert "Traceback" not in reason


def test_what_is_known_without_asking(monkeypatch):
    monkeypatch.setattr(probe, "_platform", lambda: "offscreen")
    assert probe.known_answer()[0] is False
    monkeypatch.setattr(probe, "_platform", lambda: "xcb")
    assert probe.known_answer() is None
    monkeypatch.setattr(probe, "_answer", (True, "yes"))
    assert probe.known_answer() == (True, "yes")


def test_an_inquiry_tells_once_and_does_not_wait(qtbot, monkeypatch):
    monkeypatch.setattr(probe, "_find_out", lambda timeout: (False, "no driver"))
    inquiry, told = probe.Inquiry(), []
    inquiry.answered.connect(told.append)
    inquiry.begin()
    assert told == []
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(80)
    assert told == [(False, "no driver")]
