"""Replays each batch's forward as one CUDA graph instead of launching its kernels one by one.

Placements write into the same memory every time and a packed batch never changes its shape, so a
graph that was recorded once holds for all points. It is not taken on trust: what it gives is
compared with the forward it was recorded from, at two placements, and it is kept only for batches
where it is faster. ``torch.compile`` is not used: it needs a compiler on the user's machine, and
minutes where a surface may take as long; what it would fuse is little beside the matrix products.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Protocol, TypeAlias
from weakref import WeakKeyDictionary

import torch

from landscape_gui.engine.packing import Batch

# Gives what the recorded computation gives for the weights that are placed now.
Replay: TypeAlias = Callable[[], torch.Tensor]

# Batches that are called no more often than this are not worth a graph: comparing number formats
# resets the forward at every point.
PATIENCE = 2
# A graph has to take less than this share of the time without it.
PAYS = 0.97
# Largest deviation, relative to the largest logit: other kernels may be chosen while recording.
_TOLERANCE = {torch.float32: 1e-5}
_TIMINGS = 3


class Recorder(Protocol):
    """Records computations on a device and times them."""

    def record(self, run: Callable[[], torch.Tensor]) -> Replay:
        """Record a computation whose inputs keep their places in memory.

        Raises
        ------
        RuntimeError
            If it cannot be recorded; ``torch.OutOfMemoryError`` if for want of memory.
        """
        ...

    def seconds(self, run: Callable[[], object]) -> float:
        """How long a computation takes on the device."""
        ...

    def clear(self) -> None:
        """Forget the memory that records shared; none of them is used any more."""
        ...


@dataclass
class _State:
    """What is known of a batch: how often it was computed, and whether a graph is worth it."""

    calls: int = 0
    replay: Replay | None = None
    trusted: bool = False
    plain: bool = False


class GraphedForward:
    """The logits of a batch, from a graph where that was found right and faster.

    Out of memory while a graph is recorded, or beside graphs, all of them are given up until the
    next ``reset``: their memory goes to the batches.

    Parameters
    ----------
    forward
        Computes a batch. If it has a ``reset()``, it is called with this one's. If it has a
        ``version``, a number that changes with whatever it keeps between calls, graphs of an
        earlier version are not replayed: what they read may be gone.
    notices
        Where it is said why graphs are not used.
    """

    def __init__(
        self, forward: Callable[[Batch], torch.Tensor], recorder: Recorder, notices: list[str]
    ) -> None:
        self._forward = forward
        self._recorder = recorder
        self._notices = notices
        self._said: set[str] = set()
        self._states: WeakKeyDictionary[Batch, _State] = WeakKeyDictionary()
        self._version = self._current_version()
        self._short_of_memory = False
        self._broken = False

    @property
    def graphs(self) -> int:
        """How many batches are replayed."""
        return sum(state.replay is not None for state in self._states.values())

    def reset(self) -> None:
        """Forget all graphs: other batches or another number format come."""
        self._forget()
        self._short_of_memory = False
        reset = getattr(self._forward, "reset", None)
        if reset is not None:
            reset()
        self._version = self._current_version()

    def __call__(self, batch: Batch) -> torch.Tensor:
        if self._version != self._current_version():
            self._forget()
        state = self._states.setdefault(batch, _State())
        if state.replay is not None and state.trusted:
            return state.replay()
        expected = self._compute(batch)
        # Computing may have changed what the forward keeps.
        if self._version != self._current_version():
            self._forget()
            return expected
        if self._broken or self._short_of_memory or state.plain:
            return expected
        state.calls += 1
        if state.replay is not None:
            self._check_again(state, expected)
        elif state.calls > PATIENCE:
            self._record(batch, state, expected)
        return expected

    def _compute(self, batch: Batch) -> torch.Tensor:
        try:
            return self._forward(batch)
        except torch.OutOfMemoryError:
            if not self.graphs:
                raise
        # Outside the handler: the traceback would keep the activations alive.
        self._give_up_for_memory()
        return self._forward(batch)

    def _record(self, batch: Batch, state: _State, expected: torch.Tensor) -> None:
        def run() -> torch.Tensor:
            return self._forward(batch)

        reason, short = "", False
        try:
            replay = self._recorder.record(run)
            if not _same(replay(), expected):
                reason = "what a graph gave differed from what it was recorded from"
            elif self._recorder.seconds(replay) < PAYS * self._recorder.seconds(run):
                state.replay = replay
            else:
                state.plain = True
        except RuntimeError as error:
            reason, short = _first_line(error), _is_out_of_memory(error)
        if short:
            self._give_up_for_memory()
        elif self._version != self._current_version():
            self._forget()
        elif reason:
            self._break(reason)

    def _check_again(self, state: _State, expected: torch.Tensor) -> None:
        """Compare once more: other weights are placed now than when the graph was recorded."""
        if state.replay is None:
            return
        if _same(state.replay(), expected):
            # Where all is NaN or infinite, the comparison says nothing.
            state.trusted = bool(expected.isfinite().any())
        else:
            self._break("what a graph gave did not follow the weights")

    def _give_up_for_memory(self) -> None:
        self._short_of_memory = True
        self._forget()
        self._say("Batches run without CUDA graphs: the device has no memory for them.")

    def _break(self, reason: str) -> None:
        self._broken = True
        self._forget()
        self._say(f"Batches run without CUDA graphs: {reason}.")

    def _forget(self) -> None:
        self._states.clear()
        self._recorder.clear()
        self._version = self._current_version()

    def _say(self, notice: str) -> None:
        if notice not in self._said:
            self._said.add(notice)
            self._notices.append(notice)

    def _current_version(self) -> object:
        return getattr(self._forward, "version", None)


class CudaRecorder:
    """Records CUDA graphs that share one pool of memory; they are replayed one after another."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device)
        self._pool = None

    def record(self, run: Callable[[], torch.Tensor]) -> Replay:
        """Record a graph; what the replay returns is a copy outside the shared pool.

        Raises
        ------
        RuntimeError
            If the computation waits for the device or cannot be recorded for another reason.
        """
        with torch.cuda.device(self._device):
            current = torch.cuda.current_stream()
            self._warm_up(run, current)
            if self._pool is None:
                self._pool = torch.cuda.graph_pool_handle()
            graph = torch.cuda.CUDAGraph()
            try:
                with torch.cuda.graph(
                    graph,
                    pool=self._pool,
                    stream=self._stream,
                    # Other threads of the process may go on using the device.
                    capture_error_mode="thread_local",
                ):
                    held = run()
            except BaseException:
                # Where the end of a recording fails, PyTorch stays on its stream, and the pool
                # may be unusable.
                torch.cuda.set_stream(current)
                self._pool = None
                raise

        def replay() -> torch.Tensor:
            graph.replay()
            # A copy, because later graphs of the pool may write over it.
            return held.clone()

        return replay

    def _warm_up(self, run: Callable[[], torch.Tensor], current: torch.cuda.Stream) -> None:
        """Run on the recording stream: libraries set up their workspaces on first use."""
        self._stream.wait_stream(current)
        with torch.cuda.stream(self._stream):
            run()
        current.wait_stream(self._stream)

    def seconds(self, run: Callable[[], object]) -> float:
        taken = []
        for _ in range(_TIMINGS):
            torch.cuda.synchronize(self._device)
            began = time.perf_counter()
            run()
            torch.cuda.synchronize(self._device)
            taken.append(time.perf_counter() - began)
        return median(taken)

    def clear(self) -> None:
        self._pool = None


def _same(found: torch.Tensor, expected: torch.Tensor) -> bool:
    if found.shape != expected.shape or found.dtype != expected.dtype:
        return False
    tolerance = _TOLERANCE.get(expected.dtype, 4 * torch.finfo(expected.dtype).eps)
    finite = expected[expected.isfinite()].abs()
    scale = float(finite.max()) if finite.numel() else 0.0
    return torch.allclose(found, expected, rtol=tolerance, atol=tolerance * scale, equal_nan=True)


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__


def _is_out_of_memory(error: BaseException | None) -> bool:
    """Whether an error is for want of device memory, or was raised while such a one was handled."""
    while error is not None:
        if isinstance(error, torch.OutOfMemoryError) or "CUDA error: out of memory" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
