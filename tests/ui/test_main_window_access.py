"""Names, tab order and widths: what makes the window usable for everyone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget


def test_a_long_message_does_not_make_the_window_wider(window):
    before = window.main.minimumSizeHint().width()
    window.main.messages.show_message("no such file: /" + "x" * 400, "y" * 400)
    assert window.main.minimumSizeHint().width() <= before


def test_every_control_has_a_name_for_screen_readers(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    nameless = [
        widget
        for widget in window.main.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_tab_goes_through_the_layers_before_the_trajectory(window, tmp_path, open_file):
    open_file(window, tmp_path / "a.landscape.h5")
    order, widget = [], window.main.landscapes_panel.open_button
    for _ in range(2000):
        order.append(widget)
        widget = widget.nextInFocusChain()
        if widget is window.main.landscapes_panel.open_button:
            break
    layers, trajectory = window.main.layers_panel, window.main.trajectory_panel
    rows = [order.index(layers.toggles[name]) for name in layers.toggles]
    assert rows == sorted(rows)
    assert max(rows) < order.index(trajectory.projection)
