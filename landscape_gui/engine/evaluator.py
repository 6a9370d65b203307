"""The seam between what is to be measured and where: one placement in, one measurement out.

It has the shape of ``concurrent.futures.Executor.submit``, so that several devices or another
engine can stand behind it without a change to schedule, file or events.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch

from landscape_gui.engine.events import Measurement
from landscape_gui.engine.objective import ALL, ExampleResults, Objective, measurement
from landscape_gui.engine.weights import FlatWeights
from landscape_gui.specs import UserError

Result = TypeVar("Result")


class Evaluator(Protocol):
    """Measures θ0 + along · δ1 + across · axis 2 on a selection of the examples.

    ``width`` placements are worth having under way at once. ``notices`` collects what the user
    should know; the job takes them out.
    """

    width: int
    notices: list[str]

    def submit(self, along: float, across: float, selection: str = ALL) -> Future[Measurement]: ...


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What one placement gave.

    Attributes
    ----------
    results
        Split → what each example gave.
    seconds
        Wall time of the placement and the passes.
    """

    results: dict[str, ExampleResults]
    seconds: float

    @property
    def measurement(self) -> Measurement:
        """Means over the examples."""
        return measurement(self.results, self.seconds)


class SerialEvaluator:
    """One model on one device: the measurement is made before ``submit`` returns.

    Attributes
    ----------
    known
        (along, across) → evaluations of all examples that the job made already in the number
        format that it measures in: ``at`` does not repeat them.
    """

    width = 1

    def __init__(self, weights: FlatWeights, objective: Objective) -> None:
        self.weights = weights
        self.objective = objective
        # One list: what the weights have to say comes out with the rest.
        self.notices = weights.notices
        self.known: dict[tuple[float, float], Evaluation] = {}

    def submit(self, along: float, across: float, selection: str = ALL) -> Future[Measurement]:
        future: Future[Measurement] = Future()
        future.set_result(self.at(along, across, selection).measurement)
        return future

    def at(self, along: float, across: float, selection: str = ALL) -> Evaluation:
        """What a placement gives, example by example; errors as of ``measure``."""
        found = self.known.get((along, across)) if selection == ALL else None
        return self.evaluated(along, across, selection) if found is None else found

    def evaluated(self, along: float, across: float, selection: str = ALL) -> Evaluation:
        """As ``at``, computed now whatever is known."""
        began = time.perf_counter()
        self.weights.place(along, across)
        results = self.evaluate(selection)
        return Evaluation(results, time.perf_counter() - began)

    def measure(self, selection: str = ALL) -> Measurement:
        """Evaluate what is placed now; short of memory, with smaller batches.

        Raises
        ------
        UserError
            If a single example does not fit into the device's memory.
        """
        return self.with_less_memory(lambda: self.objective.measure(selection))

    def evaluate(self, selection: str = ALL) -> dict[str, ExampleResults]:
        """Split → what each example gave under what is placed now; as ``measure`` does.

        Raises
        ------
        UserError
            If a single example does not fit into the device's memory.
        """
        return self.with_less_memory(lambda: self.objective.evaluate(selection))

    def with_less_memory(self, compute: Callable[[], Result]) -> Result:
        """Compute, and after running out of memory with smaller batches until it fits.

        Raises
        ------
        UserError
            If a single example does not fit into the device's memory.
        """
        while True:
            try:
                return compute()
            except (torch.OutOfMemoryError, MemoryError):
                pass
            except RuntimeError as error:
                # The CPU allocator has no exception type of its own, and one text per system.
                if "DefaultCPUAllocator" not in str(error):
                    raise
            # Outside the handlers: the traceback would keep the activations alive.
            if self.objective.halve_budget():
                self.notices.append(
                    f"Out of memory: batches halved to {self.objective.token_budget} tokens, "
                    "one at a time."
                )
            elif not self.weights.relieve_device():
                raise UserError(
                    f"A single example does not fit into the memory of {self.objective.device}.",
                    "Use a device with more memory or a smaller maximal length.",
                )
