"""An evaluation that shares nothing with the engine: from_pretrained, plain padding, one batch."""

import json

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer


def load(directory):
    return AutoModelForSequenceClassification.from_pretrained(directory).eval()


def rows_of(task, split):
    path = task.data / f"{split}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def losses_and_errors(model, tokenizer_directory, rows):
    """Per-example cross entropy and 0/1 error."""
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_directory)
    encoded = tokenizer(
        [row["text"] for row in rows],
        padding=True,
        truncation=True,
        max_length=32,
        return_tensors="pt",
    )
    labels = torch.tensor([row["label"] for row in rows])
    with torch.no_grad():
        logits = model(**encoded).logits
    losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
    return losses.double().numpy(), (logits.argmax(-1) != labels).double().numpy()


def encoder_difference(end, start):
    """δ of all encoder parameters as one float64 vector, from two loaded models."""
    return np.concatenate(
        [
            (p.detach().double() - q.detach().double()).numpy().ravel()
            for p, q in zip(end.base_model.parameters(), start.base_model.parameters(), strict=True)
        ]
    )
