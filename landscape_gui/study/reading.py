"""Reads a study file; a key that nobody knows is an error that names the nearest one."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from landscape_gui.paths import expanded
from landscape_gui.resource_files import resource
from landscape_gui.specs import UserError
from landscape_gui.study.spec import StudySpec


def shipped_studies() -> tuple[str, ...]:
    """Names of the studies that come with the program."""
    return tuple(sorted(path.stem for path in resource("studies").glob("*.toml")))


def find_study(name: str) -> Path:
    """A study file, or a shipped study by its name.

    Raises
    ------
    UserError
        If there is neither.
    """
    path = Path(name)
    if path.is_file():
        return path
    if name in shipped_studies():
        return resource("studies", f"{name}.toml")
    raise UserError(
        f"There is no study file {name}.",
        f"Give a TOML file, or one of the studies that come with it: "
        f"{', '.join(shipped_studies())}.",
    )


def read_study(
    path: Path, models: Mapping[str, str] | None = None, data: Mapping[str, Path] | None = None
) -> StudySpec:
    """Read and check a study; its paths become absolute, from the file's own directory.

    Parameters
    ----------
    models
        Name of a model → directory or name on the Hub, instead of what the file says. The empty
        name stands for the only model.
    data
        Name of a task → directory of its data. The empty name stands for the directory with all
        tasks' directories.

    Raises
    ------
    UserError
        If the file cannot be read, a key is unknown, or a value is not what it has to be.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}.", "Check the path.") from error
    except RecursionError as error:
        raise UserError(
            f"{path} is nested too deeply to be a study.", "Give a study file."
        ) from error
    except ValueError as error:  # TOMLDecodeError, and e.g. a number with too many digits
        raise UserError(f"{path} is not TOML: {error}.", "Mend that line.") from error
    problems = list(_unknown_keys(content, StudySpec, ""))
    if problems:
        raise UserError(f"{path}: {'; '.join(problems)}.", "Mend or remove what is not known.")
    try:
        study = StudySpec.model_validate(content)
    except ValidationError as error:
        said = dict.fromkeys(_said(e["loc"], e["msg"]) for e in error.errors())
        raise UserError(f"{path}: {'; '.join(said)}.", "Mend these values.") from error
    return _complete(study, path, models or {}, data or {})


def _unknown_keys(data: Any, kind: Any, where: str) -> Iterator[str]:
    model = _model_in(kind)
    if model is None or not isinstance(data, dict):
        if get_origin(kind) is dict and isinstance(data, dict):
            for key, value in data.items():
                yield from _unknown_keys(value, get_args(kind)[1], f"{where}{key}.")
        return
    for key, value in data.items():
        if key in model.model_fields:
            yield from _unknown_keys(value, _annotation(model, key), f"{where}{key}.")
            continue
        near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.6)
        place = _section_of(key) if not near else ""
        if near:
            hint = f"did you mean {near[0]}?"
        elif place:
            hint = f"it belongs in [{place}]"
        else:
            nearest = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.0)
            hint = f"the nearest known key is {nearest[0]}"
        yield f"unknown key {where}{key} ({hint})"


def _annotation(model: type[BaseModel], key: str) -> Any:
    return model.model_fields[key].annotation


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The section that a field holds, if it is one."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    if get_origin(kind) in (Union, UnionType):
        return next((found for part in get_args(kind) if (found := _model_in(part))), None)
    return None


def _section_of(key: str) -> str:
    """The section that knows a key, for one that stands in the wrong place."""
    for name, field in StudySpec.model_fields.items():
        model = _model_in(field.annotation)
        if model is not None and key in model.model_fields:
            return name
        if get_origin(field.annotation) is dict:
            entry = _model_in(get_args(field.annotation)[1])
            if entry is not None and key in entry.model_fields:
                return f"{name}.NAME"
    return ""


def _said(place: tuple[int | str, ...], message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Input ")
    names = [str(part) for part in place if part not in ("Epochs", "[key]")]
    return f"{'.'.join(names)}: {message}" if names else message


def _complete(
    study: StudySpec, path: Path, models: Mapping[str, str], data: Mapping[str, Path]
) -> StudySpec:
    home = path.resolve().parent
    given = _named(models, list(study.models), "model")
    entries = {}
    for name, entry in study.models.items():
        where = given[name] if name in given else _local(entry.path, home)
        if not where:
            raise UserError(
                f"{path} does not say where the model {name} is.",
                f"Say it: --model {name}=DIR, with a directory or a name on the Hub.",
            )
        entries[name] = entry.model_copy(update={"path": where})
    root = data.get("") or (home / study.data if study.data is not None else None)
    own = {name: place for name, place in data.items() if name}
    _named(own, list(study.tasks), "task")
    tasks = {}
    for name, task in study.tasks.items():
        kind = task.task or name
        if name in own:
            place: Path | None = own[name]
        elif task.data is not None:
            place = home / expanded(task.data)
        else:
            place = root / (kind if kind != "custom" else name) if root is not None else None
        if place is None and kind == "custom":
            raise UserError(
                f"{path} does not say where the data of tasks.{name} are.",
                f"Say it: --data {name}=DIR.",
            )
        place = expanded(place).resolve() if place is not None else None
        tasks[name] = task.model_copy(update={"task": kind, "data": place})
    return study.model_copy(update={"models": entries, "tasks": tasks, "data": None})


def _named(given: Mapping[str, Any], known: list[str], kind: str) -> dict[str, Any]:
    """Given by name, where the empty name is that of the only one."""
    found = {}
    for name, value in given.items():
        if not name and len(known) > 1:
            raise UserError(
                f"The study has several {kind}s: {', '.join(known)}.",
                f"Say which: --{kind} {known[0]}=DIR.",
            )
        if name and name not in known:
            raise UserError(f"The study has no {kind} {name}.", f"It has {', '.join(known)}.")
        found[name or known[0]] = value
    return found


def _local(path: str, home: Path) -> str:
    """A directory from the study's own; anything else stays a name on the Hub."""
    if not path:
        return ""
    place = home / expanded(path)
    return str(place.resolve()) if path.startswith((".", "/", "~")) or place.is_dir() else path
