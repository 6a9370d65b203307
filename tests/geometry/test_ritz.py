import numpy as np
import pytest

from landscape_gui.geometry.ritz import extreme_eigenvalues, mean_and_error


def test_a_whole_tridiagonal_matrix_has_its_own_eigenvalues_and_no_residual():
    diagonal, beside = np.array([2.0, -1.0, 3.0]), np.array([0.5, 1.5, 0.0])
    matrix = np.diag(diagonal) + np.diag(beside[:2], 1) + np.diag(beside[:2], -1)
    values = np.linalg.eigvalsh(matrix)
    low, high = extreme_eigenvalues(diagonal, beside)
    assert (low.value, high.value) == pytest.approx((values[0], values[-1]))
    assert low.residual == high.residual == 0


def test_an_unfinished_iteration_bounds_its_error():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(60, 60))
    matrix = (matrix + matrix.T) / 2
    true = np.linalg.eigvalsh(matrix)
    vector, previous, norm = rng.normal(size=60), np.zeros(60), 0.0
    vector /= np.linalg.norm(vector)
    diagonal, beside = [], []
    for _ in range(8):
        product = matrix @ vector - norm * previous
        diagonal.append(product @ vector)
        product -= diagonal[-1] * vector
        norm = np.linalg.norm(product)
        beside.append(norm)
        previous, vector = vector, product / norm
        low, high = extreme_eigenvalues(np.array(diagonal), np.array(beside))
        assert np.abs(true - high.value).min() <= high.residual * (1 + 1e-9)
        assert np.abs(true - low.value).min() <= low.residual * (1 + 1e-9)
    assert high.value == pytest.approx(true[-1], rel=0.2)


def test_coefficients_that_say_nothing_are_refused_and_samples_without_error_have_none():
    with pytest.raises(ValueError, match="no finite"):
        extreme_eigenvalues(np.zeros(0), np.zeros(0))
    with pytest.raises(ValueError, match="no finite"):
        extreme_eigenvalues(np.array([np.nan]), np.array([1.0]))
    assert mean_and_error(np.array([1.0, 3.0, np.nan])) == pytest.approx((2.0, 1.0))
    assert np.isnan(mean_and_error(np.array([2.0]))[1])
