"""What is trained, and on what."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, model_validator

from landscape_gui.specs.base import Spec

TaskName: TypeAlias = Literal["mnli", "rte", "sst2", "mrpc", "custom"]
Initialisation: TypeAlias = Literal["pretrained", "scratch"]

# The context in which a spec that a file holds is validated.
STORED: Final = "stored"


class TaskSpec(Spec):
    """Where labelled text comes from and which columns hold it."""

    name: TaskName = Field(
        title="Task",
        description="A GLUE task, whose columns and classes are known, or data of your own.",
    )
    data: Path | None = Field(
        default=None,
        title="Data",
        description="Directory, or single file, of parquet, JSONL, TSV or CSV files. Empty loads "
        "the GLUE task from the Hub by name.",
    )
    text_columns: tuple[str, ...] = Field(
        default=(),
        title="Text columns",
        description="One column, or two for sentence pairs. Empty: those of the GLUE task.",
    )
    label_column: str = Field(
        default="label",
        title="Label column",
        description="The column with the class: an integer from 0, or one of the class names.",
    )
    labels: tuple[str, ...] = Field(
        default=(),
        title="Classes",
        description="Names of the classes in order. Empty: those of the GLUE task, or read from "
        "the data.",
    )
    max_length: int = Field(
        default=128,
        ge=4,
        le=8192,
        title="Longest example",
        description="In tokens; longer examples are truncated.",
    )

    @property
    def label(self) -> str:
        """What to call the task on an axis or in a legend: of custom data, its directory."""
        return self.data.stem if self.name == "custom" and self.data else self.name

    @model_validator(mode="after")
    def _classes_differ(self, info: ValidationInfo) -> Self:
        # Runs trained before this was refused are no less readable for it.
        if info.context == STORED:
            return self
        twice = next((name for name in self.labels if self.labels.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the class {twice} is named twice")
        return self

    @model_validator(mode="after")
    def _custom_is_complete(self) -> Self:
        if self.name == "custom":
            if self.data is None:
                raise ValueError("a custom task needs data: a directory or file with its examples")
            if not self.text_columns:
                raise ValueError("a custom task needs the names of its text columns")
        if len(self.text_columns) > 2:
            raise ValueError("a task has one text column, or two for sentence pairs")
        return self


class TrainSpec(Spec):
    """One training run: fine-tuning from pre-trained weights, or training from scratch.

    ``None`` for epochs, learning rate and batch size means the paper's value for the task
    (Hao et al. 2019, §4).
    """

    kind: Literal["train"] = "train"
    model: str = Field(
        min_length=1,
        title="Model",
        description="Directory of a model, or its name on the Hub.",
    )
    task: TaskSpec
    init: Initialisation = Field(
        default="pretrained",
        title="Start",
        description="Fine-tune the model's own weights, or train the same network from random "
        "ones, for comparison.",
    )
    epochs: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        title="Epochs",
        description="Passes over the training examples; the weights after each are kept.",
    )
    learning_rate: float | None = Field(
        default=None,
        gt=0,
        le=1,
        title="Learning rate",
        description="Of the first step; it falls linearly to 0.",
    )
    batch_size: int | None = Field(
        default=None, ge=1, le=100_000, title="Batch size", description="Examples per step."
    )
    train_examples: int | None = Field(
        default=None,
        ge=1,
        title="Training examples",
        description="Train on so many examples of the training split, chosen by the seed.",
    )
    dev_examples: int | None = Field(
        default=None,
        ge=1,
        title="Development examples",
        description="Evaluate on so many examples after each epoch.",
    )
    seed: int = Field(
        default=0,
        ge=0,
        lt=2**32,
        title="Seed",
        description="Of the head's weights, the order of the examples and dropout.",
    )
    out: Path = Field(
        title="Directory of the run",
        description="Where the start point and the weights after each epoch are kept.",
    )
