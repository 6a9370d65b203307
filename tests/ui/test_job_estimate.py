"""The estimate before a job: how it scales, what it rests on, what is remembered for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_jobs import describe

from landscape_gui.engine.events import SpeedMeasured
from landscape_gui.specs import (
    CurveSpec,
    ExamplesSpec,
    HessianSpec,
    LatticeSpec,
    LayerGroup,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
)
from landscape_gui.ui.job_estimate import KnownSpeeds, estimate
from landscape_gui.ui.settings import Settings

RUN = replace(describe(Path("/runs/a"), None, None), checkpoints=0)
FEW = ExamplesSpec(train=100, dev=100)
TOLD = SpeedMeasured(Path("/runs/a"), "cpu", "float32", 1e9, 20.0)
KNOWN = KnownSpeeds({}).with_event(TOLD)


def surface(points: int = 41, **changes) -> SurfaceSpec:
    lattice = LatticeSpec(alpha_points=points, beta_points=points)
    fields = {"run": RUN.path, "axis2": RandomAxis(), "examples": FEW, "lattice": lattice}
    return SurfaceSpec(**(fields | changes))


def test_time_is_that_of_all_tokens_times_the_parameters():
    told = estimate(surface(), RUN, KNOWN)
    per_point = RUN.multiplied * 20.0 * 200 / 1e9
    assert told.points == 1681
    assert told.seconds == pytest.approx((1681 + 2) * per_point)
    assert told.measured
    assert told.text.startswith("Estimate: 1,681 points · about 1 h")


def test_it_scales_with_points_examples_and_layers():
    whole = estimate(surface(), RUN, KNOWN).seconds
    assert estimate(surface(81), RUN, KNOWN).seconds == pytest.approx(4 * whole, rel=0.05)
    more = surface(examples=ExamplesSpec(train=200, dev=200))
    assert estimate(more, RUN, KNOWN).seconds == pytest.approx(2 * whole)
    upper = surface(group=LayerGroup(name="high", layers=(4, 5)))
    assert estimate(upper, RUN, KNOWN).seconds == pytest.approx(whole / 3)
    assert estimate(upper, RUN, KNOWN).bytes < estimate(surface(), RUN, KNOWN).bytes


def test_points_of_every_kind_of_job():
    assert estimate(CurveSpec(run=RUN.path, points=7), RUN, KNOWN).points == 7
    assert estimate(RollbackSpec(run=RUN.path), RUN, KNOWN).points == 8
    two = RollbackSpec(run=RUN.path, combinations=(("low",), ("high",)))
    assert estimate(two, RUN, KNOWN).points == 3
    with_tolerance = estimate(surface(tolerance=0.01), RUN, KNOWN)
    assert with_tolerance.at_most
    assert "up to 1,681 points" in with_tolerance.text
    assert with_tolerance.seconds < estimate(surface(), RUN, KNOWN).seconds


def test_it_says_what_it_rests_on():
    assert "measured last" in estimate(surface(), RUN, KNOWN).basis
    guess = estimate(surface(), RUN, KnownSpeeds({}))
    assert not guess.measured
    assert "factor of ten" in guess.basis
    unknown = estimate(surface(), None, KNOWN)
    assert (unknown.seconds, unknown.bytes) == (None, None)
    assert unknown.text == "Estimate: 1,681 points"


def test_the_speed_is_that_of_the_device_and_format_asked_for():
    fast = replace(TOLD, device="cuda", precision="bfloat16", parameters_per_second=1e12)
    known = KNOWN.with_event(fast)
    assert known.speed("auto", "bfloat16") == 1e12
    assert known.speed("cuda:1", "auto") == 1e12
    assert known.speed("cpu", "bfloat16") == 1e9, "nearer than nothing"
    assert known.speed("cuda", "float16") is None


def test_speeds_are_remembered_and_a_broken_memory_is_none(qapp):
    settings = Settings()
    settings.speeds = KNOWN
    again = Settings().speeds
    assert again.speed("auto", "float32") == 1e9
    assert again.tokens == {"/runs/a": 20.0}
    settings._store.setValue("speeds", "{ not json")
    assert Settings().speeds == KnownSpeeds({}, "", {})
    settings._store.setValue("speeds", '{"speeds": {"cpu/float32": "fast"}, "tokens": 3}')
    assert Settings().speeds.speed("cpu", "float32") is None
    settings._store.remove("speeds")


def test_a_hessian_counts_its_products_over_the_training_examples():
    spec = HessianSpec(run=RUN.path, axis2=RandomAxis(), steps=10, probes=5, examples=FEW)
    told = estimate(spec, RUN, KNOWN)
    assert told.points == 4 * (10 + 2) + 5
    assert "up to 53 products" in told.text
    assert told.seconds == pytest.approx(53 * 6 * RUN.multiplied * 20.0 * 100 / 1e9)
