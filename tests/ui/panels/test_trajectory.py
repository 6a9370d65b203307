"""What the trajectory's panel offers for a surface and for a curve."""

from __future__ import annotations

import pytest

from landscape_gui.geometry.trajectory import project
from landscape_gui.ui.session import Selection


@pytest.fixture
def shown(window, tmp_path, open_file):
    path = open_file(window, tmp_path / "a.landscape.h5")
    return window, path


def headings(panel):
    return [panel.table.horizontalHeaderItem(column).text() for column in range(3)]


def test_a_curve_lists_checkpoints_and_offers_nothing_that_it_does_not_draw(shown):
    window, path = shown
    panel, session = window.main.trajectory_panel, window.session
    session.select(Selection(path, "surface", "full-random0"))
    assert panel.show_box.isEnabled()
    assert panel.projection.isEnabled()
    assert headings(panel)[2] == "Off plane"
    curve = next(plot for plot in session.model.plots.values() if plot.kind == "curve")
    session.select(Selection(path, "curve", curve.name))
    assert not any(box.isEnabled() for box in (panel.show_box, panel.projection, panel.lift))
    assert "δ2" not in panel.caption.text()
    assert headings(panel)[2] == "Off line"
    off = project(curve.plane.gram, "plane", has_axis2=False).off_plane
    told = [panel.table.item(row, 2).text() for row in range(panel.table.rowCount())]
    assert told == [f"{100 * share:.0f} %" for share in off]
    session.select(Selection(path, "surface", "full-random0"))
    assert panel.show_box.isEnabled()
    assert headings(panel)[2] == "Off plane"
