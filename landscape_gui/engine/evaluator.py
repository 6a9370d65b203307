"""The seam between what is to be measured and where: one placement in, one measurement out.

It has the shape of ``concurrent.futures.Executor.submit``, so that several devices or another
engine can stand behind it without a change to schedule, file or events.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

import torch

from landscape_gui.engine.events import Measurement
from landscape_gui.engine.objective import Objective
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.specs import UserError


class Evaluator(Protocol):
    """Measures θ0 + along · δ1 + across · axis 2.

    ``width`` placements are worth having under way at once. ``notices`` collects what the user
    should know; the job takes them out.
    """

    width: int
    notices: list[str]

    def submit(self, along: float, across: float) -> Future[Measurement]: ...


class SerialEvaluator:
    """One model on one device: the measurement is made before ``submit`` returns."""

    width = 1

    def __init__(self, weights: FlatWeights, objective: Objective) -> None:
        self.weights = weights
        self.objective = objective
        self.notices: list[str] = []

    def submit(self, along: float, across: float) -> Future[Measurement]:
        future: Future[Measurement] = Future()
        self.weights.place(along, across)
        future.set_result(self.measure())
        return future

    def measure(self) -> Measurement:
        """Evaluate what is placed now; short of memory, with smaller batches.

        Raises
        ------
        UserError
            If a single example does not fit into the device's memory.
        """
        while True:
            try:
                return self.objective.measure()
            except (torch.OutOfMemoryError, MemoryError):
                pass
            except RuntimeError as error:
                # The CPU allocator has no exception type of its own, and one text per system.
                if "DefaultCPUAllocator" not in str(error):
                    raise
            # Outside the handlers: the traceback would keep the activations alive.
            if not self.objective.halve_budget():
                raise UserError(
                    f"A single example does not fit into the memory of {self.objective.device}.",
                    "Use a device with more memory or a smaller maximal length.",
                )
            self.notices.append(
                f"Out of memory: batches halved to {self.objective.token_budget} tokens."
            )
