"""``landscape-gui export``: what a landscape file holds, for other programs."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import Any

from landscape_gui.export.files import FORMATS, WHATS, Wish, check_format
from landscape_gui.export.files import export as write_export
from landscape_gui.specs import METRICS

_EXPORT = """\
Write what a landscape file holds for other programs; the suffix says in which format.

  .html  a page with a 3D view of all surfaces, which opens from disk without a network
  .csv   a row for every metric at every point: its value, how it came to be (measured, sampled on
         some of the examples, estimated, missing), standard error, bound
  .npz   everything as NumPy arrays; the array "readme" in it says what is what
  .md    tables of what was measured, and of the rolled-back layer groups, as Markdown
  .tex   the same as LaTeX (booktabs)
  .vts   one surface as a VTK structured grid, e.g. for ParaView
  .vtp   the same as VTK polydata, or the checkpoints' path

  landscape-gui export mrpc.landscape.h5 --out mrpc.html
  landscape-gui export mrpc.landscape.h5 --out rollback.tex --what rollback
  landscape-gui export mrpc.landscape.h5 --out high.vts --surface high-sst2 --metric dev_error
"""


def add_export(verbs: Any) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "export",
        help="write tables, arrays, VTK or a page with a 3D view",
        description=_EXPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="NAME.landscape.h5")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="OUT",
        help=f"ends in {', '.join(FORMATS)}; an older file is replaced",
    )
    parser.add_argument(
        "--what",
        choices=WHATS,
        help="of several things that the format can hold (default: the points, or all tables)",
    )
    parser.add_argument(
        "--surface",
        default="",
        metavar="NAME",
        help="default: all in a .csv, else the first one of the whole model",
    )
    parser.add_argument(
        "--metric",
        choices=METRICS,
        default="train_loss",
        help="height in VTK files, shown first in a page (default: train_loss)",
    )
    parser.set_defaults(run=export)


def export(arguments: Namespace) -> int:
    """``landscape-gui export``."""
    from landscape_gui.store.landscape_file import read_landscape

    wish = Wish(arguments.what, arguments.surface, arguments.metric)
    check_format(arguments.out, wish)
    write_export(read_landscape(arguments.file), arguments.out, wish)
    print(f"{FORMATS[arguments.out.suffix.lower()]}: {arguments.out}")
    return 0
