"""What a study will take, before it is begun: points, time and disk of each step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from landscape_gui.engine.product_speed import product_speed
from landscape_gui.paths import expanded
from landscape_gui.runs.architecture import skeleton
from landscape_gui.runs.hub import cached_model
from landscape_gui.runs.hyper_parameters import resolved_settings
from landscape_gui.runs.layer_groups import is_embedding, layer_count, parse_group
from landscape_gui.runs.tasks import load_texts, subset, tokenize
from landscape_gui.specs import (
    CurveSpec,
    HessianSpec,
    LayerGroup,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
    UserError,
)
from landscape_gui.study.ledger import Ledger
from landscape_gui.study.runner import is_done
from landscape_gui.study.spec import ModelEntry, StudySpec
from landscape_gui.study.steps import AnyStep, MeasureStep, TrainStep

# Training and development examples, and tokens of a pair or sentence, where the data are not here.
_GLUE = {
    "mnli": (392_702, 9_815, 40.0),
    "rte": (2_490, 277, 64.0),
    "sst2": (67_349, 872, 14.0),
    "mrpc": (3_668, 408, 53.0),
}
_SAMPLE = 256
# Shares of the points that a tolerance took on real surfaces (README, Speed): the upper end.
_TOLERANCE_SHARE = 0.26
# A step of training is a pass forward and two backward, of batches padded to their longest.
_TRAINING_FACTOR = 3 * 1.3
# What is left of a matrix product's speed in a whole model.
_EFFICIENCY = 0.7
# Of every step that computes: opening the model. Of every update and point: what is not products.
_START_SECONDS = 4.0
_UPDATE_SECONDS = 0.02
_POINT_SECONDS = 0.005
# A product with the Hessian, in passes over the training examples: they are differentiated twice.
_PASSES_PER_PRODUCT = 6.0
_MADE_BYTES = 1_000_000
_MADE_SECONDS = 5.0


@dataclass(frozen=True)
class StepCost:
    """What one step takes.

    Attributes
    ----------
    points
        Placements of the weights, or steps of a training; None where it is neither or not known.
    seconds, bytes
        None where the size of the model or of the data is not known.
    done
        It is there already.
    """

    step: AnyStep
    points: int | None
    seconds: float | None
    bytes: int | None
    done: bool


@dataclass(frozen=True)
class StudyCost:
    """What a study takes; ``basis`` says what the times rest on."""

    steps: tuple[StepCost, ...]
    basis: str

    @property
    def seconds(self) -> float:
        """Of what is left to be done, as far as it is known."""
        return sum(cost.seconds or 0.0 for cost in self.steps if not cost.done)

    @property
    def bytes(self) -> int:
        """As ``seconds``."""
        return sum(cost.bytes or 0 for cost in self.steps if not cost.done)

    @property
    def complete(self) -> bool:
        """Whether every step's time is known."""
        return all(cost.done or cost.seconds is not None for cost in self.steps)


@dataclass(frozen=True)
class _Model:
    """Size of a model; ``multiplied`` are the parameters that are not the embeddings'."""

    parameters: int
    multiplied: int
    layers: int


@dataclass(frozen=True)
class _Task:
    """Size of a task's data."""

    train: int
    dev: int
    tokens: float


def study_cost(study: StudySpec, steps: Sequence[AnyStep], out: Path) -> StudyCost:
    """The cost of every step on this machine.

    Models and data that are here are looked at; nothing is downloaded and nothing written.

    Raises
    ------
    UserError
        If a step was begun with other settings.
    """
    ledger = Ledger(out)
    for step in steps:
        ledger.check(step)
    speed, basis = _speed(study, ledger)
    models = {name: _model(entry) for name, entry in study.models.items()}
    tasks: dict[tuple[str, str], _Task | None] = {}
    trainings = {step.run: step.spec for step in steps if isinstance(step, TrainStep)}
    costs = []
    for step in steps:
        points: int | None = None
        seconds: float | None = _MADE_SECONDS
        size: int | None = _MADE_BYTES
        if isinstance(step, TrainStep | MeasureStep):
            model, spec = models[step.run.model], trainings[step.run]
            key = (step.run.model, step.run.task)
            if key not in tasks:
                tasks[key] = _data(spec.task, _place(study.models[step.run.model]))
            task = tasks[key]
            if isinstance(step, TrainStep):
                points, seconds, size = _training(step.spec, model, task, speed)
            else:
                points, seconds, size = _measuring(step, spec, model, task, speed)
        costs.append(StepCost(step, points, seconds, size, is_done(step, ledger)))
    return StudyCost(tuple(costs), basis)


def _training(
    spec: TrainSpec, model: _Model | None, task: _Task | None, speed: float
) -> tuple[int | None, float | None, int | None]:
    settings = resolved_settings(spec)
    epochs = settings["epochs"]
    size = None if model is None else 4 * model.parameters * (epochs + 1)
    if task is None:
        return None, None, size
    examples = min(spec.train_examples or task.train, task.train)
    updates = -(-examples // settings["batch_size"]) * epochs
    if model is None:
        return updates, None, size
    passes = _TRAINING_FACTOR * examples * epochs
    passes += min(spec.dev_examples or task.dev, task.dev) * (epochs + 1)
    seconds = passes * task.tokens * model.multiplied / speed
    return updates, _START_SECONDS + updates * _UPDATE_SECONDS + seconds, size


def _measuring(
    step: MeasureStep, trained: TrainSpec, model: _Model | None, task: _Task | None, speed: float
) -> tuple[int | None, float | None, int | None]:
    spec, points = step.spec, step.points
    share = 1.0
    if isinstance(spec, SurfaceSpec) and spec.tolerance is not None:
        share = _TOLERANCE_SHARE
    estimated = isinstance(spec, SurfaceSpec) and spec.estimates
    size = points * 8 * (4 * (4 if estimated else 2) + 3) + 100_000
    measured = round(points * share)
    if model is None or task is None:
        return measured, None, size
    examples = min(spec.examples.train or task.train, task.train)
    examples += min(spec.examples.dev or task.dev, task.dev)
    if isinstance(spec, SurfaceSpec) and spec.may_sample:
        from landscape_gui.engine.refined_surface import room_for_examples

        rows = room_for_examples(spec, {"all": examples})
        size += 8 * rows * examples
    # Beside the lattice: both ends, and every checkpoint's own values.
    # Beside the lattice: both ends, and every checkpoint's own values.
    beside = 2 + resolved_settings(trained)["epochs"]
    if isinstance(spec, HessianSpec):
        examples = _PASSES_PER_PRODUCT * min(spec.examples.train or task.train, task.train)
    if isinstance(spec, HessianSpec | RollbackSpec):
        beside = 0
    work = examples * task.tokens * model.multiplied * _computed(step, model)
    seconds = (measured + beside) * (work / speed + _POINT_SECONDS)
    return measured, _START_SECONDS + seconds, size


def _computed(step: MeasureStep, model: _Model) -> float:
    """What is below a group's first layer is computed once, not at every point."""
    if not isinstance(step.spec, SurfaceSpec | CurveSpec) or not step.groups or not model.layers:
        return 1.0
    try:
        group: LayerGroup = parse_group(step.groups[0], model.layers)
    except UserError:
        return 1.0
    if group.embeddings or not group.layers:
        return 1.0
    return 1 - group.layers[0] / model.layers


def _place(entry: ModelEntry) -> Path | None:
    """Where a model is on this machine."""
    path = expanded(entry.path)
    return path if path.is_dir() else cached_model(entry.path)


def _model(entry: ModelEntry) -> _Model | None:
    place = _place(entry)
    if place is not None:
        frame = skeleton(place)
        sizes = {name: _product(shape) for name, shape in frame.shapes.items()}
        embeddings = sum(size for name, size in sizes.items() if is_embedding(name))
        whole = sum(sizes.values())
        return _Model(whole, whole - embeddings, layer_count(frame.shapes))
    if entry.parameters:
        multiplied = entry.parameters - entry.embedding_parameters
        return _Model(entry.parameters, multiplied, entry.layers)
    return None


def _product(shape: tuple[int, ...]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size


def _data(task: TaskSpec, model: Path | None) -> _Task | None:
    """Examples and tokens of a task's own files, or of GLUE as it is known."""
    known = _GLUE.get(task.name)
    if task.data is None or not task.data.exists():
        return _Task(*known) if known else None
    train, dev = load_texts(task, "train"), load_texts(task, "dev")
    tokens = known[2] if known else 40.0
    if model is not None:
        some = tokenize(subset(train, _SAMPLE, 0), model, task.max_length)
        tokens = sum(len(ids) for ids in some.input_ids) / len(some.input_ids)
    return _Task(len(train.labels), len(dev.labels), tokens)


def _speed(study: StudySpec, ledger: Ledger) -> tuple[float, str]:
    """Parameters times tokens a second, and what it rests on."""
    if ledger.speeds:
        speed = max(ledger.speeds.values())
        return speed, "Times are from the points that this study has measured so far."
    device, speed = product_speed(study.compute.device, study.compute.threads or 0)
    return _EFFICIENCY * speed, (
        f"Times are guessed from a matrix product that was just timed on {device}: "
        "right within a factor of about three where nothing else runs."
    )
