"""Columns of labelled text from local parquet, JSON, TSV and CSV files.

Read directly: no cache, no network, nothing written beside the data.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

from landscape_gui.specs import UserError

Split: TypeAlias = Literal["train", "dev"]
Columns: TypeAlias = dict[str, list[Any]]

STEMS: dict[Split, tuple[str, ...]] = {
    "train": ("train", "training"),
    "dev": ("validation", "dev", "validation_matched", "dev_matched", "valid", "val"),
}
_SUFFIXES = (".parquet", ".jsonl", ".json", ".tsv", ".csv")
_NAMES: dict[Split, str] = {
    "train": "train.*",
    "dev": "validation.*, dev.* or validation_matched.*",
}


def find_split(data: Path, split: Split) -> tuple[Path, ...]:
    """The files of one split: ``train.jsonl``, or the Hub's ``train-00000-of-00002.parquet`` ….

    A single file is the split that its name says, else the training split.

    Raises
    ------
    UserError
        If there is no such directory, no file for the split, or more than one candidate.
    """
    formats = ", ".join(_SUFFIXES)
    if data.is_file():
        if data.suffix.lower() not in _SUFFIXES:
            raise UserError(f"{data} has an unknown format.", f"Known are {formats}.")
        its_own: Split = "dev" if _stem(data) in STEMS["dev"] else "train"
        if split == its_own:
            return (data,)
        raise UserError(
            f"{data} is one file, and holds no {_word(split)} examples.",
            f"Give a directory with train.* and dev.* ({formats}).",
        )
    if not data.is_dir():
        raise UserError(f"There is no data directory {data}.", "Check the path of the data.")
    files = sorted(p for p in data.iterdir() if p.is_file() and p.suffix.lower() in _SUFFIXES)
    for stem in STEMS[split]:
        if not (matching := [path for path in files if _stem(path) == stem]):
            continue
        whole = [path for path in matching if path.stem == stem]
        if len(whole) > 1:
            raise UserError(
                f"{data} holds more than one file for its {_word(split)} examples: "
                f"{', '.join(path.name for path in whole)}.",
                "Keep one of them, or give the file itself.",
            )
        return tuple(whole or matching)
    there = ", ".join(path.name for path in files[:8]) or "no data files"
    raise UserError(
        f"{data} holds no {_word(split)} examples: {_NAMES[split]} ({formats}); it has {there}.",
        "Rename the file, or give another directory.",
    )


def read_columns(paths: tuple[Path, ...], columns: tuple[str, ...]) -> Columns:
    """The named columns of one or more files, rows in order.

    Raises
    ------
    UserError
        If a file is damaged or lacks a column.
    """
    result: Columns = {name: [] for name in columns}
    for path in paths:
        for name, values in _read(path, columns).items():
            result[name] += values
    return result


def _read(path: Path, columns: tuple[str, ...]) -> Columns:
    try:
        match path.suffix.lower():
            case ".parquet":
                return _read_parquet(path, columns)
            case ".tsv":
                # GLUE's TSV files hold lone quotation marks: they quote nothing.
                return _read_delimited(path, columns, delimiter="\t", quoting=csv.QUOTE_NONE)
            case ".csv":
                return _read_delimited(path, columns, delimiter=",", quoting=csv.QUOTE_MINIMAL)
            case _:
                return _read_json(path, columns)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not UTF-8 text.", "Convert it to UTF-8.") from error
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path} cannot be read: {text}.", "Check the file.") from error


def _read_parquet(path: Path, columns: tuple[str, ...]) -> Columns:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        _require(path, columns, file.schema_arrow.names)
        table = file.read(columns=list(dict.fromkeys(columns)))
    return {name: table.column(name).to_pylist() for name in columns}


def _read_delimited(path: Path, columns: tuple[str, ...], delimiter: str, quoting: int) -> Columns:
    csv.field_size_limit(2**24)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
        header = next(reader, [])
        _require(path, columns, header)
        places = {name: header.index(name) for name in columns}
        result: Columns = {name: [] for name in columns}
        for row in reader:
            if not row:
                continue
            if len(row) < len(header):
                raise UserError(
                    f"Line {reader.line_num} of {path} has {len(row)} columns instead of "
                    f"{len(header)}.",
                    "Mend the line.",
                )
            # Of an unquoted text, what follows its first delimiter would be lost.
            if any(cell.strip() for cell in row[len(header) :]):
                quoted = "a text that holds a comma has to be in quotation marks"
                tabbed = "a text cannot hold a tab"
                raise UserError(
                    f"Line {reader.line_num} of {path} has {len(row)} columns instead of "
                    f"{len(header)}.",
                    f"Mend the line: {quoted if delimiter == ',' else tabbed}.",
                )
            for name, place in places.items():
                result[name].append(row[place])
    return result


def _read_json(path: Path, columns: tuple[str, ...]) -> Columns:
    result: Columns = {name: [] for name in columns}
    for place, row in _json_rows(path):
        if not isinstance(row, dict):
            raise UserError(f"{place} of {path} is not a JSON object.", "Mend the line.")
        _require(path, columns, list(row), where=f"{place} of ")
        for name in columns:
            result[name].append(row[name])
    return result


def _json_rows(path: Path) -> Iterator[tuple[str, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        if path.suffix.lower() == ".json" and file.read(4096).lstrip().startswith("["):
            file.seek(0)
            rows = json.load(file)
            yield from ((f"Entry {number}", row) for number, row in enumerate(rows, start=1))
            return
        file.seek(0)
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield f"Line {number}", json.loads(line)
            except ValueError as error:
                raise UserError(
                    f"Line {number} of {path} is not JSON: {error}.", "Mend the line."
                ) from error


def _require(path: Path, columns: tuple[str, ...], there: list[str], where: str = "") -> None:
    if missing := [name for name in columns if name not in there]:
        names = ", ".join(there) or "none"
        raise UserError(
            f"There is no column {missing[0]} in {where}{path}; it has {names}.",
            "Name the columns of the texts and of the label.",
        )


def _stem(path: Path) -> str:
    """File name without its suffix and without the Hub's shard number."""
    return re.sub(r"-\d+-of-\d+$", "", path.stem)


def _word(split: Split) -> str:
    return "training" if split == "train" else "development"
