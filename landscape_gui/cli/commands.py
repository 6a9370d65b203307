"""The commands: from parsed arguments to a spec, a job, and what is printed of it."""

from __future__ import annotations

import json
import os
import shlex
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from landscape_gui.cli.checked_specs import checked as _checked
from landscape_gui.cli.parts import part_spec
from landscape_gui.cli.progress import run_to_the_end
from landscape_gui.cli.summary import as_json, as_text, summarise
from landscape_gui.markup import printable_lines
from landscape_gui.specs import (
    Axis2,
    CurveSpec,
    DemoSpec,
    ExamplesSpec,
    HessianSpec,
    LatticeSpec,
    LayerGroup,
    MeasuringSpec,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
    UserError,
)

COMMANDS = (
    "train",
    "adopt",
    "compute",
    "rollback",
    "hessian",
    "info",
    "animate",
    "figure",
    "export",
    "report",
    "study",
    "demo",
    "window",
)


def prepare_libraries() -> None:
    """Before transformers is imported: our progress is the only one on the terminal."""
    # Threads that spin while they wait take the cores of whatever else runs here.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")


def _task(arguments: Namespace) -> TaskSpec | None:
    if arguments.task is None:
        for option in ("data", "text_columns", "label_column", "labels", "max_length"):
            if getattr(arguments, option):
                raise UserError(
                    f"--{option.replace('_', '-')} needs --task.",
                    "Name the task that it is for, or leave both to what the run says.",
                )
        return None
    given = {
        option: getattr(arguments, option)
        for option in ("label_column", "max_length")
        if getattr(arguments, option) is not None
    }
    return _checked(
        lambda: TaskSpec(
            name=arguments.task,
            data=arguments.data,
            text_columns=tuple(arguments.text_columns),
            labels=tuple(arguments.labels),
            **given,
        )
    )


def _groups(arguments: Namespace, texts: list[str]) -> tuple[LayerGroup, ...]:
    if not texts:
        return ()
    from landscape_gui.engine.jobs import describe_run
    from landscape_gui.runs.layer_groups import parse_group

    layers = describe_run(arguments.run_dir, arguments.base, _task(arguments)).layer_count
    return tuple(parse_group(text, layers) for text in texts)


def _evaluation(arguments: Namespace) -> dict[str, Any]:
    return {
        "run": arguments.run_dir,
        "base": arguments.base,
        "task": _task(arguments),
        "examples": _checked(
            lambda: ExamplesSpec(
                train=arguments.train_examples, dev=arguments.dev_examples, seed=arguments.seed
            )
        ),
        "device": arguments.device,
    }


def _report(arguments: Namespace, path: Path) -> None:
    """Say what the file holds now."""
    from landscape_gui.store.landscape_file import read_landscape

    summary = summarise(read_landscape(path))
    print(as_json(summary) if arguments.json else printable_lines(as_text(summary)))


def _measure_and_report(spec: MeasuringSpec, arguments: Namespace) -> int:
    code = run_to_the_end(spec, arguments.out, quiet=arguments.quiet)
    if code == 0:
        _report(arguments, arguments.out)
    return code


def compute(arguments: Namespace) -> int:
    """``landscape-gui compute``."""
    prepare_libraries()
    if arguments.part_of is not None:
        return _measure_and_report(part_spec(arguments), arguments)
    if arguments.curve and (arguments.other or arguments.axis2):
        raise UserError("A curve has no second axis.", "Leave out --curve, or --other and --axis2.")
    if arguments.curve and arguments.beta:
        raise UserError("A curve has no second axis.", "Leave out --curve or --beta.")
    if arguments.curve and (arguments.tolerance is not None or arguments.two_fidelity == "on"):
        raise UserError(
            "A curve is measured at every point.",
            "Leave out --curve, or --tolerance and --two-fidelity.",
        )
    groups = _groups(arguments, [] if arguments.group is None else [arguments.group])
    shared = _evaluation(arguments) | {
        "precision": arguments.precision,
        "group": groups[0] if groups else None,
    }
    alpha_range = tuple(arguments.alpha or arguments.range)

    def build() -> SurfaceSpec | CurveSpec:
        if arguments.curve:
            return CurveSpec(points=arguments.points, alpha_range=alpha_range, **shared)
        return SurfaceSpec(
            axis2=_axis2(arguments),
            lattice=lattice(arguments),
            tolerance=arguments.tolerance,
            two_fidelity=arguments.two_fidelity,
            **shared,
        )

    return _measure_and_report(_checked(build), arguments)


def _axis2(arguments: Namespace) -> Axis2:
    if arguments.other:
        return OtherRunAxis(run=arguments.other, base=arguments.other_base or arguments.base)
    if arguments.axis2 == "pca":
        return PCAAxis()
    return RandomAxis(seed=arguments.seed)


def lattice(arguments: Namespace) -> LatticeSpec:
    """Ranges and points of a surface."""
    return LatticeSpec(
        alpha_range=tuple(arguments.alpha or arguments.range),
        beta_range=tuple(arguments.beta or arguments.range),
        alpha_points=arguments.points,
        beta_points=arguments.points,
    )


def rollback(arguments: Namespace) -> int:
    """``landscape-gui rollback``."""
    prepare_libraries()
    groups = _groups(arguments, arguments.group or [])
    chosen = tuple(tuple(text.split("+")) for text in arguments.combination or ())
    shared = _evaluation(arguments)
    spec = _checked(lambda: RollbackSpec(groups=groups, combinations=chosen, **shared))
    return _measure_and_report(spec, arguments)


def hessian(arguments: Namespace) -> int:
    """``landscape-gui hessian``."""
    prepare_libraries()
    spec = _checked(
        lambda: HessianSpec(
            axis2=_axis2(arguments),
            groups=_groups(arguments, arguments.group or []),
            steps=arguments.steps,
            probes=arguments.probes,
            **_evaluation(arguments),
        )
    )
    return _measure_and_report(spec, arguments)


def train(arguments: Namespace) -> int:
    """``landscape-gui train``."""
    prepare_libraries()
    task = _task(arguments)
    assert task is not None  # the parser requires it
    spec = _checked(
        lambda: TrainSpec(
            model=arguments.model,
            task=task,
            init=arguments.init,
            epochs=arguments.epochs,
            learning_rate=arguments.lr,
            batch_size=arguments.batch_size,
            train_examples=arguments.train_examples,
            dev_examples=arguments.dev_examples,
            seed=arguments.seed,
            out=arguments.out,
        )
    )
    code = run_to_the_end(spec, None, quiet=arguments.quiet)
    if code == 0:
        if arguments.json:
            print(json.dumps({"run": str(arguments.out)}))
        else:
            print(f"The run is in {arguments.out}. Draw it with:")
            run = shlex.quote(str(arguments.out))
            print(f"  landscape-gui compute {run} --out NAME.landscape.h5")
    return code


def adopt(arguments: Namespace) -> int:
    """``landscape-gui adopt``."""
    prepare_libraries()
    from landscape_gui.runs.checkpoints import adopt as adopt_run

    run = adopt_run(arguments.checkpoints, arguments.base, _task(arguments), arguments.out)
    print(f"{arguments.out}: a run of {len(run.checkpoints)} checkpoints, the start included.")
    return 0


def info(arguments: Namespace) -> int:
    """``landscape-gui info``."""
    _report(arguments, arguments.file)
    return 0


def animate(arguments: Namespace) -> int:
    """``landscape-gui animate``."""
    if not 1 <= arguments.fps <= 60 or not 0.1 <= arguments.seconds <= 600:
        raise UserError("A film has 1 to 60 frames per second and lasts 0.1 to 600 seconds.")
    from landscape_gui.ui.animation.without_window import Wish, export_film

    def progress(done: int, total: int) -> None:
        if not arguments.quiet:
            end = "\n" if done == total else "\r"
            print(f"frame {done} of {total}", end=end, file=sys.stderr, flush=True)

    wish = Wish(
        file=arguments.file,
        out=arguments.out,
        story=arguments.what,
        shot=arguments.view,
        surface=arguments.surface,
        metric=arguments.metric,
        projection=arguments.projection,
        size=arguments.size,
        per_second=arguments.fps,
        seconds=arguments.seconds,
        dark=arguments.dark,
    )
    export_film(wish, progress)
    print(f"The film is in {arguments.out}.")
    return 0


def demo(arguments: Namespace) -> int:
    """``landscape-gui demo``, in the window or in the terminal."""
    prepare_libraries()
    spec = _checked(
        lambda: DemoSpec(out=arguments.out, points=arguments.points, seed=arguments.seed)
    )
    if not arguments.headless and not _has_display():
        print("There is no display: running the demo in the terminal.", file=sys.stderr)
    in_terminal = arguments.headless or not _has_display()
    if in_terminal:
        code = run_to_the_end(spec, None, quiet=arguments.quiet)
    else:
        from landscape_gui.ui.application import run_window

        picture = arguments.screenshot
        code = run_window([], job=spec, screenshot=picture, quit_when_done=picture is not None)
    # Not before the window is closed: its process stays free of matplotlib.
    from landscape_gui.cli.demo_report import can_report, leave_report

    if code == 0 and can_report(arguments.out):
        said = in_terminal and not arguments.quiet
        leave_report(arguments.out, json_output=arguments.json, said=said)
    return code


def window(arguments: Namespace) -> int:
    """``landscape-gui [FILE…]``."""
    for path in arguments.files:
        if not path.exists():
            raise UserError(
                f"There is no file {path}, and no command of that name.",
                f"The commands are {', '.join(COMMANDS)}.",
            )
    if not _has_display():
        raise UserError(
            "There is no display to open a window on.",
            "Use the commands train, compute, rollback, info and demo --headless, or set DISPLAY.",
        )
    from landscape_gui.ui.application import run_window

    return run_window(
        arguments.files,
        screenshot=arguments.screenshot,
        quit_when_done=arguments.screenshot is not None,
    )


def _has_display() -> bool:
    if sys.platform.startswith("linux"):
        return bool(
            os.environ.get("DISPLAY")
            or os.environ.get("WAYLAND_DISPLAY")
            or os.environ.get("QT_QPA_PLATFORM")
        )
    return True
