"""``landscape-gui figure``: what can be typed, and from there to a spec."""

from __future__ import annotations

import argparse
import re
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from landscape_gui.cli.checked_specs import checked
from landscape_gui.figures.color_maps import COLOR_MAPS
from landscape_gui.figures.formats import LEAST_DPI, MOST_DPI, PNG_DPI
from landscape_gui.figures.presets import PRESETS, PresetName, length_in
from landscape_gui.figures.spec import (
    FIGURE_TITLES,
    CurveUnit,
    FigureKind,
    FigureSpec,
    Look,
    Source,
    Story,
)
from landscape_gui.geometry.trajectory import ProjectionKind
from landscape_gui.specs import METRICS, UserError

_KINDS = "\n".join(f"  {name:<12} {title}" for name, title in FIGURE_TITLES.items())
_PAGES = "\n".join(f"  {preset.name:<14} {preset.title}" for preset in PRESETS.values())
_ABOUT = f"""\
Draw a figure for a paper from landscape files.

  landscape-gui figure 1 scratch.landscape.h5 tuned.landscape.h5 --out fig1.pdf
  landscape-gui figure contour mrpc.landscape.h5 --metric dev_error --preset icml-column --out m.pdf
  landscape-gui figure difference a.landscape.h5 b.landscape.h5 --metric dev_loss --out d.svg
  landscape-gui figure table1 *.landscape.h5 --out table1.tex
  landscape-gui figure frames mrpc.landscape.h5 --story turn --frames 90 --out turn.png

what is drawn (numbers: as in Hao et al. 2019):
{_KINDS}

FILE may name one of its surfaces or curves, and a metric: FILE#SURFACE#METRIC.

pages (--preset):
{_PAGES}

PDF, SVG, PNG, and PGF where TeX is installed, by the name given to --out; a table also as .tex,
.md and .csv. The page has exactly the width asked for, fonts are embedded, and the same files give
the same bytes. The spec and the hashes of the files' contents are in the metadata.
"""


def _source(text: str) -> Source:
    try:
        return Source.parse(text)
    except ValidationError:
        metric = text.rpartition("#")[2]
        raise argparse.ArgumentTypeError(
            f"{metric!r} is no metric; there are {', '.join(METRICS)}"
        ) from None


def _length(text: str) -> float:
    try:
        return length_in(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _levels(text: str) -> int | tuple[float, ...]:
    """A number of levels, or the levels themselves with commas between them."""
    try:
        if re.fullmatch(r"\d+", text):
            return int(text)
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a number of levels nor levels such as 0.1,0.2,0.5"
        ) from None


def add_figure(verbs: Any) -> None:
    """Add the command to a parser's verbs."""
    parser = verbs.add_parser(
        "figure",
        help="draw a figure or table of the paper, or one of your own, for a venue's page",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # Before Python 3.14, argparse takes -1e3 and -inf for options.
    parser._negative_number_matcher = re.compile(r"-(\.?\d|inf|nan)")
    parser.add_argument("kind", choices=get_args(FigureKind), metavar="WHAT", help="see above")
    parser.add_argument("files", nargs="+", type=_source, metavar="FILE", help="NAME.landscape.h5")
    parser.add_argument("--out", type=Path, required=True, metavar="FIGURE")
    parser.add_argument("--metric", choices=METRICS, help="default: the figure's own")
    parser.add_argument(
        "--mixed-models", action="store_true", help="files may be about different models"
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing")
    _page_options(parser.add_argument_group("page"))
    _surface_options(parser.add_argument_group("surfaces and maps"))
    _other_options(parser.add_argument_group("trajectories, curves, animations"))
    parser.set_defaults(run=figure)


def _page_options(group: Any) -> None:
    group.add_argument(
        "--preset", choices=get_args(PresetName), metavar="PAGE", help="default: acl, by the kind"
    )
    group.add_argument(
        "--width", type=_length, metavar="LENGTH", help="e.g. 8cm, 89mm, 3.25in (default: the page)"
    )
    group.add_argument(
        "--height", type=_length, metavar="LENGTH", help="default: what the figure needs"
    )
    group.add_argument("--dpi", type=int, default=PNG_DPI, help=f"of a PNG (default: {PNG_DPI})")
    group.add_argument(
        "--title", action="append", metavar="TEXT", help="of a panel; repeat, in their order"
    )
    group.add_argument(
        "--no-remarks", action="store_true", help="do not say how much is measured or cut off"
    )


def _surface_options(group: Any) -> None:
    group.add_argument(
        "--colors", choices=COLOR_MAPS, default="viridis", metavar="MAP",
        help=f"{', '.join(COLOR_MAPS)} (default: viridis)",
    )  # fmt: skip
    group.add_argument("--log", action="store_true", help="logarithmic colours, heights, levels")
    group.add_argument(
        "--limits", type=float, nargs=2, metavar=("LOW", "HIGH"), help="of the values"
    )
    group.add_argument(
        "--own-scales", action="store_true", help="a colour scale for each panel, not one for all"
    )
    group.add_argument(
        "--levels", type=_levels, default=12, metavar="N|A,B,…",
        help="how many contour levels about, or which (default: 12)",
    )  # fmt: skip
    group.add_argument("--fill", choices=("smooth", "bands", "cells"), default="smooth")
    group.add_argument("--no-lines", action="store_true", help="no contour lines")
    group.add_argument("--no-labels", action="store_true", help="no values on contour lines")
    group.add_argument("--floor", action="store_true", help="contour lines on the floor, too (3D)")
    group.add_argument("--dots", action="store_true", help="which points are measured")
    group.add_argument(
        "--view", type=float, nargs=2, default=(-60.0, 34.0), metavar=("AZIMUTH", "ELEVATION"),
        help="of 3D views, in degrees (default: -60 34)",
    )  # fmt: skip
    group.add_argument(
        "--crop", type=float, nargs=4, metavar=("LEFT", "BOTTOM", "RIGHT", "TOP"),
        help="part of a 3D view, as shares of the width and height of the whole box",
    )  # fmt: skip
    group.add_argument("--parallel", action="store_true", help="3D without perspective")
    for axis in ("alpha", "beta"):
        group.add_argument(
            f"--{axis}", type=float, nargs=2, metavar=("LOW", "HIGH"), help=f"range of {axis}"
        )


def _other_options(group: Any) -> None:
    group.add_argument(
        "--projection", choices=get_args(ProjectionKind), default="deviation",
        help="of the checkpoints: as in the paper, their nearest points in the plane, or principal "
        "components, on axes of their own (default: deviation)",
    )  # fmt: skip
    group.add_argument(
        "--trajectory", action=argparse.BooleanOptionalAction,
        help="the checkpoints' path (default: on maps, not in 3D)",
    )  # fmt: skip
    group.add_argument(
        "--unit", choices=get_args(CurveUnit),
        help="along which curves are drawn (default: alpha; in Figure 5 filter, where the files "
        "know it, else distance)",
    )  # fmt: skip
    group.add_argument(
        "--story", choices=get_args(Story), default="trajectory",
        help="of frames: the path is walked, the surface measured, or turned (default: trajectory)",
    )  # fmt: skip
    group.add_argument("--frames", type=int, default=60, help="how many (default: 60)")


def spec_of(arguments: Namespace) -> FigureSpec:
    """The spec of what was typed.

    Raises
    ------
    UserError
        If it makes no sense.
    """

    def pair(values: list[float] | None) -> tuple[float, float] | None:
        return None if values is None else (values[0], values[1])

    def build() -> FigureSpec:
        look = Look(
            color_map=arguments.colors,
            log=arguments.log,
            limits=pair(arguments.limits),
            own_scales=arguments.own_scales,
            fill=arguments.fill,
            lines=not arguments.no_lines,
            labels=not arguments.no_labels,
            levels=arguments.levels,
            floor=arguments.floor,
            dots=arguments.dots,
            remarks=not arguments.no_remarks,
            projection=arguments.projection,
            trajectory=arguments.trajectory,
            azimuth=arguments.view[0],
            elevation=arguments.view[1],
            parallel=arguments.parallel,
            crop=None if arguments.crop is None else tuple(arguments.crop),
            alpha=pair(arguments.alpha),
            beta=pair(arguments.beta),
            unit=arguments.unit,
        )
        return FigureSpec(
            kind=arguments.kind,
            sources=tuple(arguments.files),
            metric=arguments.metric,
            preset=arguments.preset,
            width_in=arguments.width,
            height_in=arguments.height,
            titles=tuple(arguments.title or ()),
            mixed_models=arguments.mixed_models,
            frames=arguments.frames,
            story=arguments.story,
            look=look,
        )

    return checked(build)


def figure(arguments: Namespace) -> int:
    """``landscape-gui figure``."""
    if not LEAST_DPI <= arguments.dpi <= MOST_DPI:
        raise UserError(
            f"A picture has {LEAST_DPI} to {MOST_DPI} dots per inch.",
            f"Choose --dpi, e.g. {PNG_DPI}.",
        )
    spec = spec_of(arguments)
    if spec.kind == "difference" and spec.look.log:
        raise UserError(
            "A difference has values below 0: there is no logarithm.", "Leave out --log."
        )
    from landscape_gui.figures.making import write_figure
    from landscape_gui.store.replacement import require_other

    require_other(arguments.out, [source.file for source in spec.sources])

    def progress(done: int, total: int) -> None:
        if not arguments.quiet:
            end = "\n" if done == total else "\r"
            print(f"frame {done} of {total}", end=end, file=sys.stderr, flush=True)

    written = write_figure(spec, arguments.out, dpi=arguments.dpi, progress=progress)
    if not arguments.quiet:
        where = written[0] if len(written) == 1 else f"{written[0]} to {written[-1].name}"
        what = "table" if arguments.kind == "table1" else "figure"
        print(f"The {what} is in {where}.")
    return 0
