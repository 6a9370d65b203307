"""Colour tables as the surface takes them: 256 colours from low to high."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyqtgraph


def default_color_table() -> npt.NDArray[np.uint8]:
    """Viridis, uint8[256, 4]."""
    color_map = pyqtgraph.colormap.get("viridis")
    assert color_map is not None
    return checked_color_table(np.asarray(color_map.getLookupTable(nPts=256, alpha=True)))


def checked_color_table(table: npt.ArrayLike) -> npt.NDArray[np.uint8]:
    """The table as uint8[256, 4].

    Raises
    ------
    ValueError
        If it is of another shape or type.
    """
    colors = np.asarray(table)
    if colors.shape != (256, 4) or colors.dtype != np.uint8:
        raise ValueError(
            f"a colour table is uint8[256, 4]; this is {colors.dtype}{list(colors.shape)}"
        )
    return np.ascontiguousarray(colors)
