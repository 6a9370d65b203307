from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.engine import weights as weights_module
from landscape_gui.engine.directions import combined_direction, random_direction
from landscape_gui.engine.weights import FlatWeights, Layout, inner_products

CPU = torch.device("cpu")


def module(seed):
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Embedding(7, 4),
        torch.nn.Linear(4, 5),
        torch.nn.LayerNorm(5),
        torch.nn.Linear(5, 2),
    )


def parameters(seed):
    return {name: p.detach().clone() for name, p in module(seed).named_parameters()}


def reader(seed):
    stored = parameters(seed)
    return lambda names: {name: stored[name] for name in names}


MOVING = ("0.weight", "1.weight", "1.bias", "2.weight", "2.bias")


@pytest.fixture
def placed():
    subject = module(1)
    return subject, FlatWeights(subject, MOVING, reader(0), CPU)


def values(subject):
    return {name: p.detach().clone() for name, p in subject.named_parameters()}


def test_alpha_0_and_1_are_the_checkpoints_bit_for_bit(placed):
    subject, weights = placed
    weights.place(0.0)
    assert all(torch.equal(values(subject)[n], parameters(0)[n]) for n in MOVING)
    weights.place(1.0)
    assert all(torch.equal(values(subject)[n], parameters(1)[n]) for n in MOVING)


def test_the_head_never_moves(placed):
    subject, weights = placed
    weights.place(-3.0)
    assert torch.equal(values(subject)["3.weight"], parameters(1)["3.weight"])


@given(st.floats(-4, 4), st.floats(-4, 4))
@settings(max_examples=30)
def test_a_placement_is_the_papers_equation_2(along, across):
    subject = module(1)
    weights = FlatWeights(subject, MOVING, reader(0), CPU)
    weights.axis2 = random_direction(weights, 5)
    weights.place(2.5, -1.0)  # placements do not build on one another
    weights.place(along, across)
    start, end, now = parameters(0), parameters(1), values(subject)
    for name in MOVING:
        axis2 = weights.layout.view(weights.axis2, name).double()
        expected = start[name] + along * (end[name].double() - start[name]) + across * axis2
        torch.testing.assert_close(now[name].double(), expected, rtol=1e-5, atol=1e-5)


def test_the_module_leaves_with_theta1_whatever_happens(placed):
    subject, weights = placed

    def interrupted():
        with weights.displaced():
            weights.place(3.0)
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        interrupted()
    assert all(torch.equal(values(subject)[n], parameters(1)[n]) for n in parameters(1))


def test_rolling_back_moves_only_the_named_parameters(placed):
    subject, weights = placed
    weights.place(2.0)
    weights.place_rolled_back(["1.weight"])
    now = values(subject)
    assert torch.equal(now["1.weight"], parameters(0)["1.weight"])
    assert all(torch.equal(now[n], parameters(1)[n]) for n in MOVING if n != "1.weight")


def test_a_line_has_no_second_axis(placed):
    with pytest.raises(ValueError, match="no second axis"):
        placed[1].place(0.0, 1.0)


def test_random_directions_have_the_norms_of_the_filters(placed):
    _, weights = placed
    direction = random_direction(weights, seed=3)
    layout = weights.layout
    for name in ("0.weight", "1.weight"):
        torch.testing.assert_close(
            layout.view(direction, name).norm(dim=1), layout.view(weights.end, name).norm(dim=1)
        )
    for name in ("1.bias", "2.weight", "2.bias"):
        assert not layout.view(direction, name).any()
    assert torch.equal(direction, random_direction(weights, seed=3))
    assert not torch.equal(direction, random_direction(weights, seed=4))


@pytest.mark.parametrize("chunk", [1, 30, 10**6])
def test_inner_products_equal_a_float64_computation(placed, monkeypatch, chunk):
    monkeypatch.setattr(weights_module, "_CHUNK", chunk)
    _, weights = placed
    axis2 = random_direction(weights, 0)
    gram = inner_products(weights.layout, reader(0), [reader(2), reader(1)], axis2)
    flat = [
        np.concatenate([parameters(s)[n].double().numpy().ravel() for n in MOVING])
        for s in (2, 1, 0)
    ]
    rows = np.stack([flat[0] - flat[2], flat[1] - flat[2], axis2.double().numpy()])
    np.testing.assert_allclose(gram, rows @ rows.T, rtol=1e-12)
    np.testing.assert_array_equal(gram, gram.T)


def test_combined_directions_are_weighted_sums(placed):
    _, weights = placed
    found = combined_direction(weights, [reader(2), reader(1)], np.array([2.0, -0.5]))
    expected = weights.empty()
    for name in MOVING:
        delta = [parameters(s)[name] - parameters(0)[name] for s in (2, 1)]
        weights.layout.view(expected, name).copy_(2 * delta[0] - 0.5 * delta[1])
    torch.testing.assert_close(found, expected)


def test_chunks_cover_the_buffer_once(placed, monkeypatch):
    monkeypatch.setattr(weights_module, "_CHUNK", 20)
    layout: Layout = placed[1].layout
    parts = [part for _, part in layout.chunks()]
    assert parts[0].start == 0
    assert parts[-1].stop == layout.size
    assert all(a.stop == b.start for a, b in pairwise(parts))
    assert sum((names for names, _ in layout.chunks()), ()) == MOVING
    assert len(parts) > 1


def test_readers_are_called_with_a_bounded_number_of_parameters(monkeypatch):
    monkeypatch.setattr(weights_module, "_CHUNK", 10)
    asked = []

    def counting(seed, names):
        asked.append(tuple(names))
        return reader(seed)(names)

    FlatWeights(module(1), MOVING, partial(counting, 0), CPU)
    assert max(len(names) for names in asked) < len(MOVING)
