"""What can be typed, and the help that goes with it."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any, get_args

from landscape_gui import __version__
from landscape_gui.cli import commands
from landscape_gui.cli.export import add_export
from landscape_gui.cli.figure_command import add_figure
from landscape_gui.cli.report import add_report
from landscape_gui.cli.study import add_study
from landscape_gui.specs import (
    DEVICE_PATTERN,
    METRICS,
    Initialisation,
    Precision,
    TaskName,
    TwoFidelity,
)

_OVERVIEW = """\
Loss landscapes of fine-tuned language models.

  landscape-gui                            open the window
  landscape-gui mrpc.landscape.h5          look at a saved landscape
  landscape-gui demo                       see it all at work, no downloads
  landscape-gui train --model DIR --task mrpc --out runs/mrpc
  landscape-gui compute runs/mrpc --other runs/sst2 --out mrpc.landscape.h5
"""

_COMPUTE = """\
Measure a loss surface (or, with --curve, a curve) of a training run.

Every point is a placement of the encoder's weights, theta0 + alpha * delta1 + beta * delta2,
evaluated on training and development examples; the head stays as it was trained. Points are
measured coarse to fine and are in the file as soon as they are counted, so the job can be
interrupted at any time: the same command goes on where it stopped.

  landscape-gui compute runs/mrpc --other runs/sst2 --out mrpc.landscape.h5
  landscape-gui compute runs/mrpc --axis2 random --group high --points 21 --out mrpc.landscape.h5
  landscape-gui compute runs/mrpc --tolerance 1% --out mrpc.landscape.h5
  landscape-gui compute trainer-output --base bert-base-cased --task mrpc --data glue/mrpc \\
      --curve --out mrpc.landscape.h5
  landscape-gui compute runs/mrpc --out mrpc.landscape.h5 --part-of full-sst2 \\
      --alpha 0 2 --beta -1 1 --points 41
"""

_ONE_SHOWN = (
    "A file shows one such measurement: where it holds one on other examples, that is set aside "
    "in it, as info tells, and comes back with the command that measured it."
)


def _count(text: str) -> int | None:
    """``all`` or a number from 1."""
    if text == "all":
        return None
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number from 1 nor 'all'")
    return value


def _share(text: str) -> float:
    """A share as a number or in percent: ``0.01`` or ``1%``."""
    number, percent, rest = text.strip().partition("%")
    try:
        if rest.strip():
            raise ValueError
        return float(number) / (100 if percent else 1)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a share such as 0.01 nor a percentage such as 1%"
        ) from None


def _landscape_file(text: str) -> Path:
    path = Path(text)
    if not path.name.endswith(".landscape.h5"):
        raise argparse.ArgumentTypeError(f"{text!r} must end in .landscape.h5")
    return path


def _device(text: str) -> str:
    if not re.fullmatch(DEVICE_PATTERN, text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is none of auto, cpu, cuda and cuda:N, N up to 99"
        )
    return text


def _task_options(parser: argparse.ArgumentParser, required: bool) -> None:
    group = parser.add_argument_group("task and data")
    group.add_argument(
        "--task",
        choices=get_args(TaskName),
        required=required,
        help="GLUE task, or custom for your own data"
        + ("" if required else " (default: what the run says it was trained on)"),
    )
    group.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="local parquet, JSONL, TSV or CSV files named train.* and validation.* (or dev.*); "
        "without it a GLUE task is loaded from the Hub",
    )
    group.add_argument(
        "--text-columns",
        nargs="+",
        metavar="COLUMN",
        default=(),
        help="custom data: one text column, or two for sentence pairs",
    )
    group.add_argument("--label-column", metavar="COLUMN", help="class column (default: label)")
    group.add_argument(
        "--labels", nargs="+", default=(), metavar="NAME", help="custom data: classes, in order"
    )
    group.add_argument(
        "--max-length",
        type=int,
        metavar="TOKENS",
        help="longer examples are truncated (default: 128)",
    )


def _measuring_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_dir", type=Path, metavar="RUN", help="directory of a training run")
    parser.add_argument(
        "--out",
        type=_landscape_file,
        required=True,
        metavar="FILE",
        help="NAME.landscape.h5; an existing file about the same run is continued or added to",
    )
    parser.add_argument(
        "--base",
        type=Path,
        metavar="DIR",
        help="the model before training (theta0), if the run does not hold it",
    )
    examples = parser.add_argument_group("examples and device")
    examples.add_argument(
        "--train-examples", type=_count, default=None, metavar="N|all", help="default: all"
    )
    examples.add_argument(
        "--dev-examples", type=_count, default=None, metavar="N|all", help="default: all"
    )
    examples.add_argument(
        "--seed", type=int, default=0, help="picks examples and random directions (default: 0)"
    )
    examples.add_argument(
        "--device", type=_device, default="auto", help="auto, cpu, cuda or cuda:N (default: auto)"
    )
    _task_options(parser, required=False)
    _output_options(parser)


def _estimating_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("measuring fewer points of a surface")
    group.add_argument(
        "--tolerance",
        type=_share,
        metavar="SHARE",
        help="skip points that the measured ones around them tell well enough: at 95%% of the "
        "points the picture may be off by this share of the range of a loss, e.g. 0.01 or 1%%. "
        "The file and the window say which points are measured and which are estimated, and how "
        "well (default: measure every point)",
    )
    group.add_argument(
        "--two-fidelity",
        choices=get_args(TwoFidelity),
        default="auto",
        help="measure some points on those examples only whose results the points around do not "
        "tell, each point on its own: off, on, or auto: with --tolerance, where that costs less "
        "(default: auto)",
    )


def _output_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def _size(text: str) -> tuple[int, int]:
    """``960x720``, with even sides of 160 to 3840 pixels."""
    found = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    sides = tuple(int(side) for side in found.groups()) if found else ()
    if not sides or any(side % 2 or not 160 <= side <= 3840 for side in sides):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size such as 960x720 with even sides of 160 to 3840 pixels"
        )
    return sides[0], sides[1]


def _add_animate(verbs: Any) -> None:
    animate = verbs.add_parser(
        "animate",
        help="export the trajectory, or the growth of a surface, as GIF or MP4",
        description="Play the trajectory along its epochs, or replay how the surface was "
        "measured, into a GIF or (where there is ffmpeg) an MP4. No window is opened.",
    )
    animate.add_argument("file", type=Path, metavar="FILE", help="NAME.landscape.h5")
    animate.add_argument(
        "--out", type=Path, required=True, metavar="FILM", help="NAME.gif or NAME.mp4"
    )
    animate.add_argument(
        "--what", choices=("trajectory", "growth"), default="trajectory", help="default: trajectory"
    )
    animate.add_argument(
        "--surface", default="", metavar="NAME", help="default: the first one of the whole model"
    )
    animate.add_argument(
        "--metric", choices=METRICS, default="train_loss", help="default: train_loss"
    )
    animate.add_argument(
        "--projection",
        choices=("deviation", "plane"),
        default="deviation",
        help="of the checkpoints: as in the paper, or their nearest points in the plane "
        "(default: deviation)",
    )
    animate.add_argument(
        "--view",
        choices=("contours", "3d", "both"),
        default="contours",
        help="3D is drawn more coarsely where there is no OpenGL (default: contours)",
    )
    animate.add_argument(
        "--size", type=_size, default=(960, 720), metavar="WxH", help="default: 960x720"
    )
    animate.add_argument("--fps", type=int, default=20, help="frames per second (default: 20)")
    animate.add_argument("--seconds", type=float, default=6.0, help="length (default: 6)")
    animate.add_argument("--dark", action="store_true", help="on a dark ground")
    animate.add_argument("--quiet", action="store_true", help="no progress on stderr")
    animate.set_defaults(run=commands.animate)


def _second_axis(group: argparse._ArgumentGroup) -> None:
    axis = group.add_mutually_exclusive_group()
    axis.add_argument(
        "--other",
        type=Path,
        metavar="RUN2",
        help="axis 2: direction of this run (another task, the same theta0), rescaled",
    )
    axis.add_argument(
        "--axis2",
        choices=("random", "pca"),
        help="axis 2 without another run: random and filter-normalised (default), or the "
        "checkpoints' principal component",
    )
    group.add_argument(
        "--other-base", type=Path, metavar="DIR", help="theta0 of RUN2, if not in it or --base"
    )


def _add_hessian(verbs: Any) -> None:
    hessian = verbs.add_parser(
        "hessian",
        help="measure the curvature of the training loss at the trained model",
        description="Largest eigenvalue (Lanczos) and trace (Hutchinson, with its standard error) "
        "of the training loss's Hessian at the trained model, and its curvature along delta1 and "
        "axis 2 with finite differences beside it: of the whole encoder and of each layer group. "
        "A product with the Hessian costs some five evaluations of the training examples, and "
        "some 140 are taken by default: --train-examples keeps that short. " + _ONE_SHOWN,
    )
    _measuring_options(hessian)
    what = hessian.add_argument_group("what is measured")
    _second_axis(what)
    what.add_argument(
        "--group",
        action="append",
        metavar="GROUP",
        help="a layer group that is measured beside the whole encoder; repeat "
        "(default: low, middle and high)",
    )
    what.add_argument(
        "--steps", type=int, default=30, help="most Lanczos steps per eigenvalue (default: 30)"
    )
    what.add_argument(
        "--probes", type=int, default=20, help="random vectors for the trace (default: 20)"
    )
    hessian.set_defaults(run=commands.hessian)


def build_parser() -> argparse.ArgumentParser:
    """The parser of ``landscape-gui``; every sub-command sets ``run`` to its function."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("landscape-gui", description=_OVERVIEW, formatter_class=raw)
    parser.add_argument("--version", action="version", version=f"landscape-gui {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    window = verbs.add_parser("window", help="open the window (also without any command)")
    window.add_argument("files", nargs="*", type=Path, metavar="FILE", help=".landscape.h5 files")
    window.add_argument(
        "--screenshot", type=Path, metavar="PNG", help="save a picture of the window and quit"
    )
    window.set_defaults(run=commands.window)

    train = verbs.add_parser(
        "train",
        help="fine-tune a model, or train it from scratch",
        description="Train a classifier and keep a checkpoint after every epoch, the start "
        "included: the trajectory. Interrupted, the same command goes on from the last epoch. "
        "Epochs, learning rate and batch size default to the paper's for the task.",
    )
    train.add_argument("--model", required=True, metavar="DIR_OR_HUB_NAME")
    train.add_argument("--out", type=Path, required=True, metavar="RUN", help="run directory")
    train.add_argument(
        "--init",
        choices=get_args(Initialisation),
        default="pretrained",
        help="start from the model's weights, or from random ones of the same shape "
        "(default: pretrained)",
    )
    train.add_argument("--epochs", type=int, help="default: the paper's for the task")
    train.add_argument("--lr", type=float, help="default: the paper's for the task")
    train.add_argument("--batch-size", type=int, help="default: the paper's for the task")
    train.add_argument("--train-examples", type=_count, default=None, metavar="N|all")
    train.add_argument("--dev-examples", type=_count, default=None, metavar="N|all")
    train.add_argument("--seed", type=int, default=0, help="default: 0")
    _task_options(train, required=True)
    _output_options(train)
    train.set_defaults(run=commands.train)

    adopt = verbs.add_parser(
        "adopt",
        help="describe models that were trained elsewhere as one run",
        description="Write a run directory that refers to a base model and the directories of "
        "its fine-tuned checkpoints, in the order of training. Nothing is copied.",
    )
    adopt.add_argument("checkpoints", nargs="+", type=Path, metavar="DIR")
    adopt.add_argument("--base", type=Path, required=True, metavar="DIR", help="theta0")
    adopt.add_argument("--out", type=Path, required=True, metavar="RUN")
    _task_options(adopt, required=False)
    adopt.set_defaults(run=commands.adopt)

    compute = verbs.add_parser(
        "compute",
        help="measure a loss surface or a curve",
        description=_COMPUTE,
        formatter_class=raw,
    )
    # Before Python 3.14, argparse takes -1e3 and -inf for options.
    compute._negative_number_matcher = re.compile(r"-(\.?\d|inf|nan)")
    _measuring_options(compute)
    what = compute.add_argument_group("what is measured")
    _second_axis(what)
    what.add_argument("--curve", action="store_true", help="the 1D curve along alpha only")
    what.add_argument(
        "--group",
        metavar="GROUP",
        help="move one layer group only: low, middle, high, 0-3, 2,5-7, embeddings, pooler, all; "
        "the origin is then the trained model",
    )
    what.add_argument("--points", type=int, default=41, help="points per axis (default: 41)")
    what.add_argument(
        "--range",
        type=float,
        nargs=2,
        default=(-4.0, 4.0),
        metavar=("LOW", "HIGH"),
        help="of alpha and beta (default: -4 4)",
    )
    for axis_name in ("alpha", "beta"):
        what.add_argument(
            f"--{axis_name}",
            type=float,
            nargs=2,
            metavar=("LOW", "HIGH"),
            help=f"of {axis_name} only, instead of --range",
        )
    what.add_argument(
        "--part-of",
        metavar="SURFACE",
        help="measure a part of a surface of FILE finer: --alpha, --beta and --points say where "
        "and how fine, all else is as that surface was measured; the window draws it on top",
    )
    what.add_argument(
        "--precision",
        choices=get_args(Precision),
        default="float32",
        help="auto: bfloat16 if it is faster and agrees with float32 on this plane "
        "(default: float32)",
    )
    _estimating_options(compute)
    compute.set_defaults(run=commands.compute)

    rollback = verbs.add_parser(
        "rollback",
        help="put layer groups back to their values before training and evaluate",
        description="Measure the trained model with sets of layer groups rolled back "
        "(Hao et al. 2019, Table 1). Without --group: low, middle and high in every combination. "
        + _ONE_SHOWN,
    )
    _measuring_options(rollback)
    rollback.add_argument(
        "--group", action="append", metavar="GROUP", help="a group that can be rolled back; repeat"
    )
    rollback.add_argument(
        "--combination",
        action="append",
        metavar="GROUP+GROUP",
        help="measure this combination only; repeat for more",
    )
    rollback.set_defaults(run=commands.rollback)

    _add_hessian(verbs)

    info = verbs.add_parser("info", help="say what a landscape file holds")
    info.add_argument("file", type=Path, metavar="FILE")
    info.add_argument("--json", action="store_true", help="as JSON")
    info.set_defaults(run=commands.info)

    _add_animate(verbs)
    add_figure(verbs)
    add_export(verbs)
    add_report(verbs)
    add_study(verbs)

    demo = verbs.add_parser(
        "demo",
        help="train a small built-in model and draw its landscapes, live",
        description="Fine-tunes a small built-in transformer on two small tasks, trains it from "
        "scratch too, and measures both landscapes while you watch. No downloads.",
    )
    demo.add_argument("--headless", action="store_true", help="in the terminal, without a window")
    demo.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where runs, files and pictures are left (default: demo-output)",
        default=Path("demo-output"),
    )
    demo.add_argument("--points", type=int, default=25, help="points per axis (default: 25)")
    demo.add_argument("--seed", type=int, default=0, help="default: 0")
    demo.add_argument("--screenshot", type=Path, metavar="PNG", help=argparse.SUPPRESS)
    _output_options(demo)
    demo.set_defaults(run=commands.demo)
    return parser
