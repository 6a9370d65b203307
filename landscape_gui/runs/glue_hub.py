"""GLUE tasks from the Hugging Face Hub, by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from landscape_gui.runs.hub import require_hub
from landscape_gui.runs.text_files import Columns, Split
from landscape_gui.specs import UserError

_REPOSITORY = "nyu-mll/glue"


def read_glue(name: str, split: Split, columns: tuple[str, ...]) -> Columns:
    """Columns of one split of a GLUE task, from the local cache or the Hub.

    The development split of MNLI is the matched one.

    Raises
    ------
    UserError
        If the cache does not hold it and the Hub cannot be reached, or a column is missing.
    """
    part = "train" if split == "train" else "validation"
    if name == "mnli" and split == "dev":
        part = "validation_matched"
    data = _load(name, part)
    if missing := [column for column in columns if column not in data.column_names]:
        raise UserError(
            f"There is no column {missing[0]} in GLUE {name}; it has "
            f"{', '.join(data.column_names)}.",
            "Leave out the names of the columns: those of GLUE are known.",
        )
    return {column: list(data[column]) for column in columns}


def _load(name: str, part: str):  # noqa: ANN202 - a datasets.Dataset, imported late
    import datasets

    def load() -> datasets.Dataset:
        loaded = datasets.load_dataset(_REPOSITORY, name, split=part)
        assert isinstance(loaded, datasets.Dataset)
        return loaded

    with _quiet():
        try:
            with _offline():
                return load()
        except Exception:
            pass
        try:
            require_hub(_REPOSITORY, "dataset")
            return load()
        except UserError as error:
            raise UserError(
                f"GLUE {name} is not in the local cache, and the Hub cannot be reached.",
                f"On a machine with network run: hf download {_REPOSITORY} --repo-type dataset "
                f"--local-dir DIR; then copy DIR here and give DIR/{name} as the data.",
            ) from error
        except Exception as error:
            text = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(
                f"GLUE {name} cannot be loaded from the Hub: {text}.",
                "Try again, or give a directory of local files with --data.",
            ) from error


@contextmanager
def _offline() -> Iterator[None]:
    """Let datasets look into its cache only: it would otherwise retry the Hub for half a minute."""
    import datasets.config
    import huggingface_hub.constants

    places = [(datasets.config, "HF_HUB_OFFLINE"), (huggingface_hub.constants, "HF_HUB_OFFLINE")]
    before = [(module, key, getattr(module, key, False)) for module, key in places]
    for module, key in places:
        setattr(module, key, True)
    try:
        yield
    finally:
        for module, key, value in before:
            setattr(module, key, value)


@contextmanager
def _quiet() -> Iterator[None]:
    import datasets

    bars = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        yield
    finally:
        if not bars:
            datasets.enable_progress_bars()
