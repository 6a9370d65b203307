"""Hyper-parameters of trainings: the paper's, and what a spec comes to."""

from __future__ import annotations

from typing import Any

from landscape_gui.specs import TrainSpec

# Hao et al. 2019, §4; the model's depth does not enter. "custom" is the usual first try.
PAPER_SETTINGS: dict[str, dict[str, Any]] = {
    "mnli": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 3e-5, "batch_size": 64},
    "sst2": {"epochs": {"pretrained": 3, "scratch": 8}, "learning_rate": 3e-5, "batch_size": 64},
    "rte": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 1e-5, "batch_size": 32},
    "mrpc": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 1e-5, "batch_size": 32},
    "custom": {"epochs": {"pretrained": 3, "scratch": 16}, "learning_rate": 2e-5, "batch_size": 32},
}


def resolved_settings(spec: TrainSpec) -> dict[str, Any]:
    """All hyper-parameters of a training, the paper's where the spec leaves them open."""
    paper = PAPER_SETTINGS[spec.task.name]
    return {
        "epochs": spec.epochs or paper["epochs"][spec.init],
        "learning_rate": spec.learning_rate or paper["learning_rate"],
        "batch_size": spec.batch_size or paper["batch_size"],
        "optimizer": "AdamW",
        "weight_decay": 0.0,
        "schedule": "linear",
        "max_grad_norm": 1.0,
        "precision": "float32",
        "seed": spec.seed,
    }
