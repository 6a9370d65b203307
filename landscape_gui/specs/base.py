"""What all specs have in common, and the metrics that they speak of."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

Metric: TypeAlias = Literal["train_loss", "train_error", "dev_loss", "dev_error"]
METRICS: tuple[Metric, ...] = ("train_loss", "train_error", "dev_loss", "dev_error")

# Names become HDF5 group names and parts of file names.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$"


class Spec(BaseModel):
    """Base of all specs: immutable, and an unknown key is an error, not a shrug."""

    model_config = ConfigDict(frozen=True, extra="forbid")
