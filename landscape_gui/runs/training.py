"""Trains runs: fine-tuning from pre-trained weights, or from scratch (Hao et al. 2019, §4)."""

from __future__ import annotations

import errno
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape_gui import __version__
from landscape_gui.runs.architecture import load_tokenizer, quiet, skeleton
from landscape_gui.runs.hub import resolve_model
from landscape_gui.runs.opening import open_run
from landscape_gui.runs.run import Run
from landscape_gui.runs.run_file import (
    CheckpointEntry,
    HistoryRow,
    RunFile,
    read_run_file,
    write_run_file,
)
from landscape_gui.runs.start_point import StartPoint, build_start_point
from landscape_gui.runs.tasks import (
    TokenizedExamples,
    load_texts,
    subset,
    tokenize,
    with_classes,
    without_token_types,
)
from landscape_gui.specs import TaskSpec, TrainSpec, UserError

if TYPE_CHECKING:
    from transformers import Trainer

    from landscape_gui.runs.text_files import Split

# Training examples on which the loss of the start point is taken, for the history's first row.
_START_EXAMPLES = 512


@dataclass(frozen=True)
class Settings:
    """Hyper-parameters of a training."""

    epochs: int
    learning_rate: float
    batch_size: int


# Hao et al. 2019, §4: epochs pre-trained and from scratch, learning rate, batch size.
PAPER_SETTINGS: dict[str, tuple[int, int, float, int]] = {
    "mnli": (3, 16, 3e-5, 64),
    "rte": (3, 16, 1e-5, 32),
    "sst2": (3, 8, 3e-5, 64),
    "mrpc": (3, 16, 1e-5, 32),
    "custom": (3, 16, 2e-5, 32),
}


@dataclass(frozen=True)
class TrainingUpdate:
    """How far a training has come; metrics that were not taken at this step are None.

    ``train_loss`` is the mean over the epoch so far; with dev metrics, over the whole epoch.
    """

    step: int
    total_steps: int
    epoch: float
    train_loss: float | None
    dev_loss: float | None
    dev_error: float | None


class Stopped(Exception):  # noqa: N818
    """The training was asked to stop; what was saved stays."""


def settings_of(spec: TrainSpec) -> Settings:
    """The spec's hyper-parameters, the paper's where it names none."""
    fine_tuned, scratch, rate, batch = PAPER_SETTINGS[spec.task.name]
    return Settings(
        epochs=spec.epochs or (fine_tuned if spec.init == "pretrained" else scratch),
        learning_rate=spec.learning_rate or rate,
        batch_size=spec.batch_size or batch,
    )


def train(
    spec: TrainSpec,
    report: Callable[[TrainingUpdate], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Train into ``spec.out``: θ0 and a checkpoint after every epoch.

    The same spec again goes on after the last finished epoch, to the same weights as without
    the interruption; a finished run is returned as it is.

    Parameters
    ----------
    report
        Called from this thread, several times a second at most, and after every epoch.
    should_stop
        Asked after every step.

    Raises
    ------
    UserError
        If the model or the data cannot be had, ``out`` holds something else, or the disk is full.
    Stopped
        If ``should_stop`` said so.
    """
    out = spec.out.expanduser().resolve()
    content = _existing(spec, out)
    if content is not None and content.status == "complete":
        return open_run(out)
    try:
        _train(spec, out, content, report, should_stop)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS):
            raise UserError(
                f"{out} cannot be written: {error.strerror}.",
                "Make room or choose another directory; the same command goes on from the last "
                "finished epoch.",
            ) from error
        raise
    return open_run(out)


def _existing(spec: TrainSpec, out: Path) -> RunFile | None:
    content = read_run_file(out)
    if content is None:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UserError(
                f"{out} already holds something that is not a run of ours.",
                "Choose a new directory.",
            )
        return None
    if content.kind != "trained" or content.spec != _plain(spec):
        raise UserError(
            f"{out} holds a run with other settings.",
            "Choose a new directory, or repeat the options that the run was started with.",
        )
    return content


def _plain(spec: TrainSpec) -> dict[str, Any]:
    """What identifies a training; where it lies does not."""
    return spec.model_dump(mode="json", exclude={"out"})


def _train(
    spec: TrainSpec,
    out: Path,
    content: RunFile | None,
    report: Callable[[TrainingUpdate], None],
    should_stop: Callable[[], bool],
) -> None:
    base = resolve_model(spec.model)
    task = with_classes(spec.task)
    settings = settings_of(spec)
    examples = {
        "train": _examples(spec, task, base, "train", spec.train_examples),
        "dev": _examples(spec, task, base, "dev", spec.dev_examples),
    }
    start = build_start_point(base, spec.init, spec.seed, task.labels)
    if content is None or not content.checkpoints:
        content = RunFile(
            kind="trained",
            status="training",
            model=spec.model,
            init=spec.init,
            task=task,
            labels=task.labels,
            newly_initialised=start.newly_initialised,
            spec=_plain(spec),
            settings=vars(settings) | {"optimizer": "AdamW", "schedule": "linear"},
            versions=_versions(),
        )
        out.mkdir(parents=True, exist_ok=True)
        write_run_file(out, content)
    _remove_strays(out, content)

    from landscape_gui.runs.trainer import Recorder, build_trainer

    recorder = Recorder(out, content, report, should_stop)
    trainer = build_trainer(
        start.model, load_tokenizer(base), examples, settings, spec.seed, out, recorder
    )
    with quiet():
        if not content.checkpoints:
            _save_start(trainer, start, base, out, recorder, examples["train"])
        last = recorder.content.checkpoints[-1]
        trainer.train(resume_from_checkpoint=str(out / last.path) if last.step else None)
    recorder.finish()


def _examples(
    spec: TrainSpec, task: TaskSpec, base: Path, split: Split, limit: int | None
) -> TokenizedExamples:
    frame = skeleton(base)
    texts = subset(load_texts(task, split), limit, spec.seed)
    longest = min(task.max_length, frame.max_positions or task.max_length)
    examples = tokenize(texts, base, longest)
    return examples if frame.takes_token_types else without_token_types(examples)


def _save_start(
    trainer: Trainer,
    start: StartPoint,
    base: Path,
    out: Path,
    recorder: Any,
    train_examples: TokenizedExamples,
) -> None:
    """θ0 in checkpoint-0, and the first row of the history."""
    directory = out / "checkpoint-0"
    start.model.save_pretrained(directory)
    load_tokenizer(base).save_pretrained(directory)
    some = trainer.train_dataset
    chosen = np.random.default_rng(0).permutation(len(train_examples.labels))[:_START_EXAMPLES]
    losses = trainer.evaluate([some[int(i)] for i in chosen], metric_key_prefix="start")  # type: ignore[index, arg-type]
    found = trainer.evaluate()
    row = HistoryRow(
        step=0,
        epoch=0.0,
        train_loss=losses["start_loss"],
        dev_loss=found["eval_loss"],
        dev_error=found["eval_error"],
    )
    recorder.saved(CheckpointEntry(path="checkpoint-0", step=0, epoch=0.0), row)


def _remove_strays(out: Path, content: RunFile) -> None:
    """Checkpoints whose writing was interrupted are written again."""
    known = {entry.path for entry in content.checkpoints}
    for path in out.glob("checkpoint-*"):
        if path.name not in known and path.is_dir():
            shutil.rmtree(path)


def _versions() -> dict[str, str]:
    import torch
    import transformers

    return {
        "landscape-gui": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
