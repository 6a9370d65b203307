"""Leaves alone those rows of the word embeddings that no example of a job looks up.

Half of MiniLM's parameters are word embeddings, and a few hundred examples use some of the rows.
A point on few examples would spend more on placing the others than on computing. That nothing
else reads them is tried, not assumed.
"""

from __future__ import annotations

import numpy as np
import torch

from landscape_gui.engine.objective import Objective
from landscape_gui.engine.weights import FlatWeights

# Rows that are spared have to be worth a gather: at least this share of the table.
_WORTH = 0.5
# Examples of each split that are tried.
_EXAMPLES = 8


def place_used_rows_only(weights: FlatWeights, objective: Objective) -> int:
    """Let placements move only those word embeddings that the objective's examples look up.

    Returns
    -------
    How many rows are left alone; 0 where all are placed, as before.
    """
    name, table = _word_embeddings(objective.module, weights)
    if table is None:
        return 0
    used = objective.vocabulary
    rows = table.shape[0]
    if not len(used) or used[-1] >= rows or len(used) > (1 - _WORTH) * rows:
        return 0
    unused = np.setdiff1d(np.arange(rows), used)
    if not _unread(weights, objective, table, torch.from_numpy(unused)):
        return 0
    weights.place_rows_only(name, torch.from_numpy(used))
    return len(unused)


def _word_embeddings(
    module: torch.nn.Module, weights: FlatWeights
) -> tuple[str, torch.Tensor | None]:
    """The moving parameter that token numbers look up."""
    ask = getattr(module, "get_input_embeddings", None)
    try:
        embeddings = ask() if ask is not None else None
    except (NotImplementedError, AttributeError):
        return "", None
    table = getattr(embeddings, "weight", None)
    if not isinstance(embeddings, torch.nn.Embedding) or embeddings.max_norm is not None:
        return "", None
    for name, parameter in module.named_parameters():
        if parameter is table and name in weights.layout.slices:
            return name, parameter.data
    return "", None


@torch.inference_mode()
def _unread(
    weights: FlatWeights, objective: Objective, table: torch.Tensor, unused: torch.Tensor
) -> bool:
    """Whether not a bit of any logit depends on the unused rows."""
    few = {split: np.arange(min(_EXAMPLES, n)) for split, n in objective.examples.items()}
    trial = "used rows"
    objective.select(trial, few)
    with weights.displaced():
        before = objective.evaluate(trial)
        table[unused.to(table.device)] = torch.nan
        after = objective.evaluate(trial)
    objective.drop(trial)
    return all(
        np.array_equal(before[split].losses, after[split].losses, equal_nan=True)
        and np.array_equal(before[split].margins, after[split].margins, equal_nan=True)
        for split in before
    )
