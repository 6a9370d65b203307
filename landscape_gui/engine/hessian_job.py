"""The job that measures the curvature of the training loss at the end point.

Everything is of the loss on the job's own training examples: derivatives along δ1 and axis 2,
the trace by Hutchinson's estimate, the extreme eigenvalues by Lanczos' iteration; of the whole
encoder and of each layer group with all else held fixed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from landscape_gui.engine.directions import filter_ratio
from landscape_gui.engine.events import Done, Event, HessianProgress, Stage
from landscape_gui.engine.exchange import exchange_notices
from landscape_gui.engine.hessian_products import SPLIT, HessianProducts
from landscape_gui.engine.lanczos import FloatArray, dot, gaussian, lanczos, norm, signs
from landscape_gui.engine.subject import (
    Subject,
    known_groups,
    lay_plane,
    open_subject,
    run_record,
)
from landscape_gui.runs.layer_groups import default_groups, group_names, part_of
from landscape_gui.specs import HessianSpec, UserError
from landscape_gui.store.hessian_writer import DirectionResult, HessianWriter
from landscape_gui.store.landscape_file import LandscapeWriter

# The largest eigenvalue is known well enough once its residual is this share of it.
TOLERANCE = 0.01


def hessian(spec: HessianSpec, out: Path) -> Generator[Event, None, None]:
    """Measure what the spec asks for; continues what the file holds of an equal one."""
    subject = yield from open_subject(spec)
    plane = None
    if spec.axis2 is not None:
        yield Stage("Laying the plane")
        plane = lay_plane(subject, spec.axis2, None)
    record = run_record(subject, plane)
    groups = spec.groups or default_groups(subject.layers)
    regions = [Region.of(subject, "whole encoder", subject.names)]
    regions += [
        Region.of(subject, f"layers {g.name}", group_names(subject.names, g)) for g in groups
    ]
    named = known_groups(subject) | {group.name: group for group in groups}
    with LandscapeWriter.open(out, record, named) as writer:
        parts = tuple(dict.fromkeys(part_of(name) for name in subject.names))
        hashes = {SPLIT: subject.objective.data_sha256[SPLIT]}
        rows = writer.hessian(spec, groups, parts, hashes)
        yield from exchange_notices(rows.exchange, out)
        with subject.weights.displaced():
            subject.weights.place_rolled_back(())
            yield from _Measuring(subject, spec, out, rows, regions, parts).events()
        rows.finish()
    yield Done("complete", out)


@dataclass(frozen=True)
class Region:
    """Parameters by which the loss is differentiated, all others being constants."""

    title: str
    products: HessianProducts

    @classmethod
    def of(cls, subject: Subject, title: str, names: Sequence[str]) -> Region:
        return cls(title, HessianProducts(subject.objective, names))

    @property
    def names(self) -> tuple[str, ...]:
        return self.products.layout.names


class _Measuring:
    """One run of the job: what is missing in the file, one product after the other."""

    def __init__(
        self,
        subject: Subject,
        spec: HessianSpec,
        out: Path,
        rows: HessianWriter,
        regions: Sequence[Region],
        parts: Sequence[str],
    ) -> None:
        self._subject, self._spec, self._out, self._rows = subject, spec, out, rows
        self._regions, self._parts = regions, parts
        self._columns = (0,) if spec.axis2 is None else (0, 1)
        self._done = 0
        self._total = len(regions) * (len(self._columns) + spec.steps) + spec.probes

    def events(self) -> Generator[Event, None, None]:
        objective = self._subject.objective
        objective.select(SPLIT, {SPLIT: np.arange(objective.examples[SPLIT])})
        for work in (self._directions, self._probes, self._eigenvalues):
            for event in work():
                yield event
                yield from self._subject.notices()

    def _event(self, text: str = "") -> HessianProgress:
        return HessianProgress(self._out, self._done, self._total, text)

    # -- along δ1 and axis 2 -------------------------------------------------------------------

    def _directions(self) -> Iterator[Event]:
        yield Stage("Measuring the curvature along the axes")
        loss = self._loss()
        if not math.isfinite(loss):
            raise UserError(
                "The training loss of the fine-tuned model is not finite: it has no curvature.",
                "Choose another run, or other examples.",
            )
        self._rows.write_point(loss, self._subject.objective.examples[SPLIT])
        for number, region in enumerate(self._regions):
            missing = [c for c in self._columns if not self._rows.directions_measured[number, c]]
            if missing:
                gradient = self._less(region.products.gradient)
                self._rows.write_gradient(number, norm(gradient))
                for column in missing:
                    found = self._along(region, column, gradient, loss)
                    self._rows.write_direction(number, column, found)
                self._rows.flush()
            self._done += len(self._columns)
            yield self._event(f"{region.title}: curvature along the axes" if missing else "")

    def _along(
        self, region: Region, column: int, gradient: torch.Tensor, loss: float
    ) -> DirectionResult:
        direction, factor = self._direction(region, column)
        product = self._less(partial(region.products.product, direction))
        weights = self._subject.weights
        ratio = filter_ratio(weights, axis2=column == 1, names=region.names) * factor
        differences = []
        for step in self._rows.difference_steps:
            beside = [self._loss_at(region, direction, side * step) for side in (1, -1)]
            differences.append((sum(beside) - 2 * loss) / step**2)
        weights.place_rolled_back(())
        return DirectionResult(
            norm=norm(direction),
            filter_ratio=ratio,
            slope=dot(gradient, direction),
            curvature=dot(product, direction),
            differences=differences,
        )

    def _direction(self, region: Region, column: int) -> tuple[torch.Tensor, float]:
        """δ1, or axis 2 rescaled to its norm, of a region; and the factor of the rescaling."""
        weights, layout = self._subject.weights, region.products.layout
        found = torch.empty(layout.size, dtype=torch.float32, device=weights.device)
        delta = torch.empty_like(found)
        for name in layout.names:
            end, start = (weights.layout.view(w, name) for w in (weights.end, weights.start))
            layout.view(delta, name).copy_(end).sub_(start.to(weights.device))
        length = norm(delta)
        if not length > 0:
            raise UserError(
                f"Training did not move the {region.title}: there is no direction to measure.",
                "Leave that layer group out.",
            )
        if column == 0:
            return delta, 1.0
        assert weights.axis2 is not None
        for name in layout.names:
            layout.view(found, name).copy_(weights.layout.view(weights.axis2, name))
        raw = norm(found)
        if not raw > 0:
            raise UserError(
                f"Axis 2 does not move the {region.title}: there is no direction to measure.",
                "Leave that layer group out, or choose another second axis.",
            )
        return found.mul_(length / raw), length / raw

    def _loss_at(self, region: Region, direction: torch.Tensor, step: float) -> float:
        weights, layout = self._subject.weights, region.products.layout
        weights.place_rolled_back(())
        for name in layout.names:
            part = weights.layout.view(weights.working, name)
            part.add_(layout.view(direction, name), alpha=float(step))
        return self._loss()

    def _loss(self) -> float:
        """The training loss of what is placed now."""
        return self._subject.evaluator.measure(SPLIT).values[f"{SPLIT}_loss"]

    # -- the trace -----------------------------------------------------------------------------

    def _probes(self) -> Iterator[Event]:
        yield Stage("Estimating the trace")
        whole = self._regions[0].products
        members = [tuple({part_of(name) for name in region.names}) for region in self._regions]
        for probe, measured in enumerate(self._rows.probes_measured.tolist()):
            if not measured:
                # The whole encoder's products give every part's sample: a part's expectation has
                # nothing of the others, as their signs are independent.
                vector = signs(whole.layout.size, (self._seed, 1, probe), self._device)
                product = self._less(partial(whole.product, vector)).mul_(vector)
                samples = dict.fromkeys(self._parts, 0.0)
                for name in whole.layout.names:
                    part = whole.layout.view(product, name)
                    samples[part_of(name)] += float(part.sum(dtype=torch.float64))
                self._rows.write_probe(probe, np.array(list(samples.values())), members)
                self._rows.flush()
            self._done += 1
            last = probe + 1 == len(self._rows.probes_measured)
            yield self._event("trace" if last and not measured else "")

    # -- eigenvalues ---------------------------------------------------------------------------

    def _eigenvalues(self) -> Generator[Event, None, None]:
        for number, region in enumerate(self._regions):
            before = self._done
            if not self._rows.lanczos_steps[number]:
                yield Stage(f"Looking for the largest eigenvalue: {region.title}")
                coefficients = yield from self._iterated(region, number)
                self._rows.write_eigenvalues(number, *coefficients)
                self._rows.flush()
            self._done = before + self._spec.steps
            yield self._event(f"{region.title}: largest eigenvalue")

    def _iterated(
        self, region: Region, number: int
    ) -> Generator[Event, None, tuple[FloatArray, FloatArray]]:
        start = gaussian(region.products.layout.size, (self._seed, 2, number), self._device)

        def product(vector: torch.Tensor) -> torch.Tensor:
            return self._less(partial(region.products.product, vector))

        steps = lanczos(product, start, self._spec.steps, TOLERANCE)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            self._done += 1
            yield self._event()

    @property
    def _seed(self) -> int:
        return self._spec.examples.seed

    @property
    def _device(self) -> torch.device:
        return self._subject.weights.device

    def _less(self, compute: Callable[[], torch.Tensor]) -> torch.Tensor:
        """Compute, with smaller batches where memory is short."""
        return self._subject.evaluator.with_less_memory(compute)
