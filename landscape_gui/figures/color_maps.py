"""Colour maps, for figures and for the window alike: tables of numbers, no Qt, no matplotlib.

The maps are perceptually uniform and legible with the common colour vision deficiencies: the
matplotlib maps viridis, cividis, plasma, inferno and magma, and CET maps (Kovesi 2015,
arXiv:1509.03700), all from the tables bundled with pyqtgraph.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

COLOR_MAPS: tuple[str, ...] = (
    "viridis",
    "cividis",
    "plasma",
    "inferno",
    "magma",
    "CET-L1",
    "CET-L8",
    "CET-L12",
    "CET-CBL1",
    "CET-CBTL2",
)
"""Names in the order in which menus offer them; the first is the default."""

DIVERGING: tuple[str, ...] = ("CET-D1",)
"""For differences: neutral at zero, blue below, red above; told apart with any colour vision."""


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
    # The file alone: importing pyqtgraph for it would delay the window.
    package = find_spec("pyqtgraph")
    if package is None or package.origin is None:
        raise KeyError(f"pyqtgraph, whose colour map {name} is, is not installed")
    path = Path(package.origin).parent / "colors" / "maps" / f"{name}.csv"
    rows = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    rgb = np.loadtxt(rows, delimiter=",")
    at = np.linspace(0, len(rgb) - 1, 256)
    rgba = np.full((256, 4), 255, dtype=np.uint8)
    for channel in range(3):
        column = np.interp(at, np.arange(len(rgb)), rgb[:, channel])
        rgba[:, channel] = np.clip(np.round(column * 255), 0, 255)
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
