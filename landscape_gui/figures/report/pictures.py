"""Pictures for a report, of whatever the files hold."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from landscape_gui.figures.making import make_figure
from landscape_gui.figures.report.document import Picture
from landscape_gui.figures.report.known import whole_surface
from landscape_gui.figures.saving import save_figure
from landscape_gui.figures.spec import FigureSpec, Source
from landscape_gui.specs import Metric, UserError
from landscape_gui.store.records import LandscapeRecord

# ``(what is drawn now, how many are drawn, how many there are)``.
Drawing = Callable[[str, int, int], object]

_WIDTH_IN = 3.2
_SURFACES: tuple[tuple[Metric, str], ...] = (
    ("train_loss", "Training loss over the plane"),
    ("dev_error", "Development error over the plane"),
)


def pictures(
    records: Sequence[LandscapeRecord], *, raster: bool = False, drawing: Drawing | None = None
) -> list[Picture]:
    """Surfaces, curves, history and rollback; what no file holds is left out.

    ``raster``: as PNG too, for a window. ``drawing`` is told of each picture before it is drawn.
    """
    wished: list[tuple[str, str, Sequence[LandscapeRecord], FigureSpec]] = []
    for metric, words in _SURFACES:
        chosen, sources = _with_surfaces(records, metric)
        if chosen:
            width = _WIDTH_IN if len(chosen) == 1 else min(4, len(chosen)) * 2.2
            spec = FigureSpec(
                kind="landscape",
                sources=sources,
                metric=metric,
                mixed_models=True,
                width_in=width,
            )
            wished.append((metric, words, chosen, spec))
    curves = [r for r in records if any(not curve.group for curve in r.curves.values())]
    if curves:
        spec = FigureSpec(kind="curve", sources=_sources(curves), mixed_models=True)
        wished.append(("curves", "Training loss along δ1", curves, spec))
    spec = FigureSpec(kind="history", sources=_sources(records), mixed_models=True)
    wished.append(("history", "Training loss while training", records, spec))
    for number, record in enumerate(records, 1):
        spec = FigureSpec(kind="rollback", sources=_sources([record]))
        alt = f"{record.run.name}: accuracy with layer groups rolled back"
        wished.append((f"rollback-{number}", alt, [record], spec))
    found = []
    for done, (name, alt, chosen, spec) in enumerate(wished):
        if drawing is not None:
            drawing(alt, done, len(wished))
        found.append(_drawn(name, alt, chosen, spec, raster))
    return [picture for picture in found if picture is not None]


def _with_surfaces(
    records: Sequence[LandscapeRecord], metric: str
) -> tuple[list[LandscapeRecord], tuple[Source, ...]]:
    pairs = [
        (record, Source(file=record.path, name=surface.name))
        for record in records
        if (surface := whole_surface(record)) is not None and metric in surface.values
    ]
    return [record for record, _ in pairs], tuple(source for _, source in pairs)


def _sources(records: Sequence[LandscapeRecord]) -> tuple[Source, ...]:
    return tuple(Source(file=record.path) for record in records)


def _drawn(
    name: str, alt: str, records: Sequence[LandscapeRecord], spec: FigureSpec, raster: bool
) -> Picture | None:
    """A picture; None where a file lacks it: the text says so, and how to get it."""
    try:
        figure = make_figure(spec, records)
    except UserError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}{suffix}" for suffix in (".svg", ".png")[: 1 + raster]]
        for path in files:
            save_figure(figure, path)
        return Picture(name, alt, *(path.read_bytes() for path in files))
