"""What a figure shows and how, as a frozen, validated, JSON-able model. No matplotlib.

The spec is the command line's options, the export dialog's choices, and what is written into the
figure's file, so that it can be made again.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from landscape_gui.figures.color_maps import COLOR_MAPS
from landscape_gui.figures.presets import PRESETS, Preset, PresetName
from landscape_gui.geometry.trajectory import ProjectionKind
from landscape_gui.markup import printable
from landscape_gui.specs import Metric, Spec

FigureKind: TypeAlias = Literal[
    "1", "2", "3", "4", "5", "6", "7", "table1",
    "surface", "contour", "landscape", "curve", "trajectory", "history", "rollback", "difference",
    "frames",
]  # fmt: skip
FIGURE_TITLES: Final[dict[FigureKind, str]] = {
    "1": "Figure 1: training loss surfaces, from scratch and fine-tuned",
    "2": "Figure 2: training loss over epochs",
    "3": "Figure 3: trajectories on the training loss",
    "4": "Figure 4: trajectory on the development error",
    "5": "Figure 5: training loss curves of one width unit",
    "6": "Figure 6: development error surfaces, from scratch and fine-tuned",
    "7": "Figure 7: training loss surfaces by layer groups",
    "table1": "Table 1: accuracy with layer groups rolled back",
    "surface": "surfaces in three dimensions",
    "contour": "contour maps",
    "landscape": "surfaces above their contour maps",
    "curve": "curves along the training direction",
    "trajectory": "trajectories on contour maps, near the path",
    "history": "training histories",
    "rollback": "accuracy with layer groups rolled back, as bars",
    "difference": "difference of two surfaces",
    "frames": "the pages of an animation, one file each",
}
# What fills a page's width, the rest fits into a column.
_WIDE: Final = frozenset({"1", "6", "7"})

Range: TypeAlias = tuple[float, float]
# Left, bottom, right, top.
Crop: TypeAlias = tuple[float, float, float, float]
_NARROWEST_CROP: Final = 0.01
CurveUnit: TypeAlias = Literal["alpha", "distance", "filter"]
Story: TypeAlias = Literal["trajectory", "growth", "turn"]


class Look(Spec):
    """How it is drawn; the defaults are the paper's.

    ``crop``: which part of a 3D view is shown, as shares of the width and height of the whole box.
    """

    color_map: str = "viridis"
    log: bool = False
    limits: Range | None = None
    own_scales: bool = False
    fill: Literal["smooth", "bands", "cells"] = "smooth"
    lines: bool = True
    labels: bool = True
    levels: int | tuple[float, ...] = Field(default=12)
    floor: bool = False
    dots: bool = False
    remarks: bool = True
    projection: ProjectionKind = "deviation"
    trajectory: bool | None = None
    azimuth: float = Field(default=-60.0, ge=-360, le=360)
    elevation: float = Field(default=34.0, ge=-90, le=90)
    parallel: bool = False
    crop: Crop | None = None
    alpha: Range | None = None
    beta: Range | None = None
    unit: CurveUnit | None = None

    @field_validator("color_map")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in COLOR_MAPS:
            raise ValueError(f"no colour map {name}; there are {', '.join(COLOR_MAPS)}")
        return name

    @field_validator("limits", "alpha", "beta")
    @classmethod
    def _ascending(cls, value: Range | None) -> Range | None:
        if value is not None and not all(map(math.isfinite, value)):
            raise ValueError("both numbers must be finite")
        if value is not None and not value[0] < value[1]:
            raise ValueError("the first number must be below the second")
        return value

    @field_validator("crop")
    @classmethod
    def _within(cls, value: Crop | None) -> Crop | None:
        if value is not None:
            for low, high in (value[::2], value[1::2]):
                if not (low >= 0 and low + _NARROWEST_CROP <= high <= 1):
                    raise ValueError(
                        "a part of a 3D view is left, bottom, right, top: shares from 0 to 1, "
                        "left below right and bottom below top"
                    )
        return value

    @field_validator("levels")
    @classmethod
    def _some_levels(cls, value: int | tuple[float, ...]) -> int | tuple[float, ...]:
        count = value if isinstance(value, int) else len(value)
        if not 1 <= count <= 60:
            raise ValueError("there are 1 to 60 levels")
        if not isinstance(value, int) and not all(map(math.isfinite, value)):
            raise ValueError("levels must be finite")
        return value if isinstance(value, int) else tuple(sorted(set(value)))


class Source(Spec):
    """One landscape file, and which of its surfaces (or curves) and metrics if not the usual."""

    file: Path
    name: str = ""
    metric: Metric | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``FILE``, ``FILE#NAME`` or ``FILE#NAME#METRIC``; each of the latter may be empty.

        Where the path of a file has such signs itself, it ends where there is a file.
        """
        ends = [place for place, sign in enumerate(text + "#") if sign == "#"]
        end = next((end for end in ends if Path(text[:end]).is_file()), ends[0])
        file, rest = text[:end], text[end + 1 :]
        name, _, metric = rest.partition("#")
        return cls.model_validate({"file": file, "name": name, "metric": metric or None})

    def __str__(self) -> str:
        parts = [str(self.file), self.name, self.metric or ""]
        return "#".join(parts).rstrip("#")


class FigureSpec(Spec):
    """A figure."""

    kind: FigureKind
    sources: tuple[Source, ...] = Field(min_length=1)
    metric: Metric | None = None
    preset: PresetName | None = None
    width_in: float | None = Field(default=None, ge=1, le=60)
    height_in: float | None = Field(default=None, ge=1, le=60)
    titles: tuple[str, ...] = ()
    mixed_models: bool = False
    frames: int = Field(default=60, ge=1, le=2000)
    story: Story = "trajectory"
    look: Look = Look()

    @field_validator("titles")
    @classmethod
    def _drawable(cls, titles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(printable, titles))

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.kind == "difference" and len(self.sources) != 2:
            raise ValueError("a difference is of two surfaces: name two files, or one twice")
        if self.kind == "frames" and len(self.sources) != 1:
            raise ValueError("an animation shows one file")
        return self

    @property
    def page(self) -> Preset:
        """The page that it is drawn for; what fills a column by itself is made for one."""
        if self.preset is not None:
            return PRESETS[self.preset]
        many = len(self.sources) > 2 and self.kind in ("surface", "contour", "trajectory")
        wide = many or self.kind in _WIDE
        return PRESETS["acl-text" if wide or self.kind == "landscape" else "acl-column"]

    @property
    def width(self) -> float:
        """In inches."""
        return self.width_in if self.width_in is not None else self.page.width_in
