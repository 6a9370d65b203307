"""A landscape file made of a formula: something to show before anything is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import METRICS, LatticeSpec, RandomAxis, SurfaceSpec
from landscape_gui.store.landscape_file import LandscapeWriter
from landscape_gui.store.records import CheckpointRecord, History, PlaneRecord, RunRecord


def write_landscape(path: Path, points: int) -> None:
    """A complete landscape file of a formula, for the window to show while it is idle."""
    progress = np.array([0.0, 0.6, 0.9, 1.0])
    deltas = np.array([[0.6, 0.3, 0.0], [0.9, 0.1, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    checkpoints = tuple(
        CheckpointRecord(f"checkpoint-{i}", 100 * i, float(i), f"{i}" * 64) for i in range(4)
    )
    history = History(100 * np.arange(4.0), np.arange(4.0), *(3 * [1.0 - 0.9 * progress]))
    run = RunRecord(
        "formula", "formula", "formula", "formula", "unknown", checkpoints, history,
        (deltas @ deltas.T)[:3, :3],
    )  # fmt: skip
    plane = PlaneRecord("theta0", 1.0, 1.0, 0.0, "random 0", deltas @ deltas.T)
    lattice = LatticeSpec(alpha_points=points, beta_points=points)
    spec = SurfaceSpec(run=Path("formula"), axis2=RandomAxis(), lattice=lattice)
    alpha = axis_points(*lattice.alpha_range, points)
    beta = axis_points(*lattice.beta_range, points)
    with LandscapeWriter.open(path, run, {}) as writer:
        surface = writer.surface(spec, alpha, beta, plane, len(checkpoints), METRICS)
        for j, b in enumerate(beta):
            for i, a in enumerate(alpha):
                loss = float(0.1 + 2.0 * (1.0 - np.exp(-((a - 1) ** 2 + b**2) / 6)))
                surface.write_point(j, i, dict.fromkeys(METRICS, loss), {})
        for index, loss in enumerate(1.0 - 0.9 * progress):
            surface.write_checkpoint(index, dict.fromkeys(METRICS, float(loss)), {})
        surface.finish()
