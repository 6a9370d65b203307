from __future__ import annotations

from PySide6.QtGui import QAction

from landscape_gui.ui.panels.view_tools import ViewTools


def test_a_button_does_what_its_action_does_and_names_its_key(qtbot):
    tools = ViewTools()
    qtbot.addWidget(tools)
    action = QAction("Reset", tools)
    action.setShortcut("Ctrl+0")
    button = tools.add_action("fit", "Reset view", action)
    with qtbot.waitSignal(action.triggered, timeout=1000):
        button.click()
    assert button.accessibleName() == "Reset view"
    assert "Ctrl+0" in button.toolTip()


def test_a_menu_offers_all_its_actions(qtbot):
    tools = ViewTools()
    qtbot.addWidget(tools)
    actions = [QAction(name, tools) for name in ("one", "two")]
    assert tools.add_menu("surface", "Viewpoint", actions).menu().actions() == actions
