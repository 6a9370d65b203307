"""A shaded relief of a surface seen from above, without OpenGL."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from landscape_gui.ui.scene import SurfaceScene
from landscape_gui.ui.surface3d.box import HEIGHT, Box
from landscape_gui.ui.surface3d.mesh import DrawnLattice

_SUN_AZIMUTH, _SUN_ELEVATION = math.radians(135.0), math.radians(45.0)
_HATCH_PERIOD = 7


def shaded_relief(
    scene: SurfaceScene,
    box: Box,
    colors: npt.NDArray[np.uint8],
    paper: tuple[int, int, int],
    size: tuple[int, int],
) -> npt.NDArray[np.uint8]:
    """Draw a surface as the 3D view would from straight above.

    Parameters
    ----------
    scene, box
        What is drawn and within which limits.
    colors
        uint8[256, 4] from low to high.
    paper
        RGB of the background, toward which filled-in regions fade.
    size
        Width and height in pixels.

    Returns
    -------
    uint8[height, width, 4]
        RGBA, the first row at the highest beta.
    """
    width, height = size
    lattice = DrawnLattice(box.x(scene.alpha), box.y(scene.beta))
    field = lattice.field(scene.height, scene.measured, box.low, scene.trust)
    columns = np.interp(
        np.linspace(lattice.x[0], lattice.x[-1], width), lattice.drawn_x, np.arange(len(field[0]))
    )
    rows = np.interp(
        np.linspace(lattice.y[-1], lattice.y[0], height), lattice.drawn_y, np.arange(len(field))
    )
    level, slope_x, slope_y, measured = (
        _resample(field[..., k].astype(np.float64), rows, columns) for k in range(4)
    )
    span = box.high - box.low
    index = np.clip(level / span * 255, 0, 255).round().astype(np.uint8)
    rgb = colors[index][..., :3].astype(np.float64)

    gray = rgb @ np.array([0.30, 0.59, 0.11])
    filled = (1 - measured)[..., None]
    pale = 0.55 * gray[..., None] + 0.45 * np.array(paper, dtype=np.float64)
    rgb += 0.55 * filled * (pale - rgb)
    hatch = (np.add.outer(np.arange(height), np.arange(width)) % _HATCH_PERIOD < 2)[..., None]
    rgb += 0.36 * filled * hatch * (0.5 * gray[..., None] - rgb)

    scale = HEIGHT / span
    normal = np.stack([-slope_x * scale, -slope_y * scale, np.ones_like(slope_x)])
    normal /= np.linalg.norm(normal, axis=0)
    sun = np.array(
        [
            math.cos(_SUN_ELEVATION) * math.cos(_SUN_AZIMUTH),
            math.cos(_SUN_ELEVATION) * math.sin(_SUN_AZIMUTH),
            math.sin(_SUN_ELEVATION),
        ]
    )
    diffuse = 0.5 + 0.5 * np.tensordot(sun, normal, 1)
    rgb *= (0.50 + 0.56 * diffuse)[..., None]

    image = np.full((height, width, 4), 255, dtype=np.uint8)
    image[..., :3] = np.clip(rgb, 0, 255)
    return image


def _resample(
    values: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    columns: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    j = np.minimum(rows.astype(np.intp), values.shape[0] - 2)
    i = np.minimum(columns.astype(np.intp), values.shape[1] - 2)
    t, s = (rows - j)[:, None], columns - i
    across = values[:, i] * (1 - s) + values[:, i + 1] * s
    return across[j] * (1 - t) + across[j + 1] * t
