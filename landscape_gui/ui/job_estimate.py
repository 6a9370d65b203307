"""What a job will take, foretold from the size of the model and the speed measured last. No Qt.

A short model: the time of a point is that of multiplying each token with each parameter that is
not the embeddings'; the memory is that of the flat buffers the weights are placed from. Good to a
factor of two where this device was measured before, a guess where it was not: always said so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from landscape_gui.engine.events import RunDescription, SpeedMeasured
from landscape_gui.specs import (
    CurveSpec,
    ExamplesSpec,
    HessianSpec,
    LayerGroup,
    MeasuringSpec,
    RollbackSpec,
    SurfaceSpec,
)
from landscape_gui.ui.wording import duration

# Where nothing was measured yet: one core of a few years ago, and a short sentence pair.
TYPICAL_SPEED = 2e10
TYPICAL_TOKENS = 40.0
# Where all examples are asked for and nobody said how many that are.
TYPICAL_EXAMPLES = 1000
# The interpreter with torch and transformers, and the activations of a batch.
PROGRAM_BYTES = 0.6 * 2**30
# A product with the Hessian, in passes over the training examples: they are differentiated twice.
PASSES_PER_PRODUCT = 6.0
# Share of the points that a tolerance usually takes (README, Speed).
TOLERANCE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class JobEstimate:
    """What a job will take, roughly.

    Attributes
    ----------
    points
        Placements of the weights; with ``at_most`` no more than that.
    seconds, bytes
        None where too little is known.
    measured
        Whether the speed was measured on this device, not assumed.
    unit
        What is counted.
    """

    points: int
    at_most: bool = False
    seconds: float | None = None
    bytes: float | None = None
    measured: bool = False
    unit: str = "points"

    @property
    def text(self) -> str:
        """``Estimate: 1,681 points · about 4 min · 1.2 GiB of memory``."""
        parts = [f"{'up to ' if self.at_most else ''}{self.points:,} {self.unit}"]
        if self.seconds is not None:
            words = duration(_rounded(self.seconds))
            parts.append(f"about {words.removesuffix(' 0 s').removesuffix(' 0 min')}")
        if self.bytes is not None:
            parts.append(f"{self.bytes / 2**30:.1f} GiB of memory")
        return f"Estimate: {' · '.join(parts)}"

    @property
    def basis(self) -> str:
        """What it rests on."""
        if self.seconds is None:
            return "Time and memory are estimated once the size of the model is known."
        if self.measured:
            return "From the speed that was measured last on this device."
        return "Nothing was measured on this device yet: the time may be off by a factor of ten."


@dataclass(frozen=True, slots=True)
class KnownSpeeds:
    """Speeds that jobs have told.

    Attributes
    ----------
    speeds
        ``device/precision`` → parameters times tokens a second.
    device
        The device that measured last.
    tokens
        Run directory → tokens per example.
    """

    speeds: Mapping[str, float]
    device: str = ""
    tokens: Mapping[str, float] | None = None

    def speed(self, device: str, precision: str) -> float | None:
        """Of the device asked for; of the one that measured last for ``auto``."""
        device = self.device if device == "auto" else device.partition(":")[0]
        known = {k: v for k, v in self.speeds.items() if k.startswith(f"{device}/")}
        if precision == "auto":
            return max(known.values(), default=None)
        exact = known.get(f"{device}/{precision}")
        return exact if exact is not None else known.get(f"{device}/float32")

    def with_event(self, event: SpeedMeasured) -> KnownSpeeds:
        """These and what a job told."""
        key = f"{event.device}/{event.precision}"
        speeds = {**self.speeds, key: event.parameters_per_second}
        tokens = {**(self.tokens or {}), str(event.run): event.tokens_per_example}
        return KnownSpeeds(speeds, event.device, dict(list(tokens.items())[-100:]))


def estimate(spec: MeasuringSpec, run: RunDescription | None, known: KnownSpeeds) -> JobEstimate:
    """What a measuring job will take."""
    if isinstance(spec, HessianSpec):
        return _hessian(spec, run, known)
    points, at_most = _points(spec, run)
    if run is None or not run.multiplied:
        return JobEstimate(points, at_most)
    measured = known.speed(spec.device, spec.precision)
    tokens = (known.tokens or {}).get(str(run.path), TYPICAL_TOKENS) * _examples(spec.examples)
    group = None if isinstance(spec, RollbackSpec) else spec.group
    work = run.multiplied * _share_computed(group, run.layer_count) * tokens
    # Beside the lattice: both ends, and every checkpoint's own values.
    placements = points * (TOLERANCE_SHARE if at_most else 1.0)
    placements += 2 + (0 if isinstance(spec, RollbackSpec) else run.checkpoints)
    buffers = 4 if isinstance(spec, SurfaceSpec) else 3
    moved = run.parameters * (_share_moved(group, run.layer_count) if group else 1.0)
    return JobEstimate(
        points,
        at_most,
        placements * work / (measured or TYPICAL_SPEED),
        4 * (run.parameters + (buffers - 1) * moved) + PROGRAM_BYTES,
        measured is not None,
    )


def _hessian(spec: HessianSpec, run: RunDescription | None, known: KnownSpeeds) -> JobEstimate:
    """Most products of a Hessian's job, as if all were of the whole model: an upper bound."""
    groups = 1 + (len(spec.groups) or len(run.groups if run else ()) or 3)
    products = groups * (spec.steps + (1 if spec.axis2 is None else 2)) + spec.probes
    if run is None or not run.multiplied:
        return JobEstimate(products, at_most=True, unit="products")
    speed = known.speed(spec.device, "float32")
    examples = TYPICAL_EXAMPLES if spec.examples.train is None else spec.examples.train
    tokens = (known.tokens or {}).get(str(run.path), TYPICAL_TOKENS) * examples
    return JobEstimate(
        products,
        True,
        products * PASSES_PER_PRODUCT * run.multiplied * tokens / (speed or TYPICAL_SPEED),
        4 * 9 * run.parameters + PROGRAM_BYTES,
        speed is not None,
        "products",
    )


def _points(
    spec: SurfaceSpec | CurveSpec | RollbackSpec, run: RunDescription | None
) -> tuple[int, bool]:
    match spec:
        case SurfaceSpec(lattice=lattice):
            return lattice.alpha_points * lattice.beta_points, spec.tolerance is not None
        case CurveSpec():
            return spec.points, False
        case RollbackSpec():
            count = len(spec.groups) or len(run.groups if run else ()) or 3
            every = 2**count - 1 if count <= 3 else count + 1
            return 1 + (len([c for c in spec.combinations if c]) or every), False


def _examples(examples: ExamplesSpec) -> int:
    return sum(TYPICAL_EXAMPLES if n is None else n for n in (examples.train, examples.dev))


def _share_computed(group: LayerGroup | None, layers: int) -> float:
    """What is below a group's first layer is computed once, not at every point."""
    if group is None or group.embeddings or not group.layers or not layers:
        return 1.0
    return 1 - group.layers[0] / layers


def _share_moved(group: LayerGroup, layers: int) -> float:
    return min(1.0, len(group.layers) / layers + group.embeddings * 0.3) if layers else 1.0


def _rounded(seconds: float) -> float:
    """To what an estimate can know: no ``3 min 47 s``."""
    for unit in (3600.0, 60.0):
        if seconds >= 3 * unit:
            return round(seconds / unit) * unit
    return float(f"{seconds:.1g}") if seconds >= 1 else 1.0
