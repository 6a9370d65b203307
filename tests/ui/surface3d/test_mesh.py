import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.mesh import DrawnLattice, kept, refined, sureness

counts = st.integers(2, 60)


def lattice(m, n):
    return DrawnLattice(np.linspace(-1, 1, n), np.linspace(-1, 1, m))


def layers(drawn, height, sure=None, base=0.0, rows=None):
    sure = np.ones(height.shape) if sure is None else sure
    return drawn.layers(height, sure, base, rows or (0, len(height)))


@given(st.integers(2, 1001), st.integers(2, 300))
def test_both_ends_are_kept_and_never_too_much(count, most):
    indices = kept(count, most)
    assert indices[0] == 0
    assert indices[-1] == count - 1
    assert (np.diff(indices) > 0).all()
    assert len(indices) <= max(most, 2)


def test_measured_values_are_drawn_exactly_and_cells_bilinearly():
    drawn = lattice(11, 6)
    values = np.random.default_rng(0).normal(size=(11, 6))
    first, out = layers(drawn, values)
    assert first == 0
    assert out.shape[:2] == drawn.shape
    heights = out[..., 0]
    assert heights[:: drawn.steps_y, :: drawn.steps_x] == pytest.approx(values, abs=1e-6)
    middle = heights[drawn.steps_y // 2, drawn.steps_x // 2]
    assert middle == pytest.approx(values[:2, :2].mean(), abs=1e-6)


def test_slopes_are_those_of_the_surface():
    drawn = lattice(31, 41)
    x, y = np.meshgrid(drawn.x, drawn.y)
    _, field = layers(drawn, 3 * x - 2 * y + 7, base=7.0)
    assert field[..., 1] == pytest.approx(3.0, abs=1e-4)
    assert field[..., 2] == pytest.approx(-2.0, abs=1e-4)


@given(st.integers(3, 40), st.integers(2, 12), st.data())
def test_what_depends_on_some_rows_equals_that_part_of_the_whole(m, n, data):
    drawn = lattice(m, n)
    rng = np.random.default_rng(m * 100 + n)
    before, sure = rng.normal(size=(m, n)), rng.uniform(size=(m, n))
    first = data.draw(st.integers(0, m - 1))
    last = data.draw(st.integers(first, m - 1))
    after = before.copy()
    after[first : last + 1] += rng.normal(size=(last + 1 - first, n))
    _, whole = layers(drawn, before, sure)
    start, part = layers(drawn, after, sure, rows=(first, last + 1))
    whole = whole.copy()
    whole[start : start + len(part)] = part
    assert whole == pytest.approx(layers(drawn, after, sure)[1], abs=1e-5)


def test_small_differences_on_a_large_offset_survive_float32():
    drawn = lattice(3, 3)
    height = 1000 + np.arange(9.0).reshape(3, 3) * 1e-6
    _, field = layers(drawn, height, base=1000.0)
    assert np.ptp(field[..., 0]) == pytest.approx(8e-6, rel=1e-3)


def test_trust_counts_where_cells_are_not_measured_at_all_corners():
    measured = np.zeros((5, 5), bool)
    measured[:2, :2] = True
    measured[4, 4] = True
    bare = sureness(measured, None)
    trust = np.full((5, 5), 0.25)
    trust[4, 4] = 1.0
    sure = sureness(measured, trust)
    assert bare[0, 0] == sure[0, 0] == 1.0
    assert bare[-1, -1] == 0.0, "a lone point alone says little of the surface around it"
    assert sure[-1, -1] == 1.0
    assert sure[2, 3] == 0.25
    assert (sureness(np.ones((5, 5), bool), trust) == 1).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_height_but_a_number_passes_and_infinity_is_cut(bad):
    height = np.zeros((4, 4))
    height[2, 1] = bad
    if np.isnan(bad):
        with pytest.raises(AssertionError, match="GPU"):
            layers(lattice(4, 4), height)
    else:
        assert np.isfinite(layers(lattice(4, 4), height)[1]).all()


def test_the_largest_float_is_not_infinite_on_the_gpu():
    height = np.zeros((5, 300))
    height[2, 100] = np.finfo(float).max
    assert np.isfinite(layers(lattice(5, 300), height)[1]).all()


@given(counts, counts, st.integers(5, 200))
def test_faces_cover_the_base_once_and_face_up(m, n, most):
    drawn = lattice(m, n)
    positions = drawn.positions().reshape(-1, 2).astype(float)
    faces = drawn.faces(most)
    a, b, c = (positions[faces[:, k]] for k in range(3))
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    areas = (ux * vy - uy * vx) / 2
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(4.0, rel=1e-4)


def test_faces_beyond_are_those_around_what_reaches_beyond():
    drawn = lattice(101, 101)
    beyond = np.zeros(drawn.shape, bool)
    assert len(drawn.faces_beyond(beyond, 1001)) == 0
    beyond[50, 50] = True
    faces = drawn.faces_beyond(beyond, 1001)
    assert len(faces) == 8
    assert (faces == 50 * 101 + 50).any(axis=1).sum() == 6
    assert len(drawn.faces_beyond(np.ones(drawn.shape, bool), 11)) == 200


def test_nodes_are_the_vertices_of_lattice_points():
    drawn = lattice(5, 6)
    selected = np.zeros((5, 6), bool)
    selected[4, 5] = selected[0, 1] = True
    nodes = drawn.nodes(selected)
    positions = drawn.positions().reshape(-1, 2)
    assert positions[nodes] == pytest.approx(np.array([[-0.6, -1], [1, 1]]), abs=1e-6)


@given(st.integers(2, 20), st.integers(1, 9))
def test_refined_values_keep_the_old_ones_and_are_straight_between(count, steps):
    values = np.random.default_rng(count).normal(size=(count, 3))
    fine = refined(values, steps, 0)
    assert fine[::steps] == pytest.approx(values)
    positions = np.arange(len(fine)) / steps
    assert fine[:, 1] == pytest.approx(np.interp(positions, np.arange(count), values[:, 1]))
