"""Products of the training loss's Hessian with vectors, by differentiating twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from landscape_gui.engine.layout import Layout
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.packing import Batch

SPLIT = "train"


class HessianProducts:
    """Derivatives of the mean training loss by some of the module's parameters.

    All are of the weights that the module holds now, with dropout off and in float32.

    Parameters
    ----------
    objective
        Its training examples are those of the loss.
    names
        The parameters; all others are constants.

    Attributes
    ----------
    layout
        Where each of them lies in the flat vectors.
    """

    def __init__(self, objective: Objective, names: Sequence[str]) -> None:
        self._objective = objective
        self.layout = Layout.of(objective.module, names)
        parameters = dict(objective.module.named_parameters())
        self._parameters = [parameters[name] for name in self.layout.names]

    def gradient(self) -> torch.Tensor:
        """First derivative, float32[n]."""
        return self._sum(
            lambda losses: torch.autograd.grad(losses, self._parameters, allow_unused=True)
        )

    def product(self, vector: torch.Tensor) -> torch.Tensor:
        """The Hessian times a vector, both float32[n]."""
        parts = [self.layout.view(vector, name) for name in self.layout.names]

        def twice(losses: torch.Tensor) -> Sequence[torch.Tensor | None]:
            first = torch.autograd.grad(
                losses, self._parameters, create_graph=True, allow_unused=True
            )
            pairs = zip(first, parts, strict=True)
            along = [(of * part).sum() for of, part in pairs if of is not None and of.requires_grad]
            if not along:
                return [None] * len(parts)
            return torch.autograd.grad(
                torch.stack(along).sum(), self._parameters, allow_unused=True
            )

        return self._sum(twice)

    def _sum(self, derive: Callable[[torch.Tensor], Sequence[torch.Tensor | None]]) -> torch.Tensor:
        device = self._parameters[0].device
        total = torch.zeros(self.layout.size, dtype=torch.float32, device=device)
        count = self._objective.examples[SPLIT]
        with self._differentiable():
            for batch in self._objective.batches()[SPLIT]:
                derived = derive(self._losses(batch) / count)
                for name, of in zip(self.layout.names, derived, strict=True):
                    if of is not None:
                        self.layout.view(total, name).add_(of)
        return total

    def _losses(self, batch: Batch) -> torch.Tensor:
        logits = self._objective.plain(batch).float()
        return functional.cross_entropy(logits, batch.labels, reduction="sum")

    @contextmanager
    def _differentiable(self) -> Iterator[None]:
        """Inside, gradients flow to the chosen parameters and through attention, twice."""
        every = list(self._objective.module.parameters())
        before = [parameter.requires_grad for parameter in every]
        chosen = {id(parameter) for parameter in self._parameters}
        for parameter in every:
            parameter.requires_grad_(id(parameter) in chosen)
        try:
            # The fused kernels of attention have no second derivative.
            with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
                yield
        finally:
            for parameter, required in zip(every, before, strict=True):
                parameter.requires_grad_(required)
