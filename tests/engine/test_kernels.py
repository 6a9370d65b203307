"""Faster linear layers: the same numbers, only while a pass runs, and of the weights placed now."""

import pytest
import torch

from landscape_gui.engine import kernels
from landscape_gui.engine.kernels import FastLinears
from landscape_gui.engine.number_formats import computing_in

CPU = torch.device("cpu")


@pytest.fixture
def module():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(96, 128), torch.nn.GELU(), torch.nn.Linear(128, 64), torch.nn.Linear(64, 2)
    )


@pytest.fixture
def everywhere(monkeypatch):
    """As on a machine where oneDNN is faster in every format."""
    monkeypatch.setattr(kernels, "_worthwhile", lambda layer: frozenset({"float32", "bfloat16"}))


bfloat16 = pytest.param(
    "bfloat16",
    2e-2,
    marks=pytest.mark.skipif(
        not torch.ops.mkldnn._is_mkldnn_bf16_supported(),
        reason="this processor has no bfloat16 products (AVX512 or AVX-NE-CONVERT)",
    ),
)


@pytest.mark.parametrize("tokens", [1, 10**6], ids=["as they lie", "laid out"])
@pytest.mark.parametrize("copies", [0, 10**9], ids=["no copies", "copies"])
@pytest.mark.parametrize(("precision", "closeness"), [("float32", 1e-6), bfloat16])
@torch.inference_mode()
def test_the_product_is_the_plain_one(module, everywhere, tokens, copies, precision, closeness):
    fast = FastLinears(module, copies)
    for rows in (1, 300):
        values = torch.randn(2, rows, 96)
        plain = module(values)
        with computing_in(precision, CPU), fast.computing(precision, tokens):
            assert sum("forward" in layer.__dict__ for layer in module) == 2
            found = module(values).float()
        assert (found - plain).abs().max() <= closeness * plain.abs().max()
        assert not any("forward" in layer.__dict__ for layer in module)


@torch.inference_mode()
def test_each_pass_takes_the_weights_placed_before_it(module, everywhere):
    fast, values = FastLinears(module), torch.randn(3, 96)
    with fast.computing("float32", 10**6):
        module(values)
    module[0].weight.mul_(-3)
    with fast.computing("float32", 10**6):
        found = module(values)
    assert torch.allclose(found, module(values), atol=1e-5)


def test_layers_are_put_back_after_an_error(module, everywhere):
    fast = FastLinears(module)
    with pytest.raises(RuntimeError), fast.computing("float32", 1):
        module(torch.zeros(3, 5))
    assert not any("forward" in layer.__dict__ for layer in module)


def test_other_formats_and_modules_stay_as_they_are(module, everywhere):
    for fast in (FastLinears(module), FastLinears(torch.nn.LayerNorm(4))):
        with fast.computing("float16", 1):
            assert not any("forward" in layer.__dict__ for layer in module)


def test_a_release_without_the_operator_is_survived(module, monkeypatch):
    def missing(*arguments):
        raise AttributeError("no such operator")

    monkeypatch.setattr(kernels, "_product", missing)
    assert FastLinears(module).formats == frozenset()


def test_an_operator_that_computes_something_else_is_not_used(module, monkeypatch):
    monkeypatch.setattr(
        kernels, "_product", lambda x, w, b: torch.nn.functional.linear(x.to(w.dtype), w) * 1.5
    )
    assert FastLinears(module).formats == frozenset()


def test_the_choice_of_the_last_time_is_kept():
    """Timings differ from one opening to the next; values must not."""
    module = torch.nn.Sequential(torch.nn.Linear(256, 256))
    asked: list[int] = []

    def last_time(measure, answers):
        asked.append(answers)
        return 2

    assert FastLinears(module, remember=last_time).formats == {"bfloat16"}
    assert FastLinears(module, remember=lambda measure, answers: 0).formats == frozenset()
    assert asked == [4]
