"""``landscape-gui report``: the paper's claims as numbers, on one page."""

from __future__ import annotations

import argparse
import math
from argparse import Namespace
from pathlib import Path
from typing import Any

from landscape_gui.figures.report.basin_claim import Tolerated

_REPORT = """\
Say the paper's claims as numbers, with pictures, cautions and provenance, on one page: the width
of the optimum and its curvature, the path to it, late epochs, agreement of training loss and
development error, layer groups rolled back. Of several files also side by side. What a file lacks
is named with the command that makes it.

  .html  everything in one file
  .md    pictures lie in NAME-pictures/
  .json  the numbers at full precision

  landscape-gui report fine-tuned.landscape.h5 scratch.landscape.h5 --out report.html
"""


def add_report(verbs: Any) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "report",
        help="say the paper's claims as numbers, on one page",
        description=_REPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="NAME.landscape.h5")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="REPORT", help="ends in .html, .md or .json"
    )
    standard = Tolerated()
    parser.add_argument(
        "--epsilon",
        type=_positive,
        default=standard.absolute,
        metavar="LOSS",
        help="the basin is where the training loss is at most this much above the trained model's "
        f"(default: {standard.absolute:g})",
    )
    parser.add_argument(
        "--fraction",
        type=_positive,
        default=standard.share,
        metavar="SHARE",
        help="the same as a share of how far the loss fell from start to end "
        f"(default: {standard.share:g})",
    )
    parser.set_defaults(run=report)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return value


def report(arguments: Namespace) -> int:
    """``landscape-gui report``."""
    # Here: it brings matplotlib along.
    from landscape_gui.figures.report.writing import write_report

    tolerated = Tolerated(arguments.epsilon, arguments.fraction)
    written = write_report(arguments.files, arguments.out, tolerated)
    print(f"The report is in {written[0]}.")
    return 0
