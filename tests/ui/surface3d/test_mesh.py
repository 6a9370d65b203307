import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.mesh import MOST_POINTS, DrawnLattice, drawn_positions

counts = st.integers(2, 1001)


def lattice(m, n):
    return DrawnLattice(np.linspace(-1, 1, n), np.linspace(-1, 1, m))


@given(counts)
def test_both_ends_are_drawn_and_never_too_much(count):
    positions = drawn_positions(count)
    assert positions[0] == 0
    assert positions[-1] == count - 1
    assert (np.diff(positions) > 0).all()
    assert len(positions) <= MOST_POINTS
    if count > MOST_POINTS:
        assert (positions == positions.round()).all()
    else:
        assert set(range(count)) <= set(positions.round(9))


def test_measured_values_are_drawn_exactly_and_cells_bilinearly():
    drawn = lattice(11, 6)
    values = np.random.default_rng(0).normal(size=(11, 6))
    out = drawn.sample(values)
    assert out.shape == drawn.shape
    step_j, step_i = (drawn.shape[0] - 1) // 10, (drawn.shape[1] - 1) // 5
    assert out[::step_j, ::step_i] == pytest.approx(values)
    middle = out[step_j // 2, step_i // 2]
    assert middle == pytest.approx(values[:2, :2].mean())


def test_slopes_are_those_of_the_surface():
    drawn = lattice(31, 41)
    x, y = np.meshgrid(drawn.x, drawn.y)
    field = drawn.field(3 * x - 2 * y + 7, np.ones((31, 41), bool), base=7.0)
    assert field[..., 1] == pytest.approx(3.0, abs=1e-4)
    assert field[..., 2] == pytest.approx(-2.0, abs=1e-4)


def test_small_differences_on_a_large_offset_survive_float32():
    drawn = lattice(3, 3)
    height = 1000 + np.arange(9.0).reshape(3, 3) * 1e-6
    field = drawn.field(height, np.ones((3, 3), bool), base=1000.0)
    assert np.ptp(field[..., 0]) == pytest.approx(8e-6, rel=1e-3)


def test_trust_is_drawn_where_cells_are_not_measured_at_all_corners():
    drawn = lattice(5, 5)
    height, measured = np.zeros((5, 5)), np.zeros((5, 5), bool)
    measured[:2, :2] = True
    measured[4, 4] = True
    bare = drawn.field(height, measured, 0.0)[..., 3]
    trust = np.full((5, 5), 0.25)
    trust[4, 4] = 1.0
    sure = drawn.field(height, measured, 0.0, trust)[..., 3]
    assert bare[0, 0] == sure[0, 0] == 1.0
    assert bare[-1, -1] == 0.0, "a lone point alone says little of the surface around it"
    assert sure[-1, -1] == 1.0
    middle = sure[sure.shape[0] // 2, sure.shape[1] // 2]
    assert middle == 0.25


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_height_but_a_finite_one_passes(bad):
    height = np.zeros((4, 4))
    height[2, 1] = bad
    with pytest.raises(AssertionError, match="GPU"):
        lattice(4, 4).field(height, np.ones((4, 4), bool), 0.0)


def test_the_largest_float_is_not_infinite_on_the_gpu():
    height = np.zeros((5, 300))
    height[2, 100] = np.finfo(float).max
    assert np.isfinite(lattice(5, 300).field(height, np.ones((5, 300), bool), 0.0)).all()


@given(st.integers(2, 30), st.integers(2, 30))
def test_faces_cover_the_base_once_and_face_up(m, n):
    drawn = lattice(m, n)
    positions = drawn.positions().reshape(-1, 2).astype(float)
    a, b, c = (positions[drawn.faces[:, k]] for k in range(3))
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    areas = (ux * vy - uy * vx) / 2
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(4.0, rel=1e-4)


def test_lone_points_come_first_and_only_whole_cells_count_as_measured():
    drawn = lattice(5, 5)
    measured = np.zeros((5, 5), bool)
    measured[:2, :2] = True
    measured[4, 4] = True
    vertices, lone = drawn.nodes(measured)
    assert (len(vertices), lone) == (5, 1)
    assert vertices[0] == drawn.shape[0] * drawn.shape[1] - 1
    share = drawn.field(np.zeros((5, 5)), measured, 0.0)[..., 3]
    assert share[0, 0] == 1
    assert share[-1, -1] == 0


def test_no_dots_where_not_every_point_is_drawn():
    vertices, lone = lattice(300, 4).nodes(np.ones((300, 4), bool))
    assert (len(vertices), lone) == (0, 0)
