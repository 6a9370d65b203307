"""The built-in demonstration: pre-trained against scratch on a small model, measured live.

Nothing in here is prepared: the runs are trained and the landscapes are measured while one
watches, from the weights and the text in ``resources/demo``.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landscape_gui.engine.events import Done, Event, FileReady, Notice, RunReady, Target
from landscape_gui.engine.thread_count import limited_threads
from landscape_gui.engine.training_job import training_steps
from landscape_gui.geometry.flatness import basin_width
from landscape_gui.resource_files import resource
from landscape_gui.runs.layer_groups import default_groups
from landscape_gui.specs import (
    CurveSpec,
    DemoSpec,
    Initialisation,
    LatticeSpec,
    MeasuringSpec,
    OtherRunAxis,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
)
from landscape_gui.store.landscape_file import read_landscape

# Height above the end point, in units of the loss, at which basins are compared.
RISE = 0.1

# Group surfaces are smaller pictures of a simpler shape: a coarse lattice around θ1 shows them.
GROUP_POINTS = 11


@dataclass(frozen=True)
class Setting:
    """One of the two things that are compared."""

    init: Initialisation
    title: str
    file: Path


def settings(out: Path) -> tuple[Setting, Setting]:
    """Fine-tuned and from scratch, and the file of each."""
    return (
        Setting("pretrained", "fine-tuned", out / "fine-tuned.landscape.h5"),
        Setting("scratch", "from scratch", out / "from-scratch.landscape.h5"),
    )


def demo(spec: DemoSpec) -> Generator[Event, None, None]:
    """Train four runs, measure two landscapes; started again, it goes on where it stopped."""
    # So small a model computes less than its threads wait for one another.
    with limited_threads(1):
        yield from _demo(spec)


def _demo(spec: DemoSpec) -> Generator[Event, None, None]:
    manifest = json.loads(resource("demo", "demo.json").read_text(encoding="utf-8"))
    first, second = manifest["tasks"]
    for setting in settings(spec.out):
        hyper = manifest[setting.init]
        run, other = (_train_spec(spec, setting, task, hyper) for task in (first, second))
        for training in (run, other):
            yield from training_steps(training)
            yield RunReady(training.out)
        lattice = LatticeSpec(alpha_points=spec.points, beta_points=spec.points)
        axis2 = OtherRunAxis(run=other.out)
        yield from _part(SurfaceSpec(run=run.out, axis2=axis2, lattice=lattice), setting.file)
        yield from _part(CurveSpec(run=run.out), setting.file)
        yield from _part(RollbackSpec(run=run.out), setting.file)
    fine_tuned = settings(spec.out)[0]
    yield from _groups(spec, fine_tuned, first, second)
    for sentence in comparison(spec.out):
        yield Notice(sentence)
    # A window follows the newest target: it ends on the picture that the demo is about.
    yield _shown_last(fine_tuned)
    yield Done("complete", fine_tuned.file)


def _groups(
    spec: DemoSpec, setting: Setting, first: dict[str, Any], second: dict[str, Any]
) -> Generator[Event, None, None]:
    run, other = (_run_directory(spec.out, task, setting) for task in (first, second))
    layers = read_landscape(setting.file).run.layer_count
    points = min(GROUP_POINTS, spec.points)
    lattice = LatticeSpec(alpha_points=points, beta_points=points)
    for group in default_groups(layers):
        axis2 = OtherRunAxis(run=other)
        surface = SurfaceSpec(run=run, axis2=axis2, group=group, lattice=lattice)
        yield from _part(surface, setting.file)


def _shown_last(setting: Setting) -> FileReady:
    surfaces = read_landscape(setting.file).surfaces
    name, surface = next((n, s) for n, s in surfaces.items() if not s.group)
    return FileReady(Target(setting.file, "surface", name), surface.order.size, surface.order.size)


def _part(spec: MeasuringSpec, out: Path) -> Generator[Event, None, None]:
    """A job whose end is not the end of the demo."""
    from landscape_gui.engine.jobs import run_job

    for event in run_job(spec, out):
        if not isinstance(event, Done):
            yield event


def _run_directory(out: Path, task: dict[str, Any], setting: Setting) -> Path:
    return out / "runs" / f"{task['name']}-{setting.init}"


def _train_spec(
    spec: DemoSpec, setting: Setting, task: dict[str, Any], hyper: dict[str, Any]
) -> TrainSpec:
    return TrainSpec(
        model=str(resource("demo", "model")),
        task=TaskSpec(
            name="custom",
            data=resource("demo", "data", task["name"]),
            text_columns=tuple(task["text_columns"]),
            labels=tuple(task["labels"]),
            max_length=task["max_length"],
        ),
        init=setting.init,
        epochs=hyper["epochs"],
        learning_rate=hyper["learning_rate"],
        batch_size=hyper["batch_size"],
        seed=spec.seed,
        out=_run_directory(spec.out, task, setting),
    )


def comparison(out: Path) -> list[str]:
    """What the two landscapes of a demo say about the paper's claims, as measured."""
    sentences = []
    for setting in settings(out):
        record = read_landscape(setting.file)
        curve = next(iter(record.curves.values()))
        end = next(anchor for anchor in curve.anchors if anchor.name == "end")
        width = basin_width(curve.alpha, curve.values["train_loss"], 1.0, RISE)
        unbounded = "" if all(width.bounded) else "at least "
        sentences.append(
            f"{setting.title.capitalize()}: training loss {end.values['train_loss']:.3f}, "
            f"development error {100 * end.values['dev_error']:.1f} % "
            f"(± {100 * end.standard_errors['dev_error']:.1f}); along the training direction the "
            f"loss stays within {RISE} of the end point over {unbounded}{width.length:.2f} "
            f"‖δ1‖ = {unbounded}{width.length * curve.plane.axis1_norm:.2f} in weight space."
        )
    return sentences


__all__ = ["comparison", "demo", "settings"]
