"""Graphs are recorded, checked, kept and dropped as they should be; by a recorder on the CPU."""

import gc

import numpy as np
import pytest
import torch

from landscape_gui.engine import cuda_graphs
from landscape_gui.engine import weights as weights_module
from landscape_gui.engine.cuda_graphs import PATIENCE, CudaRecorder, GraphedForward
from landscape_gui.engine.jobs import run_job
from landscape_gui.engine.packing import Batch
from landscape_gui.engine.prefix import PrefixForward
from landscape_gui.specs import LatticeSpec, LayerGroup, OtherRunAxis, SurfaceSpec
from landscape_gui.store.landscape_file import read_landscape

OUT_OF_MEMORY = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")


def make_batch(seed=0, device="cpu"):
    torch.manual_seed(seed)
    inputs = {"values": torch.randn(4, 3).to(device)}
    return Batch(inputs, torch.zeros(4, dtype=torch.long, device=device), np.arange(4))


class Model:
    """Logits from a weight that placements change in place; counts how often it computes."""

    def __init__(self, device="cpu"):
        torch.manual_seed(7)
        self.weight = torch.randn(3, 2).to(device)
        self.calls = self.resets = self.version = 0
        self.error = None

    def __call__(self, batch):
        self.calls += 1
        if self.error:
            raise self.error
        return self.logits(batch)

    def logits(self, batch):
        return batch.inputs["values"] @ self.weight

    def move(self):
        self.weight += 1

    def reset(self):
        self.resets += 1
        self.version += 1


class Recorder:
    """As a graph does, replays what was recorded without the model's knowing."""

    def __init__(self, model, speed=2.0):
        self.model, self.speed = model, speed
        self.recorded = self.replayed = self.cleared = 0
        self.spoil = lambda logits: logits
        self.error = None

    def record(self, run):
        self.recorded += 1
        run()
        if self.error:
            raise self.error

        def replay():
            self.replayed += 1
            calls = self.model.calls
            found = run()
            self.model.calls = calls
            return self.spoil(found)

        return replay

    def seconds(self, run):
        run()
        return 1.0 / self.speed if run.__name__ == "replay" else 1.0

    def clear(self):
        self.cleared += 1


@pytest.fixture
def model():
    return Model()


@pytest.fixture
def recorder(model):
    return Recorder(model)


@pytest.fixture
def notices():
    return []


@pytest.fixture
def forward(model, recorder, notices):
    return GraphedForward(model, recorder, notices)


def call(forward, model, batch, times=1):
    """Call at so many placements; every result is the model's."""
    for _ in range(times):
        model.move()
        assert torch.equal(forward(batch), model.logits(batch))


def computed(forward, model, batch):
    """Whether a call computes the batch anew."""
    before = model.calls
    call(forward, model, batch)
    return model.calls > before


RECORDED = PATIENCE + 1
TRUSTED = PATIENCE + 2


def test_batches_are_recorded_once_and_then_replayed_at_every_placement(
    forward, model, recorder, notices
):
    batches = make_batch(0), make_batch(1)
    for batch in batches:
        call(forward, model, batch, TRUSTED)
    calls = model.calls
    for batch in batches:
        call(forward, model, batch, 3)
    assert model.calls == calls
    assert recorder.recorded == forward.graphs == 2
    assert not notices


def test_the_first_calls_are_computed(forward, model, recorder):
    """Number formats are compared with one call between resets: graphs would be wasted."""
    batch = make_batch()
    for _ in range(5):
        call(forward, model, batch, PATIENCE)
        forward.reset()
    assert recorder.recorded == 0


def test_a_graph_that_does_not_pay_is_not_kept(model, notices):
    recorder = Recorder(model, speed=1.0)
    forward, batch = GraphedForward(model, recorder, notices), make_batch()
    call(forward, model, batch, TRUSTED)
    assert computed(forward, model, batch)
    assert recorder.recorded == 1  # and it is not tried again
    assert not notices


def test_a_graph_that_gives_something_else_is_dropped_and_said(forward, model, recorder, notices):
    recorder.spoil = lambda logits: logits + 1e-3
    batch = make_batch()
    call(forward, model, batch, TRUSTED)
    assert computed(forward, model, batch)
    assert forward.graphs == 0
    assert len(notices) == 1
    assert "differed" in notices[0]


def test_a_graph_that_does_not_follow_the_weights_is_found_out(forward, model, recorder, notices):
    batch = make_batch()
    call(forward, model, batch, PATIENCE)
    model.move()
    frozen = model.logits(batch)
    recorder.spoil = lambda logits: frozen
    assert torch.equal(forward(batch), model.logits(batch))
    assert forward.graphs == 1
    assert computed(forward, model, batch)
    assert forward.graphs == 0
    assert len(notices) == 1
    assert computed(forward, model, batch)


def test_placements_without_a_finite_logit_prove_nothing(forward, model, recorder):
    batch = make_batch()
    model.weight.fill_(torch.nan)
    for _ in range(10):
        assert forward(batch).isnan().all()
    torch.nn.init.ones_(model.weight)
    assert computed(forward, model, batch)
    assert not computed(forward, model, batch)


def test_what_cannot_be_recorded_is_computed_and_said_once(forward, model, recorder, notices):
    recorder.error = RuntimeError("CUDA error: operation not permitted when stream is capturing\n…")
    for seed in range(3):
        call(forward, model, make_batch(seed), 2 * TRUSTED)
    forward.reset()
    call(forward, model, make_batch(), 2 * TRUSTED)
    assert recorder.recorded == 1
    assert notices == [
        "Batches run without CUDA graphs: CUDA error: operation not permitted when stream is "
        "capturing."
    ]


def out_of_memory_while_ending():
    """What a recording that ran out of memory raises: its end fails, too."""
    try:
        raise OUT_OF_MEMORY
    except torch.OutOfMemoryError:
        try:
            raise RuntimeError("CUDA error: operation failed due to a previous error")
        except RuntimeError as error:
            return error


@pytest.mark.parametrize("error", [OUT_OF_MEMORY, out_of_memory_while_ending()])
def test_out_of_memory_while_recording_gives_the_graphs_up_until_the_reset(
    forward, model, recorder, notices, error
):
    first, second = make_batch(0), make_batch(1)
    call(forward, model, first, TRUSTED)
    recorder.error = error
    call(forward, model, second, TRUSTED)
    assert forward.graphs == 0
    assert recorder.cleared
    assert computed(forward, model, first)
    assert "no memory" in notices[0]
    recorder.error = None
    forward.reset()
    call(forward, model, second, TRUSTED)
    assert not computed(forward, model, second)
    assert len(notices) == 1


def test_out_of_memory_beside_graphs_gives_their_memory_to_the_batch(
    forward, model, recorder, notices
):
    first, second = make_batch(0), make_batch(1)
    call(forward, model, first, TRUSTED)
    model.error = OUT_OF_MEMORY

    def clear():
        model.error = None  # there is room again

    recorder.clear = clear
    call(forward, model, second)
    assert forward.graphs == 0
    assert "no memory" in notices[0]


def test_out_of_memory_without_graphs_is_the_callers(forward, model):
    model.error = OUT_OF_MEMORY
    with pytest.raises(torch.OutOfMemoryError):
        forward(make_batch())


def test_a_reset_goes_through_and_drops_all_graphs(forward, model, recorder):
    batch = make_batch()
    call(forward, model, batch, TRUSTED)
    forward.reset()
    assert model.resets == 1
    assert forward.graphs == 0
    assert recorder.cleared
    assert computed(forward, model, batch)


def test_graphs_of_batches_that_are_gone_go_too(forward, model, recorder):
    def record(run):  # like a graph, this does not hold the batch
        result = run()
        return lambda: result

    recorder.record = record
    recorder.seconds = lambda run: 1.0 if run.__name__ == "run" else 0.5
    batch = make_batch()
    call(forward, model, batch, RECORDED)
    assert forward.graphs == 1
    del batch
    gc.collect()
    assert forward.graphs == 0


def test_graphs_do_not_outlive_what_the_forward_kept(forward, model):
    """A graph reads kept outputs at their place in memory, where other things may be now."""
    batch = make_batch()
    call(forward, model, batch, TRUSTED)
    model.reset()
    assert computed(forward, model, batch)
    assert forward.graphs == 0


def test_a_recording_during_which_kept_outputs_went_is_not_used(model, recorder, notices):
    class Forgetful(Model):
        def __call__(self, batch):
            if recorder.recorded == 1:
                self.reset()
                recorder.recorded += 1
            return super().__call__(batch)

    model = recorder.model = Forgetful()
    forward, batch = GraphedForward(model, recorder, notices), make_batch()
    call(forward, model, batch, RECORDED)
    assert model.resets == 1
    assert forward.graphs == 0
    assert not notices
    call(forward, model, batch, TRUSTED)
    assert forward.graphs == 1


def test_a_prefix_forward_says_when_what_it_kept_is_gone():
    layer = torch.nn.Linear(3, 3)
    plain = lambda batch: layer(batch.inputs["values"])  # noqa: E731
    prefix, batch = PrefixForward(plain, [layer], limit=10**6), make_batch()
    with torch.inference_mode():
        prefix(batch)
        assert prefix.kept_bytes
        before = prefix.version
        prefix(batch)
    assert prefix.version == before
    prefix.reset()
    assert prefix.version != before


@pytest.mark.gpu
def test_on_a_gpu_replays_follow_the_weights(monkeypatch, notices):
    monkeypatch.setattr(cuda_graphs, "PAYS", 1e9)
    device = torch.device("cuda")
    model = Model(device)
    forward = GraphedForward(model, CudaRecorder(device), notices)
    batches = [make_batch(seed, device) for seed in range(3)]
    with torch.inference_mode():
        for _ in range(TRUSTED):
            model.move()
            for batch in batches:
                torch.testing.assert_close(forward(batch), model.logits(batch))
        calls = model.calls
        model.move()
        found = [forward(batch) for batch in batches]  # none writes over another one's
        for logits, batch in zip(found, batches, strict=True):
            torch.testing.assert_close(logits, model.logits(batch))
    assert model.calls == calls
    assert forward.graphs == 3
    assert not notices
    forward.reset()
    with torch.inference_mode():
        for _ in range(TRUSTED):
            torch.testing.assert_close(forward(batches[0]), model.logits(batches[0]))
    assert forward.graphs == 1


@pytest.mark.gpu
def test_on_a_gpu_what_waits_for_the_device_is_computed_instead(notices):
    device = torch.device("cuda")
    model = Model(device)

    def waits(batch):
        return model(batch) if bool(batch.labels.sum() == 0) else model(batch) + 1

    forward, batch = GraphedForward(waits, CudaRecorder(device), notices), make_batch(0, device)
    with torch.inference_mode():
        for _ in range(2 * TRUSTED):
            model.move()
            torch.testing.assert_close(forward(batch), model.logits(batch))
    assert forward.graphs == 0
    assert len(notices) == 1


@pytest.mark.gpu
@pytest.mark.parametrize("fit", [True, False])
@pytest.mark.parametrize("group", [None, LayerGroup(name="high", layers=(2,))])
def test_on_a_gpu_a_surface_is_that_of_the_cpu(runs, tmp_path, monkeypatch, fit, group):
    monkeypatch.setattr(weights_module, "directions_fit", lambda *asked: fit)
    monkeypatch.setattr(cuda_graphs, "PAYS", 1e9)
    found = []
    for device in ("cpu", "cuda"):
        spec = SurfaceSpec(
            run=runs.first.path,
            axis2=OtherRunAxis(run=runs.second.path),
            lattice=LatticeSpec(alpha_points=5, beta_points=5),
            group=group,
            device=device,
        )
        out = tmp_path / f"{device}.landscape.h5"
        list(run_job(spec, out))
        found.append(next(iter(read_landscape(out).surfaces.values())))
    for metric in ("train_loss", "dev_loss"):
        a, b = (surface.values[metric] for surface in found)
        np.testing.assert_allclose(b, a, rtol=1e-4)
