"""Small random models, tasks and runs in seconds: what every test of the engine stands on.

Import as ``from support.tiny_models import …`` (``tests/`` is put on the path by the conftest
files). torch and transformers are imported inside the functions only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landscape_gui.specs import Initialisation, TaskSpec, TrainSpec

if TYPE_CHECKING:
    from landscape_gui.runs.checkpoints import Run

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_WARM = ("amber", "ember", "ochre", "rust", "saffron", "scarlet")
_COLD = ("azure", "cobalt", "frost", "glacier", "indigo", "slate")
_PLAIN = ("a", "box", "cup", "door", "is", "lamp", "near", "of", "on", "the", "this", "with")
WORDS = (*_WARM, *_COLD, *_PLAIN)


def make_tiny_tokenizer(path: Path, words: tuple[str, ...] = WORDS) -> None:
    """Save a fast WordPiece tokenizer with ``words`` as its vocabulary into ``path``."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: i for i, token in enumerate((*_SPECIAL, *words))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()  # type: ignore[assignment]
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
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        model_max_length=64,
    )
    fast.save_pretrained(path)


def tiny_config(family: str, layers: int = 3, hidden: int = 32, labels: int = 2) -> Any:
    """Configuration of a tiny model.

    Families: bert, roberta, electra, distilbert, deberta-v2, modernbert, gpt2.
    """
    from transformers import AutoConfig

    common: dict[str, Any] = {
        "vocab_size": len(_SPECIAL) + len(WORDS),
        "num_labels": labels,
        "initializer_range": 0.1,
        "pad_token_id": 0,
        "bos_token_id": 2,
        "eos_token_id": 3,
        "cls_token_id": 2,
        "sep_token_id": 3,
    }
    stacked: dict[str, Any] = {
        "num_hidden_layers": layers,
        "num_attention_heads": 2,
        "hidden_size": hidden,
        "intermediate_size": 2 * hidden,
        "max_position_embeddings": 66,
    }
    extra: dict[str, dict[str, Any]] = {
        "bert": stacked,
        "roberta": stacked,
        "deberta-v2": {**stacked, "relative_attention": True, "pos_att_type": ["c2p", "p2c"]},
        "electra": {**stacked, "embedding_size": hidden // 2},
        "modernbert": {**stacked, "global_attn_every_n_layers": 1},
        "distilbert": {
            "n_layers": layers,
            "n_heads": 2,
            "dim": hidden,
            "hidden_dim": 2 * hidden,
            "max_position_embeddings": 66,
        },
        "gpt2": {"n_layer": layers, "n_head": 2, "n_embd": hidden, "n_positions": 66},
    }
    return AutoConfig.for_model(family, **common, **extra[family])


def make_tiny_model(
    path: Path,
    layers: int = 3,
    hidden: int = 32,
    labels: int = 2,
    family: str = "bert",
    seed: int = 0,
    kind: str = "base",
) -> Path:
    """Save a random "pre-trained" model with its tokenizer into ``path`` and return ``path``.

    ``kind`` is ``base`` (AutoModel, BERT with its pooler), ``masked_lm`` (BERT without a pooler)
    or ``classifier``.
    """
    import torch
    from transformers import AutoModel, AutoModelForMaskedLM, AutoModelForSequenceClassification

    from landscape_gui.runs.architecture import quiet

    classes: dict[str, Any] = {
        "base": AutoModel,
        "masked_lm": AutoModelForMaskedLM,
        "classifier": AutoModelForSequenceClassification,
    }
    config = tiny_config(family, layers, hidden, labels)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = classes[kind].from_config(config)
    with quiet():
        model.save_pretrained(path)
    make_tiny_tokenizer(path)
    return path


def make_tiny_task(path: Path, n_train: int = 64, n_dev: int = 48, seed: int = 0) -> TaskSpec:
    """Write ``train.jsonl`` and ``dev.jsonl``: does a text name a warm (1) or a cold color (0)?

    Learnable by a tiny model within a few epochs; different seeds give different texts.
    """
    rng = np.random.default_rng(seed)
    path.mkdir(parents=True, exist_ok=True)
    for name, count in (("train", n_train), ("dev", n_dev)):
        lines = []
        for i in range(count):
            words = [str(word) for word in rng.choice(_PLAIN, size=int(rng.integers(2, 8)))]
            color = str(rng.choice(_WARM if i % 2 else _COLD))
            words.insert(int(rng.integers(0, len(words) + 1)), color)
            lines.append(json.dumps({"text": " ".join(words), "label": i % 2}))
        (path / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return TaskSpec(name="custom", data=path, text_columns=("text",), max_length=32)


def tiny_train_spec(
    path: Path,
    model: Path,
    task: TaskSpec,
    epochs: int = 2,
    seed: int = 0,
    init: Initialisation = "pretrained",
) -> TrainSpec:
    """What :func:`make_tiny_run` trains: batches of 16 at a learning rate that learns in epochs."""
    return TrainSpec(
        model=str(model),
        task=task,
        init=init,
        epochs=epochs,
        learning_rate=2e-3,
        batch_size=16,
        seed=seed,
        out=path,
    )


def make_tiny_run(
    path: Path,
    model: Path,
    task: TaskSpec,
    epochs: int = 2,
    seed: int = 0,
    init: Initialisation = "pretrained",
) -> Run:
    """Train a tiny model into ``path``; θ0 and one checkpoint per epoch."""
    from landscape_gui.runs.training import train

    return train(tiny_train_spec(path, model, task, epochs, seed, init), lambda update: None)
