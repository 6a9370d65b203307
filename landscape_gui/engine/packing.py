"""Examples in batches of similar length, so that almost nothing of a pass is padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.runs.tasks import TokenizedExamples

# (How many examples, of how many tokens each), one after the other.
Groups: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples of similar length, on the device. Hashable by identity: a key for what is cached.

    Attributes
    ----------
    inputs
        Arguments of the module, int64[examples, width]: ``input_ids``, perhaps
        ``token_type_ids``, and ``attention_mask`` where there is padding or the model wants one.
        With ``groups``: int64[1, tokens], and ``position_ids``.
    labels
        int64[examples].
    examples
        Places of the rows in the split's examples, int64[examples], on the host.
    groups
        Of examples that lie in one row without padding: their lengths, in order; else empty.
    """

    inputs: dict[str, torch.Tensor]
    labels: torch.Tensor
    examples: npt.NDArray[np.int64]
    groups: Groups = ()


# Fewer tokens than this are no batch of their own for the sake of a further thread.
LEAST = 256
# What a batch costs beside its tokens, in tokens: MiniLM on one core of a CPU. A GPU pays more
# for a batch, but is not to be paid in padding either.
BATCH_COST = 32


def pack(
    examples: TokenizedExamples,
    token_budget: int,
    padding_id: int,
    device: torch.device,
    chosen: Sequence[int] | npt.NDArray[np.int64] | None = None,
    masks: bool = True,
    at_once: int = 1,
) -> list[Batch]:
    """Sort by length and cut into batches of at most ``token_budget`` tokens, padding included.

    Parameters
    ----------
    chosen
        Places of the examples to take; None takes all.
    masks
        Whether batches without padding get an ``attention_mask``.
    at_once
        How many batches are computed side by side: about as many shares are made of them.
    """
    order = _by_length(examples, chosen)
    lengths = np.array([len(examples.input_ids[k]) for k in order], dtype=np.int64)
    if at_once > 1:
        total = int(lengths.sum())
        token_budget = min(token_budget, -(-total // parts(total, token_budget, at_once)))
    return [
        padded_batch(examples, order[first:last], padding_id, device, masks)
        for first, last in cuts(lengths, token_budget)
    ]


def pack_rows(
    examples: TokenizedExamples,
    token_budget: int,
    first_position: int,
    device: torch.device,
    chosen: Sequence[int] | npt.NDArray[np.int64] | None = None,
    at_once: int = 1,
) -> list[Batch]:
    """Sort by length and lay into rows of about equally many tokens, none of them padding.

    Parameters
    ----------
    token_budget
        Most tokens of a row with more than one example.
    first_position
        ``position_ids`` of the first token of each example.
    at_once
        As many rows are computed side by side: there will be a multiple of it, if none is tiny.
    """
    order = _by_length(examples, chosen)
    total = sum(len(examples.input_ids[k]) for k in order)
    target = total / parts(total, token_budget, at_once)
    rows: list[list[int]] = []
    taken = filled = 0
    for k in order:
        length = len(examples.input_ids[k])
        # A row ends where its share of all tokens is reached: the last is no remnant.
        if not rows or taken + length / 2 > len(rows) * target or filled + length > token_budget:
            rows.append([])
            filled = 0
        rows[-1].append(k)
        taken, filled = taken + length, filled + length
    return [_row(examples, members, first_position, device) for members in rows]


def joined(splits: Sequence[TokenizedExamples]) -> TokenizedExamples:
    """The examples of some splits, one after the other."""
    types = [of for data in splits for of in data.token_type_ids or ()]
    return TokenizedExamples(
        tuple(of for data in splits for of in data.input_ids),
        tuple(types) if all(data.token_type_ids is not None for data in splits) else None,
        np.concatenate([data.labels for data in splits]),
    )


def parts(total: int, token_budget: int, at_once: int) -> int:
    """Into how many batches to cut so many tokens when some are computed side by side."""
    fewest = max(1, -(-total // token_budget))
    wanted = -(-fewest // at_once) * at_once
    return max(fewest, min(wanted, total // LEAST))


def cuts(
    lengths: npt.NDArray[np.int64], token_budget: int, batch_cost: int = BATCH_COST
) -> list[tuple[int, int]]:
    """Where to cut ascending lengths into batches so that padding and batches cost least.

    A batch costs rows × width + ``batch_cost`` tokens; one of several rows may not exceed the
    budget. Solved exactly, from the front (dynamic programming).

    Returns
    -------
    list of (first, one past the last)
    """
    count = len(lengths)
    least = np.zeros(count + 1)
    came_from = np.zeros(count + 1, dtype=np.int64)
    for last in range(1, count + 1):
        width = max(1, int(lengths[last - 1]))  # ascending: the last one sets the width
        rows = max(1, token_budget // width)
        firsts = np.arange(max(0, last - rows), last)
        costs = least[firsts] + (last - firsts) * width + batch_cost
        best = int(np.argmin(costs))
        least[last], came_from[last] = costs[best], firsts[best]
    found: list[tuple[int, int]] = []
    last = count
    while last:
        found.append((int(came_from[last]), last))
        last = found[-1][0]
    return found[::-1]


def _by_length(
    examples: TokenizedExamples, chosen: Sequence[int] | npt.NDArray[np.int64] | None
) -> list[int]:
    places = range(len(examples.labels)) if chosen is None else [int(k) for k in chosen]
    return sorted(places, key=lambda k: (len(examples.input_ids[k]), k))


def _row(
    examples: TokenizedExamples, members: list[int], first_position: int, device: torch.device
) -> Batch:
    lengths = [len(examples.input_ids[k]) for k in members]
    inputs = {
        "input_ids": np.concatenate([examples.input_ids[k] for k in members]),
        "position_ids": first_position + np.concatenate([np.arange(n) for n in lengths]),
    }
    if examples.token_type_ids is not None:
        inputs["token_type_ids"] = np.concatenate([examples.token_type_ids[k] for k in members])
    return Batch(
        {key: torch.from_numpy(of).long()[None].to(device) for key, of in inputs.items()},
        torch.as_tensor(examples.labels[members], dtype=torch.long).to(device),
        np.asarray(members, dtype=np.int64),
        tuple((len(list(of)), length) for length, of in groupby(lengths)),
    )


def padded_batch(
    examples: TokenizedExamples,
    members: Sequence[int] | npt.NDArray[np.int64],
    padding_id: int,
    device: torch.device,
    masks: bool = True,
) -> Batch:
    """Examples in one batch, padded to the longest; ``masks`` as for ``pack``."""
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
    inputs = {"input_ids": ids}
    if masks or not mask.all():
        inputs["attention_mask"] = mask
    if examples.token_type_ids is not None:
        inputs["token_type_ids"] = types
    labels = torch.as_tensor(examples.labels[np.asarray(members)], dtype=torch.long)
    return Batch(
        {key: value.to(device) for key, value in inputs.items()},
        labels.to(device),
        np.asarray(members, dtype=np.int64),
    )
