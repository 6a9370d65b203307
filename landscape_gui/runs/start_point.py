"""θ0: a classifier from pre-trained weights, or the same network with random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape_gui.runs.architecture import (
    classifier_class,
    float32_argument,
    load_classifier,
    load_config,
    quiet,
)
from landscape_gui.specs import Initialisation, UserError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True, eq=False)
class StartPoint:
    """A model before its training, and which of its parameters are not pre-trained."""

    model: PreTrainedModel
    newly_initialised: tuple[str, ...]


def build_start_point(
    base: Path, init: Initialisation, seed: int, labels: Sequence[str]
) -> StartPoint:
    """Build θ0 with a head for ``labels``.

    From scratch, the encoder is determined by ``seed`` alone: two tasks with different numbers of
    classes start from the same θ0, bit for bit, as a plane through both needs (Hao et al. 2019,
    §3.2).

    Raises
    ------
    UserError
        If the model cannot be loaded, or ``base`` lacks parts of its encoder.
    """
    import torch

    names = {index: str(label) for index, label in enumerate(labels)}
    changes: dict[str, object] = {
        "num_labels": len(names),
        "id2label": names,
        "label2id": {name: index for index, name in names.items()},
        "problem_type": "single_label_classification",
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        if init == "scratch":
            model, lacking = _random(base, seed, changes), frozenset[str]()
        else:
            model, lacking = load_classifier(base, **changes)
    prefix = f"{model.base_model_prefix}."
    if missing := sorted(n for n in lacking if n.startswith(prefix) and "pooler" not in n):
        raise UserError(
            f"{base} holds no pre-trained encoder: it lacks e.g. {missing[0]}.",
            "Give a complete pre-trained model, or train from scratch.",
        )
    fresh = tuple(
        name
        for name, _ in model.named_parameters()
        if name in lacking or not name.startswith(prefix)
    )
    return StartPoint(model, fresh)


def _random(base: Path, seed: int, changes: dict[str, object]) -> PreTrainedModel:
    import torch
    from transformers import AutoModel

    bare, config = load_config(base), load_config(base)
    for name, value in changes.items():
        setattr(config, name, value)
    for each in (bare, config):
        _in_float32(each)
    kind = classifier_class(config, base)
    with quiet():
        # Apart from the head, whose size would shift every random number after it.
        encoder = AutoModel.from_config(bare)
        torch.manual_seed(seed)
        model = kind._from_config(config)
    # Some classifiers leave out the encoder's pooler.
    found = model.base_model.load_state_dict(encoder.state_dict(), strict=False)
    if found.missing_keys:
        raise UserError(
            f"The encoder of {kind.__name__} cannot be built apart from its head "
            f"({found.missing_keys[0]}).",
            "Use another architecture for training from scratch.",
        )
    return model.float()


def _in_float32(config: Any) -> None:
    """Draw random weights in float32, whatever precision the configuration was saved with."""
    import torch

    # The attribute's name changed in transformers 4.56.
    name = "dtype" if "dtype" in float32_argument() else "torch_dtype"
    setattr(config, name, torch.float32)
