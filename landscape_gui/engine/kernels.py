"""Faster matrix products for the linear layers of a module on the CPU, where they prove to be.

PyTorch gives float32 products to the MKL, which takes its slower path on processors that are not
Intel's: on a Zen 5 core oneDNN is 2.2 times as fast. And autocast rounds every weight again for
every batch, though the weights change only from one placement to the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch.nn import functional

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
# Below this a layer is not worth a kernel of its own: heads of a few classes.
_SMALLEST = 4096
# Rows that weights are laid out for, and that the two libraries are compared on.
_ROWS, _TRIAL_ROWS = 2048, 256
# Tokens of a pass from which on laying the weights out pays: some 0.3 ms and a copy per layer, for
# 3 to 7 % of each product.
_LAYOUT_TOKENS = 16_384
# What copies of weights may take, so that a large model still fits into memory.
COPIES = 128 * 2**20
# Close calls stay with PyTorch's own choice, so that the same machine always takes the same one.
_MARGIN = 1.25


class FastLinears:
    """Replaces the ``forward`` of a module's linear layers while a pass runs, and only then.

    Parameters
    ----------
    module
        Anything; layers that are exactly ``torch.nn.Linear`` on the CPU are taken.
    copies
        Bytes that copies of weights may take; above, weights are used as they lie.
    remember
        Given what to measure and how many answers there are, gives the answer of the last time.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        copies: int = COPIES,
        remember: Callable[[Callable[[], int], int], int] = lambda measure, _: measure(),
    ) -> None:
        linears = [
            layer
            for layer in module.modules()
            if type(layer) is torch.nn.Linear
            and layer.weight.numel() >= _SMALLEST
            and layer.weight.device.type == "cpu"
            and layer.weight.dtype == torch.float32
            and "forward" not in layer.__dict__
        ]
        largest = max(linears, key=lambda layer: layer.weight.numel(), default=None)
        self.formats: frozenset[str] = frozenset()
        if largest is not None:
            answers = 2 ** len(_DTYPES)
            number = remember(lambda: _encoded(_worthwhile(largest)), answers)
            self.formats = frozenset(f for k, f in enumerate(_DTYPES) if number >> k & 1)
        size = 4 * sum(layer.weight.numel() for layer in linears)
        self._layers = [(layer, FastLinear(layer, size <= copies)) for layer in linears]

    @contextmanager
    def computing(self, precision: str, tokens: int) -> Iterator[Sequence[FastLinear]]:
        """Inside, the layers compute in the format with the weights that they hold on entry.

        Gives what may be prepared beforehand. ``tokens`` is how many are to be computed: with few,
        weights are not laid out anew.
        """
        if precision not in self.formats:
            yield ()
            return
        for layer, fast in self._layers:
            fast.start(_DTYPES[precision], tokens >= _LAYOUT_TOKENS)
            layer.__dict__["forward"] = fast
        try:
            yield [fast for _, fast in self._layers if fast.copy]
        finally:
            for layer, fast in self._layers:
                layer.__dict__.pop("forward", None)
                fast.weight = None


class FastLinear:
    """One layer's product, by oneDNN, with weights laid out at the first call of a pass.

    Where several threads compute, ``prepare`` comes first: else each would lay them out.
    """

    def __init__(self, layer: torch.nn.Linear, copy: bool) -> None:
        self.layer = layer
        self.weight: torch.Tensor | None = None
        self.copy = copy
        self._lay_out = False
        self._dtype = torch.float32

    def start(self, dtype: torch.dtype, lay_out: bool) -> None:
        self._dtype = dtype
        self._lay_out = lay_out
        self.weight = None

    def prepare(self) -> torch.Tensor:
        """The weights in the format; laid out and kept, if there is room for that."""
        weight = self.layer.weight.to(self._dtype)
        if self.copy:
            weight = self.weight = _laid_out(weight) if self._lay_out else weight
        return weight

    def __call__(self, values: torch.Tensor) -> torch.Tensor:
        weight = self.prepare() if self.weight is None else self.weight
        # The bias stays in float32: it is added before the sum is rounded.
        return _product(values.to(self._dtype), weight, self.layer.bias)


def _encoded(formats: frozenset[str]) -> int:
    return sum(1 << k for k, name in enumerate(_DTYPES) if name in formats)


def _product(values: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    return torch.ops.mkldnn._linear_pointwise(values, weight, bias, "none", [], "")


def _laid_out(weight: torch.Tensor) -> torch.Tensor:
    return torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)


@torch.inference_mode()
def _worthwhile(layer: torch.nn.Linear) -> frozenset[str]:
    """Formats in which oneDNN's product of this layer is right, and faster than PyTorch's.

    The operators are PyTorch's own but not public: whatever is wrong with them in some release,
    the layers then stay as they are.
    """
    if not torch.backends.mkldnn.is_available():
        return frozenset()
    fast = FastLinear(layer, copy=True)
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(_TRIAL_ROWS, layer.in_features, generator=generator)
    found: set[str] = set()
    for name, closeness in (("float32", 1e-5), ("bfloat16", 2e-2)):
        dtype = _DTYPES[name]
        fast.start(dtype, lay_out=True)
        bias = None if layer.bias is None else layer.bias.to(dtype)
        rounded, weight = values.to(dtype), layer.weight.to(dtype)
        try:
            plain = functional.linear(values, layer.weight, layer.bias)
            ours = fast(values).float()
            off = float((ours - plain).abs().max() / plain.abs().max())
            if not off <= closeness:  # also where it is NaN
                continue
            faster = _seconds(lambda fast=fast: fast(values)) * _MARGIN < _seconds(
                lambda x=rounded, w=weight, b=bias: functional.linear(x, w, b)
            )
        except (RuntimeError, AttributeError, NotImplementedError):
            continue
        # In bfloat16 both are oneDNN's; what pays is that the weights are rounded once.
        if faster or name == "bfloat16":
            found.add(name)
    return frozenset(found)


def _seconds(compute: object, repeats: int = 5) -> float:
    assert callable(compute)
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        compute()
        times.append(time.perf_counter() - began)
    return min(times)
