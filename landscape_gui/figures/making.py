"""From a spec to a figure, and from there to a file: what `landscape-gui figure` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from landscape_gui.figures.curve_figure import best_unit, curve_figure
from landscape_gui.figures.difference_figure import difference_figure
from landscape_gui.figures.formats import PNG_DPI, TABLE_SUFFIXES, suffixes_of
from landscape_gui.figures.grid import Grid, GridView, draw_grid
from landscape_gui.figures.history_figure import history_figure
from landscape_gui.figures.models import (
    in_paper_order,
    needs_metric,
    needs_path,
    refuse_mixed,
    whole_curve,
    whole_surface,
)
from landscape_gui.figures.page import Page
from landscape_gui.figures.panel import Panel
from landscape_gui.figures.panel_reading import surface_panel
from landscape_gui.figures.paper import METRICS, paper_grid, zoomed
from landscape_gui.figures.path_figure import components_figure
from landscape_gui.figures.rollback_figure import rollback_figure
from landscape_gui.figures.rollback_table import (
    Table,
    as_text,
    rollback_table,
    table_figure,
)
from landscape_gui.figures.saving import save_figure
from landscape_gui.figures.scale import Scale, common_scale
from landscape_gui.figures.spec import FIGURE_TITLES, FigureSpec, Look, Source
from landscape_gui.figures.titles import run_titles, shortened
from landscape_gui.specs import UserError
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.replacement import write_whole
from landscape_gui.store.schema import METRIC_TITLES

Progress = Callable[[int, int], None]
_VIEWS: dict[str, GridView] = {
    "1": "3d", "3": "contour", "4": "contour", "6": "3d", "7": "3d",
    "surface": "3d", "contour": "contour", "landscape": "both", "trajectory": "contour",
}  # fmt: skip
_MOST_COLUMNS = 4


def write_figure(
    spec: FigureSpec, out: Path, *, dpi: int = PNG_DPI, progress: Progress | None = None
) -> list[Path]:
    """Make a figure and write it; returns the files.

    Frames are written beside each other as NAME-0001.png and so on.

    Raises
    ------
    UserError
        If a file lacks what is to be drawn, or nothing can be written there.
    """
    out = Path(out)
    suffixes = suffixes_of(spec.kind)
    if out.suffix.lower() not in suffixes:
        raise UserError(
            f"{out.name} names no kind of {'table' if spec.kind == 'table1' else 'figure'} that "
            "can be written.",
            f"End it with {', '.join(suffixes[:-1])} or {suffixes[-1]}.",
        )
    spec, records = opened(spec)
    told = made_from(spec, records)
    if out.suffix.lower() in TABLE_SUFFIXES:
        write_whole(out, as_text(_table(spec, records), out.suffix.lower()).encode())
        return [out]
    if spec.kind == "frames":
        from landscape_gui.figures.frames import frames

        written = []
        for number, figure in enumerate(frames(spec, records[0]), 1):
            path = out.with_name(f"{out.stem}-{number:04d}{out.suffix}")
            save_figure(figure, path, dpi=dpi, made_from=told)
            written.append(path)
            if progress is not None:
                progress(number, spec.frames)
        return written
    save_figure(make_figure(spec, records), out, dpi=dpi, made_from=told)
    return [out]


def opened(spec: FigureSpec) -> tuple[FigureSpec, list[LandscapeRecord]]:
    """The files of a figure, read, in the order in which it shows them."""
    records = read_sources(spec)
    if spec.kind in ("2", "5"):  # the order of their legends; grids have one of their own
        order = in_paper_order([record.run for record in records])
        spec = spec.model_copy(update={"sources": tuple(spec.sources[k] for k in order)})
        records = [records[k] for k in order]
    return spec, records


def read_sources(spec: FigureSpec) -> list[LandscapeRecord]:
    """The file of each source, each read once."""
    files = {source.file: read_landscape(source.file) for source in dict.fromkeys(spec.sources)}
    return [files[source.file] for source in spec.sources]


def made_from(spec: FigureSpec, records: Sequence[LandscapeRecord]) -> dict[str, Any]:
    """What goes into the metadata: the spec, and which files these were.

    Directories are left out, and a file's hash is that of its content: the same measurements give
    the same bytes wherever they lie and whether or not they were interrupted.
    """
    told = spec.model_dump(mode="json", exclude_defaults=True, exclude={"sources"})
    sources = []
    hashes = {record.path: content_sha256(record) for record in records}
    for source, record in zip(spec.sources, records, strict=True):
        about = {"file": source.file.name, "content_sha256": hashes[record.path]}
        if source.name:
            about["name"] = source.name
        if source.metric:
            about["metric"] = source.metric
        sources.append(about)
    return {"landscape_gui_figure": told, "sources": sources}


def make_figure(spec: FigureSpec, records: Sequence[LandscapeRecord]) -> Figure:
    """Draw a figure of files that are read; frames and tables as text are none.

    Raises
    ------
    UserError
        If a file lacks what is to be drawn.
    """
    look, page = spec.look, Page(spec.page, spec.width_in, spec.height_in)
    match spec.kind:
        case "2" | "history":
            _refuse_mixed(spec, records)
            return history_figure(records, spec.metric or "train_loss", look=look, page=page)
        case "5" | "curve":
            return _curves(spec, records, page)
        case "rollback":
            return rollback_figure(records, page=page)
        case "table1":
            return table_figure(_table(spec, records), page)
        case "difference":
            return _difference(spec, records, page)
        case "trajectory" if look.projection == "pca":
            return components_figure(records, look=look, page=page)
        case "1" | "3" | "4" | "6" | "7":
            metric = spec.metric or METRICS[spec.kind]
            grid, look = paper_grid(spec.kind, records, metric, look, spec.mixed_models)
            return _draw(grid, spec, look, METRIC_TITLES[metric], page)
        case _:
            panels = source_panels(spec, records)
            if spec.kind == "trajectory":
                look = zoomed(look, panels)
            elif look.trajectory is None:
                look = look.model_copy(update={"trajectory": spec.kind != "surface"})
            metrics = dict.fromkeys(_metric(spec, source) for source in spec.sources)
            words = [METRIC_TITLES[metric] for metric in metrics]
            quantity = words[0] if len(words) == 1 else _common_quantity(list(metrics))
            columns = min(len(panels), _MOST_COLUMNS)
            if len(panels) > 4:
                columns = -(-len(panels) // 2) if len(panels) <= 8 else _MOST_COLUMNS
            return _draw(Grid(tuple(panels), columns), spec, look, quantity, page)


def _draw(grid: Grid, spec: FigureSpec, look: Look, quantity: str, page: Page) -> Figure:
    if spec.titles and not grid.heads:
        panels, titles = len(grid.panels), len(spec.titles)
        if titles != panels:
            raise UserError(
                f"There {'is 1 panel' if panels == 1 else f'are {panels} panels'} and "
                f"{'1 title' if titles == 1 else f'{titles} titles'}.",
                "Give one title for each panel, or none.",
            )
        named = zip(grid.panels, spec.titles, strict=True)
        cells = tuple(replace(panel, title=title) for panel, title in named)
        grid = Grid(cells, grid.columns)
    return draw_grid(grid, _VIEWS[spec.kind], scales_of(grid.panels, look), quantity, look, page)


def scales_of(panels: Sequence[Panel], look: Look) -> list[Scale]:
    """One scale for all panels, or one for each if so wished; of what is seen of them."""

    def scale(some: Sequence[Panel]) -> Scale:
        known = [panel.known_in(look.alpha, look.beta) for panel in some]
        least = min(panel.least for panel in some)
        return common_scale(
            known, log=look.log, limits=look.limits, color_map=look.color_map, least=least
        )

    return [scale([panel]) for panel in panels] if look.own_scales else [scale(panels)]


def source_panels(spec: FigureSpec, records: Sequence[LandscapeRecord]) -> list[Panel]:
    """The surface of each source.

    Raises
    ------
    UserError
        If a file does not hold it, or nothing of the metric.
    """
    panels = []
    titles = _titles(spec, records, with_metrics=spec.kind != "difference")
    for source, record, title in zip(spec.sources, records, titles, strict=True):
        metric = _metric(spec, source)
        name = source.name or whole_surface(record, metric).name
        if name in record.surfaces:
            needs_metric(record.surfaces[name], metric, record)
        if spec.kind == "trajectory":
            needs_path(record)
        panels.append(surface_panel(record, name, metric, title, spec.look.projection))
    return panels


def _titles(
    spec: FigureSpec, records: Sequence[LandscapeRecord], *, with_metrics: bool = True
) -> list[str]:
    """Task and setting, and whatever else tells the panels apart."""
    runs = [record.run for record in records]
    distinct = {record.path: record.run for record in records}
    names = dict(zip(distinct, run_titles(list(distinct.values())), strict=True))
    titles = [names[record.path] for record in records]
    models = {run.model for run in runs}
    if len(models) > 1:
        titles = [
            f"{shortened(run.model.rstrip('/').rsplit('/', 1)[-1])}: {title}"
            for run, title in zip(runs, titles, strict=True)
        ]
    for k, (source, record) in enumerate(zip(spec.sources, records, strict=True)):
        surface = record.surfaces.get(source.name)
        if surface is not None and surface.group:
            titles[k] += f", {surface.group} layers"
    if with_metrics and len(set(titles)) < len(titles):
        metrics = [_metric(spec, source) for source in spec.sources]
        if len(set(metrics)) > 1:
            titles = [f"{t}\n{METRIC_TITLES[m]}" for t, m in zip(titles, metrics, strict=True)]
    return titles


def _metric(spec: FigureSpec, source: Source) -> str:
    return source.metric or spec.metric or "train_loss"


def _common_quantity(metrics: Sequence[str]) -> str:
    kinds = {metric.split("_")[1] for metric in metrics}
    if len(kinds) > 1:
        raise UserError(
            "A loss and an error cannot share a colour scale.",
            "Draw them in figures of their own, or choose metrics of one kind.",
        )
    return kinds.pop()


def _refuse_mixed(spec: FigureSpec, records: Sequence[LandscapeRecord]) -> None:
    if not spec.mixed_models:
        what = FIGURE_TITLES[spec.kind].partition(":")[0] if spec.kind.isdigit() else "one plot"
        refuse_mixed(records, what)


def _curves(spec: FigureSpec, records: Sequence[LandscapeRecord], page: Page) -> Figure:
    _refuse_mixed(spec, records)
    metric = spec.metric or "train_loss"
    curves = []
    for source, record in zip(spec.sources, records, strict=True):
        known = record.curves.get(source.name)
        curve = known if known is not None else whole_curve(record)
        needs_metric(curve, metric, record)
        curves.append(curve)
    unit = spec.look.unit or (best_unit(curves) if spec.kind == "5" else "alpha")
    names = [source.name or curve.name for source, curve in zip(spec.sources, curves, strict=True)]
    return curve_figure(records, names, metric, unit=unit, look=spec.look, page=page)


def _table(spec: FigureSpec, records: Sequence[LandscapeRecord]) -> Table:
    if not spec.mixed_models:
        refuse_mixed(records, "Table 1")
    return rollback_table(records)


def _difference(spec: FigureSpec, records: Sequence[LandscapeRecord], page: Page) -> Figure:
    _refuse_mixed(spec, records)
    a, b = source_panels(spec, records)
    metrics = [_metric(spec, source) for source in spec.sources]
    kind = _common_quantity(metrics)
    same = metrics[0] == metrics[1]
    words = [METRIC_TITLES[metric] for metric in metrics]
    minus = "\N{MINUS SIGN}"
    if a.title == b.title:
        title = f"{a.title}\n{words[0]} {minus} {words[1]}"
    elif same:
        title = f"{a.title} {minus}\n{b.title}"
    else:
        title = f"{a.title}, {words[0]} {minus}\n{b.title}, {words[1]}"
    title = spec.titles[0] if spec.titles else title
    quantity = f"{words[0] if same else kind} difference"
    return difference_figure(a, b, title, quantity, look=spec.look, page=page)
