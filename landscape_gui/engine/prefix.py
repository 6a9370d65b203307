"""Starts every point of a layer group's surface at the group's first layer.

Below it nothing moves, so what the layers there put out is the same at every point: it is kept
per batch and given back in place of computing it. The model's own code still runs around them,
so masks, position biases and whatever else it makes for its layers are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import RLock, local
from typing import Any
from weakref import WeakKeyDictionary

import torch

from landscape_gui.engine.free_memory import free_memory
from landscape_gui.engine.lanes import Shared, Undo
from landscape_gui.engine.packing import Batch

# Share of the free memory that the kept outputs may fill; activations need the rest.
MEMORY_SHARE = 0.5


@dataclass(frozen=True)
class _Kept:
    output: Any
    size: int


class _Own(local):
    """Of the batch that a thread computes: what is kept, or what the layers below put out."""

    kept: _Kept | None = None
    made: Any = None


class PrefixForward:
    """The logits of a batch, with the outputs of the first layers computed once per batch.

    A batch that does not fit into the memory limit is computed in full every time. Several threads
    may compute at once, each a batch of its own.

    Parameters
    ----------
    forward
        Gives the logits of a batch by calling the module that the layers belong to. The
        parameters that ``below`` and what comes before it compute with do not change between
        calls (``reset`` where they did).
    below
        The first layers, in order, at least one; all put out the same kind of thing.
    limit
        Bytes that may be kept; by default a share of what the device has free at the first call.
    notices
        Where it is said that memory ran out.

    Attributes
    ----------
    passed_over
        The layers below and all that is in them.
    version
        Changes whenever anything that was kept of a living batch is given up: graphs that were
        recorded before read memory that is gone.
    """

    def __init__(
        self,
        forward: Callable[[Batch], torch.Tensor],
        below: Iterable[torch.nn.Module],
        limit: int | None = None,
        notices: list[str] | None = None,
    ) -> None:
        self._forward = forward
        self._below = tuple(below)
        self._limit = limit
        self._notices = [] if notices is None else notices
        self.passed_over = frozenset(part for layer in self._below for part in layer.modules())
        self.version = 0
        self._kept: WeakKeyDictionary[Batch, _Kept] = WeakKeyDictionary()
        self._lock = RLock()  # for what is kept
        self._own = _Own()
        self._passing = Shared(self._pass_over)

    @property
    def layers(self) -> int:
        """How many layers are not computed again."""
        return len(self._below)

    @property
    def kept_bytes(self) -> int:
        """What is kept now, of batches that are still in use."""
        with self._lock:
            return sum(kept.size for kept in self._kept.values())

    def reset(self) -> None:
        """Forget everything: the layers below, or the number format, changed."""
        with self._lock:
            self._kept.clear()
            self.version += 1

    def keep(self, batch: Batch, output: Any) -> None:
        """Keep what the last of the layers below put out for a batch, if there is room."""
        size = sum(tensor.untyped_storage().nbytes() for tensor in tensors_of(output))
        with self._lock:
            if self._limit is None:
                self._limit = int(MEMORY_SHARE * free_memory(batch.labels.device))
            if self.kept_bytes + size <= self._limit:
                self._kept[batch] = _Kept(output, size)

    def __call__(self, batch: Batch) -> torch.Tensor:
        version = self.version
        try:
            return self._compute(batch)
        except (torch.OutOfMemoryError, MemoryError):
            if not self._has_kept_since(version) or _being_recorded(batch):
                raise
        except RuntimeError as error:
            # The CPU allocator has no exception type of its own, and one text per system.
            if "DefaultCPUAllocator" not in str(error) or not self._has_kept_since(version):
                raise
        # Outside the handlers: the traceback would keep the activations alive.
        with self._lock:
            if version == self.version:  # no other thread was first
                self._limit = self.kept_bytes // 2
                self.reset()
                self._notices.append(
                    "Out of memory: of what the layers below the group put out, at most "
                    f"{self._limit / 2**20:.0f} MiB are kept from now on."
                )
        return self._compute(batch)

    def _has_kept_since(self, version: int) -> bool:
        """Whether something is kept that could be given up, or was since that version."""
        return bool(self._kept) or version != self.version

    def _compute(self, batch: Batch) -> torch.Tensor:
        own = self._own
        with self._lock:
            own.kept = self._kept.get(batch)
        try:
            with self._passing.made():
                logits = self._forward(batch)
            # What a graph computes while it is recorded is not there yet, and not ours to keep.
            if own.made is not None and not _being_recorded(batch):
                self.keep(batch, own.made)
            return logits
        finally:
            own.kept = own.made = None

    def _pass_over(self) -> Undo:
        """Let the layers below put out what is kept of the batch of the thread that calls them.

        Only the ``forward`` of each is replaced, not the layer in its list: models count their
        layers, and read attributes of them (such as which mask they take) while they run.
        """
        before = [vars(layer).get("forward") for layer in self._below]
        for layer in self._below:
            layer.forward = self._forward_of(layer)

        def undo() -> None:
            for layer, forward in zip(self._below, before, strict=True):
                if forward is None:
                    del layer.forward
                else:
                    layer.forward = forward

        return undo

    def _forward_of(self, layer: torch.nn.Module) -> Callable[..., Any]:
        compute, own = layer.forward, self._own
        is_last = layer is self._below[-1]

        def forward(*arguments: Any, **named: Any) -> Any:
            if own.kept is not None:
                return own.kept.output
            output = compute(*arguments, **named)
            if is_last:
                own.made = output
            return output

        return forward


def _being_recorded(batch: Batch) -> bool:
    """Whether a CUDA graph is recorded of what is computed now."""
    return batch.labels.is_cuda and torch.cuda.is_current_stream_capturing()


def tensors_of(output: Any) -> list[torch.Tensor]:
    """The tensors in what a layer puts out: a tensor, or a tuple of tensors and None.

    Raises
    ------
    TypeError
        If it is anything else.
    """
    if isinstance(output, torch.Tensor):
        return [output]
    if isinstance(output, tuple | list):
        return [tensor for part in output for tensor in tensors_of(part)]
    if output is None:
        return []
    raise TypeError(f"a layer puts out {type(output).__name__}")
