"""transformers' Trainer, held to one task: epochs, checkpoints, nothing printed.

Imports torch and transformers at once: imported only by ``training.train`` while it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import (
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from landscape_gui.runs.tasks import TokenizedExamples


class StopRequested(Exception):  # noqa: N818
    """Raised inside the Trainer to leave it: it would otherwise save half an epoch."""


class ExampleDataset(torch.utils.data.Dataset):
    """Tokenised examples as the Trainer wants them."""

    def __init__(self, examples: TokenizedExamples) -> None:
        self.examples = examples

    def __len__(self) -> int:
        return len(self.examples.labels)

    def __getitem__(self, index: int) -> dict[str, Any]:
        item: dict[str, Any] = {
            "input_ids": self.examples.input_ids[index],
            "labels": int(self.examples.labels[index]),
        }
        if self.examples.token_type_ids is not None:
            item["token_type_ids"] = self.examples.token_type_ids[index]
        return item


class PadToLongest:
    """Collates a batch, padded on the right to its longest example."""

    def __init__(self, padding_id: int) -> None:
        self.padding_id = padding_id

    def __call__(self, items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        width = max(len(item["input_ids"]) for item in items)
        ids = np.full((len(items), width), self.padding_id, dtype=np.int64)
        mask = np.zeros((len(items), width), dtype=np.int64)
        types = np.zeros((len(items), width), dtype=np.int64)
        for row, item in enumerate(items):
            length = len(item["input_ids"])
            ids[row, :length] = item["input_ids"]
            mask[row, :length] = 1
            if "token_type_ids" in item:
                types[row, :length] = item["token_type_ids"]
        batch = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in items[0]:
            batch["token_type_ids"] = types
        tensors = {name: torch.from_numpy(value) for name, value in batch.items()}
        tensors["labels"] = torch.tensor([item["labels"] for item in items])
        return tensors


class MeanLossTrainer(Trainer):
    """Keeps the training loss summed over examples, which the Trainer only has per step."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._sums: dict[str, tuple[torch.Tensor | float, int]] = {}

    def compute_loss(self, model: Any, inputs: Any, *arguments: Any, **keywords: Any) -> Any:
        """The Trainer's loss; its value is added to the sums on the way."""
        count = len(inputs["labels"])
        result = super().compute_loss(model, inputs, *arguments, **keywords)
        loss = (result[0] if isinstance(result, tuple) else result).detach().double() * count
        for name in ("epoch", "report"):
            total, examples = self._sums.get(name, (0.0, 0))
            self._sums[name] = (total + loss, examples + count)
        return result

    def take_mean_loss(self, name: str) -> float | None:
        """Mean over the examples since the last call for ``name``; None if there were none."""
        total, examples = self._sums.pop(name, (0.0, 0))
        return float(total) / examples if examples else None


class LoopCallback(TrainerCallback):
    """Turns the Trainer's moments into calls: after some steps, and after every epoch is saved.

    Parameters
    ----------
    on_step
        Called with the state and the mean training loss since the last call.
    before_save, after_save
        Called at the end of an epoch, before and after its checkpoint is written.
    """

    def __init__(
        self,
        on_step: Callable[[TrainerState, float | None], None],
        before_save: Callable[[TrainerState, float | None], None],
        after_save: Callable[[TrainerState], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.trainer: MeanLossTrainer | None = None
        self._on_step, self._before_save, self._after_save = on_step, before_save, after_save
        self._should_stop = should_stop

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if self._should_stop():
            raise StopRequested

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        # A few hundred reports in all: each one waits for the device.
        every = max(1, state.max_steps // 400)
        if self.trainer is not None and state.global_step % every == 0:
            self._on_step(state, self.trainer.take_mean_loss("report"))
        # After an epoch's last step the epoch is worth saving: on_epoch_begin asks again.
        if self._should_stop() and not float(state.epoch or 0.0).is_integer():
            raise StopRequested

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        if self.trainer is not None:
            self._before_save(state, self.trainer.take_mean_loss("epoch"))

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._after_save(state)


def make_trainer(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    examples: TokenizedExamples,
    out: Path,
    settings: Mapping[str, Any],
    callback: LoopCallback,
) -> MeanLossTrainer:
    """A Trainer that saves after every epoch, in float32, and reports to nobody but ``callback``.

    ``settings``: epochs, learning_rate, batch_size, weight_decay, schedule, max_grad_norm, seed.
    """
    arguments = TrainingArguments(
        output_dir=str(out),
        num_train_epochs=settings["epochs"],
        learning_rate=settings["learning_rate"],
        per_device_train_batch_size=settings["batch_size"],
        weight_decay=settings["weight_decay"],
        lr_scheduler_type=settings["schedule"],
        max_grad_norm=settings["max_grad_norm"],
        seed=settings["seed"],
        data_seed=settings["seed"],
        optim="adamw_torch",
        eval_strategy="no",
        save_strategy="epoch",
        logging_strategy="no",
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to=[],
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
    )
    if arguments.n_gpu > 1:
        # Otherwise the batch size would be multiplied by the number of devices.
        arguments._n_gpu = 1
    trainer = MeanLossTrainer(
        model=model,
        args=arguments,
        train_dataset=ExampleDataset(examples),
        data_collator=PadToLongest(model.config.pad_token_id or 0),
        processing_class=tokenizer,
        callbacks=[callback],
    )
    for printing in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(printing)
    callback.trainer = trainer
    return trainer


@torch.no_grad()
def loss_and_error(
    model: Any, examples: TokenizedExamples, tokens: int = 8192
) -> tuple[float, float]:
    """Mean cross-entropy and error (1 − accuracy) over examples, dropout off.

    Consumes no random numbers, so that evaluating does not change the training.
    """
    device = next(model.parameters()).device
    collate = PadToLongest(model.config.pad_token_id or 0)
    dataset = ExampleDataset(examples)
    order = sorted(range(len(dataset)), key=lambda k: len(examples.input_ids[k]), reverse=True)
    was_training = model.training
    model.eval()
    loss, wrong, first = 0.0, 0, 0
    try:
        while first < len(order):
            # Sorted: the first example of a batch is its longest.
            count = max(1, tokens // max(1, len(examples.input_ids[order[first]])))
            batch = collate([dataset[k] for k in order[first : first + count]])
            first += count
            inputs = {name: value.to(device) for name, value in batch.items()}
            labels = inputs.pop("labels")
            logits = model(**inputs).logits.float()
            loss += float(torch.nn.functional.cross_entropy(logits, labels, reduction="sum"))
            # A NaN logit has no class, though argmax names one.
            right = (logits.argmax(-1) == labels) & ~logits.isnan().any(-1)
            wrong += len(labels) - int(right.sum())
    finally:
        model.train(was_training)
    return loss / len(order), wrong / len(order)
