"""From a study to its steps, in the order in which they are done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from landscape_gui.specs import (
    Axis2,
    CurveSpec,
    EvaluationSpec,
    ExamplesSpec,
    HessianSpec,
    Initialisation,
    LatticeSpec,
    MeasuringSpec,
    OtherRunAxis,
    PCAAxis,
    RandomAxis,
    RollbackSpec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
)
from landscape_gui.study.spec import (
    FIGURE_NEEDS,
    AxisKind,
    Chosen,
    Epochs,
    StudySpec,
    Surfaces,
    Training,
)
from landscape_gui.study.steps import (
    AnyStep,
    MakeStep,
    MeasureStep,
    RunKey,
    StepKind,
    TrainStep,
)

# Where a thing lies is not what it is.
_PLACES = {"run", "base", "out", "device", "task", "kind"}


def plan(study: StudySpec, out: Path) -> tuple[AnyStep, ...]:
    """All steps: per model and seed the trainings, then what is quick to measure, then the rest.

    Parameters
    ----------
    out
        Absolute directory of everything that is made.
    """
    steps: list[AnyStep] = []
    for model in study.models:
        for seed in study.seeds:
            steps += _Set(study, out, model, seed).steps()
    files = [run.file(out) for run in measured_runs(study)]
    if study.report is not None and files:
        needs = tuple(step.id for step in steps if isinstance(step, MeasureStep))
        for suffix in study.report.formats:
            steps.append(
                MakeStep(
                    f"report.{suffix}",
                    "report",
                    f"Report as {suffix}",
                    {"format": suffix},
                    (out / f"report.{suffix}",),
                    needs,
                    files=tuple(files),
                )
            )
    return tuple(steps)


def measured_runs(study: StudySpec) -> list[RunKey]:
    """The runs whose landscapes are measured."""
    return [
        run
        for model in study.models
        for seed in study.seeds
        for run in _Set(study, Path(), model, seed).landscapes()
    ]


class _Set:
    """The runs of one model with one seed."""

    def __init__(self, study: StudySpec, out: Path, model: str, seed: int) -> None:
        self.study, self.out, self.model, self.seed = study, out, model, seed

    def steps(self) -> Iterator[AnyStep]:
        yield from (self._train(run) for run in self._trained())
        study = self.study
        if study.curves is not None:
            yield from (self._curve(run) for run in self._chosen(study.curves))
        if study.rollback is not None:
            yield from (self._rollback(run) for run in self._chosen(study.rollback))
        if study.hessian is not None:
            yield from (self._hessian(run) for run in self._chosen(study.hessian))
        if study.surfaces is not None:
            for run in self._chosen(study.surfaces):
                yield self._surface(run, study.surfaces)
        if study.groups is not None:
            for run in self._chosen(study.groups):
                for group in study.groups.groups:
                    yield self._surface(run, study.groups, group)
        yield from self._figures()
        yield from self._exports()

    def landscapes(self) -> list[RunKey]:
        """The runs that have a landscape."""
        study = self.study
        return [
            RunKey(self.model, self.seed, name, init)
            for init in study.inits
            for name, task in study.tasks.items()
            if task.landscape and init in (task.inits or study.inits)
        ]

    def _trained(self) -> list[RunKey]:
        """Those, and the other runs that their surfaces need."""
        wanted = dict.fromkeys(self.landscapes())
        for section in (self.study.surfaces, self.study.groups, self.study.hessian):
            if section is not None and section.axis2 == "other":
                wanted |= dict.fromkeys(self._other(run) for run in self._chosen(section))
        return list(wanted)

    def _chosen(self, section: Chosen) -> list[RunKey]:
        return [
            run
            for run in self.landscapes()
            if (section.tasks is None or run.task in section.tasks)
            and (section.inits is None or run.init in section.inits)
        ]

    def _other(self, run: RunKey) -> RunKey:
        return RunKey(run.model, run.seed, self.study.other(run.task), run.init)

    # -- training ------------------------------------------------------------------------------

    def _train(self, run: RunKey) -> TrainStep:
        spec = TrainSpec(
            model=self.study.models[run.model].path,
            task=_task(self.study, run.task),
            init=run.init,
            seed=run.seed,
            out=run.directory(self.out),
            **_training(self.study, run.task, run.init),
        )
        settings = spec.model_dump(mode="json", exclude=_PLACES | {"model"})
        settings["task"] = spec.task.model_dump(mode="json", exclude={"data"})
        return TrainStep(
            f"train {run}", "train", f"Train {run}", settings, (spec.out,), run=run, spec=spec
        )

    # -- measuring -----------------------------------------------------------------------------

    def _shared(self, run: RunKey) -> dict[str, Any]:
        examples = self.study.examples
        return {
            "run": run.directory(self.out),
            "examples": ExamplesSpec(train=examples.train, dev=examples.dev, seed=examples.seed),
            "device": self.study.compute.device,
        }

    def _curve(self, run: RunKey) -> MeasureStep:
        section = self.study.curves
        assert section is not None
        spec = CurveSpec(
            alpha_range=section.range,
            points=section.points,
            precision=self.study.compute.precision,
            **self._shared(run),
        )
        return self._measuring("curve", f"Curve of {run}", run, spec)

    def _rollback(self, run: RunKey) -> MeasureStep:
        section = self.study.rollback
        assert section is not None
        spec = RollbackSpec(**self._shared(run))
        return self._measuring("rollback", f"Rollback of {run}", run, spec, section.groups)

    def _hessian(self, run: RunKey) -> MeasureStep:
        section = self.study.hessian
        assert section is not None
        shared = self._shared(run)
        if section.train_examples is not None:
            examples = {"train": section.train_examples}
            shared["examples"] = shared["examples"].model_copy(update=examples)
        spec = HessianSpec(
            axis2=None if section.axis2 is None else self._axis2(run, section.axis2),
            steps=section.steps,
            probes=section.probes,
            **shared,
        )
        title = f"Curvature at the end of {run}"
        return self._measuring("hessian", title, run, spec, section.groups)

    def _surface(self, run: RunKey, section: Surfaces, group: str = "") -> MeasureStep:
        lattice = LatticeSpec(
            alpha_range=section.alpha or section.range,
            beta_range=section.beta or section.range,
            alpha_points=section.points,
            beta_points=section.points,
        )
        spec = SurfaceSpec(
            axis2=self._axis2(run, section.axis2),
            lattice=lattice,
            tolerance=section.tolerance,
            two_fidelity=section.two_fidelity,
            precision=self.study.compute.precision,
            **self._shared(run),
        )
        if group:
            title = f"Surface of {run}, layers {group}"
            return self._measuring("group", title, run, spec, (group,))
        return self._measuring("surface", f"Surface of {run}", run, spec)

    def _axis2(self, run: RunKey, kind: AxisKind) -> Axis2:
        match kind:
            case "other":
                return OtherRunAxis(run=self._other(run).directory(self.out))
            case "random":
                return RandomAxis(seed=run.seed)
            case "pca":
                return PCAAxis()

    def _measuring(
        self,
        kind: StepKind,
        title: str,
        run: RunKey,
        spec: MeasuringSpec,
        groups: tuple[str, ...] = (),
    ) -> MeasureStep:
        needs = [f"train {run}"]
        if _other_axis(spec):
            needs.append(f"train {self._other(run)}")
        name = f"{kind} {run}" + (f" {groups[0]}" if kind == "group" else "")
        settings = _settings(spec) | {"groups": list(groups)}
        file = run.file(self.out)
        return MeasureStep(
            name, kind, title, settings, (file,), tuple(needs), run=run, spec=spec, groups=groups
        )

    # -- figures -------------------------------------------------------------------------------

    def _figures(self) -> Iterator[MakeStep]:
        section = self.study.figures
        if section is None:
            return
        folder = Path(self.model) / f"seed{self.seed}"
        for number, tasks in section.tasks.items():
            needed = FIGURE_NEEDS[number]
            able = self._chosen(getattr(self.study, needed)) if needed else self.landscapes()
            runs = [run for run in able if run.task in tasks]
            runs.sort(key=lambda run: (tasks.index(run.task), run.init))
            if not runs:
                continue
            needs = self._needs(runs)
            name = number if number.startswith("table") else f"figure{number}"
            title = "Table 1" if number == "table1" else f"Figure {number}"
            for suffix in section.tables if number == "table1" else section.formats:
                path = self.out / "figures" / folder / f"{name}.{suffix}"
                yield MakeStep(
                    f"{name}.{suffix} {folder.as_posix()}",
                    "figure",
                    f"{title} of {folder.as_posix()} as {suffix}",
                    {"number": number, "format": suffix, "preset": section.preset},
                    (path,),
                    needs,
                    files=tuple(run.file(self.out) for run in runs),
                    figure=number,
                    preset=section.preset,
                )

    def _exports(self) -> Iterator[MakeStep]:
        section = self.study.export
        for run in self.landscapes() if section is not None else ():
            assert section is not None
            for suffix in section.formats:
                path = self.out / "exports" / run.folder / f"{run.name}.{suffix}"
                yield MakeStep(
                    f"export.{suffix} {run}",
                    "export",
                    f"Export of {run} as {suffix}",
                    {"format": suffix, "metric": section.metric},
                    (path,),
                    self._needs([run]),
                    files=(run.file(self.out),),
                    metric=section.metric,
                )

    def _needs(self, runs: Iterable[RunKey]) -> tuple[str, ...]:
        """What is measured of these runs."""
        study, wanted = self.study, set(runs)
        found: list[str] = []
        for kind in tuple(_SECTIONS):
            section: Chosen | None = getattr(study, _SECTIONS[kind])
            for run in self._chosen(section) if section is not None else ():
                if run in wanted and kind == "group" and study.groups is not None:
                    found += [f"group {run} {group}" for group in study.groups.groups]
                elif run in wanted:
                    found.append(f"{kind} {run}")
        return tuple(found)


# Kind of step → the section that asks for it.
_SECTIONS: dict[StepKind, str] = {
    "curve": "curves",
    "rollback": "rollback",
    "hessian": "hessian",
    "surface": "surfaces",
    "group": "groups",
}


def _task(study: StudySpec, name: str) -> TaskSpec:
    entry = study.tasks[name]
    assert entry.task is not None  # read_study has filled it in
    return TaskSpec(
        name=entry.task,
        data=entry.data,
        text_columns=entry.text_columns,
        label_column=entry.label_column,
        labels=entry.labels,
        max_length=entry.max_length,
    )


def _training(study: StudySpec, name: str, init: Initialisation) -> dict[str, Any]:
    """Hyper-parameters: the task's own, else the study's, else none, which is the paper's."""
    own, common = study.tasks[name], study.training
    found: dict[str, Any] = {}
    for key in Training.model_fields:
        source = own if key in own.model_fields_set else common
        found[key] = getattr(source, key)
    epochs = found["epochs"]
    if isinstance(epochs, Epochs):
        fallback = common.epochs
        chosen = getattr(epochs, init)
        if chosen is None:
            chosen = getattr(fallback, init) if isinstance(fallback, Epochs) else fallback
        found["epochs"] = chosen
    return found


def _settings(spec: EvaluationSpec) -> dict[str, Any]:
    found = spec.model_dump(mode="json", exclude=_PLACES)
    if (axis := _other_axis(spec)) is not None:
        found["axis2"] = f"other {axis.run.name}"
    return found


def _other_axis(spec: EvaluationSpec) -> OtherRunAxis | None:
    axis = spec.axis2 if isinstance(spec, SurfaceSpec | HessianSpec) else None
    return axis if isinstance(axis, OtherRunAxis) else None
