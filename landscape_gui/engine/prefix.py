"""Starts every point of a layer group's surface at the group's first layer.

Below it nothing moves, so what the layers there put out is the same at every point: it is kept
per batch and given back in place of computing it. The model's own code still runs around them,
so masks, position biases and whatever else it makes for its layers are its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch

from landscape_gui.engine.free_memory import free_memory
from landscape_gui.engine.packing import Batch

# Share of the free memory that the kept outputs may fill; activations need the rest.
MEMORY_SHARE = 0.5


@dataclass(frozen=True)
class _Kept:
    output: Any
    size: int


class PrefixForward:
    """The logits of a batch, with the outputs of the first layers computed once per batch.

    A batch that does not fit into the memory limit is computed in full every time.

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
        self.version = 0
        self._kept: WeakKeyDictionary[Batch, _Kept] = WeakKeyDictionary()

    @property
    def layers(self) -> int:
        """How many layers are not computed again."""
        return len(self._below)

    @property
    def kept_bytes(self) -> int:
        """What is kept now, of batches that are still in use."""
        return sum(kept.size for kept in self._kept.values())

    def reset(self) -> None:
        """Forget everything: the layers below, or the number format, changed."""
        self._kept.clear()
        self.version += 1

    def keep(self, batch: Batch, output: Any) -> None:
        """Keep what the last of the layers below put out for a batch, if there is room."""
        if self._limit is None:
            self._limit = int(MEMORY_SHARE * free_memory(batch.labels.device))
        size = sum(tensor.untyped_storage().nbytes() for tensor in tensors_of(output))
        if self.kept_bytes + size <= self._limit:
            self._kept[batch] = _Kept(output, size)

    def __call__(self, batch: Batch) -> torch.Tensor:
        try:
            return self._compute(batch)
        except (torch.OutOfMemoryError, MemoryError):
            if not self._kept or _being_recorded(batch):
                raise
        except RuntimeError as error:
            # The CPU allocator has no exception type of its own, and one text per system.
            if "DefaultCPUAllocator" not in str(error) or not self._kept:
                raise
        # Outside the handlers: the traceback would keep the activations alive.
        self._limit = self.kept_bytes // 2
        self.reset()
        self._notices.append(
            "Out of memory: of what the layers below the group put out, at most "
            f"{self._limit / 2**20:.0f} MiB are kept from now on."
        )
        return self._forward(batch)

    def _compute(self, batch: Batch) -> torch.Tensor:
        kept = self._kept.get(batch)
        if kept is not None:
            with _replaced(self._below, kept.output):
                return self._forward(batch)
        with recorded(self._below[-1:]) as outputs:
            logits = self._forward(batch)
        # What a graph computes while it is recorded is not there yet, and not ours to keep.
        if outputs and not _being_recorded(batch):
            self.keep(batch, outputs[0])
        return logits


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


@contextmanager
def _replaced(layers: Sequence[torch.nn.Module], output: Any) -> Iterator[None]:
    """Let the layers put out ``output`` without computing.

    Only the ``forward`` of each is replaced, not the layer in its list: models count their
    layers, and read attributes of them (such as which mask they take) while they run.
    """
    own = [vars(layer).get("forward") for layer in layers]

    def replay(*arguments: Any, **named: Any) -> Any:
        return output

    for layer in layers:
        layer.forward = replay
    try:
        yield
    finally:
        for layer, forward in zip(layers, own, strict=True):
            if forward is None:
                del layer.forward
            else:
                layer.forward = forward
