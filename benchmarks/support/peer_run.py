"""Two runs from one random start point, shaped like MiniLM on texts as long as MRPC's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import torch
    from transformers import BertForSequenceClassification

VOCABULARY = 30_522
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_MINILM: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "num_labels": 2,
    # Trained weights are larger than the usual 0.02; with that, no surface has any relief.
    "initializer_range": 0.04,
}
# Tokens of MRPC's 3,668 training pairs under MiniLM's tokenizer: the 0th, 5th, … 100th percentile.
MRPC_LENGTHS = (
    *(19, 32, 36, 39, 41, 44, 45, 47, 50, 51, 53, 55, 57, 59, 61, 62, 64, 67, 70, 74),
    103,
)
# How far the weights move, as a share of each tensor's norm: fine-tuning moves them by about 1 %.
MOVE = 0.01
# Examples whose gradient says where to.
_GUIDES = 16


class Runs(NamedTuple):
    """Directories of the run that is drawn and of the one that gives the second axis."""

    run: Path
    other: Path


def make_runs(home: Path, examples: int, seed: int = 0, shape: Mapping[str, Any] = _MINILM) -> Runs:
    """Save a random start point, two end points near it and ``examples`` pairs of texts.

    An end point is what one step along the signs of a gradient makes of the start point: random
    weights, moved in concert as a fine-tuning moves them. Each split holds ``examples`` pairs, so
    that any number up to that can be drawn from it.
    """
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    from landscape_gui.runs.architecture import quiet
    from landscape_gui.runs.checkpoints import adopt
    from landscape_gui.specs import TaskSpec

    rng = np.random.default_rng(seed)
    data = home / "data"
    data.mkdir(parents=True)
    for split in ("train", "dev"):
        _write_texts(data / f"{split}.jsonl", examples, rng)
    task = TaskSpec(
        name="custom", data=data, text_columns=("first", "second"), labels=("no", "yes")
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = BertForSequenceClassification(BertConfig(**shape)).eval()
    start = home / "start"
    with quiet():
        model.save_pretrained(start)
    _write_tokenizer(start)
    origin = [p.detach().clone() for p in model.bert.parameters()]
    found: list[Path] = []
    for name in ("run", "other"):
        moved = _moved(model, origin, rng)
        with torch.no_grad():
            for parameter, value in zip(model.bert.parameters(), moved, strict=True):
                parameter.copy_(value)
        with quiet():
            model.save_pretrained(home / f"{name}-end")
        adopt([home / f"{name}-end"], start, task, home / name)
        with torch.no_grad():
            for parameter, value in zip(model.bert.parameters(), origin, strict=True):
                parameter.copy_(value)
        found.append(home / name)
    return Runs(*found)


def random_other(run: Path, home: Path, seed: int = 0) -> Path:
    """A second run for a real one that has none: its θ0 plus random rows as long as θ1's."""
    import torch

    from landscape_gui.runs.architecture import quiet
    from landscape_gui.runs.checkpoints import (
        adopt,
        load_model,
        moving_names,
        open_run,
        read_parameters,
    )

    opened = open_run(run)
    model = load_model(opened)
    parameters = dict(model.named_parameters())
    generator = torch.Generator().manual_seed(seed)
    names = moving_names(opened, model)
    start = read_parameters(opened, 0, names)
    with torch.no_grad():
        for name in names:
            value = parameters[name]
            step = torch.zeros_like(value)
            if value.dim() > 1:
                noise = torch.randn(value.shape, generator=generator).flatten(1)
                rows = value.flatten(1).norm(dim=1, keepdim=True)
                step = (noise / noise.norm(dim=1, keepdim=True) * rows).view(value.shape)
            value.copy_(start[name] + MOVE * step)
    end = home / "random-end"
    with quiet():
        model.save_pretrained(end)
    adopt([end], opened.checkpoints[0].path, opened.task, home / "random")
    return home / "random"


def _write_texts(path: Path, count: int, rng: np.random.Generator) -> None:
    grid = np.linspace(0, 1, len(MRPC_LENGTHS))
    # Evenly spread over the distribution, so that few examples have its mean length too.
    shares = rng.permutation((np.arange(count) + 0.5) / count)
    lines = []
    for share in shares:
        words = max(2, round(float(np.interp(share, grid, MRPC_LENGTHS))) - 3)
        drawn = [f"w{k}" for k in rng.integers(0, VOCABULARY - len(_SPECIAL), words)]
        half = words // 2
        row = {"first": " ".join(drawn[:half]), "second": " ".join(drawn[half:])}
        lines.append(json.dumps({**row, "label": int(rng.integers(0, 2))}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_tokenizer(directory: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    words = [*_SPECIAL, *(f"w{k}" for k in range(VOCABULARY - len(_SPECIAL)))]
    vocabulary = {word: index for index, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(word, vocabulary[word]) for word in ("[CLS]", "[SEP]")],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        **{f"{word[1:-1].lower()}_token": word for word in _SPECIAL},
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        model_max_length=512,
    ).save_pretrained(directory)


def _moved(
    model: BertForSequenceClassification, origin: list[torch.Tensor], rng: np.random.Generator
) -> list[torch.Tensor]:
    import torch

    length = MRPC_LENGTHS[len(MRPC_LENGTHS) // 2]
    ids = torch.from_numpy(rng.integers(len(_SPECIAL), VOCABULARY, (_GUIDES, length)))
    labels = torch.from_numpy(rng.integers(0, 2, _GUIDES))
    loss = torch.nn.functional.cross_entropy(model(input_ids=ids).logits, labels)
    signs = [g.sign() for g in torch.autograd.grad(loss, list(model.bert.parameters()))]
    return [
        value - MOVE * value.norm() / sign.norm().clamp_min(1) * sign
        for value, sign in zip(origin, signs, strict=True)
    ]


__all__ = ["MRPC_LENGTHS", "Runs", "make_runs", "random_other"]
