"""Trains runs: fine-tuning and training from scratch, resumable after every epoch."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from landscape_gui.paths import expanded
from landscape_gui.runs.hub import resolve_model
from landscape_gui.runs.hyper_parameters import PAPER_SETTINGS, resolved_settings
from landscape_gui.runs.opening import run_of
from landscape_gui.runs.run import Run
from landscape_gui.runs.run_directory import (
    SPACE_HINT,
    comparable,
    earlier_content,
    remove_strays,
    require_space,
    writing,
)
from landscape_gui.runs.run_file import (
    CheckpointEntry,
    HistoryRow,
    RunFile,
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

__all__ = ["PAPER_SETTINGS", "TrainingUpdate", "resolved_settings", "train"]

# What only going on with a training needs: kept in the newest checkpoint until the end.
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
    out = expanded(spec.out).resolve()
    spec = spec.model_copy(update={"out": out, "task": _absolute(spec.task)})
    content = earlier_content(spec)
    if content and content.status == "complete":
        return run_of(out, content)
    with writing(out):
        # Once more: another process may have trained until just now.
        content = earlier_content(spec)
        if not (content and content.status == "complete"):
            content = _Training(spec, content, report, should_stop).run()
    return run_of(out, content)


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
            spec=comparable(spec),
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
        self._remove_resume_files(self.content.checkpoints)
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

        remove_strays(self.out, {entry.path for entry in self.content.checkpoints})
        if self.content.checkpoints:
            return
        weights = sum(value.numel() * 4 for value in model.parameters())
        # θ0 and every epoch; two moments per parameter, twice while one checkpoint follows another.
        require_space(self.out, weights * (self.settings["epochs"] + 1 + 4))
        write_run_file(self.out, self.content)
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
            raise UserError(f"{path} was not saved completely: {problem}.", SPACE_HINT)
        older = self.content.checkpoints
        entry = CheckpointEntry(path=path, step=row.step, epoch=row.epoch)
        self._update(checkpoints=(*older, entry), history=(*self.content.history, row))
        self._remove_resume_files(older)
        self._report_row(row)

    def _remove_resume_files(self, checkpoints: Sequence[CheckpointEntry]) -> None:
        for checkpoint in checkpoints:
            for name in _RESUME_FILES:
                (self.out / checkpoint.path / name).unlink(missing_ok=True)

    def _report_row(self, row: HistoryRow) -> None:
        self.report(
            TrainingUpdate(
                row.step, self.total_steps, row.epoch, row.train_loss, row.dev_loss, row.dev_error
            )
        )

    def _update(self, **changes: Any) -> None:
        self.content = self.content.model_copy(update=changes)
        write_run_file(self.out, self.content)


def _absolute(task: TaskSpec) -> TaskSpec:
    if task.data is None:
        return task
    return task.model_copy(update={"data": expanded(task.data).resolve()})


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
