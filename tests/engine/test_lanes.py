"""Batches side by side: the same results as one after the other, and nothing left behind."""

import gc
import threading
import time
import weakref
from collections import Counter
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from support.tiny_models import tiny_config
from transformers import AutoModelForSequenceClassification

from landscape_gui.engine.lanes import Lanes, Shared
from landscape_gui.engine.layer_stacks import layer_stacks
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.packing import LEAST, pack_rows, parts
from landscape_gui.engine.prefix import PrefixForward
from landscape_gui.engine.thread_count import limited_threads
from landscape_gui.runs.tasks import TokenizedExamples

CPU = torch.device("cpu")


def classifier(family="bert"):
    torch.manual_seed(0)
    return AutoModelForSequenceClassification.from_config(tiny_config(family)).eval()


def examples(count=120, seed=0):
    random = np.random.default_rng(seed)
    lengths = random.integers(3, 31, size=count)
    ids = tuple(random.integers(5, 15, size=n).astype(np.int64) for n in lengths)
    return TokenizedExamples(ids, None, random.integers(0, 2, size=count).astype(np.int64))


def objective(module, threads, budget=512):
    with limited_threads(threads):
        return Objective(module, {"train": examples(), "dev": examples(40, 1)}, 0, CPU, budget)


def results(of, threads, precision="float32"):
    with limited_threads(threads):
        of.use(precision)
        return {split: found.losses for split, found in of.evaluate().items()}


# -- threads -----------------------------------------------------------------------------------


def test_results_come_in_order_and_the_largest_begin_first():
    lanes, begun, lock = Lanes(2), [], threading.Lock()

    def compute(item):
        with lock:
            begun.append(item)
        time.sleep(0.01 * item)
        return -item

    assert lanes.map(compute, [1, 5, 3, 4], lambda item: item, nullcontext) == [-1, -5, -3, -4]
    assert set(begun[:2]) == {5, 4}


def test_each_lane_computes_with_one_thread_and_the_caller_with_its_own():
    with limited_threads(3):
        lanes = Lanes(3)
        together = threading.Barrier(3)

        def threads(_):
            together.wait(10)
            return threading.current_thread().name, torch.get_num_threads()

        found = lanes.map(threads, range(3), lambda _: 1, nullcontext)
        assert len({name for name, _ in found}) == 3
        assert {count for _, count in found} == {1}
        assert torch.get_num_threads() == 3
        with limited_threads(2):  # what is set later is not for them
            assert torch.get_num_threads() == 2
            assert {c for _, c in lanes.map(threads, range(3), lambda _: 1, nullcontext)} == {1}


def test_the_setting_is_that_of_the_thread_that_computes():
    entered = threading.local()

    @contextmanager
    def setting():
        entered.here = True
        yield
        entered.here = False

    seen = Lanes(2).map(lambda _: entered.here, range(6), lambda _: 1, setting)
    assert seen == [True] * 6


def test_an_error_comes_out_when_all_have_ended_and_keeps_nothing_alive():
    class Large:
        pass

    lanes, ended, kept = Lanes(2), [], []

    def compute(item):
        large = Large()
        kept.append(weakref.ref(large))
        if item == 0:
            raise MemoryError("no room")
        time.sleep(0.05)
        ended.append(item)

    gc.disable()
    try:
        with pytest.raises(MemoryError, match="no room"):
            lanes.map(compute, range(4), lambda _: 1, nullcontext)
        assert sorted(ended) == [1, 2, 3]
        # Activations of a batch that found no room have to be gone before the next try.
        assert all(ref() is None for ref in kept)
    finally:
        gc.enable()
    assert lanes.map(lambda item: item, [1, 2], lambda _: 1, nullcontext) == [1, 2]


# -- objectives --------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("family", ["bert", "roberta", "deberta-v2"])
def test_side_by_side_gives_what_one_after_the_other_gives(family, precision):
    module = classifier(family)
    one = results(objective(module, 1), 1, precision)
    of = objective(module, 3)
    three = results(of, 3, precision)
    assert of._lanes is not None
    assert of._lanes.count == 3
    assert sum(len(batches) for batches in of.batches().values()) >= 6
    for split, losses in one.items():
        closeness = 1e-6 if precision == "float32" else 2e-2
        np.testing.assert_allclose(three[split], losses, rtol=closeness)
    if precision == "bfloat16":  # the format is that of every lane, not of the caller alone
        whole = results(of, 3, "float32")
        assert any((three[split] != whole[split]).any() for split in whole)


def test_the_same_bits_every_time():
    of = objective(classifier(), 3, budget=300)
    first = results(of, 3)
    for _ in range(5):
        again = results(of, 3)
        assert all((again[split] == first[split]).all() for split in first)


def test_the_model_is_left_as_it_was():
    module = classifier()
    before = module.config._attn_implementation
    hooks = {name: len(part._forward_hooks) for name, part in module.named_modules()}
    for _ in range(3):
        results(objective(module, 3), 3)
    assert module.config._attn_implementation == before
    assert hooks == {name: len(part._forward_hooks) for name, part in module.named_modules()}
    assert not any("forward" in vars(part) for part in module.modules())


def test_out_of_memory_in_a_lane_leads_to_one_batch_at_a_time():
    of = objective(classifier(), 3)
    plain, widths = of.plain, []

    def narrow(batch):
        widths.append(batch.inputs["input_ids"].numel())
        if widths[-1] > 200:
            raise MemoryError
        return plain(batch)

    expected = results(objective(classifier(), 1), 1)
    of.forward = of.plain = narrow
    while True:
        try:
            found = results(of, 3)
            break
        except MemoryError:
            assert of.halve_budget()
    assert of._lanes is None
    assert of._at_once == 1
    for split in expected:
        np.testing.assert_allclose(found[split], expected[split], rtol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("family", ["bert", "deberta-v2"])
def test_points_that_start_above_a_prefix_are_computed_side_by_side_too(family, share):
    """Batches of which the outputs below are kept beside others that found no room."""
    module = classifier(family)
    layers = layer_stacks(module)[0]
    expected = results(objective(module, 1), 1)
    of = objective(module, 3)
    of.forward = PrefixForward(of.plain, layers[:2])
    results(of, 3)
    everything = of.forward.kept_bytes
    of.forward = PrefixForward(of.plain, layers[:2], int(share * everything))
    for _ in range(3):
        found = results(of, 3)
        for split in expected:
            np.testing.assert_allclose(found[split], expected[split], rtol=1e-6)
    assert of._lanes is not None
    assert (of.forward.kept_bytes > 0) == (share > 0)
    calls = Counter()
    layers[1].register_forward_hook(lambda *_: calls.update(["called"]))
    real = type(layers[1]).forward
    layers[1].forward = lambda *a, **k: calls.update(["computed"]) or real(layers[1], *a, **k)
    results(of, 3)
    batches = sum(len(packed) for packed in of.batches().values())
    assert calls["called"] == batches
    assert (calls["computed"] == 0) == (share == 1)
    del layers[1].forward
    assert not any("forward" in vars(part) for part in module.modules())


def test_lanes_that_run_out_of_memory_together_give_up_what_is_kept_once():
    module, notices = classifier(), []
    data = {"train": examples(60)}
    with limited_threads(3):
        of = Objective(module, data, 0, CPU, 512)
    assert len(of.batches()["train"]) == 3
    expected = results(of, 3)["train"]
    plain, together, versions = of.plain, threading.Barrier(3), []

    def forward(batch):
        if prefix.version in versions:
            together.wait(10)
            raise MemoryError
        return plain(batch)

    prefix = of.forward = PrefixForward(forward, module.bert.encoder.layer[:2], None, notices)
    results(of, 3)
    before = prefix.kept_bytes
    versions.append(prefix.version)
    found = results(of, 3)["train"]
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert [prefix.version - 1] == versions
    assert len(notices) == 1
    assert prefix.kept_bytes <= before // 2


def test_a_shared_change_is_made_by_the_first_and_undone_by_the_last():
    told, together = [], threading.Barrier(3)
    shared = Shared(lambda: told.append("made") or (lambda: told.append("undone")))

    def work(fails):
        with shared.made():
            together.wait(10)
            assert told == ["made"]
            together.wait(10)
            if fails:
                raise ArithmeticError

    with pytest.raises(ArithmeticError):
        Lanes(3).map(work, [False, True, False], lambda _: 1, nullcontext)
    assert told == ["made", "undone"]
    with shared.made():
        assert told == ["made", "undone", "made"]


def test_a_few_examples_are_not_scattered_and_none_is_nothing():
    of = objective(classifier(), 3)
    of.select("none", {"train": []})
    assert of.evaluate("none") == {}
    of.select("few", {"train": [3, 5, 8]})
    assert len(of.batches("few")["train"]) == 1


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 200_000), st.integers(64, 8192), st.integers(1, 64))
def test_parts_are_a_multiple_unless_they_would_be_tiny(total, budget, at_once):
    count = parts(total, budget, at_once)
    assert count * budget >= total or count == 1
    fewest = max(1, -(-total // budget))
    if count > fewest:
        assert total // count >= LEAST
        assert count < fewest + at_once
    if total >= LEAST * (fewest + at_once):
        assert count % at_once == 0
    assert parts(total, budget, 1) == fewest


@pytest.mark.parametrize("at_once", [2, 3, 7])
def test_rows_are_as_many_as_are_computed_at_once(at_once):
    data = examples(400)
    rows = pack_rows(data, 2048, 0, CPU, at_once=at_once)
    tokens = [row.inputs["input_ids"].numel() for row in rows]
    assert len(rows) % at_once == 0
    assert max(tokens) - min(tokens) <= 31
    assert sorted(np.concatenate([row.examples for row in rows])) == list(range(400))
