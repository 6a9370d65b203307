"""Groups of the user's own: dragged over the strip, named, kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from landscape_gui.specs import LayerGroup, RollbackSpec
from landscape_gui.ui.panels.group_maker import GroupMaker
from landscape_gui.ui.settings import Settings

PARTS = ("embeddings", "0", "1", "2", "3", "pooler")


@pytest.fixture
def maker(qtbot):
    maker = GroupMaker()
    qtbot.addWidget(maker)
    maker.resize(300, 140)
    maker.show_parts(PARTS, {"0": 0.5, "1": 0.1}, ("low", "high"))
    maker.show()
    qtbot.waitExposed(maker)
    return maker


def drag(strip, first: int, last: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    left = Qt.MouseButton.LeftButton
    places = [strip.cell(index).center().toPoint() for index in (first, last)]
    QTest.mousePress(strip, left, modifier, places[0])
    QTest.mouseMove(strip, places[1])
    # QTest's moves carry no buttons on every platform.
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    strip.mouseMoveEvent(
        QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(places[1]),
            strip.mapToGlobal(QPointF(places[1])),
            left,
            left,
            modifier,
        )
    )
    QTest.mouseRelease(strip, left, modifier, places[1])


def test_dragging_chooses_neighbours_and_ctrl_adds(maker):
    drag(maker.strip, 3, 1)
    assert maker.strip.chosen == {"0", "1", "2"}
    assert maker.name.text() == "0-2"
    drag(maker.strip, 5, 5, Qt.KeyboardModifier.ControlModifier)
    assert maker.strip.chosen == {"0", "1", "2", "pooler"}
    drag(maker.strip, 0, 0)
    assert maker.strip.chosen == {"embeddings"}
    assert maker.name.text() == "embeddings"


def test_keys_choose_as_the_mouse_does(maker):
    maker.strip.setFocus()
    QTest.keyClick(maker.strip, Qt.Key.Key_Right)
    for _ in range(2):
        QTest.keyClick(maker.strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert maker.strip.chosen == {"0", "1", "2"}
    QTest.keyClick(maker.strip, Qt.Key.Key_Escape)
    assert maker.strip.chosen == set()
    QTest.keyClick(maker.strip, Qt.Key.Key_Space)
    assert maker.strip.chosen == {"2"}


def test_a_name_is_checked_while_it_is_typed(maker):
    made = []
    maker.made.connect(made.append)
    drag(maker.strip, 1, 1)
    for name, fault in (("low", "already"), ("", "Name"), ("a b", "letters"), ("-x", "begins")):
        maker.name.setText(name)
        assert fault in maker.problem.text(), name
        assert not maker.add.isEnabled()
    maker.name.setText("first")
    assert maker.problem.isHidden()
    drag(maker.strip, 1, 2)
    assert maker.name.text() == "first", "what was typed stays"
    QTest.keyClick(maker.name, Qt.Key.Key_Return)
    assert made == [LayerGroup(name="first", layers=(0, 1))]
    assert maker.strip.chosen == set()
    assert maker.add.isHidden() or not maker.add.isVisible()


def test_own_groups_are_rolled_back_measured_and_remembered(make_window, tmp_path, open_file):
    window = make_window("rollback")
    path = open_file(window, tmp_path / "a.landscape.h5")
    panel = window.main.layers_panel
    drag(panel.maker.strip, 1, 2)
    panel.maker.name.setText("mine")
    panel.maker.add.click()
    mine = LayerGroup(name="mine", layers=(0, 1))
    assert panel.rows["mine"].remove is not None
    assert Settings().own_groups(path) == (mine,)
    panel.toggles["mine"].click()
    spec = window.jobs.current.spec
    assert isinstance(spec, RollbackSpec)
    assert spec.combinations == (("mine",),)
    assert mine in spec.groups
    panel.computes["mine"].click()
    assert window.jobs.jobs[-1].spec.group == mine

    other = make_window("rollback")
    open_file(other, tmp_path / "a.landscape.h5")
    rows = other.main.layers_panel.rows
    assert "mine" in rows
    rows["mine"].remove.click()
    assert "mine" not in other.main.layers_panel.rows
    assert Settings().own_groups(path) == ()
