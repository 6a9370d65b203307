"""Kinds of files that figures and tables can be written as. No matplotlib."""

from __future__ import annotations

import shutil
from typing import Final

FIGURE_SUFFIXES: Final = (".pdf", ".svg", ".png", ".pgf")
TABLE_SUFFIXES: Final = (".tex", ".md", ".csv")
"""A table can be written as text as well."""
PNG_DPI: Final = 300
LEAST_DPI: Final = 30
MOST_DPI: Final = 2400
# Debian has a lualatex without what it needs to start wherever there is any TeX: it is last.
_TEX_SYSTEMS = ("xelatex", "pdflatex", "lualatex")


def tex_systems() -> list[str]:
    """TeX programs that are there, and of which one could measure letters for PGF."""
    return [name for name in _TEX_SYSTEMS if shutil.which(name)]


def suffixes_of(kind: str) -> tuple[str, ...]:
    """What a kind of figure can be written as."""
    return FIGURE_SUFFIXES + (TABLE_SUFFIXES if kind == "table1" else ())
