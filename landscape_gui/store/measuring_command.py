"""The command that measures what a file lacks, on what the file's results were measured on."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from landscape_gui.specs import ExamplesSpec, Spec, TaskSpec
from landscape_gui.store.places import place_name
from landscape_gui.store.records import LandscapeRecord

_Part = TypeVar("_Part", bound=Spec)
_USUAL = TaskSpec(name="mrpc")


def measuring_command(
    record: LandscapeRecord,
    verb: str,
    *options: str,
    like: Mapping[str, Any] | None = None,
    names_only: bool = False,
) -> str:
    """``landscape-gui VERB RUN … --out FILE`` as it can be typed.

    Parameters
    ----------
    verb
        ``compute``, ``rollback`` or ``hessian``.
    options
        What is to be measured.
    like
        Spec from which base, task, data and examples are taken: a run that was trained elsewhere
        does not say them. By default that of the file's first result.
    names_only
        Run, base, data and file without their folders, for what is given to others.
    """
    place: Callable[[str], str] = place_name if names_only else str
    spec = _first_spec(record) if like is None else like
    words = ["landscape-gui", verb, place(record.run.path or "RUN"), *options]
    if isinstance(base := spec.get("base"), str):
        words += ["--base", place(base)]
    if task := _part(TaskSpec, spec.get("task")):
        words += _task_options(task, place)
    if examples := _part(ExamplesSpec, spec.get("examples")):
        words += _example_options(examples)
    file = record.path.name if names_only else str(record.path)
    return shlex.join([*words, "--out", file])


def _task_options(task: TaskSpec, place: Callable[[str], str]) -> Iterator[str]:
    yield from ("--task", task.name)
    if task.data is not None:
        yield from ("--data", place(str(task.data)))
    if task.text_columns:
        yield from ("--text-columns", *task.text_columns)
    if task.label_column != _USUAL.label_column:
        yield from ("--label-column", task.label_column)
    if task.labels:
        yield from ("--labels", *task.labels)
    if task.max_length != _USUAL.max_length:
        yield from ("--max-length", str(task.max_length))


def _example_options(examples: ExamplesSpec) -> Iterator[str]:
    if examples.train is not None:
        yield from ("--train-examples", str(examples.train))
    if examples.dev is not None:
        yield from ("--dev-examples", str(examples.dev))
    if examples.seed:
        yield from ("--seed", str(examples.seed))


def _first_spec(record: LandscapeRecord) -> Mapping[str, Any]:
    results = (*record.surfaces.values(), *record.curves.values(), record.rollback, record.hessian)
    return next((result.spec for result in results if result is not None), {})


def _part(kind: type[_Part], data: Any) -> _Part | None:
    """Part of a spec, if a file from anywhere holds it as this program writes it."""
    try:
        return kind.model_validate(data)
    except ValidationError:
        return None
