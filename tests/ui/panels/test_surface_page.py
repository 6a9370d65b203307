from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from landscape_gui.ui.panels.surface_page import SurfacePage, stacked_is_larger
from landscape_gui.ui.session import Session
from landscape_gui.ui.theme import LIGHT


@pytest.mark.parametrize("size", [(890, 760), (1176, 860), (1256, 900), (2400, 1200)])
def test_views_are_side_by_side_in_windows_of_usual_shape(size):
    assert not stacked_is_larger(*size)


@pytest.mark.parametrize("size", [(500, 1000), (510, 500), (700, 1400)])
def test_views_are_stacked_where_they_would_be_narrow(size):
    assert stacked_is_larger(*size)


def test_page_changes_its_layout_with_its_shape(qtbot):
    page = SurfacePage(Session(), LIGHT)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    assert page.splitter.orientation() == Qt.Orientation.Horizontal
    page.resize(500, 1100)
    qtbot.waitUntil(lambda: page.splitter.orientation() == Qt.Orientation.Vertical)
