"""Colour maps as menus name them, and line colours for curves."""

from __future__ import annotations

from landscape_gui.figures.color_maps import COLOR_MAPS as COLOR_MAPS
from landscape_gui.figures.color_maps import DIVERGING as DIVERGING
from landscape_gui.figures.color_maps import luminance as luminance
from landscape_gui.figures.color_maps import table as table

COLOR_MAP_TITLES: dict[str, str] = {
    "viridis": "Viridis",
    "cividis": "Cividis",
    "plasma": "Plasma",
    "inferno": "Inferno",
    "magma": "Magma",
    "CET-L1": "Greys (CET-L1)",
    "CET-L8": "Blue to yellow (CET-L8)",
    "CET-L12": "Blues (CET-L12)",
    "CET-CBL1": "For red-green blindness (CET-CBL1)",
    "CET-CBTL2": "For blue-yellow blindness (CET-CBTL2)",
}

# Okabe & Ito's palette without yellow and black, which vanish on one of the two canvases; the
# dark variants are the same hues, lifted.
_LINES_LIGHT = ("#0072b2", "#d55e00", "#009e73", "#b8518f", "#b07d00", "#3d8fc4", "#6b4fa0")
_LINES_DARK = ("#56b4e9", "#ff8a3d", "#2ecc9b", "#e58ac0", "#e6b422", "#9ccbff", "#b39ddb")


def line_color(index: int, dark: bool) -> str:
    """Colour of the ``index``-th curve as ``#rrggbb``, told apart with any colour vision."""
    colors = _LINES_DARK if dark else _LINES_LIGHT
    return colors[index % len(colors)]
