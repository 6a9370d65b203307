"""Where a model keeps its transformer layers."""

from __future__ import annotations

import torch

from landscape_gui.runs.layer_groups import layer_of

_STACKS = (torch.nn.ModuleList, torch.nn.Sequential)


def layer_stacks(module: torch.nn.Module) -> list[list[torch.nn.Module]]:
    """The lists of transformer layers in the encoder; most models have one."""
    encoder = getattr(module, "base_model_prefix", "")
    return [
        list(found)
        for name, found in module.named_modules()
        if isinstance(found, _STACKS)
        and len(found)
        and name.startswith(encoder)
        and layer_of(f"{name}.0.") == 0
        and layer_of(f"{name}.") is None  # not a list inside a layer
    ]
