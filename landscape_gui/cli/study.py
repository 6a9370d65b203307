"""``landscape-gui study``: a whole set of runs, landscapes, figures and a report from one file."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landscape_gui.cli.progress import Progress, interruptible
from landscape_gui.markup import printable_lines
from landscape_gui.paths import expanded
from landscape_gui.specs import UserError

if TYPE_CHECKING:
    from landscape_gui.study.cost import StepCost, StudyCost
    from landscape_gui.study.runner import StudyEvent
    from landscape_gui.study.spec import StudySpec
    from landscape_gui.study.steps import AnyStep

_STUDY = """\
Do everything that a TOML file asks for: train every model on every task from every start with every
seed, measure curves, surfaces, layer groups and rollbacks, draw the figures, write the report.

What is done is not done again: stop it with Ctrl-C, or let the machine go down, and give the same
command to go on.

  landscape-gui study demo                           comes with the program: two minutes
  landscape-gui study my-study.toml --dry-run        what it would take
  landscape-gui study minilm-small --model DIR --data GLUE_DIR
  landscape-gui study minilm --model DIR --data GLUE_DIR --out minilm-study
  landscape-gui study paper --out paper-study        BERT-large-cased, as in the paper

Keys are explained in the files of these studies and in the documentation.
"""


def add_study(verbs: Any) -> None:
    """Add the command to the parser."""
    parser = verbs.add_parser(
        "study",
        help="train, measure and draw a whole set from one file",
        description=_STUDY,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # In words: looking for the files would be done at each start of the program.
    parser.add_argument(
        "study", metavar="STUDY", help="a TOML file, or demo, minilm, minilm-small, paper"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="of everything (default: NAME-study)"
    )
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="[NAME=]DIR_OR_HUB_NAME",
        help="where a model of the study is; repeat for several",
    )
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="[TASK=]DIR",
        help="where a task's data are; without TASK=, the directory that holds those of all tasks",
    )
    parser.add_argument("--device", help="auto, cpu, cuda or cuda:N (default: what the study says)")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what each step would take, and do nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    parser.set_defaults(run=study)


def study(arguments: Namespace) -> int:
    """``landscape-gui study``."""
    from landscape_gui.cli.commands import prepare_libraries
    from landscape_gui.study.plan import plan
    from landscape_gui.study.reading import find_study, read_study

    prepare_libraries()
    path = find_study(arguments.study)
    models = dict(_pair(text) for text in arguments.model)
    data = {name: Path(place) for name, place in map(_pair, arguments.data)}
    asked = read_study(path, models, data)
    if arguments.device:
        asked = _with_device(asked, arguments.device)
    out = expanded(arguments.out or f"{path.stem}-study").resolve()
    steps = plan(asked, out)
    if arguments.dry_run:
        from landscape_gui.study.cost import study_cost

        cost = study_cost(asked, steps, out)
        print(_cost_json(cost) if arguments.json else _cost_text(cost, out))
        return 0
    return _run(asked, steps, out, arguments)


def _run(asked: StudySpec, steps: Sequence[AnyStep], out: Path, arguments: Namespace) -> int:
    from landscape_gui.study.runner import StepFailed, run_study

    skips = any(s is not None and s.tolerance is not None for s in (asked.surfaces, asked.groups))
    printer = Progress(sys.stderr, quiet=arguments.quiet, skips=skips)
    failed: list[StepFailed] = []
    try:
        with (
            interruptible() as raise_if_asked,
            closing(run_study(steps, out, asked.compute.threads)) as events,
        ):
            for event in events:
                _show(printer, event)
                if isinstance(event, StepFailed):
                    failed.append(event)
                raise_if_asked()
    except KeyboardInterrupt:
        printer.end()
        print(f"Stopped. The same command goes on from there; see {out}.", file=sys.stderr)
        return 130
    finally:
        printer.end()
    made = [str(path) for step in steps for path in step.outputs if path.exists()]
    if arguments.json:
        problems = [{"step": e.step.id, "message": e.message, "hint": e.hint} for e in failed]
        print(json.dumps({"out": str(out), "made": sorted(set(made)), "failed": problems}))
    else:
        print(f"{len(steps) - len(failed)} of {len(steps)} steps are done; all is in {out}.")
    for event in failed:
        print(
            f"landscape-gui: {event.step.title}: {printable_lines(event.message)}", file=sys.stderr
        )
        if event.hint:
            print(f"  {printable_lines(event.hint)}", file=sys.stderr)
    return 1 if failed else 0


def _show(printer: Progress, event: StudyEvent) -> None:
    from landscape_gui.study.runner import StepBegan, StepEnded, StepFailed

    match event:
        case StepBegan(step=step, number=number, total=total, skipped=skipped):
            done = ": done before" if skipped else ""
            printer.show(f"[{number}/{total}] {step.title}{done}")
        case StepEnded() | StepFailed():
            pass
        case _:
            printer.take(event)


def _with_device(asked: StudySpec, device: str) -> StudySpec:
    from pydantic import ValidationError

    from landscape_gui.study.spec import Compute

    try:
        compute = Compute.model_validate(asked.compute.model_dump() | {"device": device})
    except ValidationError as error:
        raise UserError(
            f"{device!r} is no device.", "Give auto, cpu, cuda or cuda:N, e.g. cuda:1."
        ) from error
    return asked.model_copy(update={"compute": compute})


def _pair(text: str) -> tuple[str, str]:
    """``NAME=PLACE``; without a name, the empty one."""
    name, equals, place = text.partition("=")
    return (name, place) if equals else ("", text)


# -- the cost ----------------------------------------------------------------------------------


def _cost_text(cost: StudyCost, out: Path) -> str:
    rows: list[tuple[str, ...]] = [("", "Step", "Points", "Time", "Disk", "")]
    for number, of in enumerate(cost.steps, 1):
        what = "steps" if of.step.kind == "train" else ""
        rows.append(
            (
                str(number),
                of.step.title,
                "" if of.points is None else f"{of.points:,} {what}".strip(),
                _time(of),
                "" if of.bytes is None else _size(of.bytes),
                "done" if of.done else "",
            )
        )
    widths = [max(len(row[c]) for row in rows) for c in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            text.ljust(width) if place in (1, 5) else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    left = sum(not of.done for of in cost.steps)
    known = "" if cost.complete else "at least "
    free = shutil.disk_usage(_existing(out)).free
    lines += [
        "",
        f"{left} of {len(cost.steps)} steps to do: {known}{_duration(cost.seconds)}, "
        f"{_size(cost.bytes)} in {out} ({_size(free)} are free).",
        cost.basis,
        "While a run trains it takes twice its weights more, for the optimiser.",
    ]
    if not cost.complete:
        lines.append("Where no time is given, the size of the model or of its data is not known.")
    if cost.bytes > free:
        lines.append("That is more than is free.")
    return "\n".join(lines)


def _cost_json(cost: StudyCost) -> str:
    steps = [
        {
            "id": of.step.id,
            "kind": of.step.kind,
            "title": of.step.title,
            "points": of.points,
            "seconds": of.seconds,
            "bytes": of.bytes,
            "done": of.done,
        }
        for of in cost.steps
    ]
    whole = {"steps": steps, "seconds": cost.seconds, "bytes": cost.bytes, "basis": cost.basis}
    return json.dumps(whole, indent=2)


def _time(of: StepCost) -> str:
    if of.done or (of.seconds is None and of.points is None):
        return ""
    return "unknown" if of.seconds is None else _duration(of.seconds)


def _duration(seconds: float) -> str:
    for unit, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 1.5 * unit:
            return (
                f"{seconds / unit:.3g} {name}"
                if seconds < 100 * unit
                else (f"{seconds / unit:,.0f} {name}")
            )
    return f"{max(1.0, seconds):.0f} s"


def _size(count: int) -> str:
    for unit, name in ((1e12, "TB"), (1e9, "GB"), (1e6, "MB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count / 1e3:.0f} kB"


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
