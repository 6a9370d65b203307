"""Exports a film of a file without a window, for the command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from landscape_gui.specs import Metric, UserError
from landscape_gui.ui import color_maps
from landscape_gui.ui.animation.director import Director, Story
from landscape_gui.ui.animation.encoding import FASTEST_GIF, no_mp4
from landscape_gui.ui.animation.exporter import Exporter, Film
from landscape_gui.ui.animation.stage import Look, Shot, Stage
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.style import apply_theme
from landscape_gui.ui.theme import DARK, LIGHT
from landscape_gui.ui.wording import ProjectionKind


@dataclass(frozen=True)
class Wish:
    """What is to be exported.

    Attributes
    ----------
    surface
        Name of a surface; empty for the first one of the whole model.
    """

    file: Path
    out: Path
    story: Story = "trajectory"
    shot: Shot = "contours"
    surface: str = ""
    metric: Metric = "train_loss"
    projection: ProjectionKind = "deviation"
    size: tuple[int, int] = (960, 720)
    per_second: int = 20
    seconds: float = 6.0
    dark: bool = False


def export_film(wish: Wish, progress: Callable[[int, int], None]) -> None:
    """Write the film.

    Raises
    ------
    UserError
        If the file holds nothing to be shown, or the film cannot be drawn or written.
    """
    from landscape_gui.store.landscape_file import read_landscape

    _check(wish)
    model = LandscapeModel.of(read_landscape(wish.file))
    plot = _chosen(model, wish.surface)
    if wish.metric not in plot.metrics():
        raise UserError(
            f"{plot.name} holds no {wish.metric}.", f"It holds {', '.join(plot.metrics())}."
        )
    parts = model.parts_of(plot)
    director = Director(model, plot, wish.metric, wish.projection, parts=parts)
    reason = director.why_not(wish.story)
    if reason:
        raise UserError(f"{wish.file}: {reason}")
    app = _application(wish.shot)
    theme = DARK if wish.dark else LIGHT
    apply_theme(app, theme)
    look = Look(theme=theme, color_map=color_maps.COLOR_MAPS[0], limits=director.limits())
    stage = Stage(director, wish.shot, look, wish.size, app.font())
    _run(stage, Film(wish.out, wish.story, wish.size, wish.per_second, wish.seconds), progress)


def _check(wish: Wish) -> None:
    suffix = wish.out.suffix.lower()
    if suffix not in (".gif", ".mp4"):
        raise UserError(f"{wish.out.name} names no kind of film.", "End it with .gif or .mp4.")
    if suffix == ".mp4" and no_mp4():
        raise UserError("There is no encoder for MP4.", no_mp4())
    if suffix == ".gif" and wish.per_second > FASTEST_GIF:
        raise UserError(f"A GIF shows at most {FASTEST_GIF} frames per second.")


def _chosen(model: LandscapeModel, name: str) -> LivePlot:
    surfaces = {plot.name: plot for plot in model.of_kind("surface")}
    if not surfaces:
        raise UserError(f"{model.path} holds no surface.", "Measure one with compute.")
    if name and name not in surfaces:
        raise UserError(
            f"{model.path} holds no surface {name}.", f"It holds {', '.join(surfaces)}."
        )
    whole = [plot for plot in surfaces.values() if not plot.group]
    return surfaces[name] if name else (whole or list(surfaces.values()))[0]


def _application(shot: Shot) -> QApplication:
    # Contours need no display, and without one 3D is drawn without OpenGL.
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and (shot == "contours" or not display):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from landscape_gui.ui.application import make_application

    return make_application()


def _run(stage: Stage, film: Film, progress: Callable[[int, int], None]) -> None:
    loop, exporter = QEventLoop(), Exporter(stage, film)
    failure: list[UserError] = []

    def fail(message: str, hint: str) -> None:
        failure.append(UserError(message, hint))
        loop.quit()

    exporter.progressed.connect(progress)
    exporter.failed.connect(fail)
    exporter.finished.connect(lambda _: loop.quit())
    exporter.start()
    try:
        loop.exec()
    finally:
        exporter.cancel()
        exporter.wait()
    if failure:
        raise failure[0]
