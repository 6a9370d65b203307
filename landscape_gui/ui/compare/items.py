"""What a panel of the comparison is about: a surface, a difference of two, or what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from landscape_gui.specs import METRICS, Metric
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot

if TYPE_CHECKING:  # the session holds the comparison, which is made of these
    from landscape_gui.ui.session import Session

Quantity: TypeAlias = Literal["loss", "error", "loss difference", "error difference"]
"""What shares a colour scale: losses with losses, errors with errors."""


@dataclass(frozen=True, slots=True)
class Source:
    """One metric of a surface of an open file."""

    path: Path
    name: str
    metric: Metric


@dataclass(frozen=True, slots=True)
class Contrast:
    """``first − second``."""

    first: Source
    second: Source


@dataclass(frozen=True, slots=True)
class Missing:
    """A place in a figure for which nothing is open, and a sentence that says so."""

    title: str
    words: str


Item: TypeAlias = Source | Contrast | Missing


def kind_of(metric: Metric) -> Literal["loss", "error"]:
    """``loss`` or ``error``."""
    return "loss" if metric.endswith("_loss") else "error"


def quantity_of(item: Source | Contrast) -> Quantity:
    """The quantity whose scale an item is drawn on."""
    if isinstance(item, Source):
        return kind_of(item.metric)
    return "loss difference" if kind_of(item.first.metric) == "loss" else "error difference"


def sources_of(item: Item) -> tuple[Source, ...]:
    """The surfaces that an item is made of."""
    match item:
        case Source():
            return (item,)
        case Contrast(first, second):
            return (first, second)
    return ()


def look_up(session: Session, source: Source) -> tuple[LandscapeModel, LivePlot] | None:
    """The open file and its surface; None if it is not open (any more)."""
    model = session.landscapes.get(source.path)
    plot = model.plots.get(("surface", source.name)) if model is not None else None
    return (model, plot) if model is not None and plot is not None else None


def all_surfaces(session: Session) -> list[tuple[LandscapeModel, LivePlot]]:
    """Every surface of every open file, whole models before layer groups within a file."""
    found = []
    for model in session.landscapes.values():
        plots = model.of_kind("surface")
        found += [(model, plot) for plot in sorted(plots, key=lambda plot: bool(plot.group))]
    return found


def as_source(model: LandscapeModel, plot: LivePlot, metric: Metric) -> Source:
    """A surface with a metric that it has: the one asked for, else its first."""
    metrics = plot.metrics()
    return Source(model.path, plot.name, metric if metric in metrics or not metrics else metrics[0])


def selected_source(session: Session) -> Source | None:
    """The surface that is looked at, or another one of the same file, or of any file."""
    model, plot = session.model, session.plot
    if model is not None and plot is not None and plot.kind == "surface":
        return as_source(model, plot, session.metric)
    surfaces = all_surfaces(session)
    own = [pair for pair in surfaces if model is not None and pair[0] is model]
    chosen = (own or surfaces)[:1]
    return as_source(*chosen[0], session.metric) if chosen else None


def first_items(session: Session) -> tuple[Item, ...]:
    """What a comparison begins with: the surface looked at, and what it is best set against.

    That is the same metric of another run or, where only one is open, the development error of
    the same surface (whether training loss and generalisation agree: Hao et al. 2019, §6.2).
    """
    first = selected_source(session)
    if first is None:
        return ()
    return (first, *_counterparts(session, first)[:1])


def begun_items(session: Session, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """What is compared from now on where that were ``items``: two at least, if there are two.

    A surface left alone, e.g. as the other's file was closed, is set against another again.
    """
    match items:
        case ():
            return first_items(session)
        case (Source() as left,):
            other = _complement(session, left)
            return items if other is None else (left, other)
    return items


def _complement(session: Session, left: Source) -> Source | None:
    """The surface looked at or, where it is that very one, what it is best set against."""
    chosen = selected_source(session)
    found = look_up(session, chosen) if chosen is not None else None
    if found is not None and (found[0].path, found[1].name) != (left.path, left.name):
        return as_source(*found, left.metric)
    return next(iter(_counterparts(session, left)), None)


def another(session: Session, items: tuple[Item, ...]) -> Item | None:
    """A surface and metric that is not shown yet; None if nothing at all is open."""
    begin = next((s for item in items for s in sources_of(item)), selected_source(session))
    if begin is None:
        return None
    choices = [source for source in _counterparts(session, begin) if source not in items]
    return choices[0] if choices else begin


def _counterparts(session: Session, first: Source) -> list[Source]:
    found = look_up(session, first)
    if found is None:
        return []
    group = found[1].group
    others = [
        (m, p) for m, p in all_surfaces(session) if (m.path, p.name) != (first.path, first.name)
    ]
    # Other runs first, then the same surface's other metrics, then what is less alike.
    alike = [as_source(m, p, first.metric) for m, p in others if p.group == group]
    best = "dev_error" if first.metric != "dev_error" else "train_loss"
    metrics = sorted((m for m in METRICS if m != first.metric), key=lambda m: m != best)
    same = [Source(first.path, first.name, m) for m in metrics if m in found[1].metrics()]
    rest = [as_source(m, p, first.metric) for m, p in others if p.group != group]
    other_files = [source for source in alike if source.path != first.path]
    same_file = [source for source in alike if source.path == first.path]
    return [*other_files, *same, *same_file, *rest]
