"""Landscapes made of formulas, for tests and screenshots of the window: no torch, no model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from landscape_gui.geometry.lattice import axis_points
from landscape_gui.specs import SurfaceSpec
from landscape_gui.store.records import (
    Anchor,
    CheckpointRecord,
    CurveRecord,
    History,
    LandscapeRecord,
    PlaneRecord,
    RollbackRecord,
    RunRecord,
    SurfaceRecord,
)

METRICS = ("train_loss", "train_error", "dev_loss", "dev_error")
CHECKPOINTS = 5
GROUPS = {"low": (0, 1, 2, 3), "middle": (4, 5, 6, 7), "high": (8, 9, 10, 11)}
LAYER_GROUPS = {
    name: {"name": name, "layers": list(layers), "embeddings": False, "pooler": False}
    for name, layers in GROUPS.items()
}


def loss(alpha: Any, beta: Any, group: str = "") -> Any:
    """A wide basin around (1, 0), or around (0, 0) for a group, with walls and a ripple."""
    if group:
        width = {"low": 4.0, "middle": 2.5, "high": 1.4}.get(group, 2.0)
        radius = (alpha / width) ** 2 + (beta / 3.0) ** 2
    else:
        radius = ((alpha - 1.0) / 2.0) ** 2 + (beta / 2.6) ** 2
    wall = 0.12 + 1.6 * radius / (1.0 + 0.35 * radius)
    return wall + 0.05 * np.sin(2.2 * alpha) * np.cos(1.8 * beta) + 0.05


def metrics_at(alpha: Any, beta: Any, group: str = "") -> dict[str, Any]:
    """All four metrics there."""
    train = loss(alpha, beta, group)
    dev = train * 1.08 + 0.06
    return {
        "train_loss": train,
        "train_error": 0.55 * (1.0 - np.exp(-0.8 * (train - 0.1))),
        "dev_loss": dev,
        "dev_error": 0.55 * (1.0 - np.exp(-0.7 * (dev - 0.1))),
    }


def _plain(values: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def _errors(values: dict[str, float]) -> dict[str, float]:
    return {name: 0.02 * value for name, value in values.items()}


def _gram(seed: int = 0) -> np.ndarray:
    """Inner products of checkpoints 1…k, curving towards the end, and of axis 2."""
    rng = np.random.default_rng(seed)
    t = np.linspace(0, 1, CHECKPOINTS + 1)[1:]
    vectors = np.zeros((CHECKPOINTS + 1, 6))
    vectors[:-1, 0] = t**0.7
    vectors[:-1, 1] = 0.45 * np.sin(np.pi * t)
    vectors[:-1, 2:] = 0.12 * rng.standard_normal((CHECKPOINTS, 4)) * (1 - t[:, None])
    vectors[-1, 1] = 1.0
    vectors *= 3.2
    return vectors @ vectors.T


def anchor(name: str, alpha: float, beta: float, group: str = "") -> Anchor:
    """A named point with its values."""
    values = _plain(metrics_at(alpha, beta, group))
    return Anchor(name, alpha, beta, values, _errors(values))


def surface(
    group: str = "", points: int = 41, measured: float = 1.0, axis2: int = 0
) -> SurfaceRecord:
    """A surface of which the share ``measured`` is done, in coarse-to-fine order."""
    alpha = beta = np.linspace(-4, 4, points)
    values = metrics_at(alpha[None, :], beta[:, None], group)
    order = np.full((points, points), -1, dtype=np.int64)
    sequence = _dyadic(points)[: round(measured * points * points)]
    for place, (j, i) in enumerate(sequence):
        order[j, i] = place
    hidden = order < 0
    arrays = {name: np.where(hidden, np.nan, value) for name, value in values.items()}
    names = (("end", 0.0), ("rolled_back", -1.0)) if group else (("start", 0.0), ("end", 1.0))
    t = np.linspace(0, 1, CHECKPOINTS + 1)
    return SurfaceRecord(
        name=f"{group or 'full'}-random{axis2}",
        alpha=alpha,
        beta=beta,
        values=arrays,
        standard_errors={name: 0.02 * value for name, value in arrays.items()},
        order=order,
        anchors=tuple(anchor(name, a, 0.0, group) for name, a in names),
        checkpoint_values={
            name: np.asarray(value) for name, value in metrics_at(t**0.7, 0.3 * t, "").items()
        },
        plane=PlaneRecord(
            origin="theta1" if group else "theta0",
            axis1_norm=3.2 if not group else 1.1,
            axis2_norm=41.7,
            cosine=0.0023,
            axis2_label=f"random {axis2}",
            gram=_gram(),
        ),
        spec=_spec(group, points, axis2),
        status="complete" if measured >= 1 else "incomplete",
        group=group,
    )


def part(spec: SurfaceSpec, measured: bool = False) -> SurfaceRecord:
    """A finer part of a surface as a spec asks for it; NaN throughout unless ``measured``."""
    lattice = spec.lattice
    alpha = axis_points(*lattice.alpha_range, lattice.alpha_points)
    beta = axis_points(*lattice.beta_range, lattice.beta_points)
    group = spec.group.name if spec.group else ""
    values = metrics_at(alpha[None, :], beta[:, None], group)
    order = np.arange(alpha.size * beta.size).reshape(beta.size, alpha.size)
    if not measured:
        values = {name: np.full(order.shape, np.nan) for name in values}
        order = np.full_like(order, -1)
    return replace(
        surface(group),
        name=f"{spec.part_of}-part",
        alpha=alpha,
        beta=beta,
        values=values,
        standard_errors={name: 0.02 * value for name, value in values.items()},
        order=order,
        anchors=(),
        checkpoint_values={},
        spec=spec.model_dump(mode="json"),
        status="complete" if measured else "incomplete",
    )


def _spec(group: str, points: int, axis2: int) -> dict[str, Any]:
    return {
        "kind": "surface",
        "run": "/runs/sst2-bert-base",
        "base": None,
        "task": None,
        "examples": {"train": 512, "dev": 872, "seed": 0},
        "precision": "float32",
        "device": "auto",
        "axis2": {"kind": "random", "seed": axis2},
        "group": LAYER_GROUPS.get(group),
        "lattice": {
            "alpha_range": [-4.0, 4.0],
            "beta_range": [-4.0, 4.0],
            "alpha_points": points,
            "beta_points": points,
        },
    }


def _dyadic(points: int) -> list[tuple[int, int]]:
    step, seen, sequence = 16, set(), []
    while step >= 1:
        for j in range(0, points, step):
            for i in range(0, points, step):
                if (j, i) not in seen:
                    seen.add((j, i))
                    sequence.append((j, i))
        step //= 2
    return sequence


def curve(group: str = "", points: int = 41) -> CurveRecord:
    """A complete curve."""
    alpha = np.linspace(-4, 4, points)
    values = {k: np.asarray(v) for k, v in metrics_at(alpha, 0.0, group).items()}
    return CurveRecord(
        name=group or "full",
        alpha=alpha,
        values=values,
        standard_errors={name: 0.02 * value for name, value in values.items()},
        order=np.arange(points, dtype=np.int64),
        anchors=(anchor("start", 0.0, 0.0), anchor("end", 1.0, 0.0)),
        checkpoint_values={},
        plane=PlaneRecord("theta0", 3.2, float("nan"), float("nan"), "", _gram()[:-1, :-1]),
        spec={"kind": "curve", "run": "/runs/sst2-bert-base", "group": LAYER_GROUPS.get(group)},
        status="complete",
        group=group,
    )


def rollback(measured: tuple[tuple[str, ...], ...] = ((), ("low",), ("high",))) -> RollbackRecord:
    """A rollback table in which only some combinations are measured."""
    names = tuple(GROUPS)
    cost = {"low": 0.004, "middle": 0.05, "high": 0.37}
    count = 2 ** len(names)
    values = {metric: np.full(count, np.nan) for metric in METRICS}
    done = np.zeros(count, dtype=bool)
    tuned = _plain(metrics_at(1.0, 0.0))
    for combination in measured:
        mask = sum(1 << names.index(name) for name in combination)
        done[mask] = True
        extra = sum(cost[name] for name in combination)
        for metric, start in tuned.items():
            values[metric][mask] = start + extra * (2.0 if metric.endswith("loss") else 1.0)
    return RollbackRecord(
        groups=names,
        layers=tuple(LAYER_GROUPS[name] for name in names),
        values=values,
        standard_errors={metric: 0.05 * value for metric, value in values.items()},
        measured=done,
        spec={},
    )


def with_rows(table: RollbackRecord, note: str) -> RollbackRecord:
    """The table with what a job's note says: a line of names and values for each combination."""
    values = {metric: array.copy() for metric, array in table.values.items()}
    measured = table.measured.copy()
    for line in note.splitlines():
        names, found = json.loads(line)
        mask = table.mask(frozenset(names))
        measured[mask] = True
        for metric, value in found.items():
            values[metric][mask] = value
    errors = {metric: 0.05 * value for metric, value in values.items()}
    return replace(table, values=values, standard_errors=errors, measured=measured)


def history(scratch: bool = False) -> History:
    """A plausible training history."""
    step = np.arange(0, 600, 10, dtype=np.float64)
    fall = np.exp(-step / (400 if scratch else 120))
    noise = 0.03 * np.random.default_rng(1).standard_normal(len(step))
    train = 0.1 + 0.65 * fall + noise
    at_epoch = np.isin(np.arange(len(step)), np.linspace(0, len(step) - 1, 6).astype(int))
    return History(
        step=step,
        epoch=step / 120,
        train_loss=train,
        dev_loss=np.where(at_epoch, 0.2 + 0.55 * fall, np.nan),
        dev_error=np.where(at_epoch, 0.08 + 0.4 * fall, np.nan),
    )


def landscape(
    path: Path = Path("sst2-bert-base.landscape.h5"),
    name: str = "sst2-bert-base",
    points: int = 41,
    measured: float = 1.0,
    groups: tuple[str, ...] = ("low",),
    scratch: bool = False,
) -> LandscapeRecord:
    """A whole file: the model's surface, those of some groups, a curve, a rollback table."""
    surfaces = [surface("", points, measured), *(surface(g, points) for g in groups)]
    return LandscapeRecord(
        path=path,
        run=RunRecord(
            name=name,
            path=f"/runs/{name}",
            model="bert-base-cased",
            task="sst2",
            init="scratch" if scratch else "pretrained",
            checkpoints=tuple(
                CheckpointRecord(f"checkpoint-{i}", 120 * i, float(i), "0" * 64)
                for i in range(CHECKPOINTS + 1)
            ),
            history=history(scratch),
            gram=_gram()[:-1, :-1],
            layer_count=12,
        ),
        layer_groups=dict(LAYER_GROUPS),
        surfaces={s.name: s for s in surfaces},
        curves={"full": curve(points=points)},
        rollback=rollback(),
    )
