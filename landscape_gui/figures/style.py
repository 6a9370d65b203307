"""How figures look: fonts, sizes and colours that journals accept, and how they are saved."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error

COLOR_MAP: Final = "viridis"
INK: Final = "#1c2430"
MUTED: Final = "#667085"
GRID: Final = "#e4e7ec"
START: Final = "#475467"
END: Final = "#d92d20"
ROLLED_BACK: Final = "#dc9a06"

# Okabe & Ito's palette without yellow and black: told apart with any colour vision.
LINES: Final = ("#0072b2", "#d55e00", "#009e73", "#b8518f", "#b07d00", "#3d8fc4", "#6b4fa0")

# Venues ask for Times; these are it or its clones.
_SERIF = ("Times New Roman", "Times", "TeX Gyre Termes", "Nimbus Roman", "STIXGeneral")
_RASTER_DPI = 300
_PNG_DPI = 200


@contextmanager
def paper_style() -> Iterator[None]:
    """Settings under which figures are made and, as fonts are looked up late, also saved."""
    with mpl.rc_context(_settings()):  # pyright: ignore[reportArgumentType]
        yield


@cache
def _settings() -> dict[str, Any]:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    # Matplotlib complains about every family it lacks; DejaVu has the glyphs that others miss.
    families = [name for name in _SERIF if name in installed] + ["DejaVu Serif"]
    return {
        "font.family": families,
        "mathtext.fontset": "stix",
        "font.size": 8,
        "axes.titlesize": 8,
        "axes.labelsize": 8,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "legend.fontsize": 7,
        "axes.linewidth": 0.6,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.width": 0.6,
        "ytick.major.width": 0.6,
        "xtick.major.size": 2.5,
        "ytick.major.size": 2.5,
        "xtick.major.pad": 2,
        "ytick.major.pad": 2,
        "grid.color": GRID,
        "grid.linewidth": 0.6,
        "axes.axisbelow": True,
        "lines.linewidth": 1.2,
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


def new_figure(width_in: float, height_in: float, *, fixed_aspect: bool = False) -> Figure:
    """An empty figure of exactly this size, in inches.

    ``compressed`` is the constrained layout for axes of fixed aspect.
    """
    layout = "compressed" if fixed_aspect else "constrained"
    figure = Figure(figsize=(width_in, height_in), layout=layout, facecolor="white")
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.set(w_pad=0.03, h_pad=0.03, hspace=0.0, wspace=0.0)  # pyright: ignore[reportCallIssue]
    return figure


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG (200 dpi), PDF or SVG, by the suffix; equal figures give equal bytes.

    The figure's label goes into the file as its description.
    The size is the figure's own: nothing is cropped, so that a column's width stays one.

    Raises
    ------
    UserError
        If the suffix is another one, or the file cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower().lstrip(".")
    about = str(figure.get_label()) or None
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Software": None, "Description": about},
        "pdf": {
            "CreationDate": None,
            "Creator": "Landscape GUI",
            "Producer": None,
            "Subject": about,
        },
        "svg": {"Date": None, "Creator": "Landscape GUI", "Description": about},
    }
    if suffix not in metadata:
        raise UserError(
            f"{path.name} names no kind of figure that can be written.",
            "End it with .pdf, .svg or .png.",
        )
    content = io.BytesIO()
    with paper_style():
        figure.savefig(
            content,
            format=suffix,
            dpi=_PNG_DPI if suffix == "png" else _RASTER_DPI,
            metadata=metadata[suffix],
        )
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:12]}.tmp")
    try:
        draft.write_bytes(content.getvalue())
        draft.replace(path)
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    finally:
        draft.unlink(missing_ok=True)
