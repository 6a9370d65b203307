"""Trains runs: fine-tuning and training from scratch, resumable after every epoch."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape_gui.runs.hub import resolve_model
from landscape_gui.runs.opening import run_of
from landscape_gui.runs.run import Run
from landscape_gui.runs.run_file import (
    CheckpointEntry,
    HistoryRow,
    RunFile,
    read_run_file,
    write_run_file,
)
from landscape_gui.runs.tasks import (
    TokenizedExamples,
    load_texts,
    subset,
    tokenize,
    with_classes,
    without_token_types,
)
from landscape_gui.runs.trainer_output import incomplete
from landscape_gui.specs import TaskSpec, TrainSpec, UserError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, TrainerState

# Hao et al. 2019, §4; the model's depth does not enter. "custom" is the usual first try.
PAPER_SETTINGS: dict[str, dict[str, Any]] = {
    "mnli": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 3e-5, "batch_size": 64},
    "sst2": {"epochs": {"pretrained": 3, "scratch": 8}, "learning_rate": 3e-5, "batch_size": 64},
    "rte": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 1e-5, "batch_size": 32},
    "mrpc": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 1e-5, "batch_size": 32},
    "custom": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 2e-5, "batch_size": 32},
}
# What only going on with a training needs: kept in the newest checkpoint.
_RESUME_FILES = ("optimizer.pt", "scheduler.pt", "rng_state.pth", "scaler.pt", "training_args.bin")
# θ0's training loss is measured on the first so many examples.
_START_EXAMPLES = 512


@dataclass(frozen=True)
class TrainingUpdate:
    """Where a training stands; metrics that were not taken now are None."""

    step: int
    total_steps: int
    epoch: float
    train_loss: float | None
    dev_loss: float | None
    dev_error: float | None


def resolved_settings(spec: TrainSpec) -> dict[str, Any]:
    """All hyper-parameters of a training, the paper's where the spec leaves them open."""
    paper = PAPER_SETTINGS[spec.task.name]
    return {
        "epochs": spec.epochs or paper["epochs"][spec.init],
        "learning_rate": spec.learning_rate or paper["learning_rate"],
        "batch_size": spec.batch_size or paper["batch_size"],
        "optimizer": "AdamW",
        "weight_decay": 0.0,
        "schedule": "linear",
        "max_grad_norm": 1.0,
        "precision": "float32",
        "seed": spec.seed,
    }


def train(
    spec: TrainSpec,
    report: Callable[[TrainingUpdate], None],
    should_stop: Callable[[], bool] = lambda: False,
) -> Run:
    """Train a run into ``spec.out``, or go on with it after its last complete epoch.

    θ0 is kept in ``checkpoint-0`` and every epoch in ``checkpoint-<step>``. On one machine's CPU
    an interrupted and continued training ends with the same weights as an uninterrupted one. A
    finished run is returned at once.

    Parameters
    ----------
    report
        Called after steps (at most some 400 times) and after every epoch.
    should_stop
        Asked after every step; if true, the training ends there and keeps its complete epochs.

    Returns
    -------
    The run as far as it has come.

    Raises
    ------
    UserError
        If the model, the data or the output directory cannot be used, or ``out`` holds another
        training.
    """
    out = spec.out.expanduser().resolve()
    spec = spec.model_copy(update={"out": out, "task": _absolute(spec.task)})
    content = _previous(spec)
    if content and content.status == "complete":
        return run_of(out, content)
    with _writing(out):
        return run_of(out, _Training(spec, content, report, should_stop).run())


class _Training:
    """One call of ``train``: what it reads, and the ``run.json`` it keeps up to date."""

    def __init__(
        self,
        spec: TrainSpec,
        content: RunFile | None,
        report: Callable[[TrainingUpdate], None],
        should_stop: Callable[[], bool],
    ) -> None:
        from landscape_gui.runs.architecture import load_tokenizer

        self.spec, self.report, self.should_stop = spec, report, should_stop
        self.out = spec.out
        self.settings = resolved_settings(spec)
        self.source = resolve_model(spec.model)
        self.task = with_classes(spec.task)
        self.tokenizer = load_tokenizer(self.source)
        self.row: HistoryRow | None = None
        self.content = content or RunFile(
            kind="trained",
            status="training",
            model=spec.model,
            init=spec.init,
            task=self.task,
            labels=self.task.labels,
            spec=_comparable(spec),
            settings=self.settings,
            versions=_versions(),
        )

    def run(self) -> RunFile:
        """Train to the end or until asked to stop."""
        from landscape_gui.runs.architecture import quiet
        from landscape_gui.runs.trainer_loop import StopRequested

        model = self._start_model()
        train_examples = self._examples("train", self.spec.train_examples)
        self.dev_examples = self._examples("dev", self.spec.dev_examples)
        with quiet():
            self._save_start(model, train_examples)
            try:
                self._loop(model, train_examples)
            except StopRequested:
                return self.content
        self._update(status="complete")
        return self.content

    def _start_model(self) -> PreTrainedModel:
        """The model at θ0: built from the seed, or read back where that was saved before."""
        from landscape_gui.runs.architecture import load_classifier
        from landscape_gui.runs.start_point import build_start_point

        if self.content.checkpoints:
            model, _ = load_classifier(self.out / self.content.checkpoints[0].path)
            return model
        start = build_start_point(self.source, self.spec.init, self.spec.seed, self.task.labels)
        self._check_tokens(start.model)
        changes = {"newly_initialised": start.newly_initialised}
        self.content = self.content.model_copy(update=changes)
        return start.model

    def _check_tokens(self, model: PreTrainedModel) -> None:
        rows = int(model.get_input_embeddings().weight.shape[0])  # type: ignore[union-attr]
        if len(self.tokenizer) > rows:
            raise UserError(
                f"The tokenizer in {self.source} has {len(self.tokenizer)} tokens, the model's "
                f"embeddings have {rows} rows.",
                "The model and the tokenizer do not belong together.",
            )
        if model.config.pad_token_id is None:
            # Decoders find a text's last token by it.
            padding = self.tokenizer.pad_token_id
            model.config.pad_token_id = self.tokenizer.eos_token_id if padding is None else padding

    def _examples(self, split: Any, limit: int | None) -> TokenizedExamples:
        from landscape_gui.runs.architecture import skeleton

        texts = subset(load_texts(self.task, split), limit, self.spec.seed)
        frame = skeleton(self.source)
        length = min(self.task.max_length, frame.max_positions or self.task.max_length)
        examples = tokenize(texts, self.source, length)
        return examples if frame.takes_token_types else without_token_types(examples)

    def _save_start(self, model: PreTrainedModel, examples: TokenizedExamples) -> None:
        """Write θ0 and ``run.json``, unless an earlier call has."""
        from landscape_gui.runs.trainer_loop import loss_and_error

        if self.content.checkpoints:
            self._remove_strays()
            return
        self._require_space(model)
        self.out.mkdir(parents=True, exist_ok=True)
        write_run_file(self.out, self.content)
        self._remove_strays()
        first = TokenizedExamples(
            examples.input_ids[:_START_EXAMPLES],
            examples.token_type_ids[:_START_EXAMPLES] if examples.token_type_ids else None,
            examples.labels[:_START_EXAMPLES],
        )
        train_loss, _ = loss_and_error(model, first)
        dev_loss, dev_error = loss_and_error(model, self.dev_examples)
        model.save_pretrained(self.out / "checkpoint-0")
        self.tokenizer.save_pretrained(self.out / "checkpoint-0")
        self._update(
            checkpoints=(CheckpointEntry(path="checkpoint-0", step=0, epoch=0.0),),
            history=(
                HistoryRow(
                    step=0, epoch=0.0, train_loss=train_loss, dev_loss=dev_loss, dev_error=dev_error
                ),
            ),
        )

    def _loop(self, model: PreTrainedModel, examples: TokenizedExamples) -> None:
        from transformers import set_seed

        from landscape_gui.runs.trainer_loop import LoopCallback, make_trainer

        per_epoch = -(-len(examples.labels) // self.settings["batch_size"])
        self.total_steps = per_epoch * self.settings["epochs"]
        self._report_row(self.content.history[-1])
        last = self.content.checkpoints[-1]
        if last.step >= self.total_steps:
            return
        callback = LoopCallback(
            self._stepped, self._epoch_ended, self._epoch_saved, self.should_stop
        )
        trainer = make_trainer(model, self.tokenizer, examples, self.out, self.settings, callback)
        self.trainer = trainer
        # The head's random numbers and the evaluation of θ0 must not move those of the training.
        set_seed(self.spec.seed)
        trainer.train(resume_from_checkpoint=str(self.out / last.path) if last.step else None)

    def _stepped(self, state: TrainerState, train_loss: float | None) -> None:
        epoch = float(state.epoch or 0.0)
        self.report(
            TrainingUpdate(state.global_step, self.total_steps, epoch, train_loss, None, None)
        )

    def _epoch_ended(self, state: TrainerState, train_loss: float | None) -> None:
        from landscape_gui.runs.trainer_loop import loss_and_error

        dev_loss, dev_error = loss_and_error(self.trainer.model, self.dev_examples)
        self.row = HistoryRow(
            step=state.global_step,
            epoch=float(state.epoch or 0.0),
            train_loss=train_loss,
            dev_loss=dev_loss,
            dev_error=dev_error,
        )

    def _epoch_saved(self, state: TrainerState) -> None:
        """Take the finished checkpoint into ``run.json``; free older ones of optimizer state."""
        row = self.row
        path = f"checkpoint-{state.global_step}"
        if row is None or row.step <= self.content.checkpoints[-1].step:
            return
        if problem := incomplete(self.out / path):
            raise UserError(f"{path} was not saved completely: {problem}.", _SPACE_HINT)
        older = self.content.checkpoints
        entry = CheckpointEntry(path=path, step=row.step, epoch=row.epoch)
        self._update(checkpoints=(*older, entry), history=(*self.content.history, row))
        for checkpoint in older:
            for name in _RESUME_FILES:
                (self.out / checkpoint.path / name).unlink(missing_ok=True)
        self._report_row(row)

    def _report_row(self, row: HistoryRow) -> None:
        self.report(
            TrainingUpdate(
                row.step, self.total_steps, row.epoch, row.train_loss, row.dev_loss, row.dev_error
            )
        )

    def _update(self, **changes: Any) -> None:
        self.content = self.content.model_copy(update=changes)
        write_run_file(self.out, self.content)

    def _remove_strays(self) -> None:
        """Remove what an interrupted call left: checkpoints that ``run.json`` does not name."""
        known = {entry.path for entry in self.content.checkpoints}
        for path in self.out.glob("checkpoint-*"):
            if path.name not in known and path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)

    def _require_space(self, model: PreTrainedModel) -> None:
        weights = sum(value.numel() * 4 for value in model.parameters())
        # θ0 and every epoch; two moments per parameter, twice while a checkpoint replaces another.
        needed = weights * (self.settings["epochs"] + 1 + 4)
        place = self.out
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        if free < needed:
            raise UserError(
                f"The training needs about {needed / 1e9:.1f} GB in {self.out}, "
                f"{free / 1e9:.1f} GB are free.",
                "Free some space, choose another place, or train for fewer epochs.",
            )


_SPACE_HINT = "Check the free space and the permissions; train again to go on from the last epoch."


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    """Turn failures to write into a UserError; a directory that was only just made goes again."""
    existed = out.exists()
    try:
        yield
    except UserError:
        _remove_empty(out, existed)
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        # torch and safetensors have exceptions of their own for a failed write.
        known = ("No space left", "os error 28", "PytorchStreamWriter", "unexpected pos")
        if not isinstance(error, OSError) and not any(part in text for part in known):
            raise
        _remove_empty(out, existed)
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise UserError(f"{out} cannot be written: {reason}.", _SPACE_HINT) from error


def _remove_empty(out: Path, existed: bool) -> None:
    content = None
    try:
        content = read_run_file(out)
    except UserError:
        return
    if content is not None and not content.checkpoints:
        # Not even θ0 was saved: nothing is lost.
        (out / "run.json").unlink(missing_ok=True)
        shutil.rmtree(out / "checkpoint-0", ignore_errors=True)
    if not existed and out.is_dir() and not any(out.iterdir()):
        out.rmdir()


def _previous(spec: TrainSpec) -> RunFile | None:
    """What an earlier call left in ``out``.

    Raises
    ------
    UserError
        If it is anything but the same training.
    """
    out = spec.out
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is a file.", "Choose a directory for the run.")
    content = read_run_file(out)
    if content is None:
        if out.is_dir() and any(out.iterdir()):
            raise UserError(
                f"{out} is not empty and holds no run of this program.", "Choose a new directory."
            )
        return None
    wanted = _comparable(spec)
    if content.kind != "trained" or content.spec is None:
        raise UserError(f"{out} holds a run that was trained elsewhere.", "Choose a new directory.")
    if different := [key for key in wanted if content.spec.get(key) != wanted[key]]:
        raise UserError(
            f"{out} holds another training: it differs in {', '.join(different)}.",
            "Choose a new directory, or give the same options to go on with that one.",
        )
    return content


def _comparable(spec: TrainSpec) -> dict[str, Any]:
    """The spec as JSON-able values, without its place and with every hyper-parameter set."""
    settings = resolved_settings(spec)
    asked = spec.model_dump(mode="json", exclude={"out", "kind"})
    asked |= {name: settings[name] for name in ("epochs", "learning_rate", "batch_size")}
    local = Path(spec.model).expanduser()
    return asked | {"model": str(local.resolve()) if local.is_dir() else spec.model}


def _absolute(task: TaskSpec) -> TaskSpec:
    if task.data is None:
        return task
    return task.model_copy(update={"data": task.data.expanduser().resolve()})


def _versions() -> dict[str, str]:
    import torch
    import transformers

    from landscape_gui import __version__

    return {
        "landscape_gui": __version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
    }
