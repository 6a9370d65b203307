"""A record whose every measure is known: a quadratic bowl, with whatever a test wants in it."""

import dataclasses
from pathlib import Path

import numpy as np
from support.landscapes import make_plane, make_run

from landscape_gui.specs import METRICS
from landscape_gui.store.records import (
    Anchor,
    CurveRecord,
    HessianRecord,
    LandscapeRecord,
    RollbackRecord,
    SurfaceRecord,
)

ALONG, ACROSS, BOTTOM = 0.5, 0.125, 0.25
"""f(α, β) = BOTTOM + ALONG (α − 1)² + ACROSS β²: f(0, 0) − f(1, 0) is ALONG."""

SPEC = {
    "run": "/runs/mrpc-run",
    "axis2": {"kind": "random", "seed": 0},
    "examples": {"train": 64, "dev": 32, "seed": 3},
}


def bowl(alpha, beta=0.0, metric="train_loss"):
    value = BOTTOM + ALONG * (alpha - 1) ** 2 + ACROSS * beta**2
    return value if metric == "train_loss" else value / 4


def anchors():
    places = (("start", 0.0), ("end", 1.0))
    values = {name: {m: float(bowl(at, 0.0, m)) for m in METRICS} for name, at in places}
    errors = dict.fromkeys(METRICS, 0.01)
    return tuple(Anchor(name, at, 0.0, values[name], errors) for name, at in places)


def make_surface(points=81, **changes):
    axis = np.linspace(-4, 4, points)
    x, y = np.meshgrid(axis, axis)
    values = {metric: bowl(x, y, metric) for metric in METRICS}
    fields = {
        "name": "full-random0",
        "alpha": axis,
        "beta": axis,
        "values": values,
        "standard_errors": {m: 0.1 * v for m, v in values.items()},
        "order": np.arange(points**2).reshape(points, points),
        "anchors": anchors(),
        "checkpoint_values": {m: np.full(4, np.nan) for m in METRICS},
        "plane": dataclasses.replace(make_plane(), axis1_norm=2.0, cosine=0.6),
        "spec": SPEC,
        "status": "complete",
        "notes": {"filter_ratio": 0.02, "filter_ratio_axis2": 0.01},
    }
    return SurfaceRecord(**fields | changes)


def make_curve(points=801, **changes):
    axis = np.linspace(-4, 4, points)
    values = {metric: bowl(axis, 0.0, metric) for metric in METRICS}
    fields = {
        "name": "full",
        "alpha": axis,
        "values": values,
        "standard_errors": {m: 0.1 * v for m, v in values.items()},
        "order": np.arange(points),
        "anchors": anchors(),
        "checkpoint_values": {},
        "plane": dataclasses.replace(make_plane(), axis1_norm=2.0),
        "spec": SPEC,
        "status": "complete",
    }
    return CurveRecord(**fields | changes)


def make_hessian():
    two = np.ones((2, 2))
    return HessianRecord(
        regions=("", "low"),
        groups=({"name": "low", "layers": [0, 1]},),
        examples=64,
        loss=BOTTOM,
        gradient_norms=np.array([0.1, 0.05]),
        norms=2 * two,
        filter_ratios=0.02 * two,
        slopes=0 * two,
        curvatures=np.array([[2 * ALONG, 2 * ACROSS], [0.5, np.nan]]),
        difference_steps=np.array([0.1, 0.05]),
        # With an error of step²: (4 · 1.0025 − 1.01) / 3 is 1.
        differences=np.array([[[1.01, 1.0025], [0.25, 0.25]]] * 2),
        largest=np.array([[30.0, 0.2], [20.0, 0.1]]),
        smallest=np.array([[-1.0, 0.5], [-0.5, 0.1]]),
        lanczos_steps=np.array([12, 9]),
        traces=np.array([[120.0, 8.0], [60.0, 5.0]]),
        probes=20,
        spec=SPEC | {"steps": 30, "probes": 20},
        status="complete",
    )


def make_rollback(**changes):
    error = np.array([0.10, 0.12, 0.2, 0.4])
    fields = {
        "groups": ("low", "high"),
        "layers": ({"name": "low", "layers": [0, 1]}, {"name": "high", "layers": [4, 5]}),
        "values": {"dev_error": error, "dev_loss": 2 * error},
        "standard_errors": {"dev_error": np.full(4, 0.03), "dev_loss": np.full(4, 0.05)},
        "measured": np.ones(4, dtype=bool),
        "spec": SPEC,
        "change_errors": {"dev_error": np.array([0.0, 0.01, 0.02, 0.03])},
        "change_intervals": {
            "dev_error": np.array([[0, 0], [0.005, 0.035], [0.06, 0.14], [np.nan, np.nan]])
        },
    }
    return RollbackRecord(**fields | changes)


def make_record(**changes):
    fields = {
        "path": Path("mrpc.landscape.h5"),
        "run": dataclasses.replace(make_run(), part_norms={str(i): 1.0 for i in range(6)}),
        "layer_groups": {"low": {"name": "low", "layers": [0, 1]}},
        "surfaces": {"full-random0": make_surface()},
        "curves": {},
        "rollback": None,
    }
    return LandscapeRecord(**fields | changes)
