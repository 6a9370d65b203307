"""The pages of an animation: the path being walked, the surface being measured, or a turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from landscape_gui.figures.grid import Grid, GridView, draw_grid
from landscape_gui.figures.making import scales_of, source_panels
from landscape_gui.figures.models import needs_path
from landscape_gui.figures.page import Page
from landscape_gui.figures.panel import Panel
from landscape_gui.figures.paper import zoomed
from landscape_gui.figures.spec import FigureSpec
from landscape_gui.store.records import LandscapeRecord
from landscape_gui.store.schema import METRIC_TITLES


def frames(spec: FigureSpec, record: LandscapeRecord) -> Iterator[Figure]:
    """One figure after the other, all of one size and on one scale.

    Raises
    ------
    UserError
        If the file lacks what is to be told.
    """
    if spec.story == "trajectory":
        needs_path(record)
    (panel,) = source_panels(spec, [record])
    look = spec.look
    if spec.story == "trajectory":
        look = zoomed(look, [panel])
    elif look.trajectory is None:
        look = look.model_copy(update={"trajectory": spec.story == "turn"})
    if spec.story == "growth":
        look = look.model_copy(update={"dots": True, "remarks": False})
    view: GridView = "3d" if spec.story == "turn" else "contour"
    scales = scales_of([panel], look)
    metric = spec.sources[0].metric or spec.metric or "train_loss"
    page = Page(spec.page, spec.width_in, spec.height_in)
    for number in range(spec.frames):
        share = number / max(spec.frames - 1, 1)
        shown, here = panel, look
        match spec.story:
            case "trajectory":
                shown = _walked(panel, share)
            case "growth":
                shown = _grown(panel, record.surfaces[panel.name].order, share)
            case "turn":
                turned = look.azimuth + 360 * number / spec.frames
                here = look.model_copy(update={"azimuth": (turned + 180) % 360 - 180})
        figure = draw_grid(Grid((shown,), 1), view, scales, METRIC_TITLES[metric], here, page)
        # All pages are as high as the first.
        page = replace(page, height_in=float(figure.get_size_inches()[1]))
        yield figure


def _walked(panel: Panel, share: float) -> Panel:
    """The path up to a share of its checkpoints, the last step in part."""
    assert panel.trajectory is not None
    count = len(panel.trajectory[0])
    place = share * (count - 1)
    done = int(place)
    stops = np.arange(count)
    alpha, beta = (
        np.append(axis[: done + 1], np.interp(place, stops, axis)) for axis in panel.trajectory
    )
    return replace(panel, trajectory=(alpha, beta))


def _grown(panel: Panel, order: np.ndarray, share: float) -> Panel:
    """What was measured by then; as many points each frame, more of them later."""
    last = int(order.max())
    least = min(25, last)
    until = round(least * ((last + 1) / max(least, 1)) ** share)
    measured = (order >= 0) & (order < until)
    return replace(
        panel,
        measured=measured,
        values=np.where(measured, panel.values, np.nan),
        estimated=None,
        sampled=None,
        parts=(),
    )
