"""Lanczos' iteration on matrices whose eigenvalues are known."""

import numpy as np
import pytest
import torch

from landscape_gui.engine.lanczos import gaussian, lanczos, signs
from landscape_gui.geometry.ritz import extreme_eigenvalues


def run(matrix, steps=200, tolerance=1e-3, seed=0):
    matrix = torch.as_tensor(matrix, dtype=torch.float32)
    start = gaussian(len(matrix), (seed,), torch.device("cpu"))
    iteration = lanczos(lambda v: matrix @ v, start, steps, tolerance)
    count = 0
    while True:
        try:
            next(iteration)
        except StopIteration as end:
            return count, *end.value
        count += 1


@pytest.mark.parametrize("spread", ["one outlier", "dense", "negative"])
def test_extreme_eigenvalues_of_a_spectrum_that_is_known(spread):
    rng = np.random.default_rng(0)
    values = {
        "one outlier": np.append(np.linspace(0, 1, 299), 30.0),
        "dense": np.linspace(-1, 2, 300),
        "negative": -np.linspace(1, 5, 300),
    }[spread]
    basis, _ = np.linalg.qr(rng.normal(size=(300, 300)))
    steps, diagonal, beside = run(basis * values @ basis.T)
    _, largest = extreme_eigenvalues(diagonal, beside)
    assert largest.value == pytest.approx(values.max(), rel=5e-3)
    assert largest.residual <= 1e-3 * abs(largest.value)
    assert steps == len(diagonal) < 200


def test_many_more_steps_than_needed_find_nothing_that_is_not_there():
    values = np.append(np.linspace(0, 1, 299), [10.0])
    _, diagonal, beside = run(np.diag(values), steps=250, tolerance=0.0)
    smallest, largest = extreme_eigenvalues(diagonal, beside)
    assert largest.value == pytest.approx(10.0, rel=1e-5)
    assert smallest.value == pytest.approx(0.0, abs=1e-3)


def test_a_space_that_is_exhausted_ends_the_iteration():
    steps, diagonal, beside = run(3 * np.eye(50))
    assert (steps, len(diagonal)) == (1, 1)
    assert extreme_eigenvalues(diagonal, beside)[1].value == pytest.approx(3.0, rel=1e-5)
    steps, diagonal, _ = run(np.zeros((4, 4)))
    assert steps == 1
    assert diagonal[0] == 0


def test_random_vectors_are_what_they_are_called_and_follow_from_their_seed():
    device = torch.device("cpu")
    drawn = signs(10_000, (3, 1, 4), device)
    assert set(drawn.tolist()) == {-1.0, 1.0}
    assert abs(float(drawn.mean())) < 0.05
    assert torch.equal(drawn, signs(10_000, (3, 1, 4), device))
    assert not torch.equal(drawn, signs(10_000, (3, 1, 5), device))
    assert float(gaussian(10_000, (1,), device).std()) == pytest.approx(1.0, abs=0.05)
