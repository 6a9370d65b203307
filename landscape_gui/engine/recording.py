"""What the parts of a model put out while it computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def recorded(layers: Sequence[torch.nn.Module]) -> Iterator[dict[int, Any]]:
    """Place of a layer → what it put out last, filled by calls inside."""
    outputs: dict[int, Any] = {}

    def hook_of(place: int) -> Callable[[torch.nn.Module, Any, Any], None]:
        def hook(module: torch.nn.Module, arguments: Any, output: Any) -> None:
            outputs[place] = output

        return hook

    handles = [layer.register_forward_hook(hook_of(k)) for k, layer in enumerate(layers)]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()
