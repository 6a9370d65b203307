import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.geometry.plane import cosine, pca_axis_weights
from landscape_gui.geometry.trajectory import project


def path(seed, count=5, size=40):
    random = np.random.default_rng(seed)
    deltas = np.cumsum(random.normal(size=(count, size)) + 0.5, axis=0)
    axis2 = random.normal(size=size)
    axis2 *= np.linalg.norm(deltas[-1]) / np.linalg.norm(axis2)
    rows = np.vstack([deltas, axis2])
    return deltas, axis2, rows @ rows.T


@given(st.integers(0, 10**6))
def test_plane_is_the_least_squares_solution(seed):
    deltas, axis2, gram = path(seed)
    axes = np.column_stack([deltas[-1], axis2])
    projection = project(gram, "plane", has_axis2=True)
    for k, delta in enumerate(deltas):
        expected, *_ = np.linalg.lstsq(axes, delta, rcond=None)
        np.testing.assert_allclose(
            [projection.alpha[k + 1], projection.beta[k + 1]], expected, atol=1e-9
        )
        off = np.linalg.norm(delta - axes @ expected) / np.linalg.norm(delta)
        assert projection.off_plane[k + 1] == pytest.approx(off, abs=1e-6)
    assert projection.alpha[0] == projection.beta[0] == projection.off_plane[0] == 0


@given(st.integers(0, 10**6))
def test_deviation_follows_equations_3_to_5(seed):
    deltas, _, gram = path(seed)
    projection = project(gram, "deviation", has_axis2=True)
    end = deltas[-1]
    for k, delta in enumerate(deltas[:-1]):
        along = delta @ end / (end @ end)
        deviation = np.linalg.norm(delta - along * end) / np.linalg.norm(end)
        assert projection.alpha[k + 1] == pytest.approx(along)
        assert projection.beta[k + 1] == pytest.approx(deviation, abs=1e-7)
    assert (projection.beta >= 0).all()
    assert (projection.alpha[-1], projection.beta[-1]) == (1.0, 0.0)


@given(st.integers(0, 10**6))
def test_pca_equals_the_singular_value_decomposition(seed):
    deltas, _, gram = path(seed)
    points = np.vstack([np.zeros(deltas.shape[1]), deltas])
    centered = points - points.mean(axis=0)
    u, s, _ = np.linalg.svd(centered, full_matrices=False)
    projection = project(gram, "pca", has_axis2=True)
    unit = np.linalg.norm(deltas[-1])
    np.testing.assert_allclose(np.abs(projection.alpha), np.abs(u[:, 0] * s[0]) / unit, atol=1e-7)
    np.testing.assert_allclose(np.abs(projection.beta), np.abs(u[:, 1] * s[1]) / unit, atol=1e-6)
    np.testing.assert_allclose(projection.explained, s[:2] ** 2 / (s**2).sum(), atol=1e-9)
    assert projection.alpha[-1] > projection.alpha[0]


def test_group_planes_have_the_fine_tuned_model_at_the_origin():
    _, _, gram = path(3)
    projection = project(gram, "plane", has_axis2=True, origin="theta1")
    assert (projection.alpha[0], projection.alpha[-1]) == (-1.0, 0.0)


def test_axes_that_are_parallel_still_project():
    delta = np.array([1.0, 2.0, 3.0])
    rows = np.vstack([delta * 0.5, delta, delta])
    projection = project(rows @ rows.T, "plane", has_axis2=True)
    assert projection.off_plane[1] == pytest.approx(0, abs=1e-6)


def test_a_single_checkpoint_and_no_second_axis():
    projection = project(np.array([[4.0]]), "plane", has_axis2=False)
    np.testing.assert_array_equal(projection.alpha, [0, 1])
    pca = project(np.array([[4.0]]), "pca", has_axis2=False)
    assert np.ptp(pca.alpha) == pytest.approx(1)
    assert pca.explained == pytest.approx((1.0, 0.0))


def test_an_end_point_that_never_moved_is_refused():
    with pytest.raises(ValueError, match="equals the start"):
        project(np.zeros((2, 2)), "plane", has_axis2=False)


@given(st.integers(0, 10**6))
def test_pca_axis_is_orthogonal_and_leading(seed):
    deltas, _, gram = path(seed)
    gram = gram[:-1, :-1]
    axis = pca_axis_weights(gram) @ deltas
    end = deltas[-1]
    assert np.linalg.norm(axis) == pytest.approx(np.linalg.norm(end))
    assert abs(cosine(end @ end, axis @ axis, end @ axis)) < 1e-6
    residual = deltas - np.outer(deltas @ end / (end @ end), end)
    points = np.vstack([np.zeros(deltas.shape[1]), residual])
    _, _, vt = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    assert abs(vt[0] @ axis) / np.linalg.norm(axis) == pytest.approx(1, abs=1e-6)


def test_no_pca_axis_on_a_straight_path():
    delta = np.array([1.0, 2.0])
    rows = np.vstack([0.3 * delta, delta])
    with pytest.raises(ValueError, match="on the line"):
        pca_axis_weights(rows @ rows.T)
