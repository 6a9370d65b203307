"""Where named parameters lie in a flat buffer, and what is computed of checkpoints through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

# Reads some parameters of one checkpoint by name.
Reader: TypeAlias = Callable[[Sequence[str]], Mapping[str, torch.Tensor]]

# Parameters that are held at once, beyond the flat buffers, while checkpoints are read.
_CHUNK = 16_000_000
# Numbers of each checkpoint that are held in float64 at once.
_SEGMENT = 65_536


class Layout:
    """Where each named parameter lies in a flat buffer.

    Parameters
    ----------
    shapes
        Name → shape, in the order of the buffer.
    """

    def __init__(self, shapes: Mapping[str, torch.Size]) -> None:
        self.shapes = dict(shapes)
        self.slices: dict[str, slice] = {}
        offset = 0
        for name, shape in self.shapes.items():
            self.slices[name] = slice(offset, offset + shape.numel())
            offset += shape.numel()
        self.size = offset

    @classmethod
    def of(cls, module: torch.nn.Module, names: Sequence[str]) -> Layout:
        parameters = dict(module.named_parameters())
        return cls({name: parameters[name].shape for name in names})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.shapes)

    def chunks(self) -> Iterator[tuple[tuple[str, ...], slice]]:
        """Runs of parameters of bounded size, with their place in a flat buffer."""
        run: list[str] = []
        for name in self.names:
            run.append(name)
            first, last = self.slices[run[0]].start, self.slices[name].stop
            if last - first >= _CHUNK or name == self.names[-1]:
                yield tuple(run), slice(first, last)
                run = []

    def view(self, flat: torch.Tensor, name: str) -> torch.Tensor:
        """One parameter's part of a flat buffer, in its own shape."""
        return flat[self.slices[name]].view(self.shapes[name])

    def read_into(self, flat: torch.Tensor, reader: Reader) -> torch.Tensor:
        """Fill a flat buffer with a checkpoint's parameters, a chunk at a time."""
        for names, _ in self.chunks():
            tensors = reader(names)
            for name in names:
                flat[self.slices[name]].copy_(tensors[name].reshape(-1))
        return flat


def squared_distances(layout: Layout, start: Reader, end: Reader) -> dict[str, float]:
    """Name → ‖θ1 − θ0‖² of each parameter, a chunk of both in memory at a time."""
    found: dict[str, float] = {}
    for names, _ in layout.chunks():
        a, b = start(names), end(names)
        for name in names:
            total, one, two = 0.0, a[name].reshape(-1), b[name].reshape(-1)
            for first in range(0, len(one), _SEGMENT):
                part = slice(first, first + _SEGMENT)
                difference = two[part].double() - one[part].double()
                total += float(difference @ difference)
            found[name] = total
    return found


def inner_products(
    layout: Layout, start: Reader, checkpoints: Sequence[Reader], axis2: torch.Tensor | None = None
) -> npt.NDArray[np.float64]:
    """⟨δi, δj⟩ of checkpoints against θ0, and with axis 2 as the last row.

    Holds a chunk of every checkpoint at a time, never a whole one, and a fraction of that in
    float64, so 17 checkpoints of BERT-large need no more memory than one.

    Returns
    -------
    float64[k, k], or float64[k + 1, k + 1] with axis 2
    """
    count = len(checkpoints) + (axis2 is not None)
    gram = torch.zeros(count, count, dtype=torch.float64)
    for names, _ in layout.chunks():
        read = [reader(names) for reader in (start, *checkpoints)]
        for name in names:
            rows = [tensors[name].reshape(-1) for tensors in read]
            if axis2 is not None:
                rows.append(axis2[layout.slices[name]])
            for first in range(0, len(rows[0]), _SEGMENT):
                parts = [row[first : first + _SEGMENT].double().cpu() for row in rows]
                stacked = torch.stack(parts[1:])
                stacked[: len(checkpoints)] -= parts[0]
                gram += stacked @ stacked.T
    # A product of a matrix with its own transpose may differ in the last bit across the diagonal.
    return ((gram + gram.T) / 2).numpy()
