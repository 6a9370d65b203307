"""Examples of any lengths one after the other in a single row, so that no token is padding.

All that a transformer encoder does to tokens, but for attention, it does to each by itself: a
row of many short examples is as good as a batch. Attention is then computed for all examples of
one length at once, which needs neither a mask nor a copy. Models say how they attend through a
registry of transformers; those that do it otherwise, or need to know where examples begin, are
found out by trying and go on with padded batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from landscape_gui.engine.first_tokens import FirstTokens, key_and_value
from landscape_gui.engine.lanes import Shared, Undo
from landscape_gui.engine.layer_stacks import layer_stacks
from landscape_gui.engine.packing import Batch, Groups, joined, pack, pack_rows
from landscape_gui.engine.recording import recorded
from landscape_gui.runs.tasks import TokenizedExamples

# What transformers calls this way to attend.
_NAME = "landscape_gui_one_row"
# Largest difference of logits from those of padded batches, relative to the largest.
_TOLERANCE = 2e-6
# Up to so many tokens attention is faster in float32 than in bfloat16, conversion included:
# products of a few dozen rows gain nothing from the shorter format, and exponentials lose.
_SHORT = 128
# Examples that both ways are tried on, beside two shortened ones.
_EXAMPLES = 10
# What a model of any make raises that misses something which a padded batch has.
_MISSED = (RuntimeError, TypeError, ValueError, IndexError, KeyError, AttributeError)


class OneRow:
    """Computes batches that are one row, with a model for which that was found to be right.

    Several threads may do so at once.

    Parameters
    ----------
    firsts
        Computes the last layer, where only first tokens are looked at.

    Attributes
    ----------
    first_position
        What the model calls the position of an example's first token: 0, or more where positions
        are counted from the padding token on (RoBERTa).
    """

    def __init__(
        self,
        module: torch.nn.Module,
        last_layer: torch.nn.Module,
        first_position: int,
        firsts: FirstTokens | None = None,
    ) -> None:
        self._module, self._last_layer = module, last_layer
        self.first_position = first_position
        self._firsts = firsts
        self._own = local()  # the groups of what a thread computes
        self._attending = Shared(self._attend_so)

    @property
    def last_layer_share(self) -> float:
        """Of the last layer's parameters, how many each token is multiplied with."""
        return self._firsts.share if self._firsts is not None else 1.0

    @property
    def _groups(self) -> Groups:
        return self._own.groups

    def logits(self, batch: Batch) -> torch.Tensor:
        """The logits of a batch with ``groups``, float[examples, classes]."""
        self._own.groups = batch.groups
        row = self._firsts.of_row(batch.groups) if self._firsts is not None else nullcontext()
        with self._attending.made(), row:
            return self._module(**batch.inputs).logits

    def _attend_so(self) -> Undo:
        """Let tokens attend to those of their own example, and the head see examples."""
        config: Any = self._module.config
        before = config._attn_implementation
        _register(self)
        handle = self._last_layer.register_forward_hook(self._as_rows)
        unhook = self._firsts.hook() if self._firsts is not None else lambda: None
        config._attn_implementation = _NAME

        def undo() -> None:
            config._attn_implementation = before
            handle.remove()
            unhook()

        return undo

    def attend(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float | None
    ) -> torch.Tensor:
        """Attention within each example: [1, heads, tokens, size] to [1, tokens, heads, size]."""
        every = self._firsts.taken(query, key) if self._firsts is not None else ()
        key, value = every or (key, value)
        heads, _, size = query.shape[1:]
        parts = []
        begin = first = 0
        for count, length in self._groups:
            asking = 1 if every else length
            end, last = begin + count * length, first + count * asking
            found = _attention(
                _apart(query, first, last, count),
                _apart(key, begin, end, count),
                _apart(value, begin, end, count),
                scale,
            )
            parts.append(found.transpose(1, 2).reshape(last - first, heads, size))
            begin, first = end, last
        return (torch.cat(parts) if len(parts) > 1 else parts[0]).unsqueeze(0)

    def _as_rows(self, layer: torch.nn.Module, arguments: Any, output: Any) -> Any:
        """Examples as rows again, for the head: [1, tokens, n] to [examples, longest, n].

        Where the head looks at first tokens only, they are all that there is.
        """
        hidden = output if isinstance(output, torch.Tensor) else output[0]
        if self._firsts is not None:
            rows = hidden.transpose(0, 1)
        elif len(self._groups) == 1:
            rows = hidden.view(*self._groups[0], -1)
        else:
            rows = self._padded(hidden)
        return rows if isinstance(output, torch.Tensor) else (rows, *output[1:])

    def _padded(self, hidden: torch.Tensor) -> torch.Tensor:
        examples = sum(count for count, _ in self._groups)
        longest = max(length for _, length in self._groups)
        rows = hidden.new_zeros(examples, longest, hidden.shape[-1])
        begin = row = 0
        for count, length in self._groups:
            end = begin + count * length
            rows[row : row + count, :length] = hidden[0, begin:end].view(count, length, -1)
            begin, row = end, row + count
        return rows


def _apart(of: torch.Tensor, begin: int, end: int, count: int) -> torch.Tensor:
    """Some tokens as those of ``count`` examples: [1, heads, …, size] to [count, heads, …, size].

    A view: heads are innermost but one in memory, so examples come apart without copying.
    """
    heads, _, size = of.shape[1:]
    return of.transpose(1, 2)[0, begin:end].view(count, -1, heads, size).transpose(1, 2)


def _attention(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float | None
) -> torch.Tensor:
    if query.dtype == torch.bfloat16 and key.shape[2] <= _SHORT:
        with torch.autocast(query.device.type, enabled=False):
            q, k, v = query.float(), key.float(), value.float()
            found = functional.scaled_dot_product_attention(q, k, v, scale=scale)
            return found.to(query.dtype)
    return functional.scaled_dot_product_attention(query, key, value, scale=scale)


def one_row_of(
    module: torch.nn.Module,
    splits: Sequence[TokenizedExamples],
    padding_id: int,
    device: torch.device,
) -> OneRow | None:
    """A way to compute the module in single rows, if it gives what padded batches give.

    Only on the CPU: a GPU prefers few large kernels to many small ones. Tried are examples of all
    splits together: one of them alone may have a single length where the others have several.
    """
    config: Any = getattr(module, "config", None)
    if device.type != "cpu" or getattr(config, "_attn_implementation", None) != "sdpa":
        return None
    stacks = layer_stacks(module)
    if len(stacks) != 1:
        return None
    last = stacks[0][-1]
    linear = [part for part in last.modules() if isinstance(part, torch.nn.Linear)]
    trial = _trial(splits)
    try:
        expected = _padded_logits(module, trial, padding_id, device)
    except _MISSED:
        return None  # shortened examples are none that a tokenizer made
    if not bool(expected.isfinite().all()):
        return None  # nothing can be compared with these

    def tried(way: OneRow) -> OneRow | None:
        """The way, if it is right."""
        try:
            found = _row_logits(way, trial, device)
        except _MISSED:
            return None
        tolerance = _TOLERANCE * max(float(expected.abs().max()), 1e-3)
        right = all(
            logits.shape == expected[places].shape
            and torch.allclose(logits, expected[places], rtol=0.0, atol=tolerance)
            for places, logits in found
        )
        return way if right else None

    for first_position in (0, padding_id + 1):
        watched = _Watched(module, last, first_position)
        with recorded(linear) as outputs:
            found = tried(watched)
        if found is not None:
            every = OneRow(module, last, first_position)
            products = key_and_value(linear, outputs, watched.attended)
            if products is None:
                return every
            firsts = FirstTokens(last, *products)
            return tried(OneRow(module, last, first_position, firsts)) or every
    return None


class _Watched(OneRow):
    """Remembers the key and the value that attention was given last: the last layer's."""

    attended: tuple[torch.Tensor, ...] = ()

    def attend(
        self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float | None
    ) -> torch.Tensor:
        self.attended = key, value
        return super().attend(query, key, value, scale)


def _trial(splits: Sequence[TokenizedExamples]) -> TokenizedExamples:
    """Two shortened examples, and some of all splits from the shortest to the longest.

    The shortened ones are the two longest without what is between their ends, and as long as each
    other: there are several lengths, and two examples of one, whatever lengths the splits have.
    """
    every = joined(splits)
    ids, types = every.input_ids, every.token_type_ids
    order = np.argsort([len(of) for of in ids], kind="stable")
    spread = np.linspace(0, len(order) - 1, _EXAMPLES).round().astype(np.int64)
    chosen = order[np.unique(spread)]
    long, longest = order[[-2, -1]] if len(order) > 1 else order[[0, 0]]
    length = max(1, len(ids[long]) // 2)

    def taken(of: Sequence[npt.NDArray[np.int64]]) -> tuple[npt.NDArray[np.int64], ...]:
        # A last token of its own stays: some heads look for the one that ends a text.
        first = _without(of[longest], length - 1, length)
        second = _without(of[long], 1, length)
        return (first, second, *(of[k] for k in chosen))

    labels = np.zeros(2 + len(chosen), dtype=np.int64)
    return TokenizedExamples(taken(ids), None if types is None else taken(types), labels)


def _without(of: npt.NDArray[np.int64], begin: int, length: int) -> npt.NDArray[np.int64]:
    """What is left when so much is cut out from a place on that ``length`` remain."""
    return np.delete(of, slice(begin, begin + len(of) - length))


@torch.inference_mode()
def _padded_logits(
    module: torch.nn.Module, trial: TokenizedExamples, padding_id: int, device: torch.device
) -> torch.Tensor:
    batches = pack(trial, _tokens(trial), padding_id, device)
    return _in_order([(b, module(**b.inputs).logits) for b in batches])


@torch.inference_mode()
def _row_logits(
    way: OneRow, trial: TokenizedExamples, device: torch.device
) -> list[tuple[npt.NDArray[np.int64], torch.Tensor]]:
    """Places in the trial examples and their logits, by every kind of row that there may be.

    Rows of several lengths, of several examples of one length, and of a single example reach the
    head by ways of their own.
    """
    every = np.arange(len(trial.labels))
    found = []
    for places in (every, every[:2], every[-1:]):
        (batch,) = pack_rows(trial, _tokens(trial), way.first_position, device, places)
        found.append((places, _in_order([(batch, way.logits(batch))])))
    return found


def _tokens(trial: TokenizedExamples) -> int:
    return sum(map(len, trial.input_ids))


def _in_order(found: Sequence[tuple[Batch, torch.Tensor]]) -> torch.Tensor:
    """Logits in the order of the examples' places."""
    places = np.concatenate([batch.examples for batch, _ in found])
    logits = torch.cat([of.float() for _, of in found])
    return logits[torch.from_numpy(np.argsort(places, kind="stable"))]


def _register(way: OneRow) -> None:
    """Let transformers' attention modules call ``way`` until another one is registered."""
    from transformers import AttentionInterface

    def attention(
        module: torch.nn.Module,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        attention_mask: torch.Tensor | None,
        scaling: float | None = None,
        **named: Any,
    ) -> tuple[torch.Tensor, None]:
        special = [name for name in _SPECIAL if named.get(name) is not None]
        if attention_mask is not None or special or getattr(module, "is_causal", False):
            raise ValueError("this model attends in a way that single rows do not have")
        return way.attend(query, key, value, scaling), None

    AttentionInterface.register(_NAME, attention)


# What an attention module may pass and this attention does not do.
_SPECIAL = ("sliding_window", "position_bias", "softcap", "cache", "s_aux")
