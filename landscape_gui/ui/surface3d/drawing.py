"""A picture of a surface to be drawn, as plain values, and the picture that came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from landscape_gui.ui.scene import BoolArray, FloatArray
from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.camera import Camera, Projection
from landscape_gui.ui.surface3d.surface_field import SurfaceField

Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Quality:
    """How much a picture may cost.

    Attributes
    ----------
    points
        At most so many rows and columns of vertices are drawn.
    samples
        Per pixel; 0 without antialiasing.
    """

    points: int
    samples: int


DRAFT = Quality(81, 0)
"""While things move, where the processor draws."""
STILL = Quality(201, 4)
"""At rest there; more triangles would not show in as many pixels."""
FULL = Quality(1001, 4)
"""On a GPU, and for pictures to be saved."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """All that decides over the pixels of the surface, without what is painted around it.

    Attributes
    ----------
    measured, sampled
        bool[m, n]: points that get a dot, and those that get a ring; None for none.
    colors
        uint8[256, 4] from low to high.
    levels
        float64[k]: values at which there are contour lines.
    bands
        Whether the colour is constant between two lines.
    floor
        Whether the contour lines are drawn on the floor of the box, too.
    ink, canvas
        Colours of the dots and of what is behind the surface, from 0 to 1.
    pixel_ratio
        Device pixels per logical pixel.
    """

    field: SurfaceField
    measured: BoolArray | None
    sampled: BoolArray | None
    colors: npt.NDArray[np.uint8]
    levels: FloatArray
    lines: bool
    bands: bool
    floor: bool
    box: Box
    camera: Camera
    projection: Projection
    ink: Rgb
    canvas: Rgb
    pixel_ratio: float
    quality: Quality

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.pixel_ratio
        return (
            max(1, round(self.projection.width * ratio)),
            max(1, round(self.projection.height * ratio)),
        )


@dataclass(frozen=True, eq=False)
class Rendering:
    """The surface on a transparent ground, premultiplied; None with a reason if it failed."""

    drawing: Drawing
    image: QImage | None
    seconds: float
    pixels: npt.NDArray[np.uint8] | None = None
    """What the image shows and does not own."""
    trouble: str = ""


class Renderer(Protocol):
    """Makes pictures of drawings, on whatever there is."""

    def render(self, drawing: Drawing) -> Rendering:
        """Draw now, in this thread."""
        ...


def light(camera: Camera) -> tuple[float, float, float]:
    """Direction to the light: from the upper left of whoever looks.

    Relief then reads the same from everywhere.
    """
    azimuth = math.radians(camera.azimuth - 55.0)
    elevation = math.radians(42.0)
    return (
        math.cos(elevation) * math.cos(azimuth),
        math.cos(elevation) * math.sin(azimuth),
        math.sin(elevation),
    )
