"""A landscape file made of a formula: something to show before anything is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import METRICS, LatticeSpec, RandomAxis, SurfaceSpec
from landscape_gui.store.landscape_file import LandscapeWriter
from landscape_gui.store.records import CheckpointRecord, History, PlaneRecord, RunRecord


def loss(alpha: Any, beta: Any, shift: float = 0.0) -> Any:
    """A basin around (1, 0) in a plateau."""
    return 0.1 + 2.0 * (1.0 - np.exp(-((alpha - 1 - shift) ** 2 + beta**2) / 6))


def write_landscape(path: Path, points: int, surfaces: int = 1) -> None:
    """A complete landscape file of a formula, with as many surfaces along random axes.

    With no surfaces: one of which no point is measured yet.
    """
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
    alpha = axis_points(*lattice.alpha_range, points)
    beta = axis_points(*lattice.beta_range, points)
    with LandscapeWriter.open(path, run, {}) as writer:
        for seed in range(max(surfaces, 1)):
            spec = SurfaceSpec(run=Path("formula"), axis2=RandomAxis(seed=seed), lattice=lattice)
            surface = writer.surface(spec, alpha, beta, plane, len(checkpoints), METRICS)
            if surfaces == 0:
                break
            height = loss(*np.meshgrid(alpha, beta), 0.1 * seed)
            surface.write_point(0, 0, dict.fromkeys(METRICS, float(height[0, 0])), {})
            # Whole arrays at once: a quarter of a million single points would take a minute.
            elements = surface._elements
            for metric in METRICS:
                elements.write_array(metric, height)
            elements.write_array("order", np.arange(height.size).reshape(height.shape))
            for index, value in enumerate(1.0 - 0.9 * progress):
                surface.write_checkpoint(index, dict.fromkeys(METRICS, float(value)), {})
            surface.finish()
