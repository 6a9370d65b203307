from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from landscape_gui.engine import layout as layout_module
from landscape_gui.engine import streaming
from landscape_gui.engine import weights as weights_module
from landscape_gui.engine.directions import combined_direction, random_direction
from landscape_gui.engine.layout import Layout, inner_products
from landscape_gui.engine.weights import FlatWeights

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
    noise = torch.randn(7, 4, generator=torch.Generator().manual_seed(3))
    torch.testing.assert_close(
        torch.nn.functional.cosine_similarity(layout.view(direction, "0.weight"), noise),
        torch.ones(7),
    )
    assert torch.equal(direction, random_direction(weights, seed=3))
    assert not torch.equal(direction, random_direction(weights, seed=4))


@pytest.mark.parametrize("segment", [3, 10**6])
@pytest.mark.parametrize("chunk", [1, 30, 10**6])
def test_inner_products_equal_a_float64_computation(placed, monkeypatch, chunk, segment):
    monkeypatch.setattr(layout_module, "_CHUNK", chunk)
    monkeypatch.setattr(layout_module, "_SEGMENT", segment)
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
    monkeypatch.setattr(layout_module, "_CHUNK", 20)
    layout: Layout = placed[1].layout
    parts = [part for _, part in layout.chunks()]
    assert parts[0].start == 0
    assert parts[-1].stop == layout.size
    assert all(a.stop == b.start for a, b in pairwise(parts))
    assert sum((names for names, _ in layout.chunks()), ()) == MOVING
    assert len(parts) > 1


def test_readers_are_called_with_a_bounded_number_of_parameters(monkeypatch):
    monkeypatch.setattr(layout_module, "_CHUNK", 10)
    asked = []

    def counting(seed, names):
        asked.append(tuple(names))
        return reader(seed)(names)

    FlatWeights(module(1), MOVING, partial(counting, 0), CPU)
    assert max(len(names) for names in asked) < len(MOVING)


# Directions in host memory


def planes(chunk, monkeypatch):
    """The same plane twice: all on the device, and with directions that are streamed to it."""
    monkeypatch.setattr(streaming, "CHUNK", chunk)
    found = []
    for where in ("device", "host"):
        subject = module(1)
        weights = FlatWeights(subject, MOVING, reader(0), CPU, directions=where)
        weights.axis2 = random_direction(weights, 5)
        found.append((subject, weights))
    assert [weights.streamed for _, weights in found] == [False, True]
    return found


@given(st.floats(-4, 4), st.floats(-4, 4), st.integers(1, 100))
@settings(max_examples=60)
def test_streamed_placements_are_bit_for_bit_the_resident_ones(along, across, chunk):
    with pytest.MonkeyPatch.context() as monkeypatch:
        (resident, here), (streamed, there) = planes(chunk, monkeypatch)
    for b in (across, 0.0):
        here.place(along, b)
        there.place(along, b)
        assert all(torch.equal(values(resident)[n], values(streamed)[n]) for n in parameters(1))


def test_all_other_placements_work_with_streamed_directions(monkeypatch):
    (_, here), (subject, there) = planes(7, monkeypatch)
    for weights in (here, there):
        weights.place(3.0, 1.0)
        weights.place_rolled_back(["1.weight"])
    assert torch.equal(here.working, there.working)
    there.place_flat(reader(2))
    assert torch.equal(values(subject)["1.weight"], parameters(2)["1.weight"])
    with there.displaced():
        there.place(2.0)
    assert torch.equal(values(subject)["1.weight"], parameters(1)["1.weight"])


def test_streamed_directions_are_said(monkeypatch):
    (_, here), (_, there) = planes(7, monkeypatch)
    assert not here.notices
    assert "computer's memory" in there.notices[0]


class Device:
    """The CPU, passed off as a device whose memory is apart and holds ``room`` flat buffers."""

    def __init__(self, monkeypatch, room, size):
        self.allocated = 0
        self.empty = torch.empty
        self.room, self.size = room, size
        monkeypatch.setattr(streaming, "CHUNK", 7)
        monkeypatch.setattr(weights_module, "has_own_memory", lambda device: True)
        monkeypatch.setattr(weights_module, "free_memory", lambda device: 2**40)
        monkeypatch.setattr(weights_module.torch, "empty", self.allocate)
        monkeypatch.setattr(weights_module, "host_buffer", self.host_buffer)

    def allocate(self, *shape, **options):
        if shape == (self.size,):
            if self.allocated == self.room:
                raise torch.OutOfMemoryError("CUDA out of memory")
            self.allocated += 1
        return self.empty(*shape, **options)

    def host_buffer(self, size, device):
        return self.empty(size)


SIZE = sum(p.numel() for n, p in module(0).named_parameters() if n in MOVING)


@pytest.mark.parametrize("room", [1, 2, 3, 4])
def test_directions_that_do_not_fit_retreat_to_the_host(monkeypatch, room):
    expected = FlatWeights(module(1), MOVING, reader(0), CPU)
    expected.axis2 = random_direction(expected, 5)
    Device(monkeypatch, room, SIZE)
    weights = FlatWeights(module(1), MOVING, reader(0), CPU)
    weights.axis2 = random_direction(weights, 5)
    assert weights.streamed == (room < 4)
    assert len(weights.notices) == (room < 4)
    weights.place(0.3, -0.7)
    expected.place(0.3, -0.7)
    assert torch.equal(weights.working, expected.working)


def test_without_room_for_the_model_itself_it_fails(monkeypatch):
    Device(monkeypatch, 0, SIZE)
    with pytest.raises(torch.OutOfMemoryError):
        FlatWeights(module(1), MOVING, reader(0), CPU)


@pytest.mark.parametrize(("spare", "streamed"), [(-4, True), (0, False)])
def test_what_fits_is_told_from_the_free_memory(monkeypatch, spare, streamed):
    head = sum(p.numel() for n, p in module(0).named_parameters() if n not in MOVING)
    # Counted while the working buffer is on the device already.
    needed = 4 * (3 * SIZE + head) + 2**30
    monkeypatch.setattr(weights_module, "has_own_memory", lambda device: True)
    monkeypatch.setattr(weights_module, "free_memory", lambda device: needed + spare)
    assert FlatWeights(module(1), MOVING, reader(0), CPU).streamed == streamed


def test_a_device_is_relieved_once_and_the_cpu_never(monkeypatch):
    weights = FlatWeights(module(1), MOVING, reader(0), CPU)
    weights.axis2 = random_direction(weights, 5)
    weights.place(0.3, -0.7)
    before = weights.working.clone()
    assert not weights.relieve_device()
    assert not weights.streamed
    monkeypatch.setattr(weights_module, "has_own_memory", lambda device: True)
    assert weights.relieve_device()
    assert not weights.relieve_device()
    weights.place(0.0)
    weights.place(0.3, -0.7)
    assert torch.equal(weights.working, before)


def test_the_modules_own_memory_is_given_back():
    subject = module(1)
    before = {name: p.data_ptr() for name, p in subject.named_parameters()}
    weights = FlatWeights(subject, MOVING, reader(0), CPU)
    first = weights.working.data_ptr()
    for name, p in subject.named_parameters():
        inside = first <= p.data_ptr() < first + 4 * SIZE
        assert inside == (name in MOVING)
        assert (p.data_ptr() == before[name]) == (name not in MOVING)


@pytest.mark.gpu
def test_on_a_gpu_streamed_placements_are_the_resident_ones_bit_for_bit(monkeypatch):
    monkeypatch.setattr(streaming, "CHUNK", 7)
    device, found = torch.device("cuda"), []
    for where in ("device", "host"):
        weights = FlatWeights(module(1), MOVING, reader(0), device, directions=where)
        weights.axis2 = random_direction(weights, 5)
        weights.place(1.7, -0.3)
        found.append(weights.working.cpu())
    assert torch.equal(*found)
    assert weights.start.is_pinned()
