"""The command for what a file lacks can be typed, and asks for what the file's results are on."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from support.bowl_landscape import make_hessian, make_record, make_rollback

from landscape_gui.cli import commands
from landscape_gui.cli.parser import build_parser
from landscape_gui.specs import CurveSpec, ExamplesSpec, RollbackSpec, TaskSpec
from landscape_gui.store.measuring_command import measuring_command

CUSTOM = TaskSpec(
    name="custom",
    data=Path("/home/me/my data/set one"),
    text_columns=("the text", "pair"),
    label_column="class",
    labels=("not so", "so; rm -rf x", "$HOME"),
    max_length=64,
)
SPEC = CurveSpec(
    run=Path("/home/me/my runs/run"),
    base=Path("/home/me/start 0"),
    task=CUSTOM,
    examples=ExamplesSpec(train=8, dev=4, seed=3),
)


def record_of(**changes):
    run = replace(make_record().run, path="/home/me/my runs/run")
    return make_record(
        **{"surfaces": {}, "run": run, "path": Path("/home/me/x y.landscape.h5")} | changes
    )


@pytest.fixture
def asked(monkeypatch):
    """The spec that a command line asks for."""
    specs = []

    def keep(spec, arguments):
        specs.append((spec, arguments.out))
        return 0

    monkeypatch.setattr(commands, "_measure_and_report", keep)

    def parse(line):
        name, *words = shlex.split(line)
        assert name == "landscape-gui"
        arguments = build_parser().parse_args(words)
        assert arguments.run(arguments) == 0
        return specs.pop()

    return parse


def test_typed_it_asks_for_the_same_run_task_data_and_examples(asked):
    record = record_of(rollback=replace(make_rollback(), spec=SPEC.model_dump(mode="json")))
    spec, out = asked(measuring_command(record, "compute", "--curve"))
    assert spec == SPEC
    assert out == record.path
    spec, _ = asked(measuring_command(record, "rollback"))
    fields = ("run", "base", "task", "examples")
    assert spec == RollbackSpec(**{name: getattr(SPEC, name) for name in fields})


def test_what_the_run_says_itself_is_left_to_it(asked):
    spec = CurveSpec(run=Path("/home/me/my runs/run"))
    record = record_of(rollback=replace(make_rollback(), spec=spec.model_dump(mode="json")))
    line = measuring_command(record, "compute", "--curve")
    assert shlex.split(line)[2:] == [record.run.path, "--curve", "--out", str(record.path)]
    assert asked(line)[0] == spec


def test_only_names_for_others():
    line = measuring_command(
        record_of(), "compute", like=SPEC.model_dump(mode="json"), names_only=True
    )
    assert "/home" not in line
    assert "compute run --base 'start 0' --task custom --data 'set one' --text-columns" in line
    assert line.endswith("--train-examples 8 --dev-examples 4 --seed 3 --out 'x y.landscape.h5'")


def test_a_file_that_holds_a_hessian_only_says_it_too():
    hessian = replace(make_hessian(), spec=SPEC.model_dump(mode="json"))
    assert "--task custom" in measuring_command(record_of(hessian=hessian), "rollback")


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"base": 3, "task": "mrpc", "examples": [1, 2]},
        {"task": {"name": "--help"}, "examples": {"train": "8; reboot"}},
    ],
)
def test_what_no_spec_says_is_not_repeated(spec):
    line = measuring_command(record_of(), "rollback", like=spec)
    assert shlex.split(line)[3:] == ["--out", "/home/me/x y.landscape.h5"]
