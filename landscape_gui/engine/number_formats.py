"""The number formats that a pass can compute in, and what is switched on for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import torch

_AUTOCAST = {"bfloat16": torch.bfloat16, "float16": torch.float16}


def candidates(device: torch.device) -> tuple[str, ...]:
    """Formats beside float32 that a device may be faster in, the one to be tried first first.

    ``tf32`` and ``float16`` are CUDA's: the CPU has no float16 products that are worth it.
    """
    if device.type != "cuda":
        return ("bfloat16",)
    fast = torch.cuda.get_device_capability(device) >= (8, 0)
    return ("float16", "bfloat16", "tf32") if fast else ("float16",)


def computing_in(precision: str, device: torch.device) -> AbstractContextManager[object]:
    """Inside, a module computes in the format; its parameters stay float32.

    Raises
    ------
    ValueError
        If there is no such format.
    """
    if precision == "float32":
        return nullcontext()
    if precision == "tf32":
        return _tf32()
    if precision not in _AUTOCAST:
        raise ValueError(f"unknown number format {precision}")
    # A cache would hold weights of the last placement.
    return torch.autocast(device.type, dtype=_AUTOCAST[precision], cache_enabled=False)


@contextmanager
def _tf32() -> Iterator[None]:
    """Products of float32 matrices with 10 bits of each factor, summed in float32."""
    before = torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = True
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before
