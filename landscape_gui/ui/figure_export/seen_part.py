"""Which part of the box a zoomed or moved 3D view shows. No Qt."""

from __future__ import annotations

from itertools import product

from landscape_gui.figures.spec import Crop
from landscape_gui.ui.surface3d.box import HEIGHT
from landscape_gui.ui.surface3d.camera import Camera

_CORNERS = list(product((-1.0, 1.0), (-1.0, 1.0), (0.0, HEIGHT)))
# What is cut off by less than this is not missed.
_SLACK = 0.02
_DIGITS = 3


def seen_part(camera: Camera, width: float, height: float) -> Crop | None:
    """The part that a view of this size in pixels shows; None where it is all, or nothing.

    Returns
    -------
    Left, bottom, right and top as shares of the width and height of the whole box.
    """
    corners = camera.projection(width, height).project(_CORNERS)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    across, down = right - left, bottom - top
    ends = (-left / across, (bottom - height) / down, (width - left) / across, bottom / down)
    if max(ends[:2]) < _SLACK and min(ends[2:]) > 1 - _SLACK:
        return None
    part = tuple(round(min(max(float(end), 0.0), 1.0), _DIGITS) for end in ends)
    if part[2] - part[0] < _SLACK or part[3] - part[1] < _SLACK:
        return None
    return part[0], part[1], part[2], part[3]
