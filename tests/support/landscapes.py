"""Runs, planes and landscape files made of formulas, for tests of what keeps and draws them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import METRICS, CurveSpec, LatticeSpec, LayerGroup, RandomAxis, SurfaceSpec
from landscape_gui.store.landscape_file import LandscapeWriter
from landscape_gui.store.records import CheckpointRecord, History, PlaneRecord, RunRecord

GROUPS = {
    name: LayerGroup(name=name, layers=layers)
    for name, layers in (("low", (0, 1)), ("middle", (2, 3)), ("high", (4, 5)))
}
CHECKPOINTS = 4


def child_environment() -> dict[str, str]:
    """For child processes that import this package and these helpers."""
    tests = Path(__file__).resolve().parents[1]
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}


def make_run(name: str = "mrpc-run", init: str = "pretrained", salt: str = "a") -> RunRecord:
    epochs = np.arange(CHECKPOINTS, dtype=float)
    deltas = np.array([[0.5, 0.4, 0.1], [0.85, 0.35, 0.1], [1.0, 0.0, 0.0]])
    return RunRecord(
        name=name,
        path=f"/runs/{name}",
        model="bert-large-cased",
        task="mrpc",
        init=init,
        checkpoints=tuple(
            CheckpointRecord(f"checkpoint-{i}", i * 115, float(i), f"{salt}{i}".ljust(64, "0"))
            for i in range(CHECKPOINTS)
        ),
        history=History(
            step=epochs * 115,
            epoch=epochs,
            train_loss=0.7 * np.exp(-epochs / (1.5 if init == "pretrained" else 6)),
            dev_loss=0.6 * np.exp(-epochs / 3) + 0.2,
            dev_error=np.where(epochs > 0, 0.32 * np.exp(-epochs) + 0.1, np.nan),
        ),
        gram=deltas @ deltas.T,
        layer_count=6,
        details={"learning_rate": 1e-5, "umlaut": "θ"},
    )


def make_plane(origin: str = "theta0", label: str = "random 0", scale: float = 1.0) -> PlaneRecord:
    deltas = np.array([[0.5, 0.4, 0.1], [0.85, 0.35, 0.1], [1, 0, 0], [0.05, 0.99875, 0]]) * scale
    return PlaneRecord(
        origin=origin,
        axis1_norm=scale,
        axis2_norm=3.0,
        cosine=0.05,
        axis2_label=label,
        gram=deltas @ deltas.T,
    )


def make_line() -> PlaneRecord:
    return PlaneRecord("theta0", 1.0, float("nan"), float("nan"), "", make_run().gram)


def surface_spec(points: int = 9, **changes) -> SurfaceSpec:
    fields = {
        "run": Path("/runs/mrpc-run"),
        "axis2": RandomAxis(),
        "lattice": LatticeSpec(alpha_points=points, beta_points=points),
    }
    return SurfaceSpec(**(fields | changes))


def curve_spec(points: int = 9, **changes) -> CurveSpec:
    return CurveSpec(**({"run": Path("/runs/mrpc-run"), "points": points} | changes))


def open_surface(writer: LandscapeWriter, spec: SurfaceSpec, **changes):
    lattice = spec.lattice
    arguments = {
        "alpha": axis_points(*lattice.alpha_range, lattice.alpha_points),
        "beta": axis_points(*lattice.beta_range, lattice.beta_points),
        "plane": make_plane("theta1" if spec.group else "theta0"),
        "checkpoints": CHECKPOINTS,
        "metrics": METRICS,
    }
    return writer.surface(spec, **(arguments | changes))


def open_curve(writer: LandscapeWriter, spec: CurveSpec, **changes):
    arguments = {
        "alpha": axis_points(*spec.alpha_range, spec.points),
        "plane": make_line(),
        "checkpoints": CHECKPOINTS,
        "metrics": METRICS,
    }
    return writer.curve(spec, **(arguments | changes))


def metrics_at(alpha: float, beta: float = 0.0, width: float = 1.0) -> dict[str, float]:
    """A basin around (1, 0) with a ridge: metrics of a made-up model."""
    squared = ((alpha - 1) ** 2 + beta**2) / width**2
    loss = 0.05 + 1.6 * (1 - np.exp(-squared / 4)) + 0.12 * np.sin(2 * alpha + beta) ** 2
    error = 0.02 + 0.48 * (1 - np.exp(-squared / 5))
    return {
        "train_loss": float(loss),
        "train_error": float(error),
        "dev_loss": float(loss * 0.9 + 0.15),
        "dev_error": float(error * 0.9 + 0.07),
    }


def errors_of(values: dict[str, float]) -> dict[str, float]:
    return {name: abs(value) / 50 for name, value in values.items()}
