from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.views.plot_range import PlotRange

HOME = PlotRange(-4, 4, -2, 2)
factors = st.floats(0.05, 20)


@given(factors, st.floats(-4, 4), st.floats(-2, 2))
def test_zooming_keeps_the_point_under_the_pointer(factor, x, y):
    zoomed = HOME.zoomed(factor, x, y)
    before = (x - HOME.left) / HOME.width, (y - HOME.bottom) / HOME.height
    after = (x - zoomed.left) / zoomed.width, (y - zoomed.bottom) / zoomed.height
    assert after == pytest.approx(before)


@given(st.floats(0.2, 5))
def test_with_aspect_contains_the_old_range(aspect):
    grown = HOME.with_aspect(aspect)
    assert grown.width / grown.height == pytest.approx(aspect)
    assert grown.left <= HOME.left + 1e-9
    assert grown.top >= HOME.top - 1e-9


@given(st.floats(1e-5, 1e5), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_no_way_leads_out_of_sight_of_the_data(factor, dx, dy):
    kept = HOME.zoomed(factor, 0, 0).moved(dx, dy).kept_near(HOME)
    middle = (kept.left + kept.right) / 2, (kept.bottom + kept.top) / 2
    assert HOME.left - 1e-6 <= middle[0] <= HOME.right + 1e-6
    assert HOME.bottom - 1e-6 <= middle[1] <= HOME.top + 1e-6
    assert 1e-3 * HOME.width * 0.99 <= kept.width <= 2 * HOME.width * 1.01
    assert kept.width / kept.height == pytest.approx(2, rel=1e-3)
