"""Token counts of GLUE's tasks, for benchmarks that run without GLUE.

``task_lengths.json`` holds how many of up to 5,000 training and development examples (a seeded
choice) have how many WordPiece tokens, cut at 128: counts only, no text.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

TASKS = ("mrpc", "sst2", "rte", "mnli")
_FILE = Path(__file__).with_name("task_lengths.json")


def task_lengths(task: str, count: int, seed: int = 0) -> list[int]:
    """Token counts of ``count`` examples, half of them like the training split's.

    The two are drawn as evenly as the histogram allows (its quantiles), and shuffled.
    """
    histograms = json.loads(_FILE.read_text(encoding="utf-8"))[task]
    drawn: list[int] = []
    for split, share in (("train", count - count // 2), ("dev", count // 2)):
        lengths = np.repeat(
            [int(length) for length in histograms[split]], list(histograms[split].values())
        )
        places = (np.arange(share) + 0.5) / max(share, 1) * len(lengths)
        drawn += [int(n) for n in lengths[places.astype(int)]]
    np.random.default_rng(seed).shuffle(drawn)
    return drawn
