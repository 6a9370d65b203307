"""Places the moving parameters of a module anywhere on a line or a plane.

All moving parameters live in one flat float32 buffer per role; the module's parameters are views
into the working buffer. Placing a point is two fused operations over flat buffers, from the same
end points every time, so nothing drifts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import torch

from landscape_gui.engine.free_memory import free_memory
from landscape_gui.engine.layout import Layout, Reader
from landscape_gui.engine.streaming import ChunkStream, host_buffer

# Bytes of device memory that are left to activations. Batches that do not fit are halved, which
# costs less than streaming directions, so this is no more than a batch of a few thousand tokens.
_HEAD_ROOM = 1 << 30


class FlatWeights:
    """The moving parameters of a module, in flat buffers: end θ1, start θ0, axis 2, and working.

    The end point is what the module holds when this is built. θ0 + α δ1 is evaluated as the
    linear interpolation between θ0 and θ1, so no buffer for δ1 is needed (four buffers in all)
    and α = 0 and α = 1 give θ0 and θ1 bit for bit.

    Where the device is short of memory, only the working buffer is on it; the directions stay in
    host memory and stream through it for each placement, with the same values bit for bit.

    Parameters
    ----------
    module
        Its parameters become views into the working buffer, on ``device``. Their own memory is
        given back one by one, so that the module is never held twice.
    names
        The parameters that move, as in ``module.named_parameters()``.
    start
        Reads θ0.
    directions
        Where θ0, θ1 and axis 2 are kept: ``host`` memory, the ``device``, or what fits.

    Attributes
    ----------
    notices
        What the user should know of it.

    Raises
    ------
    torch.OutOfMemoryError
        If not even the working buffer fits into the device's memory.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        names: Sequence[str],
        start: Reader,
        device: torch.device,
        directions: Literal["auto", "host", "device"] = "auto",
    ) -> None:
        self.layout = Layout.of(module, names)
        self.device = device
        self.notices: list[str] = []
        self._directions: dict[str, torch.Tensor] = {}
        self._stream: ChunkStream | None = None
        # What placements move: all, or all but the rows of a table that nobody looks up.
        self._moved: list[slice] = [slice(0, self.layout.size)]
        self._table: tuple[str, torch.Tensor] | None = None
        fixed = sum(p.numel() for p in module.parameters()) - self.layout.size
        self.working = torch.empty(self.layout.size, dtype=torch.float32, device=device)
        self._take_over(module)
        if directions == "host" or (
            directions == "auto" and not directions_fit(self.layout.size, fixed, device)
        ):
            self.keep_directions_on_host()
        # Each is kept before there is another: a retreat to host memory takes it along.
        self._directions["end"] = self.empty()
        self.end.copy_(self.working)
        self._directions["start"] = self.empty()
        self.layout.read_into(self.start, start)

    @torch.no_grad()
    def _take_over(self, module: torch.nn.Module) -> None:
        """Make the moving parameters views into the working buffer, and move all others along."""
        parameters = dict(module.named_parameters())
        for name in self.layout.names:
            view = self.layout.view(self.working, name)
            view.copy_(parameters[name])
            parameters[name].data = view
        module.to(self.device)

    @property
    def start(self) -> torch.Tensor:
        """θ0, float32[n], on the device or in host memory."""
        return self._directions["start"]

    @property
    def end(self) -> torch.Tensor:
        """θ1, float32[n], where ``start`` is."""
        return self._directions["end"]

    @property
    def axis2(self) -> torch.Tensor | None:
        """The second axis of a plane, where ``start`` is; ``None`` for a line."""
        return self._directions.get("axis2")

    @axis2.setter
    def axis2(self, direction: torch.Tensor | None) -> None:
        self._directions.pop("axis2", None)
        if direction is not None:
            if direction.device != self.start.device:
                direction = self.empty().copy_(direction)
            self._directions["axis2"] = direction

    @property
    def streamed(self) -> bool:
        """Whether the directions are in host memory and stream to the device."""
        return self._stream is not None

    def empty(self) -> torch.Tensor:
        """A new flat buffer for a direction; short of device memory, all of them go to the host.

        Ask for ``start`` and ``end`` after this, not before: they may have moved.
        """
        if self._stream is None:
            try:
                return torch.empty(self.layout.size, dtype=torch.float32, device=self.device)
            except torch.OutOfMemoryError:
                if not has_own_memory(self.device):
                    raise
            # Outside the handler: its traceback would keep what did not fit alive.
            self.keep_directions_on_host()
        return host_buffer(self.layout.size, self.device)

    def keep_directions_on_host(self) -> None:
        """Move the directions to host memory; placements stream them from now on.

        Raises
        ------
        torch.OutOfMemoryError
            If the device has no room for the staging buffers.
        """
        if self._stream is not None:
            return
        for role, held in list(self._directions.items()):
            self._directions[role] = host_buffer(self.layout.size, self.device).copy_(held)
            del held
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self._stream = ChunkStream(self.layout.size, self.device)
        self.notices.append(
            f"The directions do not fit into the memory of {self.device} beside the model: they "
            "stay in the computer's memory and are sent there for each point."
        )

    def relieve_device(self) -> bool:
        """Free device memory at the cost of speed; False where there is nothing to free."""
        if self._stream is not None or not has_own_memory(self.device):
            return False
        try:
            self.keep_directions_on_host()
        except torch.OutOfMemoryError:
            return False
        return True

    @torch.no_grad()
    def place(self, along: float, across: float = 0.0) -> None:
        """Put θ0 + along · (θ1 − θ0) + across · axis 2 into the module."""
        sources = [self.start, self.end]
        if across:
            if self.axis2 is None:
                raise ValueError("this line has no second axis")
            sources.append(self.axis2)
        if self._stream is None:
            for part in self._moved:
                parts = [source[part] for source in sources]
                _combine(self.working[part], parts, along, across)
            if self._table is not None:
                self._place_rows(*self._table, sources, along, across)
            return
        for part, chunks in self._stream.chunks(sources):
            _combine(self.working[part], chunks, along, across)

    def _place_rows(
        self,
        name: str,
        rows: torch.Tensor,
        sources: Sequence[torch.Tensor],
        along: float,
        across: float,
    ) -> None:
        picked = [self.layout.view(source, name).index_select(0, rows) for source in sources]
        found = torch.empty_like(picked[0])
        _combine(found, picked, along, across)
        self.layout.view(self.working, name).index_copy_(0, rows, found)

    def place_rows_only(self, name: str, rows: torch.Tensor) -> None:
        """Let placements in the plane move only some rows of a parameter; the others keep still.

        Directions that stream from the host are sent whole.

        Parameters
        ----------
        rows
            int64[k], each once.
        """
        part = self.layout.slices[name]
        around = [slice(0, part.start), slice(part.stop, self.layout.size)]
        self._moved = [piece for piece in around if piece.stop > piece.start]
        self._table = name, rows.to(self.device)

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


def _combine(
    out: torch.Tensor, sources: Sequence[torch.Tensor], along: float, across: float
) -> None:
    """``out`` = sources[0] + along · (sources[1] − sources[0]) + across · sources[2]."""
    torch.lerp(sources[0], sources[1], along, out=out)
    if across:
        out.add_(sources[2], alpha=across)


def has_own_memory(device: torch.device) -> bool:
    """Whether the device's memory is apart from the computer's."""
    return device.type != "cpu"


def directions_fit(size: int, fixed: int, device: torch.device) -> bool:
    """Whether three flat buffers of ``size`` numbers fit beside what else has to be on a GPU.

    Parameters
    ----------
    fixed
        Parameters of the module that do not move and are still to come to the device.
    """
    if not has_own_memory(device):
        return True
    return (3 * size + fixed) * 4 + _HEAD_ROOM <= free_memory(device)
