from __future__ import annotations

from pathlib import Path

from landscape_gui.specs import OtherRunAxis
from landscape_gui.study.plan import measured_runs, plan
from landscape_gui.study.reading import find_study, read_study
from landscape_gui.study.steps import MakeStep, MeasureStep, TrainStep

OUT = Path("/studies/x")


def test_every_model_task_start_and_seed_is_trained_and_measured(written):
    study = read_study(
        written(
            'seeds = [0, 7]\n[models.a]\npath = "x/a"\n[models.b]\npath = "x/b"\n'
            "[tasks.mrpc]\n[tasks.rte]\n[surfaces]\n"
        )
    )
    steps = plan(study, OUT)
    trained = [step for step in steps if isinstance(step, TrainStep)]
    assert len(trained) == 2 * 2 * 2 * 2
    assert len({step.spec.out for step in trained}) == len(trained)
    assert {step.spec.seed for step in trained} == {0, 7}
    surfaces = [step for step in steps if step.kind == "surface"]
    assert len(surfaces) == len(trained)
    for step in surfaces:
        axis = step.spec.axis2
        assert isinstance(axis, OtherRunAxis)
        # Another task's run from the same start, which is one of the study's own.
        assert axis.run != step.spec.run
        assert axis.run.parent == step.spec.run.parent
        assert axis.run.name.endswith(step.run.init)
        assert axis.run in {t.spec.out for t in trained}


def test_steps_come_after_what_they_need(tiny_study):
    steps = plan(read_study(tiny_study), OUT)
    seen: set[str] = set()
    for step in steps:
        assert set(step.needs) <= seen, step.id
        assert step.id not in seen
        seen.add(step.id)
        assert all(path.is_relative_to(OUT) for path in step.outputs)


def test_hyper_parameters_are_the_tasks_the_studys_or_the_papers(tiny_study, written):
    specs = {
        step.run.name: step.spec
        for step in plan(read_study(tiny_study), OUT)
        if isinstance(step, TrainStep)
    }
    assert {name: spec.epochs for name, spec in specs.items()} == {
        "first-pretrained": 2,
        "first-scratch": 3,
        "second-pretrained": 1,
        "second-scratch": 1,
    }
    assert {spec.learning_rate for spec in specs.values()} == {2e-3}
    study = read_study(written('[models.a]\npath = "x/a"\n[tasks.mrpc]\n[curves]'))
    (spec, *_) = [s.spec for s in plan(study, OUT) if isinstance(s, TrainStep)]
    assert (spec.epochs, spec.learning_rate, spec.batch_size) == (None, None, None)


def test_only_what_is_asked_for_is_measured(tiny_study):
    study = read_study(tiny_study)
    steps = plan(study, OUT)
    assert [str(run) for run in measured_runs(study)] == [
        "tiny/seed0/first-pretrained",
        "tiny/seed0/first-scratch",
    ]
    kinds = [(step.kind, step.run.init) for step in steps if isinstance(step, MeasureStep)]
    assert kinds == [
        ("curve", "pretrained"),
        ("rollback", "pretrained"),
        ("hessian", "pretrained"),
        ("surface", "pretrained"),
        ("surface", "scratch"),
        ("group", "pretrained"),
        ("group", "pretrained"),
    ]
    assert [step.groups for step in steps if step.kind == "group"] == [("low",), ("1-2",)]


def test_figures_are_of_the_tasks_they_name():
    steps = plan(read_study(find_study("paper")), OUT)
    made = {step.figure: step for step in steps if isinstance(step, MakeStep) and step.figure}
    assert [file.name for file in made["7"].files] == [
        "mnli-pretrained.landscape.h5",
        "mrpc-pretrained.landscape.h5",
    ]
    assert len(made["1"].files) == 8
    assert [file.name for file in made["4"].files] == ["mrpc-long-pretrained.landscape.h5"]
    assert any(need.startswith("group") for need in made["7"].needs)


def test_figures_are_of_what_is_measured(tiny_study):
    steps = plan(read_study(tiny_study), OUT)
    made = {step.figure: step for step in steps if isinstance(step, MakeStep) and step.figure}
    assert [len(made[number].files) for number in ("2", "5", "table1")] == [2, 1, 1]


def test_settings_do_not_depend_on_where_things_lie(tiny_study):
    study = read_study(tiny_study)
    here, there = (plan(study, Path(place)) for place in ("/a/b", "/c"))
    assert [step.settings for step in here] == [step.settings for step in there]
    assert [step.id for step in here] == [step.id for step in there]
