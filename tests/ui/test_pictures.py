from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from landscape_gui.ui.action_tree import plain
from landscape_gui.ui.session import Selection


@pytest.fixture
def shown(window, tmp_path, open_file, qtbot):
    open_file(window, tmp_path / "a.landscape.h5")
    qtbot.wait(50)
    QGuiApplication.clipboard().clear()
    return window


def action(window, text: str):
    return next(a for a in window.main.menus.actions if plain(a.text()) == text)


def copied() -> QImage:
    return QGuiApplication.clipboard().image()


@pytest.mark.parametrize("what", ["surface", "contours", "window"])
def test_pictures_are_copied_as_they_are_shown(shown, what):
    action(shown, f"Copy picture of the {what}").trigger()
    image = copied()
    assert not image.isNull()
    colors = {image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, 200, 9)}
    assert len(colors) > 3
    if what == "window":
        assert image.size() == shown.main.size() * shown.main.devicePixelRatioF()


def test_curves_are_copied_from_their_page(shown, qtbot):
    shown.session.select(Selection(shown.session.model.path, "curve", "full"))
    qtbot.wait(20)
    action(shown, "Copy picture of the curves").trigger()
    assert not copied().isNull()


def test_what_is_not_there_is_said_and_nothing_is_copied(shown):
    action(shown, "Copy picture of the curves").trigger()
    assert copied().isNull()
    assert "no curves" in shown.main.messages.message.text()


def test_pictures_are_saved_under_a_name_that_tells(shown, tmp_path, monkeypatch):
    asked: list[str] = []

    def choose(parent, title, suggestion, *rest):
        asked.append(suggestion)
        return str(tmp_path / "out"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)
    action(shown, "Save picture of the contours").trigger()
    assert asked[0].endswith("a-contours-train_loss.png")
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_that_cannot_be_saved_leaves_a_message(shown, tmp_path, monkeypatch):
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.png"), "")
    )
    action(shown, "Save picture of the surface").trigger()
    assert "could not be saved" in shown.main.messages.message.text()
