from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.engine import streaming
from landscape_gui.engine.streaming import ChunkStream, host_buffer

CPU = torch.device("cpu")


@given(st.integers(0, 50), st.integers(1, 60), st.integers(1, 3))
def test_chunks_bring_every_number_of_every_source_once(size, chunk, sources):
    whole = [torch.arange(size, dtype=torch.float32) + 100 * k for k in range(sources)]
    found = [torch.full((size,), -1.0) for _ in whole]
    for part, chunks in ChunkStream(size, CPU, chunk=chunk).chunks(whole):
        assert part.stop - part.start <= chunk
        for target, values in zip(found, chunks, strict=True):
            target[part] = values
    assert all(torch.equal(a, b) for a, b in zip(found, whole, strict=True))


def test_a_chunk_survives_the_fetching_of_the_next_one():
    """The next chunk is under way while one is used: they may not share a buffer."""
    source = torch.arange(10, dtype=torch.float32)
    for part, (values,) in ChunkStream(10, CPU, chunk=4).chunks([source]):
        assert torch.equal(values, source[part])


def test_a_stream_can_be_used_again_after_it_was_left_half_way():
    stream, source = ChunkStream(9, CPU, chunk=2), torch.arange(9, dtype=torch.float32)
    next(iter(stream.chunks([source])))
    again = torch.cat([values.clone() for _, (values,) in stream.chunks([source])])
    assert torch.equal(again, source)


def test_host_buffers_for_the_cpu_are_plain_memory():
    assert not host_buffer(3, CPU).is_pinned()


class Streams:
    """Notes, in order, what a GPU would have been told: copies, events and who waits for them."""

    def __init__(self, monkeypatch):
        self.told = []
        self.events = 0
        self.compute = self.stream("compute")
        cuda = streaming.torch.cuda
        monkeypatch.setattr(cuda, "Stream", lambda device: self.stream("copy"))
        monkeypatch.setattr(cuda, "Event", self.event)
        monkeypatch.setattr(cuda, "current_stream", lambda device: self.compute)
        monkeypatch.setattr(cuda, "stream", lambda stream: nullcontext())

    def stream(self, name):
        wait = lambda event: self.told.append((name, "waits", event.number))  # noqa: E731
        return SimpleNamespace(name=name, wait_event=wait)

    def event(self):
        event = SimpleNamespace(number=self.events)
        event.record = lambda stream: self.told.append((stream.name, "records", event.number))
        self.events += 1
        return event


def test_on_a_gpu_copies_run_ahead_by_one_chunk_and_wait_for_what_they_overwrite(monkeypatch):
    streams = Streams(monkeypatch)
    empty = torch.empty
    monkeypatch.setattr(
        streaming.torch, "empty", lambda *shape, device, **more: empty(*shape, **more)
    )
    stream = ChunkStream(6, torch.device("cuda"), sources=1, chunk=2)
    source = torch.arange(6, dtype=torch.float32)
    for part, (values,) in stream.chunks([source]):
        streams.told.append(("compute", "uses", part.start // 2))
        assert torch.equal(values, source[part])
    fetch_even = [("copy", "waits", 1), ("copy", "records", 0)]
    fetch_odd = [("copy", "waits", 3), ("copy", "records", 2)]

    def use(chunk):
        filled, used = (0, 1) if chunk % 2 == 0 else (2, 3)
        return [
            ("compute", "waits", filled),
            ("compute", "uses", chunk),
            ("compute", "records", used),
        ]

    assert streams.told == [
        *fetch_even,
        *(fetch_odd + use(0)),
        *(fetch_even + use(1)),
        *use(2),
    ]


@pytest.mark.gpu
def test_on_a_gpu_the_sources_are_page_locked_and_arrive_whole():
    device = torch.device("cuda")
    source = host_buffer(1_000_003, device)
    assert source.is_pinned()
    source.copy_(torch.randn(len(source)))
    found = torch.empty(len(source), device=device)
    stream = ChunkStream(len(source), device, chunk=10_000)
    for _ in range(3):
        for part, (values,) in stream.chunks([source]):
            found[part].copy_(values)
        assert torch.equal(found.cpu(), source)
