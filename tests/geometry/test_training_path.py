import numpy as np
import pytest

from landscape_gui.geometry.training_path import distances_from, training_path


def test_lengths_angles_and_distances_are_those_of_the_vectors():
    rng = np.random.default_rng(0)
    deltas = rng.normal(size=(4, 9)).cumsum(axis=0)
    path = training_path(deltas @ deltas.T, np.array([1.0, 2.0, 3.0, 4.0]))
    norms = np.linalg.norm(deltas, axis=1)
    np.testing.assert_allclose(path.length, norms)
    np.testing.assert_allclose(path.cosine, deltas @ deltas[-1] / norms / norms[-1])
    np.testing.assert_allclose(path.to_end, np.linalg.norm(deltas - deltas[-1], axis=1))
    np.testing.assert_allclose(path.random_walk, np.sqrt([0.25, 0.5, 0.75, 1.0]))
    for index in (1, 3):
        np.testing.assert_allclose(
            distances_from(deltas @ deltas.T, index),
            np.linalg.norm(deltas - deltas[index - 1], axis=1),
        )
    np.testing.assert_allclose(distances_from(deltas @ deltas.T, 0), norms)


def test_a_random_walk_in_many_dimensions_looks_as_foretold():
    rng = np.random.default_rng(2)
    deltas = rng.normal(size=(16, 20_000)).cumsum(axis=0)
    path = training_path(deltas @ deltas.T, np.arange(1.0, 17.0))
    np.testing.assert_allclose(path.cosine, path.random_walk, atol=0.03)


def test_a_checkpoint_that_did_not_move_has_no_angle():
    gram = np.array([[0.0, 0.0], [0.0, 4.0]])
    path = training_path(gram, np.array([0.0, 5.0]))
    assert np.isnan(path.cosine[0])
    assert path.cosine[1] == pytest.approx(1.0)
    assert path.to_end.tolist() == [2.0, 0.0]
