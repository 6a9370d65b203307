from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.ui.views.display_grid import display_grid

from .conftest import make_scene


@pytest.mark.parametrize("beyond", [True, False])
def test_it_goes_through_every_point(beyond):
    scene = make_scene(11)
    grid = display_grid(scene, beyond=beyond)
    assert grid is not None
    assert len(grid.alpha) > 2 * len(scene.alpha)
    columns = np.array([np.abs(grid.alpha - a).argmin() for a in scene.alpha])
    rows = np.array([np.abs(grid.beta - b).argmin() for b in scene.beta])
    np.testing.assert_allclose(grid.alpha[columns], scene.alpha, atol=1e-12)
    np.testing.assert_allclose(grid.height[np.ix_(rows, columns)], scene.height, atol=1e-12)
    assert (grid.columns[columns] == np.arange(11)).all()
    assert (grid.rows[rows] == np.arange(11)).all()
    for broken in (grid.columns, grid.rows):
        assert (np.diff(broken) >= 0).all()
        assert broken[0] == 0
        assert broken[-1] == 10


def test_it_ends_half_a_cell_beyond_the_outermost_points_or_at_them():
    beyond = display_grid(make_scene(11), beyond=True)
    within = display_grid(make_scene(11), beyond=False)
    assert beyond is not None
    assert within is not None
    assert (beyond.alpha[0], beyond.beta[-1]) == pytest.approx((-4.4, 4.4))
    assert (within.alpha[0], within.beta[-1]) == pytest.approx((-4.0, 4.0))


def test_nothing_is_drawn_beyond_what_was_seen():
    scene = make_scene(11)
    height = np.where(scene.alpha > 0.5, 5.0, 1.0) + 0 * scene.height
    grid = display_grid(replace(scene, height=height), beyond=True)
    assert grid is not None
    assert (grid.height.min(), grid.height.max()) == (1.0, 5.0)


def test_fine_lattices_holes_and_uneven_axes_are_drawn_as_they_are():
    assert display_grid(make_scene(301), beyond=True) is None
    scene = make_scene(11)
    height = scene.height.copy()
    height[3, 3] = np.nan
    assert display_grid(replace(scene, height=height), beyond=True) is None
    uneven = scene.alpha.copy()
    uneven[3] += 0.2
    assert display_grid(replace(scene, alpha=uneven), beyond=True) is None
