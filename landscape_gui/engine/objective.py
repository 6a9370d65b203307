"""The loss and the error of a classifier on fixed examples, as sums over batches.

Examples are tokenised once, sorted by length, packed under a token budget and kept on the device,
so that almost nothing of a pass is padding.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from landscape_gui.engine.events import Measurement

if TYPE_CHECKING:
    from landscape_gui.runs.tasks import TokenizedExamples

# Large enough that matrix products dominate, small enough for the second-level cache of a CPU
# core at hidden size 384; a GPU takes sixteen times that.
CPU_TOKENS = 2048
CUDA_TOKENS = 32_768


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples of similar length: model inputs and labels on the device."""

    inputs: dict[str, torch.Tensor]
    labels: torch.Tensor


def pack(
    examples: TokenizedExamples, token_budget: int, padding_id: int, device: torch.device
) -> list[Batch]:
    """Sort by length and cut into batches of at most ``token_budget`` tokens, padding included."""
    order = sorted(range(len(examples.labels)), key=lambda k: (len(examples.input_ids[k]), k))
    cuts: list[list[int]] = [[]]
    for index in order:
        # Sorted ascending: this example is the longest so far and sets the batch's width.
        if cuts[-1] and (len(cuts[-1]) + 1) * len(examples.input_ids[index]) > token_budget:
            cuts.append([])
        cuts[-1].append(index)
    return [_batch(examples, members, padding_id, device) for members in cuts if members]


def _batch(
    examples: TokenizedExamples, members: list[int], padding_id: int, device: torch.device
) -> Batch:
    width = max(len(examples.input_ids[k]) for k in members)
    ids = torch.full((len(members), width), padding_id, dtype=torch.long)
    mask = torch.zeros(len(members), width, dtype=torch.long)
    types = torch.zeros(len(members), width, dtype=torch.long)
    for row, k in enumerate(members):
        length = len(examples.input_ids[k])
        ids[row, :length] = torch.from_numpy(examples.input_ids[k])
        mask[row, :length] = 1
        if examples.token_type_ids is not None:
            types[row, :length] = torch.from_numpy(examples.token_type_ids[k])
    inputs = {"input_ids": ids, "attention_mask": mask}
    if examples.token_type_ids is not None:
        inputs["token_type_ids"] = types
    labels = torch.as_tensor(examples.labels[members], dtype=torch.long)
    return Batch({key: value.to(device) for key, value in inputs.items()}, labels.to(device))


@dataclass(frozen=True)
class Sums:
    """Sums over examples: of the losses, of their squares, of the errors; and how many."""

    loss: float
    loss_squared: float
    errors: float
    count: int


class Objective:
    """Evaluates a classifier on the examples of one or two splits.

    Parameters
    ----------
    module
        Called with a batch's inputs; its output has ``logits``. Whatever weights it holds.
    splits
        ``train`` and/or ``dev`` → examples.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        splits: Mapping[str, TokenizedExamples],
        padding_id: int,
        device: torch.device,
        token_budget: int | None = None,
    ) -> None:
        self.module = module.eval()
        self.device = device
        self.autocast: torch.dtype | None = None
        self.token_budget = token_budget or (CUDA_TOKENS if device.type == "cuda" else CPU_TOKENS)
        self._splits = dict(splits)
        self._padding_id = padding_id
        self._batches: dict[str, list[Batch]] = {}
        self._pack()

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(f"{split}_{what}" for split in self._splits for what in ("loss", "error"))

    @property
    def examples(self) -> dict[str, int]:
        return {split: len(data.labels) for split, data in self._splits.items()}

    def _pack(self) -> None:
        self._batches = {
            split: pack(data, self.token_budget, self._padding_id, self.device)
            for split, data in self._splits.items()
        }

    def halve_budget(self) -> bool:
        """After running out of memory: smaller batches. False if they are single examples."""
        if all(len(b.labels) == 1 for batches in self._batches.values() for b in batches):
            return False
        self.token_budget //= 2
        self._batches = {}
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self._pack()
        return True

    def measure(self) -> Measurement:
        """All metrics of the weights that the module holds now, from one pass over each split."""
        began = time.perf_counter()
        values: dict[str, float] = {}
        errors: dict[str, float] = {}
        for split, batches in self._batches.items():
            sums = self._pass(batches)
            n = sums.count
            rate = sums.errors / n
            values[f"{split}_loss"] = sums.loss / n
            values[f"{split}_error"] = rate
            errors[f"{split}_loss"] = _standard_error(sums.loss, sums.loss_squared, n)
            errors[f"{split}_error"] = _standard_error(sums.errors, sums.errors, n)
        return Measurement(values, errors, time.perf_counter() - began)

    @torch.inference_mode()
    def _pass(self, batches: list[Batch]) -> Sums:
        # float64 on the device: one transfer at the end, and the packing does not show in the sums.
        sums = torch.zeros(3, dtype=torch.float64, device=self.device)
        count = 0
        with torch.autocast(
            self.device.type,
            dtype=self.autocast or torch.bfloat16,
            enabled=self.autocast is not None,
            cache_enabled=False,  # it would hold weights of the last placement
        ):
            for batch in batches:
                logits = self.module(**batch.inputs).logits.float()
                losses = functional.cross_entropy(logits, batch.labels, reduction="none").double()
                # A NaN logit has no class: argmax would call it class 0, sometimes rightly.
                wrong = (logits.argmax(dim=-1) != batch.labels) | logits.isnan().any(dim=-1)
                sums += torch.stack((losses.sum(), losses.square().sum(), wrong.double().sum()))
                count += len(batch.labels)
        loss, squared, errors = sums.tolist()
        return Sums(loss, squared, errors, count)


def _standard_error(total: float, squares: float, n: int) -> float:
    """Of a mean, from the sum and the sum of squares of n values; NaN for one value."""
    if n < 2 or not math.isfinite(squares):
        return float("nan")
    variance = max(0.0, squares - total * total / n) / (n - 1)
    return math.sqrt(variance / n)
