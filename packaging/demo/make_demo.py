"""Makes ``resources/demo``: a model, its tokenizer and two tasks.

Run: ``python packaging/demo/make_demo.py``.

Takes some five minutes on one core. The data files come out the same everywhere, byte for byte;
the weights do on one machine with one thread.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from labelled import TASKS, Sizes, examples
from pretraining import Recipe, pretrain
from transformers import BertConfig
from word_pieces import build_tokenizer
from word_vectors import word_vectors

MAX_LENGTH = 48
HIDDEN = 64
LAYERS = 4
SEED = 0
RECIPE = Recipe(pairs=128_000, learning_rate=2e-3, mask_share=0.25, seed=SEED)
VECTOR_PAIRS = 60_000
# Standard deviation of the embeddings at the start: that of the other weights.
SPREAD = 0.05
# Of each embedding, so much is random: pieces that keep the same company must stay apart.
RANDOM_SHARE = 0.6

# Found by trying: both settings fit their training examples, in seconds.
SETTINGS = {
    "pretrained": {"epochs": 5, "learning_rate": 5e-4, "batch_size": 16},
    "scratch": {"epochs": 16, "learning_rate": 5e-4, "batch_size": 16},
}


def write_data(out: Path) -> None:
    """The tasks' examples as JSON lines, and ``demo.json``."""
    tasks = []
    for task in TASKS:
        directory = out / "data" / task.name
        directory.mkdir(parents=True, exist_ok=True)
        for split, rows in zip(("train", "validation"), examples(task, Sizes(), SEED), strict=True):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (directory / f"{split}.jsonl").write_text(lines, encoding="utf-8")
        tasks.append(
            {
                "name": task.name,
                "text_columns": task.text_columns,
                "labels": task.labels,
                "max_length": MAX_LENGTH,
            }
        )
    manifest = json.dumps({"tasks": tasks} | SETTINGS, indent=2)
    (out / "demo.json").write_text(manifest + "\n", encoding="utf-8")


def write_model(out: Path) -> None:
    """Pre-train the encoder and save it with its tokenizer."""
    tokenizer = build_tokenizer(MAX_LENGTH)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        intermediate_size=4 * HIDDEN,
        max_position_embeddings=MAX_LENGTH,
        initializer_range=SPREAD,
        # A model this small forgets nothing it could spare; fine-tuning has dropout again.
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=tokenizer.pad_token_id,
    )
    vectors = word_vectors(tokenizer, HIDDEN, VECTOR_PAIRS, SEED + 5)
    start = SPREAD * (1 - RANDOM_SHARE / 3) * torch.tensor(vectors, dtype=torch.float32)
    encoder = pretrain(config, tokenizer, RECIPE, start, RANDOM_SHARE).bert
    encoder.config.hidden_dropout_prob = encoder.config.attention_probs_dropout_prob = 0.1
    encoder.save_pretrained(out / "model")
    tokenizer.save_pretrained(out / "model")


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=root / "resources" / "demo")
    parser.add_argument("--data-only", action="store_true", help="leave the model as it is")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    write_data(arguments.out)
    if not arguments.data_only:
        write_model(arguments.out)


if __name__ == "__main__":
    main()
