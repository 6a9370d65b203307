"""The loss and the error of a classifier on fixed examples, one by one and as means.

Examples are tokenised once, packed and kept on the device. What a batch's logits are computed
with is exchangeable (``Objective.forward``); what is made of them is not.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.engine.allocator import keep_freed_memory
from landscape_gui.engine.events import Measurement
from landscape_gui.engine.kernels import FastLinear, FastLinears
from landscape_gui.engine.lanes import Lanes
from landscape_gui.engine.number_formats import computing_in
from landscape_gui.engine.one_row import one_row_of
from landscape_gui.engine.packing import Batch, joined, pack, pack_rows, padded_batch
from landscape_gui.engine.thread_count import limited_threads
from landscape_gui.engine.token_budget import remembered
from landscape_gui.engine.token_budget import token_budget as calibrated
from landscape_gui.geometry.bootstrap import paired_interval

if TYPE_CHECKING:
    from landscape_gui.runs.tasks import TokenizedExamples

# Tokens per row where batches are timed: what sentence pairs have.
_TRIAL_WIDTH = 64

# The selection of all examples; always there.
ALL = "all"

# The logits, [examples, classes], of a packed batch under the weights that are placed now.
Forward: TypeAlias = Callable[[Batch], torch.Tensor]


@dataclass(frozen=True, eq=False)
class ExampleResults:
    """What each example of a selection gave, in the order of the selection.

    Attributes
    ----------
    losses
        Cross entropy, float32[examples].
    wrong
        Whether the largest logit is not the label's, or a logit is NaN, bool[examples].
    margins
        The label's logit less the largest other, float32[examples]: smooth where ``wrong`` jumps.
    """

    losses: npt.NDArray[np.float32]
    wrong: npt.NDArray[np.bool_]
    margins: npt.NDArray[np.float32]


class Objective:
    """Evaluates a classifier on the examples of one or two splits.

    Parameters
    ----------
    module
        Called with a batch's inputs; its output has ``logits``. Whatever weights it holds.
    splits
        ``train`` and/or ``dev`` → examples.
    token_budget
        Tokens per batch, padding included; None: what is fastest for the model on the device,
        by a short measurement whose result is kept (``token_budget.py``).
    at_once
        Batches that are computed side by side, each by one thread; None: on the CPU as many as
        torch has threads. With 1, torch parts every operation among its threads.

    Attributes
    ----------
    forward
        Gives the logits of a batch: by default the module's. If it has a ``reset()``, that is
        called whenever what it may have kept of batches is void: other batches, another number
        format. Modules in its ``passed_over``, if it has that, compute only a batch that is new.
        It is called inside ``torch.inference_mode`` and the format's own context, by as many
        threads as compute batches side by side.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        splits: Mapping[str, TokenizedExamples],
        padding_id: int,
        device: torch.device,
        token_budget: int | None = None,
        at_once: int | None = None,
    ) -> None:
        self.module = module.eval()
        self.device = device
        self.precision = "float32"
        self.forward: Forward = self.plain
        self._splits = dict(splits)
        if device.type == "cpu":
            keep_freed_memory()
        self._at_once = at_once or (torch.get_num_threads() if device.type == "cpu" else 1)
        self._lanes: Lanes | None = None
        with self._one_thread():
            self._kernels = FastLinears(
                self.module,
                remember=lambda measure, answers: remembered(
                    self.module, device, "kernels", range(answers), measure
                ),
            )
        self._given_budget = token_budget
        self.token_budget = token_budget or self._calibrated()
        self._limit: int | None = None  # tokens that memory allowed, once it did not
        self._masks = True
        self._padding_id = padding_id
        self._chosen: dict[str, dict[str, npt.NDArray[np.int64]]] = {}
        self._batches: dict[str, dict[str, list[Batch]]] = {}
        self._order: dict[str, dict[str, npt.NDArray[np.int64]]] = {}
        self._one_row = one_row_of(self.module, [*splits.values()], padding_id, device)
        self.select(ALL, {name: np.arange(count) for name, count in self.examples.items()})
        if self._one_row is None and not self._needs_masks():
            self._masks = False
            self._pack(ALL)

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(f"{split}_{what}" for split in self._splits for what in ("loss", "error"))

    @property
    def examples(self) -> dict[str, int]:
        return {split: len(data.labels) for split, data in self._splits.items()}

    @cached_property
    def data_sha256(self) -> dict[str, str]:
        """Split → SHA-256 of its examples as the model gets them."""
        return {split: data.sha256() for split, data in self._splits.items()}

    @property
    def tokens(self) -> dict[str, npt.NDArray[np.int64]]:
        """Split → the length of each of its examples, int64[examples]."""
        return {
            split: np.array([len(ids) for ids in data.input_ids], dtype=np.int64)
            for split, data in self._splits.items()
        }

    @property
    def last_layer_share(self) -> float:
        """What the last layer costs beside another: less where only first tokens are needed."""
        return self._one_row.last_layer_share if self._one_row is not None else 1.0

    @property
    def vocabulary(self) -> npt.NDArray[np.int64]:
        """Token numbers that occur, and the one that pads, int64[k] ascending."""
        ids = [ids for data in self._splits.values() for ids in data.input_ids]
        return np.unique(np.concatenate([*ids, np.array([self._padding_id])])).astype(np.int64)

    def select(self, name: str, chosen: Mapping[str, Sequence[int] | npt.NDArray]) -> None:
        """Pack some examples of some splits under a name, in place of what it named before.

        Parameters
        ----------
        chosen
            Split → places in its examples, int64[n], in any order; a split that is left out or
            of which none is chosen is not evaluated.
        """
        places = {s: np.asarray(of, dtype=np.int64) for s, of in chosen.items() if len(of)}
        # What a forward keeps of the batches of other selections stays valid.
        self._chosen[name] = places
        self._pack(name)

    def drop(self, name: str) -> None:
        """Forget a selection."""
        for held in (self._chosen, self._batches, self._order):
            held.pop(name, None)

    def batches(self, selection: str = ALL) -> dict[str, list[Batch]]:
        """Split → the packed batches of a selection."""
        return self._batches[selection]

    def use(self, precision: str) -> None:
        """Evaluate in this number format from now on: ``float32`` or one of ``candidates``.

        Raises
        ------
        ValueError
            If there is no such format.
        """
        if precision == self.precision:
            return
        computing_in(precision, self.device)
        self.precision = precision
        budget = self._given_budget or self._calibrated()
        budget = min(budget, self._limit or budget)
        if budget != self.token_budget:
            self.token_budget = budget
            for name in self._chosen:
                self._pack(name)
        self._reset()

    def halve_budget(self) -> bool:
        """After running out of memory: smaller batches, and one at a time.

        False if they are single examples.
        """
        packed = [b for splits in self._batches.values() for bs in splits.values() for b in bs]
        if self._at_once == 1 and all(len(batch.labels) == 1 for batch in packed):
            return False
        self._at_once, self._lanes = 1, None
        self.token_budget //= 2
        self._limit = self.token_budget
        packed.clear()
        self._batches = {}
        self._reset()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        for name in self._chosen:
            self._pack(name)
        return True

    def evaluate(self, selection: str = ALL) -> dict[str, ExampleResults]:
        """Loss and error of every example of a selection, under the weights placed now."""
        packed = self._batches[selection]
        if not packed:
            return {}
        logits = self._logits([batch for batches in packed.values() for batch in batches])
        results: dict[str, ExampleResults] = {}
        begin = 0
        for split, order in self._order[selection].items():
            labels = self._splits[split].labels[self._chosen[selection][split]]
            results[split] = example_results(logits[begin : begin + len(order)][order], labels)
            begin += len(order)
        return results

    def measure(self, selection: str = ALL) -> Measurement:
        """All metrics of the weights that the module holds now, from one pass over each split."""
        began = time.perf_counter()
        results = self.evaluate(selection)
        return measurement(results, time.perf_counter() - began)

    def _pack(self, name: str) -> None:
        self._batches[name] = {
            split: self._packed(self._splits[split], self.token_budget, places, self._at_once)
            for split, places in self._chosen[name].items()
        }
        # From the order of the batches into that of the selection.
        self._order[name] = {}
        for split, batches in self._batches[name].items():
            places = np.concatenate([batch.examples for batch in batches])
            back = np.empty(len(places), dtype=np.int64)
            chosen = np.argsort(self._chosen[name][split], kind="stable")
            back[chosen] = np.argsort(places, kind="stable")
            self._order[name][split] = back

    def _packed(
        self,
        examples: TokenizedExamples,
        tokens: int,
        places: npt.NDArray[np.int64],
        at_once: int = 1,
    ) -> list[Batch]:
        if self._one_row is not None:
            first = self._one_row.first_position
            return pack_rows(examples, tokens, first, self.device, places, at_once)
        return pack(examples, tokens, self._padding_id, self.device, places, self._masks, at_once)

    def trials(self, count: int) -> list[Batch]:
        """Batches in no selection: of the longest examples, of all lengths, and of a single one.

        Each of at most so many examples, of any split: what holds where nothing is padded need
        not hold where something is, and a split may have examples of one length only.
        """
        examples = joined([*self._splits.values()])
        order = np.argsort([len(ids) for ids in examples.input_ids], kind="stable")
        spread = np.linspace(0, len(order) - 1, count).round().astype(np.int64)
        return [
            self._in_one(examples, places)
            for places in (order[-count:], order[np.unique(spread)], order[-1:])
        ]

    def _in_one(self, examples: TokenizedExamples, places: npt.NDArray[np.int64]) -> Batch:
        if self._one_row is None:
            return padded_batch(examples, places, self._padding_id, self.device, self._masks)
        tokens = sum(len(examples.input_ids[k]) for k in places)
        return self._packed(examples, tokens, places)[0]

    def _reset(self) -> None:
        reset = getattr(self.forward, "reset", None)
        if reset is not None:
            reset()

    def plain(self, batch: Batch) -> torch.Tensor:
        """The module's logits of a batch, float[examples, classes], with gradients if enabled."""
        if batch.groups and self._one_row is not None:
            return self._one_row.logits(batch)
        return self.module(**batch.inputs).logits

    @torch.inference_mode()
    def _needs_masks(self) -> bool:
        """Whether the module misses a mask of ones: it asks for one, or computes something else."""
        packed = [b for batches in self._batches[ALL].values() for b in batches]
        full = [b for b in packed if bool(b.inputs["attention_mask"].all())]
        if not full:
            return True
        batch = min(full, key=lambda b: b.inputs["input_ids"].numel())
        without = {key: of for key, of in batch.inputs.items() if key != "attention_mask"}
        try:
            masked = self.module(**batch.inputs).logits.float()
            unmasked = self.module(**without).logits.float()
        except Exception:  # whatever the module raises: it does not do without
            return True
        return not torch.allclose(masked, unmasked, rtol=1e-6, atol=1e-6)

    def _calibrated(self) -> int:
        with self._one_thread():
            return calibrated(self.module, self.device, self.precision, self._seconds)

    def _one_thread(self) -> AbstractContextManager[None]:
        """Inside, what is timed computes as a batch will: by one of the threads."""
        return limited_threads(1) if self._at_once > 1 else nullcontext()

    @torch.inference_mode()
    def _seconds(self, tokens: int) -> float:
        """Of a pass over one batch of so many tokens: an example of a usual length, repeated."""
        every = [ids for data in self._splits.values() for ids in data.input_ids]
        ids = min(every, key=lambda ids: abs(len(ids) - _TRIAL_WIDTH))
        rows = torch.from_numpy(ids).repeat(max(1, tokens // len(ids)), 1).to(self.device)
        inputs = {"input_ids": rows, "attention_mask": torch.ones_like(rows)}
        with self._computing(0):
            began = time.perf_counter()
            self.module(**inputs).logits.float().cpu()
            return time.perf_counter() - began

    @contextmanager
    def _computing(self, tokens: int) -> Iterator[Sequence[FastLinear]]:
        """Inside, the module computes in the chosen format, by the fastest kernels.

        Gives those that may be prepared beforehand.
        """
        with self._format(), self._kernels.computing(self.precision, tokens) as kernels:
            yield kernels

    @torch.inference_mode()
    def _logits(self, batches: Sequence[Batch]) -> npt.NDArray[np.float64]:
        """float64[examples, classes] in the order of the batches, in one transfer at the end."""
        with self._computing(sum(map(_tokens, batches))) as kernels:
            if min(self._at_once, len(batches)) > 1:
                self._lanes = self._lanes or Lanes(self._at_once)
                needless = getattr(self.forward, "passed_over", ())
                needed = [kernel for kernel in kernels if kernel.layer not in needless]
                self._lanes.map(FastLinear.prepare, needed, _weights, torch.inference_mode)
                logits = self._lanes.map(self._own_logits, batches, _tokens, self._format)
            else:
                logits = [self._own_logits(batch) for batch in batches]
        return torch.cat(logits).cpu().numpy().astype(np.float64)

    @torch.inference_mode()
    def _own_logits(self, batch: Batch) -> torch.Tensor:
        return self.forward(batch).float()

    def _format(self) -> AbstractContextManager[object]:
        return computing_in(self.precision, self.device)


def _weights(kernel: FastLinear) -> int:
    """What preparing a layer costs."""
    return kernel.layer.weight.numel()


def _tokens(batch: Batch) -> int:
    """What computing a batch costs, padding included."""
    return batch.inputs["input_ids"].numel()


def example_results(
    logits: npt.NDArray[np.float64], labels: npt.NDArray[np.integer]
) -> ExampleResults:
    """Loss, error and margin of each example.

    Parameters
    ----------
    logits
        float64[examples, classes].
    labels
        int[examples].
    """
    rows = np.arange(len(labels))
    with np.errstate(all="ignore"):  # what is not finite stays so, and is no reason to warn
        top = logits.max(axis=1)
        total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
        own = logits[rows, labels]
        others = logits.copy()
        others[rows, labels] = -np.inf
        margins = own - others.max(axis=1)
        # A NaN logit has no class: argmax would call it class 0, sometimes rightly.
        wrong = (logits.argmax(axis=1) != labels) | np.isnan(logits).any(axis=1)
        losses = total - own
        return ExampleResults(losses.astype(np.float32), wrong, margins.astype(np.float32))


def measurement(results: Mapping[str, ExampleResults], seconds: float) -> Measurement:
    """Means and their standard errors of what each example gave in so many seconds."""
    values: dict[str, float] = {}
    errors: dict[str, float] = {}
    for split, of in results.items():
        # float64 in the order of the examples: how they were packed does not show in the sums.
        for what, each in (("loss", of.losses), ("error", of.wrong)):
            mean, error = _mean(each.astype(np.float64))
            values[f"{split}_{what}"] = mean
            errors[f"{split}_{what}"] = error
    return Measurement(values, errors, seconds)


def difference_errors(
    results: Mapping[str, ExampleResults], reference: Mapping[str, ExampleResults]
) -> dict[str, float]:
    """Metric → standard error of its difference, paired by example.

    Both are of the same examples, so what is common to an example in both cancels: independent
    standard errors would say far too much.
    """
    errors: dict[str, float] = {}
    for split, of in results.items():
        other = reference[split]
        for what, a, b in (("loss", of.losses, other.losses), ("error", of.wrong, other.wrong)):
            errors[f"{split}_{what}"] = _mean(a.astype(np.float64) - b.astype(np.float64))[1]
    return errors


def difference_intervals(
    results: Mapping[str, ExampleResults], reference: Mapping[str, ExampleResults], seed: int
) -> dict[str, tuple[float, float]]:
    """Metric → 95 % interval of its difference, by drawing the examples anew."""
    found: dict[str, tuple[float, float]] = {}
    for split, of in results.items():
        other = reference[split]
        for what, a, b in (("loss", of.losses, other.losses), ("error", of.wrong, other.wrong)):
            differences = a.astype(np.float64) - b.astype(np.float64)
            found[f"{split}_{what}"] = paired_interval(differences, seed=seed)
    return found


def _mean(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Mean and its standard error; the latter NaN for one value, or where one is not finite."""
    mean = float(values.mean())
    if len(values) < 2 or not math.isfinite(mean):
        return mean, math.nan
    return mean, float(values.std(ddof=1)) / math.sqrt(len(values))
