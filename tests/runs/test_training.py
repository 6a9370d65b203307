import errno
import json
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from support.tiny_models import make_tiny_model, make_tiny_task, tiny_train_spec

from landscape_gui.runs import run_directory
from landscape_gui.runs.checkpoints import load_model, open_run
from landscape_gui.runs.tasks import evaluation_examples, load_texts
from landscape_gui.runs.training import PAPER_SETTINGS, resolved_settings, train
from landscape_gui.specs import TaskSpec, TrainSpec, UserError
from landscape_gui.store.lock import WriterLock

EPOCHS, STEPS = 3, 4  # 64 examples in batches of 16


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return make_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    return make_tiny_task(tmp_path_factory.mktemp("task"))


@pytest.fixture(scope="module")
def whole(tmp_path_factory, model, task):
    """An uninterrupted training and what it reported."""
    updates = []
    spec = tiny_train_spec(tmp_path_factory.mktemp("whole") / "run", model, task, EPOCHS)
    return train(spec, updates.append), updates


def silent(update):
    pass


def weights(run):
    return [load_file(c.path / "model.safetensors") for c in run.checkpoints]


def assert_same_run(one, two):
    assert [c.step for c in one.checkpoints] == [c.step for c in two.checkpoints]
    for a, b in zip(weights(one), weights(two), strict=True):
        assert a.keys() == b.keys()
        assert all(torch.equal(a[name], b[name]) for name in a)
    for name in ("step", "epoch", "train_loss", "dev_loss", "dev_error"):
        np.testing.assert_array_equal(getattr(one.history, name), getattr(two.history, name))


def test_a_checkpoint_of_the_start_and_of_every_epoch(whole):
    run, _ = whole
    assert [(c.step, c.epoch) for c in run.checkpoints] == [(0, 0), (4, 1), (8, 2), (12, 3)]
    assert run.init == "pretrained"
    assert run.labels == ("0", "1")
    assert run.newly_initialised == ("classifier.weight", "classifier.bias")
    for checkpoint in run.checkpoints:
        assert (checkpoint.path / "tokenizer.json").is_file()


def test_the_history_is_that_of_the_checkpoints(whole, task):
    from landscape_gui.runs.trainer_loop import loss_and_error

    run, updates = whole
    history = run.history
    assert history.step.tolist() == [0, 4, 8, 12]
    assert np.isfinite(history.train_loss).all()
    examples = evaluation_examples(run, task, "dev", None, 0)
    loss, error = loss_and_error(load_model(run), examples)
    assert history.dev_loss[-1] == pytest.approx(loss, abs=1e-6)
    assert history.dev_error[-1] == pytest.approx(error)
    evaluated = [u for u in updates if u.dev_loss is not None]
    assert [u.step for u in evaluated] == [0, 4, 8, 12]
    assert [u.dev_error for u in evaluated] == history.dev_error.tolist()
    assert {u.total_steps for u in updates} == {EPOCHS * STEPS}
    assert [u.step for u in updates if u.dev_loss is None] == list(range(1, 13))


def test_an_epochs_training_loss_is_the_mean_of_its_batches(whole):
    run, updates = whole
    steps = [u.train_loss for u in updates if u.dev_loss is None]
    for epoch in range(EPOCHS):
        mean = np.mean(steps[epoch * STEPS : (epoch + 1) * STEPS])
        assert run.history.train_loss[epoch + 1] == pytest.approx(mean, rel=1e-6)


def test_optimizer_state_is_kept_only_in_the_newest_and_until_the_end(tmp_path, model, task, whole):
    def kept(run):
        return [(c.path / "optimizer.pt").exists() for c in run.checkpoints]

    seen = []
    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    assert kept(train(spec, lambda u: seen.append(u.step), lambda: 9 in seen)) == [0, 0, 1]
    assert not any(kept(whole[0]))
    assert not any((c.path / "training_args.bin").exists() for c in whole[0].checkpoints)


def test_nothing_is_printed_and_nothing_lies_about(tmp_path, model, task, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(p.name for p in task.data.iterdir())
    train(tiny_train_spec(tmp_path / "run", model, task, 1), silent)
    assert capfd.readouterr() == ("", "")
    assert [p.name for p in tmp_path.iterdir()] == ["run"]
    assert sorted(p.name for p in (tmp_path / "run").iterdir()) == [
        "checkpoint-0",
        "checkpoint-4",
        "run.json",
    ]
    assert sorted(p.name for p in task.data.iterdir()) == before


@pytest.mark.parametrize("stop_after", [2, 4, 6, 11])
def test_a_stopped_training_goes_on_to_the_same_weights(tmp_path, model, task, whole, stop_after):
    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    seen = []
    stopped = train(spec, lambda u: seen.append(u.step), lambda: stop_after in seen)
    assert stopped.checkpoints[-1].step == stop_after // STEPS * STEPS
    torch.rand(5)
    assert_same_run(train(spec, silent), whole[0])


def test_a_training_in_a_thread_ends_with_the_same_weights(tmp_path, model, task, whole):
    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    with ThreadPoolExecutor(1) as pool:
        assert_same_run(pool.submit(train, spec, silent).result(), whole[0])


class Crash(BaseException):
    pass


@pytest.mark.parametrize("crash_at", [0, 3, 5, 8])
def test_a_killed_training_goes_on_to_the_same_weights(tmp_path, model, task, whole, crash_at):
    def crash(update):
        if update.step == crash_at:
            raise Crash

    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    with pytest.raises(Crash):
        train(spec, crash)
    half = tmp_path / "run" / "checkpoint-7"
    half.mkdir()
    (half / "model.safetensors").write_bytes(b"half")
    assert_same_run(train(spec, silent), whole[0])
    assert not half.exists()


def test_a_finished_run_is_returned_at_once(whole, model, task):
    run, _ = whole
    updates = []
    again = train(tiny_train_spec(run.path, model, task, EPOCHS), updates.append)
    assert updates == []
    assert again.checkpoints == run.checkpoints


@pytest.mark.parametrize("change", [{"seed": 1}, {"epochs": 4}, {"init": "scratch"}])
def test_another_spec_in_the_same_directory_is_refused(whole, model, task, change):
    spec = tiny_train_spec(whole[0].path, model, task, EPOCHS).model_copy(update=change)
    with pytest.raises(UserError, match=f"differs in {next(iter(change))}"):
        train(spec, silent)


def test_a_directory_with_other_things_is_refused(tmp_path, model, task):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UserError, match="not empty"):
        train(tiny_train_spec(tmp_path, model, task), silent)
    with pytest.raises(UserError, match="is a file"):
        train(tiny_train_spec(tmp_path / "thesis.tex", model, task), silent)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_two_processes_do_not_train_into_one_directory(tmp_path, model, task):
    spec = tiny_train_spec(tmp_path / "run", model, task, 1)
    (tmp_path / "run").mkdir()
    lock = WriterLock(tmp_path / "run" / "run.json")
    lock.acquire()
    with pytest.raises(UserError, match="is being written by process"):
        train(spec, silent)
    assert lock.path.exists()
    lock.release()
    assert train(spec, silent).checkpoints[-1].step == STEPS
    assert not lock.path.exists()


def test_what_a_killed_start_left_is_no_obstacle(tmp_path, model, task):
    (tmp_path / "run.json.lock").write_text(
        json.dumps({"pid": 2**22 + 1, "host": socket.gethostname(), "started": 1})
    )
    (tmp_path / ".run.json.77").write_text("{")
    assert train(tiny_train_spec(tmp_path, model, task, 1), silent).checkpoints[-1].step == STEPS


def test_too_little_memory_is_said_in_words(tmp_path, model, task, monkeypatch):
    def out_of_memory(*_, **__):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr("landscape_gui.runs.trainer_loop.MeanLossTrainer.train", out_of_memory)
    with pytest.raises(UserError, match="does not fit into the memory") as caught:
        train(tiny_train_spec(tmp_path / "run", model, task, 1), silent)
    assert "batch size" in caught.value.hint


def test_a_moved_run_still_opens_and_trains_on(tmp_path, model, task, whole):
    seen = []
    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    train(spec, lambda u: seen.append(u.step), lambda: 5 in seen)
    shutil.move(tmp_path / "run", tmp_path / "moved")
    moved = spec.model_copy(update={"out": tmp_path / "moved"})
    assert_same_run(train(moved, silent), whole[0])
    assert open_run(tmp_path / "moved").path == tmp_path / "moved"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text_columns": ("sentence",)}, "no column sentence"),
        ({"label_column": "gold"}, "no column gold"),
        ({"labels": ("a", "b")}, None),
        ({"labels": ("a",)}, "none of the classes"),
    ],
)
def test_wrong_columns_leave_nothing_behind(tmp_path, model, task, change, message):
    spec = tiny_train_spec(tmp_path / "run", model, task.model_copy(update=change), 1)
    if message is None:
        assert train(spec, silent).labels == ("a", "b")
        return
    with pytest.raises(UserError, match=message):
        train(spec, silent)
    assert not (tmp_path / "run").exists()


def test_unusable_models_leave_nothing_behind(tmp_path, model, task):
    broken = shutil.copytree(model, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"nonsense")
    no_tokenizer = shutil.copytree(model, tmp_path / "bare")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (no_tokenizer / name).unlink()
    unknown = shutil.copytree(model, tmp_path / "unknown")
    config = json.loads((unknown / "config.json").read_text())
    (unknown / "config.json").write_text(json.dumps(config | {"model_type": "never-heard-of"}))
    for directory, message in [
        (broken, "cannot be loaded"),
        (no_tokenizer, "no tokenizer"),
        (unknown, "never-heard-of"),
        (tmp_path, "holds no tokenizer"),
        (tmp_path / "nowhere", "no model directory"),
        ("example/some-model", "Hub cannot be reached"),
    ]:
        with pytest.raises(UserError, match=message):
            train(tiny_train_spec(tmp_path / "run", directory, task), silent)
        assert not (tmp_path / "run").exists()
    with pytest.raises(UserError, match="GLUE rte is not in the local cache"):
        train(tiny_train_spec(tmp_path / "run", model, TaskSpec(name="rte")), silent)
    assert not (tmp_path / "run").exists()
    with pytest.raises(UserError):
        train(tiny_train_spec(tmp_path / "a" / "b" / "run", broken, task), silent)
    assert not (tmp_path / "a").exists()


def test_a_full_disk_keeps_the_complete_epochs(tmp_path, model, task, whole, monkeypatch):
    from transformers import BertForSequenceClassification

    save = BertForSequenceClassification.save_pretrained

    def full(self, directory, **options):
        if str(directory).endswith("checkpoint-8"):
            (tmp_path / "run" / "checkpoint-8" / "model.safetensors").write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        return save(self, directory, **options)

    spec = tiny_train_spec(tmp_path / "run", model, task, EPOCHS)
    with monkeypatch.context() as patch:
        patch.setattr(BertForSequenceClassification, "save_pretrained", full)
        with pytest.raises(UserError, match="No space left") as caught:
            train(spec, silent)
    assert "train again" in caught.value.hint
    assert [c.step for c in open_run(tmp_path / "run").checkpoints] == [0, 4]
    assert_same_run(train(spec, silent), whole[0])


def test_a_disk_full_at_the_start_leaves_no_run(tmp_path, model, task, monkeypatch):
    from transformers import BertForSequenceClassification

    def full(self, directory, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(BertForSequenceClassification, "save_pretrained", full)
    with pytest.raises(UserError, match="No space left"):
        train(tiny_train_spec(tmp_path / "run", model, task), silent)
    assert not (tmp_path / "run").exists()


def test_too_little_space_is_said_before_the_training(tmp_path, model, task, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(run_directory.shutil, "disk_usage", lambda place: usage)
    with pytest.raises(UserError, match=r"needs about .* GB"):
        train(tiny_train_spec(tmp_path / "run", model, task), silent)
    assert not (tmp_path / "run").exists()


def test_a_run_without_a_finished_epoch_does_not_open(tmp_path, model, task):
    spec = tiny_train_spec(tmp_path / "run", model, task)
    train(spec, silent, lambda: True)
    with pytest.raises(UserError, match="no finished epoch"):
        open_run(tmp_path / "run")


def test_two_tasks_from_scratch_share_their_start(tmp_path, model, task):
    three = make_tiny_task(tmp_path / "three", seed=5).model_copy(
        update={"labels": ("zero", "one", "two")}
    )
    runs = [
        train(tiny_train_spec(tmp_path / name, model, t, 1, seed=4, init="scratch"), silent)
        for name, t in (("a", task), ("b", three))
    ]
    a, b = (weights(run)[0] for run in runs)
    encoder = [name for name in a if name.startswith("bert.")]
    assert len(encoder) > 50
    assert all(torch.equal(a[name], b[name]) for name in encoder)
    assert a["classifier.weight"].shape != b["classifier.weight"].shape


def test_a_diverged_training_is_recorded_as_it_was(tmp_path, model, task):
    spec = tiny_train_spec(tmp_path / "run", model, task, 2)
    run = train(spec.model_copy(update={"learning_rate": 1.0}), silent)
    assert run.history.dev_loss[-1] > run.history.dev_loss[0]
    content = (tmp_path / "run" / "run.json").read_text()
    json.loads(content, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_fewer_examples_on_request(tmp_path, model, task):
    spec = tiny_train_spec(tmp_path / "run", model, task, 1)
    run = train(spec.model_copy(update={"train_examples": 20, "dev_examples": 10}), silent)
    assert run.checkpoints[-1].step == 2
    assert run.history.dev_error[-1] * 10 == pytest.approx(round(run.history.dev_error[-1] * 10))
    assert len(load_texts(task, "train").labels) == 64


def test_hyper_parameters_default_to_the_papers():
    def of(name, **options):
        data = {"data": "x", "text_columns": ("t",)} if name == "custom" else {}
        spec = TrainSpec(model="m", task=TaskSpec(name=name, **data), out="o", **options)
        found = resolved_settings(spec)
        return found["epochs"], found["learning_rate"], found["batch_size"]

    assert of("mnli") == (3, 3e-5, 64)
    assert of("sst2", init="scratch") == (8, 3e-5, 64)
    assert of("rte", init="scratch") == (16, 1e-5, 32)
    assert of("mrpc") == (3, 1e-5, 32)
    assert of("custom") == (3, 2e-5, 32)
    assert of("mrpc", epochs=5, learning_rate=1e-4, batch_size=8) == (5, 1e-4, 8)
    assert PAPER_SETTINGS.keys() == {"mnli", "rte", "sst2", "mrpc", "custom"}
