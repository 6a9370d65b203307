"""θ0: a classifier from pre-trained weights, or the same network with random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from landscape_gui.runs.architecture import classifier_class, load_classifier, load_config, quiet
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
    changes = {"num_labels": len(names), "id2label": names, "label2id": _inverse(names)}
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


def _inverse(names: dict[int, str]) -> dict[str, int]:
    return {name: index for index, name in names.items()}


def _random(base: Path, seed: int, changes: dict[str, object]) -> PreTrainedModel:
    import torch
    from transformers import AutoModel

    config = load_config(base)
    for name, value in changes.items():
        setattr(config, name, value)
    kind = classifier_class(config, base)
    with quiet():
        # Apart from the head, whose size would shift every random number after it.
        encoder = AutoModel.from_config(config)
        torch.manual_seed(seed)
        model = kind._from_config(config)
    # Some classifiers leave out the encoder's pooler.
    model.base_model.load_state_dict(encoder.state_dict(), strict=False)
    return model.float()
