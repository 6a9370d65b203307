"""Colour maps for surfaces and line colours for curves.

The maps are perceptually uniform and legible with the common colour vision deficiencies: the
matplotlib maps viridis, cividis, plasma, inferno and magma, and CET maps (Kovesi 2015,
arXiv:1509.03700), all from the tables bundled with pyqtgraph.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

COLOR_MAPS: tuple[str, ...] = (
    "viridis",
    "cividis",
    "plasma",
    "inferno",
    "magma",
    "CET-L1",
    "CET-L12",
    "CET-L17",
    "CET-CBL1",
    "CET-CBL2",
)
"""Names in the order in which menus offer them; the first is the default."""

DIVERGING: tuple[str, ...] = ("CET-D1",)
"""For differences: neutral at zero, blue below, red above; told apart with any colour vision."""

# Okabe & Ito's palette without yellow and black, which vanish on one of the two canvases; the
# dark variants are the same hues, lifted.
_LINES_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#b8518f", "#b07d00", "#3d8fc4", "#6b4fa0")
_LINES_DARK = ("#56b4e9", "#ff8a3d", "#2ecc9b", "#e58ac0", "#e6b422", "#9ccbff", "#b39ddb")


@lru_cache(maxsize=len(COLOR_MAPS) + len(DIVERGING))
def table(name: str) -> npt.NDArray[np.uint8]:
    """The 256 colours of a map.

    Parameters
    ----------
    name
        One of ``COLOR_MAPS`` or ``DIVERGING``.

    Returns
    -------
    uint8[256, 4]
        RGBA from the low to the high end, read-only.

    Raises
    ------
    KeyError
        If the name is none of them.
    """
    if name not in COLOR_MAPS + DIVERGING:
        names = ", ".join(COLOR_MAPS + DIVERGING)
        raise KeyError(f"no colour map named {name}; there are {names}")
    import pyqtgraph.colormap

    color_map = pyqtgraph.colormap.get(name)
    if color_map is None:
        raise KeyError(f"the installed pyqtgraph has no colour map {name}")
    rgba = np.ascontiguousarray(
        color_map.getLookupTable(0.0, 1.0, 256, alpha=True, mode=color_map.BYTE), dtype=np.uint8
    )
    rgba.setflags(write=False)
    return rgba


def luminance(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Perceived lightness of colours, 0 to 1: the luma of Rec. 709 on gamma-encoded values.

    Parameters
    ----------
    rgb
        uint8[..., 3 or 4].
    """
    weights = np.array([0.2126, 0.7152, 0.0722])
    return (rgb[..., :3].astype(np.float64) @ weights) / 255.0


def line_color(index: int, dark: bool) -> str:
    """Colour of the ``index``-th curve as ``#rrggbb``, told apart with any colour vision."""
    colors = _LINES_DARK if dark else _LINES_LIGHT
    return colors[index % len(colors)]
