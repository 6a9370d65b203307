"""A run on disk without training: a random BERT, the same with noise, and a task to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from landscape_gui.specs import TaskSpec

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WORDS = tuple(f"w{number}" for number in range(1000))

# Layers, hidden size and vocabulary; heads of 64, an inner size of four times the hidden one.
SIZES = {"small": (2, 128, 2000), "base": (12, 768, 28_996), "large": (24, 1024, 28_996)}

# Lengths of MRPC's pairs in WordPiece tokens, [CLS] and both [SEP] included: normal, cut.
MEAN_LENGTH, SPREAD, SHORTEST, LONGEST = 53, 14, 19, 103


def bert_config(size: str) -> Any:
    """Configuration of a BERT classifier with two classes."""
    from transformers import BertConfig

    layers, hidden, vocabulary = SIZES[size]
    return BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=hidden // 64,
        intermediate_size=4 * hidden,
    )


def mrpc_lengths(count: int, seed: int = 0) -> list[int]:
    """Token counts like those of MRPC's pairs."""
    drawn = np.random.default_rng(seed).normal(MEAN_LENGTH, SPREAD, size=count)
    return [int(n) for n in drawn.round().clip(SHORTEST, LONGEST)]


def write_run(directory: Path, size: str, examples: int) -> int:
    """Write ``start``, ``end``, ``task`` and the run ``run`` that adopts them into a directory.

    Returns
    -------
    Bytes of the model's parameters in float32.
    """
    import torch
    from transformers import BertForSequenceClassification

    from landscape_gui.runs.architecture import quiet
    from landscape_gui.runs.opening import adopt

    torch.manual_seed(0)
    model = BertForSequenceClassification(bert_config(size))
    with quiet():
        model.save_pretrained(directory / "start")
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter), alpha=2e-3)
        model.save_pretrained(directory / "end")
    for name in ("start", "end"):
        _write_tokenizer(directory / name)
    task = _write_task(directory / "task", examples)
    adopt([directory / "end"], directory / "start", task, directory / "run")
    return sum(p.numel() * p.element_size() for p in model.parameters())


def _write_task(directory: Path, examples: int) -> TaskSpec:
    from landscape_gui.specs import TaskSpec

    random = np.random.default_rng(0)
    directory.mkdir(parents=True)
    for seed, name in enumerate(("train", "dev")):
        lines = []
        for number, length in enumerate(mrpc_lengths(examples, seed)):
            words = [str(word) for word in random.choice(_WORDS, size=length - 3)]
            half = len(words) // 2
            row = {"a": " ".join(words[:half]), "b": " ".join(words[half:]), "label": number % 2}
            lines.append(json.dumps(row))
        (directory / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TaskSpec(name="custom", data=directory, text_columns=("a", "b"))


def _write_tokenizer(directory: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: i for i, token in enumerate((*_SPECIAL, *_WORDS))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # type: ignore[assignment]
    tokenizer.post_processor = processors.TemplateProcessing(  # type: ignore[assignment]
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        model_max_length=512,
    )
    fast.save_pretrained(directory)
