import numpy as np
import pytest
import torch
from support.tiny_models import make_tiny_model, make_tiny_task
from transformers import AutoModelForSequenceClassification

from landscape_gui.runs.tasks import load_texts, tokenize
from landscape_gui.runs.trainer_loop import PadToLongest, loss_and_error


@pytest.fixture(scope="module")
def model_and_examples(tmp_path_factory):
    path = make_tiny_model(tmp_path_factory.mktemp("model"), kind="classifier")
    task = make_tiny_task(tmp_path_factory.mktemp("task"))
    examples = tokenize(load_texts(task, "dev"), path, 32)
    return AutoModelForSequenceClassification.from_pretrained(path), examples


def one_by_one(model, examples):
    losses, errors = [], []
    with torch.no_grad():
        for ids, types, label in zip(
            examples.input_ids, examples.token_type_ids, examples.labels, strict=True
        ):
            inputs = {"input_ids": torch.tensor(ids), "token_type_ids": torch.tensor(types)}
            logits = model.eval()(**{k: v[None] for k, v in inputs.items()}).logits
            losses.append(torch.nn.functional.cross_entropy(logits, torch.tensor([label])).item())
            errors.append(int(logits.argmax()) != label)
    return np.mean(losses), np.mean(errors)


@pytest.mark.parametrize("tokens", [1, 40, 8192])
def test_packing_does_not_change_loss_and_error(model_and_examples, tokens):
    model, examples = model_and_examples
    loss, error = loss_and_error(model, examples, tokens)
    expected_loss, expected_error = one_by_one(model, examples)
    assert loss == pytest.approx(expected_loss, abs=1e-6)
    assert error == expected_error


def test_evaluating_leaves_mode_and_random_numbers_alone(model_and_examples):
    model, examples = model_and_examples
    model.train()
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    first = loss_and_error(model, examples)
    assert torch.equal(torch.rand(3), expected)
    assert model.training
    assert loss_and_error(model, examples) == first


def test_a_nan_is_never_right(model_and_examples):
    model, examples = model_and_examples
    kept = model.classifier.bias.detach().clone()
    with torch.no_grad():
        model.classifier.bias.fill_(float("nan"))
    loss, error = loss_and_error(model, examples)
    with torch.no_grad():
        model.classifier.bias.copy_(kept)
    assert np.isnan(loss)
    assert error == 1.0


def test_batches_are_padded_to_their_longest():
    items = [
        {"input_ids": np.array([2, 9, 3]), "token_type_ids": np.array([0, 0, 1]), "labels": 1},
        {"input_ids": np.array([2]), "token_type_ids": np.array([0]), "labels": 0},
    ]
    batch = PadToLongest(7)(items)
    assert batch["input_ids"].tolist() == [[2, 9, 3], [2, 7, 7]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1], [1, 0, 0]]
    assert batch["token_type_ids"].tolist() == [[0, 0, 1], [0, 0, 0]]
    assert batch["labels"].tolist() == [1, 0]
    assert "token_type_ids" not in PadToLongest(0)([{"input_ids": np.array([1]), "labels": 0}])
