"""Directions that stay in host memory and come to the device a chunk at a time.

Two sets of staging buffers on the device take turns: while one chunk is used, the next one is
under way on a stream of its own. On the CPU the same code runs without streams.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

# Numbers per chunk. Six staging buffers take 96 MiB; smaller transfers would not fill the bus.
CHUNK = 4_194_304


def host_buffer(size: int, device: torch.device) -> torch.Tensor:
    """An uninitialised float32[size] in host memory, page-locked where ``device`` is a GPU."""
    if device.type == "cuda":
        try:
            return torch.empty(size, dtype=torch.float32, pin_memory=True)
        except RuntimeError:
            # Systems limit locked memory: unlocked, transfers are slower and nothing else changes.
            pass
    return torch.empty(size, dtype=torch.float32)


@dataclass(frozen=True)
class _Slot:
    """Staging buffers for one chunk of every source, and when they are filled and free again."""

    buffers: tuple[torch.Tensor, ...]
    filled: torch.cuda.Event | None
    used: torch.cuda.Event | None


class ChunkStream:
    """Brings flat host buffers to a device in chunks.

    Parameters
    ----------
    size
        Numbers in each source.
    sources
        Most sources that are streamed together.
    chunk
        Numbers in a chunk.

    Raises
    ------
    torch.OutOfMemoryError
        If the device has no room for the staging buffers.
    """

    def __init__(
        self, size: int, device: torch.device, sources: int = 3, chunk: int | None = None
    ) -> None:
        self._device = device
        chunk = min(chunk or CHUNK, max(size, 1))
        self._parts = [slice(i, min(i + chunk, size)) for i in range(0, size, chunk)]
        self._copies = torch.cuda.Stream(device) if device.type == "cuda" else None
        self._slots = [self._slot(sources, chunk) for _ in range(2)]

    def _slot(self, sources: int, chunk: int) -> _Slot:
        buffers = tuple(
            torch.empty(chunk, dtype=torch.float32, device=self._device) for _ in range(sources)
        )
        if self._copies is None:
            return _Slot(buffers, None, None)
        return _Slot(buffers, torch.cuda.Event(), torch.cuda.Event())

    def chunks(
        self, sources: Sequence[torch.Tensor]
    ) -> Iterator[tuple[slice, tuple[torch.Tensor, ...]]]:
        """The sources' chunks on the device, in order.

        What is yielded is valid until the next one is asked for, for operations on the current
        stream.
        """
        if self._parts:
            self._fetch(0, sources)
        for k, part in enumerate(self._parts):
            if k + 1 < len(self._parts):
                self._fetch(k + 1, sources)
            slot = self._slots[k % 2]
            length = part.stop - part.start
            if slot.filled is not None:
                torch.cuda.current_stream(self._device).wait_event(slot.filled)
            yield part, tuple(buffer[:length] for buffer in slot.buffers[: len(sources)])
            if slot.used is not None:
                slot.used.record(torch.cuda.current_stream(self._device))

    def _fetch(self, k: int, sources: Sequence[torch.Tensor]) -> None:
        """Start bringing chunk ``k``; on a GPU this returns before it has arrived."""
        part, slot = self._parts[k], self._slots[k % 2]
        pairs = zip(slot.buffers, sources, strict=False)
        if self._copies is None or slot.used is None or slot.filled is None:
            for buffer, source in pairs:
                buffer[: part.stop - part.start].copy_(source[part])
            return
        # What the chunk before the last one was used for has to be over.
        self._copies.wait_event(slot.used)
        with torch.cuda.stream(self._copies):
            for buffer, source in pairs:
                buffer[: part.stop - part.start].copy_(source[part], non_blocking=True)
        slot.filled.record(self._copies)
