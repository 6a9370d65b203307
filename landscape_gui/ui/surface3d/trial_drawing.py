"""A small hill, to find out whether surfaces can be drawn here."""

from __future__ import annotations

import numpy as np

from landscape_gui.ui.scene import AxisTitles, SurfaceScene
from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.surface3d.drawing import Drawing, Quality
from landscape_gui.ui.surface3d.surface_field import SurfaceField


def trial_drawing(quality: Quality) -> Drawing:
    """A drawing of 160 × 120 pixels that uses all there is to use."""
    axis = np.linspace(-1.0, 1.0, 9)
    x, y = np.meshgrid(axis, axis)
    measured = np.ones(x.shape, dtype=np.bool_)
    measured[0, 0] = False
    scene = SurfaceScene(axis, axis, x * y, measured, AxisTitles("", "", ""))
    box = Box((-1.0, 1.0), (-1.0, 1.0), -0.8, 0.8)
    camera = Camera(elevation=60.0)
    return Drawing(
        field=SurfaceField(axis, axis, scene),
        measured=measured,
        sampled=measured,
        colors=np.full((256, 4), 255, dtype=np.uint8),
        levels=np.linspace(-0.5, 0.5, 5),
        lines=True,
        bands=True,
        floor=True,
        box=box,
        camera=camera,
        projection=camera.projection(160, 120),
        ink=(0.0, 0.0, 0.0),
        canvas=(1.0, 1.0, 1.0),
        pixel_ratio=1.0,
        quality=quality,
    )
