"""Word vectors from co-occurrence: where the demo's pre-training begins.

A few minutes of masked-word prediction alone do not reliably find the hidden word classes; vectors
that already put words of one company side by side do (Levy & Goldberg 2014: factorising positive
pointwise mutual information is what skip-gram does). The text is the same generated text.
"""

from __future__ import annotations

import grammar
import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerFast


def word_vectors(
    tokenizer: PreTrainedTokenizerFast, size: int, pairs: int, seed: int
) -> npt.NDArray[np.float64]:
    """One vector per piece of the vocabulary, with unit standard deviation over all entries.

    Parameters
    ----------
    size
        Length of a vector.
    pairs
        Passages of generated text that are counted.

    Returns
    -------
    float64[vocabulary, size]
    """
    count = len(tokenizer)
    together = np.zeros((count, count))
    text = grammar.corpus(pairs, seed)
    encoded = tokenizer(
        [pair.first for pair in text], [pair.second for pair in text], add_special_tokens=False
    )
    for ids in encoded["input_ids"]:
        pieces = np.unique(ids)
        together[np.ix_(pieces, pieces)] += 1
    np.fill_diagonal(together, 0)
    alone = together.sum(axis=1) + 1e-9
    information = np.log((together * together.sum() + 1e-9) / np.outer(alone, alone))
    values, vectors = np.linalg.eigh(np.maximum(information, 0))
    leading = np.argsort(-np.abs(values), kind="stable")[:size]
    found = vectors[:, leading] * np.sqrt(np.abs(values[leading]))
    # An eigenvector's sign is arbitrary and differs between linear algebra libraries.
    found *= np.sign(found[np.abs(found).argmax(axis=0), np.arange(size)])
    return found / found.std()
