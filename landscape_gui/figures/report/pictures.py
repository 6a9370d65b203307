"""Pictures for a report, of whatever the files hold."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from landscape_gui.figures import style
from landscape_gui.figures.curve_figure import curve_figure
from landscape_gui.figures.history_figure import history_figure
from landscape_gui.figures.landscape_figure import surface_figure
from landscape_gui.figures.report.document import Picture
from landscape_gui.figures.report.known import whole_surface
from landscape_gui.figures.rollback_figure import rollback_figure
from landscape_gui.specs import UserError
from landscape_gui.store.records import LandscapeRecord

_WIDTH_IN = 6.3
_HALF_IN = 3.03
_RASTER_DPI = 160


def pictures(records: Sequence[LandscapeRecord]) -> list[Picture]:
    """Surfaces, curves, history and rollback; what no file holds is left out."""
    found: list[Picture] = []
    for metric, words in (("train_loss", "Training loss"), ("dev_error", "Development error")):
        _add(found, metric, f"{words} over the plane", lambda m=metric: _surfaces(records, m))
    _add(found, "curves", "Training loss along δ1", lambda: _curves(records))
    _add(found, "history", "Training loss while training", lambda: history_figure(records))
    for number, record in enumerate(records):
        _add(
            found,
            f"rollback-{number + 1}",
            f"{record.run.name}: accuracy with layer groups rolled back",
            lambda of=record: rollback_figure(of, width_in=_HALF_IN),
        )
    return found


def _add(found: list[Picture], name: str, alt: str, draw: Callable[[], Figure | None]) -> None:
    try:
        figure = draw()
    except UserError:
        return  # the text says what is missing, and how to get it
    if figure is not None:
        found.append(Picture(name, alt, svg_of(figure)))


def _surfaces(records: Sequence[LandscapeRecord], metric: str) -> Figure | None:
    chosen = [
        (record, surface.name)
        for record in records
        if (surface := whole_surface(record)) is not None and metric in surface.values
    ]
    if not chosen:
        return None
    width = _WIDTH_IN if len(chosen) > 1 else _HALF_IN
    return surface_figure([r for r, _ in chosen], [n for _, n in chosen], metric, width_in=width)


def _curves(records: Sequence[LandscapeRecord]) -> Figure | None:
    chosen = [
        (record, curve.name)
        for record in records
        for curve in record.curves.values()
        if not curve.group and "train_loss" in curve.values
    ]
    if not chosen:
        return None
    return curve_figure([r for r, _ in chosen], [n for _, n in chosen], "train_loss")


def svg_of(figure: Figure) -> bytes:
    """A figure as SVG, the same bytes each time."""
    content = io.BytesIO()
    with style.paper_style():
        figure.savefig(
            content, format="svg", dpi=_RASTER_DPI, metadata={"Date": None, "Creator": None}
        )
    return content.getvalue()
