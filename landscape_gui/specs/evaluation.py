"""What all measuring jobs share: a run, its examples, the precision, the device."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

from pydantic import Field

from landscape_gui.specs.base import Spec
from landscape_gui.specs.training import TaskSpec

Precision: TypeAlias = Literal["float32", "bfloat16", "float16", "tf32", "auto"]

# Two digits are more devices than a machine has, and fewer than torch can count to.
DEVICE_PATTERN: Final = r"^(auto|cpu|cuda(:(0|[1-9][0-9]?))?)$"


class ExamplesSpec(Spec):
    """Which examples are evaluated: the first ``n`` of a seeded shuffle; ``None`` is all."""

    train: int | None = Field(
        default=None,
        ge=1,
        title="Training examples",
        description="Evaluate on so many examples of the training split, the same at every "
        "point. Fewer are faster, and the standard error says what that costs.",
    )
    dev: int | None = Field(
        default=None,
        ge=1,
        title="Development examples",
        description="Evaluate on so many examples of the development split, the same at every "
        "point.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        lt=2**32,
        title="Seed of the examples",
        description="Which examples are chosen.",
    )


class EvaluationSpec(Spec):
    """What all measuring jobs share."""

    run: Path = Field(
        title="Run",
        description="The training run whose head is used and whose θ0, θ1 span axis 1.",
    )
    base: Path | None = Field(
        default=None,
        title="Base model",
        description="θ0's model directory, for runs that do not hold their own start point.",
    )
    task: TaskSpec | None = Field(
        default=None,
        title="Task",
        description="Overrides what the run says of its task, for runs trained elsewhere.",
    )
    examples: ExamplesSpec = ExamplesSpec()
    precision: Precision = Field(
        default="float32",
        title="Precision",
        description="Automatic takes the fastest number format that agrees with float32 on this "
        "very plane. float16 and TF32 are for CUDA devices.",
    )
    device: str = Field(
        default="auto",
        pattern=DEVICE_PATTERN,
        title="Device",
        description="auto, cpu, cuda or cuda:1; auto is the first CUDA device, else the CPU.",
    )
