"""Largest eigenvalue and trace of a real, small transformer against another program's.

PyHessian (Yao et al. 2020, arXiv:1912.07145) finds the eigenvalue by power iteration and draws its
own probes; here it is given the model as transformers loads it, and plain padding in one batch.
The Hessian of a smaller model is written down in test_hessian_job, with or without PyHessian.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from support.plain_evaluation import load, rows_of
from transformers import AutoTokenizer

from landscape_gui.engine.jobs import run_job
from landscape_gui.engine.thread_count import limited_threads
from landscape_gui.resource_files import resource
from landscape_gui.runs.opening import open_run
from landscape_gui.runs.tasks import evaluation_examples, resolve_task
from landscape_gui.specs import ExamplesSpec, HessianSpec, LayerGroup, TaskSpec, TrainSpec
from landscape_gui.store.landscape_file import read_landscape

pyhessian = pytest.importorskip(
    "pyhessian", reason="PyHessian is not installed (pip install --no-deps pyhessian==0.1)"
)

EXAMPLES = 64
PROBES = 100


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    with limited_threads(1):
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The demo's pre-trained model, fine-tuned on its first task for two epochs."""
    task = TaskSpec(
        name="custom",
        data=resource("demo", "data", "mood"),
        text_columns=("sentence",),
        labels=("bad", "good"),
        max_length=48,
    )
    spec = TrainSpec(
        model=str(resource("demo", "model")),
        task=task,
        out=tmp_path_factory.mktemp("run") / "mood",
        epochs=2,
        learning_rate=5e-4,
        batch_size=16,
    )
    list(run_job(spec, None))
    return open_run(spec.out)


@pytest.fixture(scope="module")
def ours(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "x.landscape.h5"
    spec = HessianSpec(
        run=run.path,
        axis2=None,
        groups=(LayerGroup(name="high", layers=(3,)),),
        steps=60,
        probes=PROBES,
        examples=ExamplesSpec(train=EXAMPLES),
    )
    list(run_job(spec, out))
    return read_landscape(out).hessian


class Logits(torch.nn.Module):
    """The model as PyHessian calls one: a batch in, logits out."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        return self.model(**batch).logits


def theirs(run, wanted):
    """PyHessian's view of the same loss, by the encoder's parameters that are wanted."""
    model = load(run.checkpoints[-1].path)
    model.config._attn_implementation = "eager"
    prefix = f"{model.base_model_prefix}."
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith(prefix) and wanted(name))
    tokenizer = AutoTokenizer.from_pretrained(run.checkpoints[-1].path)
    chosen = evaluation_examples(run, resolve_task(run.task), "train", EXAMPLES, 0)
    texts = {
        tuple(tokenizer(row["sentence"])["input_ids"]): row["sentence"]
        for row in rows_of(run.task, "train")
    }
    sentences = [texts[tuple(ids.tolist())] for ids in chosen.input_ids]
    batch = dict(tokenizer(sentences, padding=True, return_tensors="pt"))
    labels = torch.as_tensor(np.asarray(chosen.labels)).long()
    torch.manual_seed(0)
    loss = torch.nn.CrossEntropyLoss()
    return pyhessian.hessian(Logits(model), loss, data=(batch, labels), cuda=False)


@pytest.mark.filterwarnings("ignore:Using backward")
@pytest.mark.parametrize("region", [0, 1], ids=["whole encoder", "layer 3"])
def test_eigenvalue_and_trace_are_those_that_pyhessian_finds(run, ours, region):
    found = theirs(run, lambda name: region == 0 or ".layer.3." in name)
    (eigenvalue,), _ = found.eigenvalues(maxIter=400, tol=1e-4)
    assert ours.largest[region, 0] == pytest.approx(eigenvalue, rel=0.01)
    # Never less than none: it would stop at the first probe that leaves the mean where it was.
    samples = np.array(found.trace(maxIter=PROBES, tol=-math.inf))
    assert len(samples) == PROBES
    error = samples.std(ddof=1) / math.sqrt(PROBES)
    trace, own_error = ours.traces[region]
    assert abs(trace - samples.mean()) < 4 * math.hypot(own_error, error)
    if region == 0:
        # Probes of one kind and one matrix: the samples vary as much. A group's are taken from the
        # whole encoder's products, and vary by what couples it to the rest as well.
        assert own_error == pytest.approx(error, rel=0.5)
