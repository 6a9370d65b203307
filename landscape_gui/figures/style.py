"""How figures look: fonts, sizes and colours that journals accept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeAlias

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from landscape_gui.figures.color_maps import table
from landscape_gui.figures.presets import PRESETS, Preset

INK: Final = "#1c2430"
MUTED: Final = "#667085"
GRID: Final = "#dfe3e9"
START: Final = "#475467"
END: Final = "#d92d20"
ROLLED_BACK: Final = "#dc9a06"

# Okabe & Ito's palette without yellow and black: told apart with any colour vision.
LINES: Final = ("#0072b2", "#d55e00", "#009e73", "#b8518f", "#b07d00", "#3d8fc4", "#6b4fa0")

USUAL_PAGE: Final = PRESETS["acl-text"]
# Venues ask for Times or for Helvetica; these are they or their clones.
_SERIF = ("Times New Roman", "Times", "TeX Gyre Termes", "Nimbus Roman", "STIXGeneral")
_SANS = ("Helvetica", "Arial", "Nimbus Sans", "TeX Gyre Heros", "Liberation Sans")
_USUAL_PT = 8.0


Fit: TypeAlias = Callable[[RendererBase, Callable[[str], str]], None]
"""Takes a renderer, and what words are in its language."""


class PaperFigure(Figure):
    """A figure that knows which page it was made for.

    Attributes
    ----------
    fit
        Sets the legend and what makes room for it anew, in the letters of another renderer; under
        ``paper_style``. None where there is nothing to set.
    """

    page: Preset = USUAL_PAGE
    fit: Fit | None = None

    def fit_with(self, fit: Fit) -> None:
        """Remember how, and do it for PNG, PDF and SVG, whose letters are alike."""
        self.fit = fit
        self.fit_as_usual()

    def fit_as_usual(self) -> None:
        """For PNG, PDF and SVG (again)."""
        if self.fit is not None:
            self.fit(self._get_renderer(), str)  # pyright: ignore[reportAttributeAccessIssue]


@contextmanager
def paper_style(page: Preset = USUAL_PAGE) -> Iterator[None]:
    """Settings under which figures are made and, as fonts are looked up late, also saved."""
    with mpl.rc_context(_settings(page.font_pt, page.serif)):  # pyright: ignore[reportArgumentType]
        yield


def pt(size: float) -> float:
    """A length or size in points on a page with letters of 8 pt, grown with the letters."""
    return size * float(mpl.rcParams["font.size"]) / _USUAL_PT


@cache
def colors_of(name: str) -> ListedColormap:
    """A colour map by its name."""
    return ListedColormap(table(name) / 255.0, name=name)


@cache
def _settings(size: float, serif: bool) -> dict[str, Any]:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    # Matplotlib complains about every family it lacks; DejaVu has the glyphs that others miss.
    wanted = _SERIF if serif else _SANS
    families = [name for name in wanted if name in installed]
    families.append("DejaVu Serif" if serif else "DejaVu Sans")
    small, grown = 0.875 * size, size / _USUAL_PT
    return {
        "font.family": families,
        "mathtext.fontset": "stix" if serif else "stixsans",
        "font.size": size,
        "axes.titlesize": size,
        "axes.labelsize": size,
        "axes.titlepad": 3 * grown,
        "xtick.labelsize": small,
        "ytick.labelsize": small,
        "legend.fontsize": small,
        "axes.linewidth": 0.6 * grown,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.width": 0.6 * grown,
        "ytick.major.width": 0.6 * grown,
        "xtick.major.size": 2.5 * grown,
        "ytick.major.size": 2.5 * grown,
        "xtick.minor.width": 0.4 * grown,
        "ytick.minor.width": 0.4 * grown,
        "xtick.minor.size": 1.5 * grown,
        "ytick.minor.size": 1.5 * grown,
        "xtick.major.pad": 2 * grown,
        "ytick.major.pad": 2 * grown,
        "grid.color": GRID,
        "grid.linewidth": 0.6 * grown,
        "axes.axisbelow": True,
        "lines.linewidth": 1.2 * grown,
        "lines.markersize": 4 * grown,
        "legend.frameon": False,
        "legend.handlelength": 2.2,
        "legend.columnspacing": 1.2,
        "legend.labelspacing": 0.3,
        "axes.unicode_minus": True,
        "text.parse_math": False,  # names of users may hold dollar signs
        "pdf.fonttype": 42,  # publishers refuse Type 3
        "ps.fonttype": 42,
        "svg.hashsalt": "landscape-gui",
    }


def bare_figure(width_in: float, height_in: float, *, page: Preset = USUAL_PAGE) -> PaperFigure:
    """An empty figure of exactly this size, in inches, whose parts are placed one by one."""
    figure = PaperFigure(figsize=(width_in, height_in), facecolor="white")
    figure.set_layout_engine("none")
    figure.page = page
    return figure


def new_figure(width_in: float, height_in: float, *, page: Preset = USUAL_PAGE) -> PaperFigure:
    """An empty figure of exactly this size, in inches, whose parts make room for each other."""
    figure = bare_figure(width_in, height_in, page=page)
    figure.set_layout_engine("constrained")
    engine = figure.get_layout_engine()
    if engine is not None:
        pad = pt(2.2) / 72
        engine.set(w_pad=pad, h_pad=pad, hspace=0.0, wspace=0.0)  # pyright: ignore[reportCallIssue]
    return figure
