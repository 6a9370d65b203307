"""Places the moving parameters of a module anywhere on a line or a plane.

All moving parameters live in one flat float32 buffer per role; the module's parameters are views
into the working buffer. Placing a point is two fused operations over flat buffers, from the same
end points every time, so nothing drifts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

# Reads some parameters of one checkpoint by name.
Reader: TypeAlias = Callable[[Sequence[str]], Mapping[str, torch.Tensor]]

# Parameters that are held at once, beyond the flat buffers, while checkpoints are read.
_CHUNK = 16_000_000


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


class FlatWeights:
    """The moving parameters of a module, in flat buffers: end θ1, start θ0, axis 2, and working.

    The end point is what the module holds when this is built. θ0 + α δ1 is evaluated as the
    linear interpolation between θ0 and θ1, so no buffer for δ1 is needed (four buffers in all)
    and α = 0 and α = 1 give θ0 and θ1 bit for bit.

    Parameters
    ----------
    module
        Its parameters become views into the working buffer, on ``device``.
    names
        The parameters that move, as in ``module.named_parameters()``.
    start
        Reads θ0.
    """

    def __init__(
        self, module: torch.nn.Module, names: Sequence[str], start: Reader, device: torch.device
    ) -> None:
        self.layout = Layout.of(module, names)
        parameters = dict(module.named_parameters())
        self.end = self.empty(device)
        for name in names:
            self.end[self.layout.slices[name]].copy_(parameters[name].detach().reshape(-1))
        module.to(device)
        self.working = self.end.clone()
        for name in names:
            parameters[name].data = self.layout.view(self.working, name)
        self.start = self.layout.read_into(self.empty(device), start)
        self.axis2: torch.Tensor | None = None

    def empty(self, device: torch.device | None = None) -> torch.Tensor:
        """A new flat buffer with room for the moving parameters."""
        device = device or self.end.device
        return torch.empty(self.layout.size, dtype=torch.float32, device=device)

    @torch.no_grad()
    def place(self, along: float, across: float = 0.0) -> None:
        """Put θ0 + along · (θ1 − θ0) + across · axis 2 into the module."""
        torch.lerp(self.start, self.end, along, out=self.working)
        if across:
            if self.axis2 is None:
                raise ValueError("this line has no second axis")
            self.working.add_(self.axis2, alpha=across)

    @torch.no_grad()
    def place_flat(self, reader: Reader) -> None:
        """Put a checkpoint's own parameters into the module."""
        self.layout.read_into(self.working, reader)

    @torch.no_grad()
    def place_rolled_back(self, names: Iterable[str]) -> None:
        """Put θ1 into the module, with the named parameters at θ0 (Hao et al. 2019, §7)."""
        self.working.copy_(self.end)
        for name in names:
            part = self.layout.slices[name]
            self.working[part].copy_(self.start[part])

    @contextmanager
    def displaced(self) -> Iterator[None]:
        """Whatever is placed inside, and however it ends, the module leaves with θ1 in it."""
        try:
            yield
        finally:
            with torch.no_grad():
                self.working.copy_(self.end)


def inner_products(
    layout: Layout, start: Reader, checkpoints: Sequence[Reader], axis2: torch.Tensor | None = None
) -> npt.NDArray[np.float64]:
    """⟨δi, δj⟩ of checkpoints against θ0, and with axis 2 as the last row.

    Holds a chunk of every checkpoint at a time, never a whole one, so 17 checkpoints of
    BERT-large need no more memory than one.

    Returns
    -------
    float64[k, k], or float64[k + 1, k + 1] with axis 2
    """
    count = len(checkpoints) + (axis2 is not None)
    gram = torch.zeros(count, count, dtype=torch.float64)
    for names, part in layout.chunks():

        def row_of(reader: Reader, names: tuple[str, ...] = names) -> torch.Tensor:
            tensors = reader(names)
            return torch.cat([tensors[name].reshape(-1).double() for name in names])

        origin = row_of(start)
        rows = [row_of(reader).sub_(origin) for reader in checkpoints]
        if axis2 is not None:
            rows.append(axis2[part].double().cpu())
        stacked = torch.stack(rows)
        gram += stacked @ stacked.T
    # A product of a matrix with its own transpose may differ in the last bit across the diagonal.
    return ((gram + gram.T) / 2).numpy()
