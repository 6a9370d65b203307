"""A report that another process makes: what it says over the pipe."""

import signal
from multiprocessing import Pipe

import pytest

from landscape_gui.figures.report import separate
from landscape_gui.figures.report.document import Report
from landscape_gui.figures.report.separate import Progressed, Unmade


@pytest.fixture
def said():
    """Run the other side in this process, and return all that it sent."""
    ours, theirs = Pipe(duplex=False)
    before = signal.getsignal(signal.SIGINT)

    def run(files):
        messages = []
        sender = Recorder(messages)
        separate.main(sender, files)
        return messages

    yield run
    signal.signal(signal.SIGINT, before)
    ours.close()
    theirs.close()


class Recorder:
    def __init__(self, messages):
        self.messages = messages

    def send(self, message):
        self.messages.append(message)


class Gone:
    def send(self, message):
        raise BrokenPipeError


def test_progress_in_words_and_then_the_report(said, landscape):
    file = landscape("separate", points=9).path
    *progress, report = said([file])
    assert isinstance(report, Report)
    assert all(isinstance(message, Progressed) for message in progress)
    shares = [message.share for message in progress]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] < 1
    words = [message.words for message in progress]
    assert any("separate.landscape.h5" in text for text in words)
    assert "Drawing: Training loss over the plane" in words
    assert len(report.document.pictures) >= 4
    for picture in report.document.pictures:
        assert picture.png.startswith(b"\x89PNG")
        assert picture.svg.startswith(b"<?xml")
    assert '"creator": "landscape-gui' in report.numbers


def test_what_is_in_its_way_is_said_in_words(said, tmp_path):
    *_, missing = said([tmp_path / "none.landscape.h5"])
    assert isinstance(missing, Unmade)
    assert "does not exist" in missing.message
    (tmp_path / "text.landscape.h5").write_text("not HDF5")
    *_, broken = said([tmp_path / "text.landscape.h5"])
    assert isinstance(broken, Unmade)
    assert "text.landscape.h5" in broken.message
    assert "Traceback" not in broken.message


def test_a_mistake_of_ours_goes_to_the_log(said, tmp_path, monkeypatch):
    from landscape_gui.figures.report import writing

    def fail(*_arguments, **_more):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(writing, "make_report", fail)
    *_, answer = said([tmp_path / "x.landscape.h5"])
    assert "division by zero" in answer.message
    assert "ZeroDivisionError" in answer.detail


def test_a_window_that_is_gone_ends_it_quietly(said, landscape):
    separate.main(Gone(), [landscape("gone", points=5).path])
