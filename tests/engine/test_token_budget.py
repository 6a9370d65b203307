"""The choice of the batch size and its cache."""

import json

import pytest
import torch

from landscape_gui.engine import token_budget as module_under_test
from landscape_gui.engine.token_budget import CPU_TOKENS, DEFAULT, fastest, token_budget

CPU = torch.device("cpu")
SIZES = (1, 2, 4, 8)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    path = tmp_path / "new" / "budgets.json"
    monkeypatch.setattr(module_under_test, "cache_path", lambda: path)
    return path


class Clock:
    """Seconds per token by size; counts how often it was asked."""

    def __init__(self, per_token, fails_at=None, error=None):
        self.per_token, self.fails_at, self.error = per_token, fails_at, error
        self.asked = []

    def __call__(self, size):
        self.asked.append(size)
        if self.fails_at is not None and size >= self.fails_at:
            raise self.error
        return self.per_token[size] * size


def test_the_smallest_size_that_none_beats_by_much():
    assert fastest(SIZES, Clock({1: 0.01, 2: 0.009, 4: 0.0089, 8: 0.02}), 3) == 2
    assert fastest(SIZES, Clock({1: 0.01, 2: 0.009, 4: 0.007, 8: 0.005}), 3) == 8


def test_the_default_where_none_beats_it_by_much():
    assert fastest(SIZES, Clock({1: 0.01, 2: 0.009, 4: 0.0089, 8: 0.02}), 4) == 4
    assert fastest(SIZES, Clock({1: 0.01, 2: 0.009, 4: 0.0089, 8: 0.0088}), 4) == 4
    assert fastest(SIZES, Clock({1: 0.005, 2: 0.009, 4: 0.0089, 8: 0.0088}), 4) == 1


def test_a_slow_model_is_not_measured_at_every_size():
    clock = Clock(dict.fromkeys(SIZES, 0.5))
    assert fastest(SIZES, clock, 3) == 1
    assert max(clock.asked) < 8


@pytest.mark.parametrize(
    "error", [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator")]
)
def test_out_of_memory_ends_it_with_what_is_known(error):
    clock = Clock({1: 0.01, 2: 0.001, 4: 0.0001, 8: 0.0}, fails_at=4, error=error)
    assert fastest(SIZES, clock, 3) == 2
    assert fastest(SIZES, Clock({}, fails_at=1, error=error), 3) == 3


def test_other_errors_are_not_hidden():
    with pytest.raises(RuntimeError, match="shape"):
        fastest(SIZES, Clock({}, fails_at=1, error=RuntimeError("shape")), 3)


def falling():
    return Clock({size: 0.01 / size for size in CPU_TOKENS})


def test_measured_once_per_shape_and_format(cache):
    clock = falling()
    small, large = torch.nn.Linear(3, 2), torch.nn.Linear(30, 2)
    assert token_budget(small, CPU, "float32", clock) == CPU_TOKENS[-1]
    asked = len(clock.asked)
    assert token_budget(torch.nn.Linear(3, 2), CPU, "float32", clock) == CPU_TOKENS[-1]
    assert len(clock.asked) == asked
    token_budget(small, CPU, "bfloat16", clock)
    token_budget(large, CPU, "float32", clock)
    assert len(clock.asked) == 3 * asked
    assert len(json.loads(cache.read_text())["budgets"]) == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 99, "budgets": {}}',
        '{"version": 1, "budgets": 3}',
        '{"version": 1}',
        "\x00",
    ],
)
def test_a_broken_cache_is_ignored_and_mended(cache, text):
    cache.parent.mkdir()
    cache.write_text(text)
    assert token_budget(torch.nn.Linear(3, 2), CPU, "float32", falling()) == CPU_TOKENS[-1]
    assert list(json.loads(cache.read_text())["budgets"].values()) == [CPU_TOKENS[-1]]


def test_a_number_in_the_cache_that_was_never_offered_is_not_used(cache):
    model = torch.nn.Linear(3, 2)
    token_budget(model, CPU, "float32", falling())
    held = json.loads(cache.read_text())
    held["budgets"] = dict.fromkeys(held["budgets"], 10**12)
    cache.write_text(json.dumps(held))
    assert token_budget(model, CPU, "float32", falling()) == CPU_TOKENS[-1]


def test_a_cache_that_cannot_be_written_costs_nothing_else(cache):
    cache.parent.write_text("a file where the directory should be")
    assert token_budget(torch.nn.Linear(3, 2), CPU, "float32", falling()) == CPU_TOKENS[-1]


def test_the_default_is_for_every_device():
    assert set(DEFAULT) >= {"cpu", "cuda"}
