"""The Hessian's job against an explicit Hessian by torch.autograd.functional."""

from contextlib import closing

import h5py
import numpy as np
import pytest
import torch
from support.plain_evaluation import load, rows_of
from support.tiny_models import make_tiny_model, make_tiny_task
from transformers import AutoTokenizer

from landscape_gui.engine.events import Done, HessianProgress, Notice
from landscape_gui.engine.jobs import run_job
from landscape_gui.runs.checkpoints import adopt
from landscape_gui.runs.layer_groups import group_names
from landscape_gui.specs import (
    ExamplesSpec,
    HessianSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    SurfaceSpec,
    UserError,
)
from landscape_gui.store.landscape_file import read_landscape

EXAMPLES = 24
GROUPS = (LayerGroup(name="first", layers=(0,)), LayerGroup(name="second", layers=(1,)))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A run of some hundred moving parameters: its Hessian can be written down.

    Not trained: so small a network learns nothing, and where it is flat there is nothing to see.
    """
    root = tmp_path_factory.mktemp("tiny")
    base = make_tiny_model(root / "base", layers=2, hidden=4, kind="classifier")
    model, tokenizer = load(base), AutoTokenizer.from_pretrained(base)
    torch.manual_seed(0)
    with torch.no_grad():
        for parameter in model.base_model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
        model.classifier.weight.normal_()
    end = root / "end"
    model.save_pretrained(end)
    tokenizer.save_pretrained(end)
    return adopt([end], base, make_tiny_task(root / "task"), root / "run")


def spec_of(run, **changes):
    given = {
        "run": run.path,
        "axis2": RandomAxis(seed=1),
        "groups": GROUPS,
        "steps": 60,
        "probes": 40,
        "examples": ExamplesSpec(train=EXAMPLES),
    }
    return HessianSpec(**given | changes)


@pytest.fixture(scope="module")
def measured(tiny, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "x.landscape.h5"
    events = list(run_job(spec_of(tiny), out))
    return events, out, read_landscape(out).hessian


@pytest.fixture(scope="module")
def explicit(tiny):
    """Names, gradient, Hessian, δ1 and θ1 in float64, from the checkpoints and plain padding."""
    model = load(tiny.checkpoints[-1].path).double()
    start = load(tiny.checkpoints[0].path).double()
    model.config._attn_implementation = "eager"
    prefix = f"{model.base_model_prefix}."
    names = [name for name, _ in model.named_parameters() if name.startswith(prefix)]
    # The examples that the job takes are the first of a seeded shuffle.
    from landscape_gui.runs.tasks import evaluation_examples, resolve_task

    chosen = evaluation_examples(tiny, resolve_task(tiny.task), "train", EXAMPLES, 0)
    tokenizer = AutoTokenizer.from_pretrained(tiny.checkpoints[-1].path)
    texts = {
        tuple(tokenizer(row["text"])["input_ids"]): row["text"]
        for row in rows_of(tiny.task, "train")
    }
    rows = [texts[tuple(ids.tolist())] for ids in chosen.input_ids]
    inputs = dict(tokenizer(rows, padding=True, return_tensors="pt"))
    labels = torch.as_tensor(np.asarray(chosen.labels)).long()
    parameters = dict(model.named_parameters())
    end = torch.cat([parameters[name].detach().reshape(-1) for name in names])
    before = dict(start.named_parameters())
    delta = end - torch.cat([before[name].detach().reshape(-1) for name in names])

    def loss(flat):
        sizes = [parameters[name].numel() for name in names]
        parts = {
            name: part.view(parameters[name].shape)
            for name, part in zip(names, flat.split(sizes), strict=True)
        }
        logits = torch.func.functional_call(model, parts, kwargs=inputs).logits
        return torch.nn.functional.cross_entropy(logits, labels)

    gradient = torch.autograd.functional.jacobian(loss, end)
    matrix = torch.autograd.functional.hessian(loss, end, vectorize=True)
    owner = np.concatenate([[name] * parameters[name].numel() for name in names])
    return names, owner, float(loss(end).detach()), gradient.numpy(), matrix.numpy(), delta.numpy()


def regions_of(names, owner):
    yield 0, np.ones(len(owner), dtype=bool)
    for number, group in enumerate(GROUPS, 1):
        yield number, np.isin(owner, group_names(names, group))


def test_loss_and_gradient_are_those_of_the_model_loaded_on_its_own(measured, explicit):
    _, _, found = measured
    names, owner, loss, gradient, _, _ = explicit
    assert found.examples == EXAMPLES
    assert found.loss == pytest.approx(loss, rel=1e-5)
    for number, inside in regions_of(names, owner):
        expected = np.linalg.norm(gradient[inside])
        assert found.gradient_norms[number] == pytest.approx(expected, rel=1e-4)


def test_extreme_eigenvalues_are_those_of_the_matrix_written_down(measured, explicit):
    _, _, found = measured
    names, owner, _, _, matrix, _ = explicit
    for number, inside in regions_of(names, owner):
        values = np.linalg.eigvalsh(matrix[np.ix_(inside, inside)])
        value, residual = found.largest[number]
        assert value == pytest.approx(values[-1], rel=0.01)
        assert residual <= 0.01 * value
        assert np.abs(values - value).min() <= residual + 1e-4 * value
        low, slack = found.smallest[number]
        assert values[0] - 1e-4 * value <= low
        assert np.abs(values - low).min() <= slack + 1e-4 * value


def test_traces_are_within_their_standard_errors_and_of_all_groups_from_the_same_probes(
    measured, explicit
):
    _, _, found = measured
    names, owner, _, _, matrix, _ = explicit
    assert found.probes == 40
    for number, inside in regions_of(names, owner):
        block = matrix[np.ix_(inside, inside)]
        # Rademacher vectors: Var = 2 Σ_{i≠j} H_ij², here with what couples the region to the rest.
        rows = matrix[inside]
        within = 2 * ((block**2).sum() - (np.diag(block) ** 2).sum())
        across = (rows**2).sum() - (block**2).sum()
        deviation = np.sqrt((within + across) / 40)
        trace, error = found.traces[number]
        assert error == pytest.approx(deviation, rel=0.5)
        assert abs(trace - np.trace(block)) < 4 * deviation


def test_derivatives_along_the_axes_agree_with_the_matrix_and_with_finite_differences(
    measured, explicit
):
    _, _, found = measured
    names, owner, _, gradient, matrix, delta = explicit
    scale = abs(found.curvatures).max()
    for number, inside in regions_of(names, owner):
        direction = np.where(inside, delta, 0.0)
        assert found.norms[number, 0] == pytest.approx(np.linalg.norm(direction), rel=1e-5)
        assert found.slopes[number, 0] == pytest.approx(gradient @ direction, rel=1e-3, abs=1e-6)
        expected = direction @ matrix @ direction
        assert found.curvatures[number, 0] == pytest.approx(expected, rel=1e-3, abs=1e-4 * scale)
        assert found.norms[number, 1] == pytest.approx(found.norms[number, 0], rel=1e-5)
        coarse, fine = found.differences[number].T
        np.testing.assert_allclose(
            (4 * fine - coarse) / 3, found.curvatures[number], rtol=0.02, atol=2e-3 * scale
        )
    np.testing.assert_array_equal(found.difference_steps, [0.1, 0.05])


def test_progress_ends_at_its_total_and_says_what_was_found(measured):
    events, out, _ = measured
    progress = [event for event in events if isinstance(event, HessianProgress)]
    assert progress[-1].done == progress[-1].total == 3 * (2 + 60) + 40
    assert [event.done for event in progress] == sorted(event.done for event in progress)
    assert {event.text for event in progress} >= {"trace", "whole encoder: largest eigenvalue"}
    assert events[-1] == Done("complete", out)


def test_a_stopped_job_goes_on_where_it_was_and_ends_the_same(tiny, tmp_path):
    small = spec_of(tiny, probes=3, steps=6, groups=GROUPS[:1])
    whole, stopped = tmp_path / "a.landscape.h5", tmp_path / "b.landscape.h5"
    list(run_job(small, whole))
    seen = 0
    with closing(run_job(small, stopped)) as events:
        for event in events:
            seen += isinstance(event, HessianProgress)
            if seen == 4:  # the directions of two regions, and two probes
                break
    part = read_landscape(stopped).hessian
    assert (part.status, part.probes, part.lanczos_steps.tolist()) == ("incomplete", 2, [0, 0])
    again = [e for e in run_job(small, stopped) if isinstance(e, HessianProgress) and e.text]
    assert not any("along the axes" in event.text for event in again)
    first, second = read_landscape(whole).hessian, read_landscape(stopped).hessian
    assert second.status == "complete"
    for name in ("traces", "largest", "curvatures", "differences", "filter_ratios"):
        np.testing.assert_allclose(getattr(first, name), getattr(second, name), rtol=1e-6)
    with h5py.File(stopped) as file:
        samples = np.asarray(file["hessian/trace_samples"])
    assert first.traces[0, 0] == pytest.approx(samples.sum(axis=1).mean())


def test_another_spec_keeps_the_earlier_one_and_a_surface_beside_it(tiny, tmp_path):
    out = tmp_path / "x.landscape.h5"
    small = {"probes": 2, "steps": 2, "groups": GROUPS[:1], "axis2": None}
    lattice = LatticeSpec(alpha_points=3, beta_points=2)
    surface = SurfaceSpec(
        run=tiny.path,
        axis2=RandomAxis(seed=1),
        lattice=lattice,
        examples=ExamplesSpec(train=4, dev=4),
    )
    list(run_job(surface, out))
    list(run_job(spec_of(tiny, **small), out))
    events = list(run_job(spec_of(tiny, **small | {"probes": 3}), out))
    (said,) = [e.text for e in events if isinstance(e, Notice) and e.file == out]
    assert "2 probes, is kept in the file as hessian_1" in said
    record = read_landscape(out)
    assert not record.problems
    assert record.hessian.probes == 3
    assert np.isnan(record.hessian.curvatures[:, 1]).all()
    notes = record.surfaces["full-random1"].notes
    assert notes["filter_ratio"] == pytest.approx(record.hessian.filter_ratios[0, 0], rel=1e-6)
    # A filter-normalised direction moves each filter by its norm; rescaled, by that share of it.
    plane = record.surfaces["full-random1"].plane
    ratio = plane.axis1_norm / plane.axis2_norm
    assert notes["filter_ratio_axis2"] == pytest.approx(ratio, rel=1e-5)
    with h5py.File(out) as file:
        assert len(file["hessian_1/probes_measured"]) == 2
    events = list(run_job(spec_of(tiny, **small), out))
    said = [e.text for e in events if isinstance(e, Notice) and e.file == out]
    assert [text.split(",")[0] for text in said] == [
        f"The Hessian on {EXAMPLES} training examples",
        "The earlier Hessian",
    ]
    assert read_landscape(out).hessian.probes == 2


def test_two_groups_of_one_name_and_a_missing_layer_are_refused(tiny, tmp_path):
    with pytest.raises(ValueError, match="same name"):
        spec_of(tiny, groups=(GROUPS[0], GROUPS[0]))
    beyond = (LayerGroup(name="far", layers=(7,)),)
    with pytest.raises(UserError, match="layer 7"):
        list(run_job(spec_of(tiny, groups=beyond), tmp_path / "x.landscape.h5"))
