"""The last layer for the first token of each example alone, where a head looks at no other.

Keys and values are needed of every token; queries, and all that follows attention, only of those
that somebody looks at. In a BERT that leaves two of the twelve products of the last layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any

import torch

from landscape_gui.engine.lanes import Undo
from landscape_gui.engine.packing import Groups


class FirstTokens:
    """Has the last layer compute what follows from an example's first token.

    The layer is given the first tokens only, as if they were all; its keys and values are computed
    of all tokens behind its back and handed to attention by ``taken``. Several threads may compute
    at once, each a row of its own.

    Parameters
    ----------
    layer
        Keys and values have to be made of what it is given as it is: no normalisation before them.
    key, value
        The layers in it that make them.
    """

    def __init__(
        self, layer: torch.nn.Module, key: torch.nn.Module, value: torch.nn.Module
    ) -> None:
        self._layer, self._products = layer, (key, value)
        self._own = local()

    @property
    def share(self) -> float:
        """Of the layer's parameters, how many each token is multiplied with, from 0 to 1."""
        parts = [sum(p.numel() for p in part.parameters()) for part in self._products]
        return sum(parts) / sum(p.numel() for p in self._layer.parameters())

    @contextmanager
    def of_row(self, groups: Groups) -> Iterator[None]:
        """Inside, the calling thread computes a row of such examples; after it nothing is kept."""
        lengths = [length for count, length in groups for _ in range(count)]
        self._own.starts = torch.tensor([0, *lengths[:-1]]).cumsum(0)
        self._own.hidden, self._own.made = None, {}
        try:
            yield
        finally:
            self._own.hidden, self._own.made = None, {}

    def hook(self) -> Undo:
        """Have the layer compute so; what is returned takes it back."""
        handles = [self._layer.register_forward_pre_hook(self._leave_firsts)]
        for product in self._products:
            handles.append(product.register_forward_pre_hook(self._put_in_all))
            handles.append(product.register_forward_hook(self._take_all))

        def undo() -> None:
            for handle in handles:
                handle.remove()

        return undo

    def taken(self, query: torch.Tensor, key: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Keys and values of all tokens, [1, heads, tokens, size], in the last layer; else nothing.

        Parameters
        ----------
        query, key
            What the layer would attend with: of the first tokens, [1, heads, examples, size].
        """
        made, self._own.made = self._own.made, {}
        shape = (1, -1, key.shape[1], query.shape[3])
        return tuple(
            made[product].view(shape).transpose(1, 2)
            for product in self._products
            if product in made
        )

    def _leave_firsts(self, layer: torch.nn.Module, arguments: Any) -> Any:
        self._own.hidden = hidden = arguments[0]
        if hidden.shape[1] == len(self._own.starts):
            return None  # the layers are passed over: this is what the last one put out
        return (hidden.index_select(1, self._own.starts), *arguments[1:])

    def _put_in_all(self, product: torch.nn.Module, arguments: Any) -> Any:
        return (self._own.hidden,)

    def _take_all(self, product: torch.nn.Module, arguments: Any, output: torch.Tensor) -> Any:
        self._own.made[product] = output
        # Models give keys the shape of what the layer was given. Nobody computes with these.
        return output[:, : len(self._own.starts)]


def key_and_value(
    linear: Sequence[torch.nn.Module],
    outputs: Mapping[int, torch.Tensor],
    attended: Sequence[torch.Tensor],
) -> tuple[torch.nn.Module, torch.nn.Module] | None:
    """The layers whose outputs attention was given as key and value.

    None where these are not the outputs of a layer of their own each.

    Parameters
    ----------
    linear, outputs
        Layers, and what they put out by their places. All outputs are alive, so that no two of
        them lie in the same place.
    attended
        The key and the value that attention was given.
    """
    made = {output.untyped_storage().data_ptr(): linear[k] for k, output in outputs.items()}
    found = [made.get(given.untyped_storage().data_ptr()) for given in attended]
    if len(found) != 2 or found[0] is None or found[1] is None or found[0] is found[1]:
        return None
    return found[0], found[1]
