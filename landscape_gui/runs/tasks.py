"""Tasks: labelled text, classes as integers, and tokenised examples."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landscape_gui.paths import expanded
from landscape_gui.runs.text_files import Columns, Split, find_split, read_columns
from landscape_gui.specs import TaskSpec, UserError

if TYPE_CHECKING:
    from landscape_gui.runs.run import Run

# GLUE's columns and classes, in the order of the Hub's integer labels.
_GLUE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mnli": (("premise", "hypothesis"), ("entailment", "neutral", "contradiction")),
    "rte": (("sentence1", "sentence2"), ("entailment", "not_entailment")),
    "sst2": (("sentence",), ("negative", "positive")),
    "mrpc": (("sentence1", "sentence2"), ("not_equivalent", "equivalent")),
}
_MEND = "Mend the data: of an emoji, for instance, only one of its two codes is left."
_UNNAMED = re.compile(r"^(LABEL_)?\d+$")


@dataclass(frozen=True, eq=False)
class TextExamples:
    """Texts in one or two columns, and the class of each as int64[n]."""

    texts: tuple[list[str], ...]
    labels: npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TokenizedExamples:
    """Token ids of each example, unpadded.

    ``token_type_ids`` is None where the model does not tell a pair's texts apart. ``labels`` is
    int64[n].
    """

    input_ids: tuple[npt.NDArray[np.int64], ...]
    token_type_ids: tuple[npt.NDArray[np.int64], ...] | None
    labels: npt.NDArray[np.int64]

    def sha256(self) -> str:
        """Hash of all token numbers, token types and labels in their order."""
        found = hashlib.sha256()
        lengths = np.array([len(ids) for ids in self.input_ids], dtype=np.int64)
        for numbers in (self.labels, lengths, *self.input_ids, *(self.token_type_ids or ())):
            # The lengths, and that there are as many types or none, tell what is whose.
            found.update(np.ascontiguousarray(numbers, dtype="<i8").data)
        return found.hexdigest()


def resolve_task(task: TaskSpec) -> TaskSpec:
    """The task with GLUE's columns and classes filled in; a custom task's classes as given."""
    if task.name not in _GLUE:
        return task
    columns, labels = _GLUE[task.name]
    return task.model_copy(
        update={"text_columns": task.text_columns or columns, "labels": task.labels or labels}
    )


def with_classes(task: TaskSpec) -> TaskSpec:
    """The resolved task with its classes, read from the training split where nobody named them.

    Raises
    ------
    UserError
        If the training split cannot be read or its labels are no classes.
    """
    task = resolve_task(task)
    if task.labels:
        return task
    values = _columns(task, "train", (task.label_column,))[task.label_column]
    return task.model_copy(update={"labels": _classes_of(values, task)})


def load_texts(task: TaskSpec, split: Split) -> TextExamples:
    """The texts and integer labels of one split, in the order of the data.

    Raises
    ------
    UserError
        If there are no such data or columns, the split is empty, or a label is not a class.
    """
    task = with_classes(task)
    columns = _columns(task, split, (*task.text_columns, task.label_column))
    values = columns[task.label_column]
    if not values:
        raise UserError(f"The {split} split of {_where(task)} is empty.", "Give other data.")
    for name in task.text_columns:
        wrong = next((i for i, text in enumerate(columns[name]) if not isinstance(text, str)), None)
        if wrong is not None:
            raise UserError(
                f"Column {name} of the {split} split of {_where(task)} holds no text in example "
                f"{wrong + 1}: {columns[name][wrong]!r}.",
                "Name another column, or mend the data.",
            )
        half = next((i for i, text in enumerate(columns[name]) if not _is_unicode(text)), None)
        if half is not None:
            raise UserError(_half_a_character(task, split, name, half, columns[name]), _MEND)
    labels = _as_classes(values, task, split)
    return TextExamples(tuple(columns[name] for name in task.text_columns), labels)


def tokenize(
    texts: TextExamples, tokenizer_path: Path, max_length: int, batch: int = 4096
) -> TokenizedExamples:
    """Token ids of every example: truncated to ``max_length`` tokens, not padded.

    Raises
    ------
    UserError
        If there is no tokenizer in ``tokenizer_path``.
    """
    from landscape_gui.runs.architecture import load_tokenizer, quiet

    tokenizer: Any = load_tokenizer(tokenizer_path)
    limit = min(max_length, tokenizer.model_max_length)
    ids: list[npt.NDArray[np.int64]] = []
    types: list[npt.NDArray[np.int64]] = []
    with quiet():
        for first in range(0, len(texts.labels), batch):
            part = [column[first : first + batch] for column in texts.texts]
            encoded = tokenizer(
                *part,
                truncation=True,
                max_length=limit,
                padding=False,
                return_attention_mask=False,
            )
            ids += [np.asarray(row, dtype=np.int64) for row in encoded["input_ids"]]
            rows = encoded.get("token_type_ids", [])
            types += [np.asarray(row, dtype=np.int64) for row in rows]
    complete = len(types) == len(ids)
    return TokenizedExamples(tuple(ids), tuple(types) if complete else None, texts.labels)


def evaluation_examples(
    run: Run, task: TaskSpec, split: Split, limit: int | None, seed: int
) -> TokenizedExamples:
    """Examples for measuring a run: the first ``limit`` of a seeded shuffle; ``None`` is all.

    Tokenised with the run's tokenizer; labels numbered as the outputs of the run's head. Where
    the head names the task's classes in another order, the labels follow the head.

    Raises
    ------
    UserError
        If the data cannot be had, the run holds no tokenizer, or its head has fewer classes.
    """
    from landscape_gui.runs.architecture import skeleton

    task = _with_classes_of(run, task)
    texts = subset(load_texts(task, split), limit, seed)
    texts = TextExamples(texts.texts, _as_head_numbers(texts.labels, task, run))
    if not run.details.get("tokenizer"):
        raise UserError(
            f"{run.path} holds no tokenizer, nor does the model that training began from.",
            "Copy the tokenizer's files (tokenizer.json, or vocab.txt) into the run directory.",
        )
    frame = skeleton(run.checkpoints[-1].path)
    limit_tokens = min(task.max_length, frame.max_positions or task.max_length)
    examples = tokenize(texts, Path(run.details["tokenizer"]), limit_tokens)
    return examples if frame.takes_token_types else without_token_types(examples)


def subset(texts: TextExamples, limit: int | None, seed: int) -> TextExamples:
    """The first ``limit`` examples of a shuffle by ``seed``; all in their own order for None."""
    if limit is None or limit >= len(texts.labels):
        return texts
    chosen = np.random.default_rng(seed).permutation(len(texts.labels))[:limit]
    columns = tuple([column[i] for i in chosen] for column in texts.texts)
    return TextExamples(columns, texts.labels[chosen])


def without_token_types(examples: TokenizedExamples) -> TokenizedExamples:
    """The examples for a model that knows no token types."""
    return TokenizedExamples(examples.input_ids, None, examples.labels)


def majority_share(labels: npt.NDArray[np.int64]) -> float:
    """Share of the most frequent class: the accuracy of always answering it. NaN for none."""
    return float(np.bincount(labels).max() / len(labels)) if len(labels) else float("nan")


def _columns(task: TaskSpec, split: Split, names: tuple[str, ...]) -> Columns:
    if task.data is None:
        from landscape_gui.runs.glue_hub import read_glue

        return read_glue(task.name, split, names)
    return read_columns(find_split(expanded(task.data), split), names)


def _classes_of(values: Sequence[Any], task: TaskSpec) -> tuple[str, ...]:
    if not values:
        raise UserError(f"The train split of {_where(task)} is empty.", "Give other data.")
    numbers = [_as_integer(value) for value in values]
    if all(number is not None for number in numbers):
        highest = max(number for number in numbers if number is not None)
        if highest > 10_000:
            raise UserError(
                f"Column {task.label_column} of {_where(task)} goes up to {highest}: no classes.",
                "Name the column that holds the class, numbered from 0.",
            )
        return tuple(str(index) for index in range(max(highest + 1, 2)))
    # Beside an infinity, integers are what they should be: it is the one to name.
    wrong = [i for i, v in enumerate(values) if not isinstance(v, str) and numbers[i] is None]
    if wrong:
        raise UserError(
            f"Column {task.label_column} of the train split of {_where(task)} holds "
            f"{values[wrong[0]]!r} in example {wrong[0] + 1}, which is no class.",
            "A class is an integer from 0, or a text.",
        )
    if mixed := [i for i, value in enumerate(values) if not isinstance(value, str)]:
        raise UserError(
            f"Column {task.label_column} of the train split of {_where(task)} holds texts, but "
            f"the number {values[mixed[0]]!r} in example {mixed[0] + 1}.",
            "Make all classes texts, or all integers from 0.",
        )
    if half := [i for i, value in enumerate(values) if not _is_unicode(value)]:
        raise UserError(_half_a_character(task, "train", task.label_column, half[0], values), _MEND)
    return tuple(sorted(set(values)))


def _as_classes(values: Sequence[Any], task: TaskSpec, split: str) -> npt.NDArray[np.int64]:
    by_name = {name: index for index, name in enumerate(task.labels)}
    # Beside names that are numbers, an index would be a second meaning of the same number.
    indexed = all(_as_integer(name) is None for name in task.labels)
    result = np.empty(len(values), dtype=np.int64)
    for place, value in enumerate(values):
        # A class's name is that class, be it a text or a number, whatever else it may mean.
        number = _as_integer(value)
        index = by_name.get(value) if isinstance(value, str) else None
        if index is None and number is not None:
            index = by_name.get(str(number))  # of the text " 1" as well
        if index is None and number == -1:
            raise UserError(
                f"The {split} split of {_where(task)} is not labelled: example {place + 1} has "
                "label -1.",
                "Use the train and validation files: GLUE's test files hold no labels.",
            )
        if index is None and indexed:
            index = number
        if index is None or not 0 <= index < len(task.labels):
            raise UserError(
                f"Label {value!r} of example {place + 1} in the {split} split of {_where(task)} "
                f"is none of the classes {', '.join(task.labels)}.",
                "Name the classes in order, or mend the data.",
            )
        result[place] = index
    return result


def _half_a_character(
    task: TaskSpec, split: str, column: str, place: int, values: Sequence[Any]
) -> str:
    return (
        f"Column {column} of the {split} split of {_where(task)} holds half a character in "
        f"example {place + 1}: {values[place]!r}."
    )


def _is_unicode(text: str) -> bool:
    """Whether a text can be written at all: JSON can name one half of a pair of codes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _as_integer(value: Any) -> int | None:
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\s*-?\d{1,9}\s*", value) else None
    if isinstance(value, int | float) and math.isfinite(value) and int(value) == value:
        return int(value)
    return None


def _with_classes_of(run: Run, task: TaskSpec) -> TaskSpec:
    """The task with its classes: its own, the run's task's, the data's, or else the head's."""
    task = resolve_task(task)
    if not task.labels and run.task is not None and run.task.labels:
        return task.model_copy(update={"labels": run.task.labels})
    try:
        return with_classes(task)
    except UserError:
        # Without a training split only the head can name the classes.
        if all(_UNNAMED.match(name) for name in run.labels):
            raise
        return task.model_copy(update={"labels": run.labels})


def _as_head_numbers(
    labels: npt.NDArray[np.int64], task: TaskSpec, run: Run
) -> npt.NDArray[np.int64]:
    theirs = [name.strip().lower() for name in run.labels]
    ours = [name.strip().lower() for name in task.labels]
    named = not any(_UNNAMED.match(name.upper()) for name in (*theirs, *ours))
    if named and len(set(theirs)) == len(theirs) and set(theirs) == set(ours):
        return np.array([theirs.index(name) for name in ours], dtype=np.int64)[labels]
    if len(theirs) != len(ours):
        raise UserError(
            f"{run.name} tells {len(theirs)} classes apart ({', '.join(run.labels)}), task "
            f"{task.name} has {len(ours)} ({', '.join(task.labels)}).",
            "Give the task that the run was trained on.",
        )
    return labels


def _where(task: TaskSpec) -> str:
    return str(task.data) if task.data is not None else f"GLUE {task.name}"
