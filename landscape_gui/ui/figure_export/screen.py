"""What the screen shows, and the figures that begin with it. No Qt, no matplotlib."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from landscape_gui.figures.spec import FigureKind, FigureSpec, Look, Range, Source
from landscape_gui.specs import Metric
from landscape_gui.ui.figure_export.kinds import material_of, tidy
from landscape_gui.ui.wording import METRIC_LABELS

PageName: TypeAlias = Literal["surface", "curve", "history", "compare"]
# Several runs in one figure: everything that is open belongs to it.
_OF_ALL = ("1", "2", "3", "5", "6", "table1", "history", "curve")


@dataclass(frozen=True)
class Entry:
    """Something that can be in a figure, and its name in words."""

    source: Source
    title: str


@dataclass(frozen=True)
class OpenFile:
    """An open landscape file.

    Attributes
    ----------
    surfaces, curves
        Names in the file, and what they are in words; finer parts are no surfaces of their own.
    """

    path: Path
    title: str
    surfaces: tuple[tuple[str, str], ...] = ()
    curves: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Screen:
    """What the window shows.

    Attributes
    ----------
    selected
        The file that is looked at.
    kind
        The figure that is most like the page.
    shown
        What is on the page, in its order: surfaces or curves, else files.
    metric
        The metric that is drawn, of all that do not name their own.
    look
        How it is drawn, without its limits and its part of the plane.
    limits, alpha, beta
        Of the values, and the part of the axes that is seen; None where it is all.
    mixed
        Different models are in one plot.
    """

    page: PageName
    files: tuple[OpenFile, ...]
    selected: Path
    kind: FigureKind
    shown: tuple[Source, ...]
    metric: Metric
    look: Look
    limits: Range | None = None
    alpha: Range | None = None
    beta: Range | None = None
    mixed: bool = False


def entries(screen: Screen, kind: FigureKind) -> tuple[Entry, ...]:
    """What there is for a kind of figure: that on the page first, in its order."""
    material = material_of(kind)
    if material == "files":
        return tuple(Entry(Source(file=file.path), file.title) for file in screen.files)
    found: list[Entry] = []
    for file in screen.files:
        named = file.surfaces if material == "surfaces" else file.curves
        found += [
            Entry(Source(file=file.path, name=name), f"{file.title} · {words}")
            for name, words in named
        ]
    titles = {(entry.source.file, entry.source.name): entry.title for entry in found}
    first = [
        Entry(source, _with_metric(titles[source.file, source.name], source.metric))
        for source in screen.shown
        if (source.file, source.name) in titles
    ]
    on_page = {(entry.source.file, entry.source.name) for entry in first}
    first += [e for e in found if (e.source.file, e.source.name) not in on_page]
    if kind == "difference":  # of two metrics of one surface, too
        first += [
            Entry(
                Source(file=entry.source.file, name=entry.source.name, metric=metric),
                _with_metric(entry.title, metric),
            )
            for entry in found
            if entry.source.file == screen.selected
            for metric in METRIC_LABELS
        ]
    return tuple({entry.source: entry for entry in first}.values())


def _with_metric(title: str, metric: Metric | None) -> str:
    return title if metric is None else f"{title} · {METRIC_LABELS[metric]}"


def first_spec(screen: Screen, kind: FigureKind) -> FigureSpec:
    """A figure of this kind that begins with what the screen shows.

    Raises
    ------
    ValueError
        If nothing that is open can be in it.
    """
    sources = _first_sources(screen, kind)
    if not sources:
        what = {"surfaces": "surface", "curves": "curve"}.get(material_of(kind), "landscape")
        raise ValueError(f"no open file holds a {what}")
    alike = is_like(screen, kind)
    look = screen.look
    if not alike:  # whether there are paths is for the kind to say
        look = look.model_copy(update={"trajectory": None})
    if kind in ("5", "curve") and screen.page != "curve":
        look = look.model_copy(update={"unit": None, "log": False})
    look = look.model_copy(
        update={
            "limits": first_limits(screen, kind),
            "alpha": screen.alpha if kind == screen.kind else None,
            "beta": screen.beta if kind == screen.kind else None,
        }
    )
    metric = screen.metric if material_of(kind) != "files" or kind == "history" else None
    if kind == "history" and metric == "train_error":  # histories do not have it
        metric = "train_loss"
    # Not validated: that a difference has two sides is said once it is to be drawn.
    spec = FigureSpec.model_construct(
        kind=kind,
        sources=tuple(sources),
        metric=metric,
        mixed_models=screen.mixed and alike,
        look=look,
    )
    return tidy(spec)


def is_like(screen: Screen, kind: FigureKind) -> bool:
    """Whether a figure shows the page: its surfaces, its curves or its histories."""
    if screen.kind == kind:
        return True
    views = ("surface", "contour", "landscape")
    return screen.kind in views and kind in views


def first_limits(screen: Screen, kind: FigureKind) -> Range | None:
    """The limits on the screen, where a figure shows the same values."""
    return screen.limits if is_like(screen, kind) else None


def _first_sources(screen: Screen, kind: FigureKind) -> Sequence[Source]:
    listed = [entry.source for entry in entries(screen, kind)]
    if kind in _OF_ALL:
        if screen.page == "compare" and material_of(kind) == "files":
            return _those_of(listed, {source.file for source in screen.shown}) or listed
        if is_like(screen, kind):
            return [source for source in listed if source in screen.shown] or listed
        if kind == "curve":  # those of whole models
            return _one_each(listed)
        return listed
    if material_of(kind) == "files":
        return _those_of(listed, {screen.selected})
    if kind == "frames":
        return _one_each(_those_of(listed, {screen.selected})) or listed[:1]
    if kind == "difference":
        two = [source for source in screen.shown if source in listed][:2]
        return two if len(two) == 2 else (two or listed[:1]) + _another(listed, two or listed[:1])
    shown = [source for source in screen.shown if source in listed]
    return shown or _one_each(_those_of(listed, {screen.selected})) or listed[:1]


def _those_of(sources: Iterable[Source], files: set[Path]) -> list[Source]:
    return [source for source in sources if source.file in files]


def _one_each(sources: Iterable[Source]) -> list[Source]:
    """The first of every file."""
    found: dict[Path, Source] = {}
    for source in sources:
        found.setdefault(source.file, source)
    return list(found.values())


def _another(sources: Sequence[Source], given: Sequence[Source]) -> list[Source]:
    """Another file's, to be subtracted."""
    files = {source.file for source in given}
    return [source for source in sources if source.file not in files][:1]
