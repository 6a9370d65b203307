from __future__ import annotations

from landscape_gui.ui.panels.toggle import Toggle


def test_one_sees_where_the_keyboard_is(qtbot):
    toggle = Toggle()
    qtbot.addWidget(toggle)
    toggle.show()
    toggle.hasFocus = lambda: False  # type: ignore[method-assign]
    without = toggle.grab().toImage()
    toggle.hasFocus = lambda: True  # type: ignore[method-assign]
    assert toggle.grab().toImage() != without
