import json
import math

import numpy as np
import pytest
from pydantic import ValidationError
from support.tiny_models import make_tiny_model, make_tiny_task, make_tiny_tokenizer

from landscape_gui.runs.checkpoints import Checkpoint, Run
from landscape_gui.runs.run_file import to_history
from landscape_gui.runs.tasks import (
    TextExamples,
    evaluation_examples,
    load_texts,
    majority_share,
    resolve_task,
    subset,
    tokenize,
    with_classes,
)
from landscape_gui.specs import TaskSpec, UserError


def write_task(path, train, dev=None, **options):
    path.mkdir(exist_ok=True)
    for name, rows in (("train", train), ("dev", train if dev is None else dev)):
        lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
        (path / f"{name}.jsonl").write_text("\n".join(lines))
    return TaskSpec(name="custom", data=path, text_columns=("text",), **options)


def a_run(directory, labels, task=None):
    return Run(
        directory, "run", "m", "unknown", (Checkpoint(directory, 1, 1.0),), task, labels,
        to_history(()), (), {"tokenizer": str(directory)},
    )  # fmt: skip


def test_glue_columns_and_classes_are_known():
    task = resolve_task(TaskSpec(name="mnli"))
    assert task.text_columns == ("premise", "hypothesis")
    assert task.labels == ("entailment", "neutral", "contradiction")
    assert resolve_task(TaskSpec(name="sst2")).text_columns == ("sentence",)
    assert resolve_task(TaskSpec(name="mrpc", labels=("no", "yes"))).labels == ("no", "yes")


def test_text_labels_are_sorted_classes_of_the_training_split(tmp_path):
    task = write_task(tmp_path, [("x", "pos"), ("y", "neg"), ("z", "other")], [("w", "pos")])
    assert with_classes(task).labels == ("neg", "other", "pos")
    assert load_texts(task, "train").labels.tolist() == [2, 0, 1]
    assert load_texts(task, "dev").labels.tolist() == [2]


def test_given_labels_set_the_order(tmp_path):
    task = write_task(tmp_path, [("x", "pos"), ("y", "neg")], labels=("pos", "neg"))
    found = load_texts(task, "train")
    assert found.labels.dtype == np.int64
    assert found.labels.tolist() == [0, 1]
    assert found.texts == (["x", "y"],)


@pytest.mark.parametrize("values", [(0, 2), ("0", "2"), (0.0, 2.0), (" 0", " 2")])
def test_integer_labels_count_from_zero(tmp_path, values):
    task = write_task(tmp_path, [("x", values[0]), ("y", values[1])])
    assert with_classes(task).labels == ("0", "1", "2")
    assert load_texts(task, "train").labels.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("x", -1)], "not labelled"),
        ([("x", 2)], "none of the classes"),
        ([("x", "maybe")], "none of the classes"),
        ([("x", 0.5)], "none of the classes"),
        ([("x", None)], "none of the classes"),
        ([("x", math.inf)], "none of the classes"),
        ([(None, 0)], "holds no text"),
        ([("good", 0), ("half \ud83d", 1)], r"half a character in example 2"),
        ([], "is empty"),
    ],
)
def test_wrong_data_is_refused(tmp_path, rows, message):
    task = write_task(tmp_path, [("x", 0), ("y", 1)], rows, labels=("no", "yes"))
    with pytest.raises(UserError, match=message):
        load_texts(task, "dev")


@pytest.mark.parametrize("values", [("1", "0"), (1, 0), (" 1", "0 "), (1.0, 0.0)])
def test_a_number_that_names_a_class_is_that_class_in_any_file(tmp_path, values):
    task = write_task(tmp_path, [("x", values[0]), ("y", values[1])], labels=("1", "0"))
    assert load_texts(task, "train").labels.tolist() == [0, 1]


@pytest.mark.parametrize("value", [0, "0"])
def test_beside_names_that_are_numbers_a_number_is_no_index(tmp_path, value):
    task = write_task(tmp_path, [("x", value), ("y", 1)], labels=("1", "2", "3"))
    with pytest.raises(UserError, match=r"of example 1 .* is none of the classes 1, 2, 3"):
        load_texts(task, "train")


def test_what_is_no_text_and_no_number_has_no_name(tmp_path):
    task = write_task(tmp_path, [("x", None), ("y", "None")], labels=("None", "Some"))
    with pytest.raises(UserError, match="Label None of example 1"):
        load_texts(task, "train")


def test_a_class_named_twice_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="the class x is named twice"):
        TaskSpec(name="custom", data=tmp_path, text_columns=("text",), labels=("x", "x"))


def test_real_numbers_are_no_classes(tmp_path):
    task = write_task(tmp_path, [("x", 0.5), ("y", 3.25)])
    with pytest.raises(UserError, match="no class"):
        with_classes(task)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ((0, math.inf), r"train split of .* holds inf in example 2, which is no class"),
        (("yes", None), r"train split of .* holds None in example 2, which is no class"),
        (("yes", 1), r"holds texts, but the number 1 in example 2"),
        (("yes", "no \ud83d"), r"Column label of the train split .* half a character in example 2"),
    ],
)
def test_what_cannot_be_a_class_is_named_with_its_example(tmp_path, labels, message):
    task = write_task(tmp_path, [("x", labels[0]), ("y", labels[1])])
    with pytest.raises(UserError, match=message):
        with_classes(task)


def test_tokens_are_truncated_and_not_padded(tmp_path):
    make_tiny_tokenizer(tmp_path)
    texts = TextExamples((["the box", "the cup on the box"], ["a lamp", "door"]), np.array([0, 1]))
    found = tokenize(texts, tmp_path, 7)
    assert [len(row) for row in found.input_ids] == [7, 7]
    assert [len(row) for row in tokenize(texts, tmp_path, 64).input_ids] == [7, 9]
    assert found.token_type_ids is not None
    assert found.token_type_ids[0].tolist() == [0, 0, 0, 0, 1, 1, 1]
    assert found.input_ids[0].dtype == np.int64


def test_tokenising_in_parts_changes_nothing(tmp_path):
    make_tiny_tokenizer(tmp_path)
    texts = TextExamples((["the box", "a", "cup on the box"],), np.array([0, 1, 1]))
    whole, parts = tokenize(texts, tmp_path, 16), tokenize(texts, tmp_path, 16, batch=2)
    assert [row.tolist() for row in whole.input_ids] == [row.tolist() for row in parts.input_ids]


def test_a_missing_tokenizer_is_named(tmp_path):
    with pytest.raises(UserError, match="holds no tokenizer"):
        tokenize(TextExamples((["a"],), np.array([0])), tmp_path, 16)


def test_a_subset_is_the_start_of_one_shuffle():
    texts = TextExamples(([str(i) for i in range(50)],), np.arange(50))
    small, large = subset(texts, 5, 3), subset(texts, 20, 3)
    assert small.texts[0] == large.texts[0][:5]
    assert [int(t) for t in large.texts[0]] == large.labels.tolist()
    assert subset(texts, 20, 4).texts[0] != large.texts[0]
    assert subset(texts, None, 3).texts[0] == texts.texts[0]


def test_evaluation_examples_fit_the_runs_model(tmp_path):
    task = make_tiny_task(tmp_path / "task")
    bert = a_run(make_tiny_model(tmp_path / "bert"), ("0", "1"))
    found = evaluation_examples(bert, task, "dev", 7, 0)
    assert len(found.labels) == len(found.input_ids) == 7
    assert found.token_type_ids is not None
    distil = a_run(make_tiny_model(tmp_path / "distil", family="distilbert"), ("0", "1"))
    assert evaluation_examples(distil, task, "dev", None, 0).token_type_ids is None


def test_labels_follow_a_head_that_orders_its_classes_otherwise(tmp_path):
    model = make_tiny_model(tmp_path / "model", labels=3)
    task = write_task(
        tmp_path / "task",
        [("a", "entailment"), ("b", "neutral"), ("a box", "contradiction")],
        labels=("entailment", "neutral", "contradiction"),
    )
    run = a_run(model, ("CONTRADICTION", "NEUTRAL", "ENTAILMENT"))
    assert evaluation_examples(run, task, "train", None, 0).labels.tolist() == [2, 1, 0]
    plain = a_run(model, ("0", "1", "2"))
    assert evaluation_examples(plain, task, "train", None, 0).labels.tolist() == [0, 1, 2]


def test_a_named_head_knows_the_classes_without_the_training_split(tmp_path):
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "dev.jsonl").write_text('{"text": "a", "label": "yes"}\n')
    task = TaskSpec(name="custom", data=tmp_path / "task", text_columns=("text",))
    model = make_tiny_model(tmp_path / "model")
    found = evaluation_examples(a_run(model, ("no", "yes")), task, "dev", None, 0)
    assert found.labels.tolist() == [1]
    with pytest.raises(UserError, match="no training examples"):
        evaluation_examples(a_run(model, ("0", "1")), task, "dev", None, 0)


def test_another_number_of_classes_is_refused(tmp_path):
    run = a_run(make_tiny_model(tmp_path / "model"), ("x", "y", "z"))
    with pytest.raises(UserError, match="3 classes"):
        evaluation_examples(run, make_tiny_task(tmp_path / "task"), "dev", None, 0)


def test_majority_share():
    assert majority_share(np.array([0, 1, 1, 1])) == 0.75
    assert np.isnan(majority_share(np.array([], dtype=np.int64)))


@pytest.mark.glue
@pytest.mark.parametrize(
    ("name", "dev", "share"),
    [("mrpc", 408, 0.684), ("rte", 277, 0.527), ("sst2", 872, 0.509), ("mnli", 9815, 0.354)],
)
def test_real_glue_files(glue_dir, name, dev, share):
    found = load_texts(TaskSpec(name=name, data=glue_dir / name), "dev")
    assert len(found.labels) == len(found.texts[0]) == dev
    assert majority_share(found.labels) == pytest.approx(share, abs=5e-4)
    assert len(load_texts(TaskSpec(name=name, data=glue_dir / name), "train").labels) > 2000


def test_unlabelled_glue_rows_are_refused(tmp_path):
    (tmp_path / "validation.jsonl").write_text('{"sentence": "a", "label": -1}\n')
    with pytest.raises(UserError, match="not labelled"):
        load_texts(TaskSpec(name="sst2", data=tmp_path), "dev")


def test_glue_by_name_without_network_says_how_to_get_it():
    with pytest.raises(UserError, match="GLUE rte is not in the local cache") as caught:
        load_texts(TaskSpec(name="rte"), "dev")
    assert "hf download nyu-mll/glue" in caught.value.hint
