"""transformers' Trainer, set up for runs: quiet, recorded in ``run.json``, stoppable."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import (
    DataCollatorWithPadding,
    PreTrainedModel,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from landscape_gui.runs.run_file import CheckpointEntry, HistoryRow, RunFile, write_run_file
from landscape_gui.runs.tasks import TokenizedExamples
from landscape_gui.runs.training import Settings, Stopped, TrainingUpdate

if TYPE_CHECKING:
    from transformers import EvalPrediction, PreTrainedTokenizerBase

_REPORT_EVERY_S = 0.1
_RESUME_FILES = ("optimizer.pt", "scheduler.pt", "rng_state.pth", "training_args.bin", "scaler.pt")


class Recorder(TrainerCallback):
    """Keeps ``run.json`` and whoever asked for the training up to date."""

    def __init__(
        self,
        out: Path,
        content: RunFile,
        report: Callable[[TrainingUpdate], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.content = content
        self.losses = EpochLoss()
        self._out = out
        self._report = report
        self._should_stop = should_stop
        self._last_report = 0.0
        self._dev: tuple[float, float] | None = None

    def saved(self, entry: CheckpointEntry, row: HistoryRow) -> None:
        """A checkpoint is complete: now it counts."""
        content = self.content
        self.content = content.model_copy(
            update={
                "checkpoints": (*content.checkpoints, entry),
                "history": (*content.history, row),
            }
        )
        write_run_file(self._out, self.content)

    def finish(self) -> None:
        """The training is over: nothing needs to be resumed any more."""
        self._drop_resume_files(keep=None)
        self.content = self.content.model_copy(update={"status": "complete"})
        write_run_file(self._out, self.content)

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self.losses.reset()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if self._should_stop():
            # Asking the Trainer to stop would make it save the epoch as if it were finished.
            raise Stopped
        now = time.monotonic()
        if now - self._last_report >= _REPORT_EVERY_S:
            self._last_report = now
            self._report(self._update(state, self.losses.mean(), None, None))

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        metrics: Mapping[str, float] = kwargs["metrics"]
        if "eval_loss" not in metrics:
            return
        self._dev = metrics["eval_loss"], metrics["eval_error"]
        mean = self.losses.mean() if state.global_step else None
        self._report(self._update(state, mean, *self._dev))

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        name = f"checkpoint-{state.global_step}"
        epoch = round(float(state.epoch or 0.0), 6)
        dev_loss, dev_error = self._dev or (None, None)
        self.saved(
            CheckpointEntry(path=name, step=state.global_step, epoch=epoch),
            HistoryRow(
                step=state.global_step,
                epoch=epoch,
                train_loss=self.losses.mean(),
                dev_loss=dev_loss,
                dev_error=dev_error,
            ),
        )
        self._drop_resume_files(keep=name)

    def _update(
        self,
        state: TrainerState,
        train_loss: float | None,
        dev_loss: float | None,
        dev_error: float | None,
    ) -> TrainingUpdate:
        return TrainingUpdate(
            state.global_step,
            state.max_steps,
            float(state.epoch or 0.0),
            train_loss,
            dev_loss,
            dev_error,
        )

    def _drop_resume_files(self, keep: str | None) -> None:
        """The optimizer's state is twice the model: only the newest checkpoint needs it."""
        for entry in self.content.checkpoints:
            if entry.path != keep:
                for name in _RESUME_FILES:
                    (self._out / entry.path / name).unlink(missing_ok=True)


class EpochLoss:
    """Mean training loss of the epoch so far, summed on the device."""

    def __init__(self) -> None:
        self._sum: torch.Tensor | None = None
        self._count = 0

    def reset(self) -> None:
        self._sum, self._count = None, 0

    def add(self, loss: torch.Tensor) -> None:
        loss = loss.detach().double()
        self._sum = loss if self._sum is None else self._sum + loss
        self._count += 1

    def mean(self) -> float | None:
        return None if self._sum is None else float(self._sum) / self._count


class RecordedTrainer(Trainer):
    """A Trainer that hands the loss of every step to ``losses``."""

    losses: EpochLoss

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        loss = super().training_step(*args, **kwargs)
        self.losses.add(loss)
        return loss


def build_trainer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    examples: Mapping[str, TokenizedExamples],
    settings: Settings,
    seed: int,
    out: Path,
    recorder: Recorder,
) -> Trainer:
    """A Trainer for one run: AdamW, a linear schedule, a checkpoint after every epoch."""
    arguments = TrainingArguments(
        output_dir=str(out),
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=max(64, settings.batch_size),
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=seed,
        data_seed=seed,
    )
    trainer = RecordedTrainer(
        model,
        arguments,
        data_collator=DataCollatorWithPadding(tokenizer),
        train_dataset=_rows(examples["train"]),  # type: ignore[arg-type]
        eval_dataset=_rows(examples["dev"]),  # type: ignore[arg-type]
        processing_class=tokenizer,
        compute_metrics=_error,
        callbacks=[recorder],
    )
    trainer.losses = recorder.losses
    trainer.remove_callback(PrinterCallback)
    return trainer


def _rows(examples: TokenizedExamples) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for k, ids in enumerate(examples.input_ids):
        row: dict[str, Any] = {"input_ids": ids.tolist(), "labels": int(examples.labels[k])}
        if examples.token_type_ids is not None:
            row["token_type_ids"] = examples.token_type_ids[k].tolist()
        rows.append(row)
    return rows


def _error(found: EvalPrediction) -> dict[str, float]:
    logits = found.predictions[0] if isinstance(found.predictions, tuple) else found.predictions
    return {"error": float((np.argmax(logits, axis=-1) != found.label_ids).mean())}
