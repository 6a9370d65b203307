"""The terminal as a person and as a program meet it; jobs run in this process unless noted."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time

import h5py
import numpy as np
import pytest

from landscape_gui.cli import main
from landscape_gui.store.landscape_file import read_landscape


def run(*arguments):
    return main([str(a) for a in arguments])


def fails(capsys, *arguments, code=1):
    """The one message of a command that must fail, without a traceback."""
    assert run(*arguments) == code
    text = capsys.readouterr().err
    assert "Traceback" not in text
    return text


SMALL = ("--points", 5, "--range", -1, 2, "--train-examples", 16, "--dev-examples", 16, "--quiet")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "x.landscape.h5"


def test_compute_and_info_agree(runs, out, capsys):
    code = run(
        "compute", runs.first.path, "--other", runs.second.path, "--out", out, *SMALL, "--json"
    )
    assert code == 0
    computed = json.loads(capsys.readouterr().out)
    assert run("info", out, "--json") == 0
    assert json.loads(capsys.readouterr().out) == computed
    (surface,) = computed["surfaces"].values()
    assert surface["measured"] == surface["points"] == 25
    assert surface["status"] == "complete"
    assert abs(surface["cosine"]) < 1
    assert set(surface["anchors"]) == {"start", "end"}
    assert surface["examples"] == {"train": 16, "dev": 16}
    assert len(computed["run"]["checkpoints"][0]["sha256"]) == 64


def test_info_speaks_to_a_person(runs, out, capsys):
    run("compute", runs.first.path, "--curve", "--out", out, *SMALL)
    capsys.readouterr()
    assert run("info", out) == 0
    text = capsys.readouterr().out
    assert "curve" in text
    assert "dev error" in text
    assert "±" in text


def test_groups_and_rollback(runs, out, capsys):
    for group in ("low", "0-1", "embeddings"):
        assert run("compute", runs.first.path, "--out", out, "--group", group, *SMALL) == 0
    assert len(read_landscape(out).surfaces) == 3
    capsys.readouterr()
    assert run("rollback", runs.first.path, "--out", out, "--quiet", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["rollback"]["rows"]
    assert [] in [row["rolled_back"] for row in rows]
    assert len(rows) == 8


def test_a_second_rollback_says_what_became_of_the_first_and_info_names_it(runs, out, capsys):
    few = ("--train-examples", 8, "--dev-examples", 8)
    assert run("rollback", runs.first.path, "--out", out, "--quiet") == 0
    assert "set aside" not in capsys.readouterr().out
    assert run("rollback", runs.first.path, "--out", out, *few) == 0
    told = capsys.readouterr()
    assert "on all training and all development examples, is kept in the file" in told.err
    assert run("info", out) == 0
    text = capsys.readouterr().out
    assert "rollback   on 8 training and 8 development examples" in text
    assert "rollback_1: on all training and all development examples, 8 combinations" in text
    assert run("info", out, "--json") == 0
    (table,) = json.loads(capsys.readouterr().out)["set_aside"].values()
    assert len(table["rows"]) == 8
    assert table["spec"]["examples"]["dev"] is None
    assert run("rollback", runs.first.path, "--out", out, "--quiet") == 0
    assert "rollback_1: on 8 training and 8 development" in capsys.readouterr().out


def test_what_a_figure_asks_for_can_be_typed(runs, out, tmp_path, capsys, monkeypatch):
    end, start = (runs.first.checkpoints[k].path for k in (-1, 0))
    task = runs.first.task
    monkeypatch.chdir(tmp_path)
    assert (
        run(
            *("compute", end, "--base", start, "--curve", "--out", out, *SMALL),
            *("--task", task.name, "--data", task.data, "--text-columns", *task.text_columns),
            *("--label-column", task.label_column, "--labels", *task.labels),
        )
        == 0
    )
    for kind, table in (("table1", "x.tex"), ("surface", "x.svg")):
        text = fails(capsys, "figure", kind, out, "--out", tmp_path / table)
        command = next(line for line in text.splitlines() if "Measure" in line)
        words = shlex.split(command.partition(" (with")[0].partition("landscape-gui ")[2])
        more = ("--points", 3) if words[0] == "compute" else ()
        assert run(*words, *more, "--quiet") == 0
        assert run("figure", kind, out, "--out", tmp_path / table) == 0
    (surface,) = read_landscape(out).surfaces.values()
    assert surface.spec["examples"] == {"train": 16, "dev": 16, "seed": 0}


def test_rollback_of_own_groups_and_combinations(runs, out, capsys):
    code = run(
        "rollback",
        runs.first.path,
        "--out",
        out,
        "--group",
        "0-1",
        "--group",
        "embeddings",
        "--combination",
        "0-1+embeddings",
        "--quiet",
        "--json",
    )
    assert code == 0
    rows = json.loads(capsys.readouterr().out)["rollback"]["rows"]
    assert sorted(map(sorted, (row["rolled_back"] for row in rows))) == [[], ["0-1", "embeddings"]]


@pytest.mark.parametrize("axis2", ["random", "pca"])
def test_second_axes_without_another_run(runs, out, axis2):
    assert run("compute", runs.first.path, "--axis2", axis2, "--out", out, *SMALL) == 0


@pytest.fixture
def asked(monkeypatch):
    """The specs that would be measured, in place of measuring them."""
    specs = []

    def keep(spec, arguments):
        specs.append(spec)
        return 0

    monkeypatch.setattr("landscape_gui.cli.commands._measure_and_report", keep)
    return specs


@pytest.mark.parametrize("text", ["0.01", "1%", "1 %", " 1.0% "])
def test_a_tolerance_is_a_share_or_a_percentage(asked, out, text):
    assert run("compute", "runs/x", "--out", out, "--tolerance", text) == 0
    (spec,) = asked
    assert (spec.tolerance, spec.two_fidelity) == (0.01, "auto")


def test_every_point_is_measured_unless_asked_otherwise(asked, out):
    run("compute", "runs/x", "--out", out)
    run("compute", "runs/x", "--out", out, "--two-fidelity", "on")
    run("compute", "runs/x", "--out", out, "--tolerance", "2%", "--two-fidelity", "off")
    found = [(spec.tolerance, spec.two_fidelity, spec.estimates) for spec in asked]
    assert found == [(None, "auto", False), (None, "on", True), (0.02, "off", True)]


@pytest.mark.parametrize("text", ["much", "", "%", "1%%", "1% or so", "one%"])
def test_a_tolerance_that_is_none_is_a_usage_error(out, capsys, text):
    with pytest.raises(SystemExit) as caught:
        run("compute", "runs/x", "--out", out, "--tolerance", text)
    assert caught.value.code == 2
    assert "neither a share such as 0.01 nor a percentage" in capsys.readouterr().err


def test_train_then_draw(runs, tmp_path, capsys):
    from support.tiny_models import make_tiny_task

    task = make_tiny_task(tmp_path / "data")
    code = run(
        "train",
        "--model",
        runs.model,
        "--task",
        "custom",
        "--data",
        task.data,
        "--text-columns",
        "text",
        "--max-length",
        32,
        "--epochs",
        1,
        "--lr",
        1e-3,
        "--batch-size",
        16,
        "--out",
        tmp_path / "run",
    )
    assert code == 0
    assert "epoch" in capsys.readouterr().err
    assert (
        run("compute", tmp_path / "run", "--curve", "--out", tmp_path / "r.landscape.h5", *SMALL)
        == 0
    )


def test_nan_is_null_and_infinity_a_string(runs, out, capsys):
    code = run(
        "compute",
        runs.first.path,
        "--out",
        out,
        "--points",
        3,
        "--range",
        -1e30,
        1e30,
        "--quiet",
        "--json",
    )
    assert code == 0
    text = capsys.readouterr().out
    assert "NaN" not in text
    (surface,) = json.loads(text)["surfaces"].values()
    assert surface["ranges"]["train_loss"]["not_finite"] > 0


class TestBadInput:
    def test_no_such_run(self, tmp_path, out, capsys):
        assert "nowhere" in fails(capsys, "compute", tmp_path / "nowhere", "--out", out)
        assert not out.exists()

    def test_unknown_group(self, runs, out, capsys):
        text = fails(capsys, "compute", runs.first.path, "--out", out, "--group", "upper")
        assert "upper" in text
        assert "low" in text
        assert "9" in fails(capsys, "compute", runs.first.path, "--out", out, "--group", "2-9")
        assert not out.exists()

    def test_other_shapes_architecture_and_start(self, runs, out, tmp_path, capsys):
        from support.tiny_models import make_tiny_model, make_tiny_run

        wide = make_tiny_model(tmp_path / "wide", hidden=16)
        electra = make_tiny_model(tmp_path / "electra", family="electra")
        for model in (wide, electra):
            other = make_tiny_run(tmp_path / f"run-{model.name}", model, runs.first.task, epochs=1)
            fails(capsys, "compute", runs.first.path, "--other", other.path, "--out", out)
        fails(capsys, "compute", runs.first.path, "--other", runs.scratch.path, "--out", out)
        assert not out.exists()

    def test_a_missing_head(self, runs, tmp_path, out, capsys):
        text = fails(
            capsys,
            "compute",
            runs.model,
            "--base",
            runs.model,
            "--out",
            out,
            "--task",
            "custom",
            "--data",
            runs.first.task.data,
            "--text-columns",
            "text",
        )
        assert "head" in text or "classifier" in text
        assert not out.exists()

    def test_other_columns_and_labels(self, runs, out, tmp_path, capsys):
        text = fails(
            capsys,
            "compute",
            runs.first.path,
            "--out",
            out,
            "--task",
            "custom",
            "--data",
            runs.first.task.data,
            "--text-columns",
            "sentence",
        )
        assert "sentence" in text
        assert "text" in text
        data = tmp_path / "bad"
        data.mkdir()
        for split in ("train", "dev"):
            (data / f"{split}.jsonl").write_text('{"text": "a box", "label": 7}\n')
        text = fails(
            capsys,
            "compute",
            runs.first.path,
            "--out",
            out,
            "--task",
            "custom",
            "--data",
            data,
            "--text-columns",
            "text",
        )
        assert "7" in text
        assert not out.exists()

    def test_a_hub_name_while_offline(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        text = fails(
            capsys,
            "train",
            "--model",
            "no-such/model-anywhere",
            "--task",
            "mrpc",
            "--out",
            tmp_path / "run",
        )
        assert "no-such/model-anywhere" in text
        assert not (tmp_path / "run" / "run.json").exists()

    @pytest.mark.parametrize("content", [b"", b"not hdf5 at all", b"\x89HDF\r\n\x1a\n" + bytes(64)])
    def test_files_that_are_none(self, tmp_path, content, runs, capsys):
        path = tmp_path / "bad.landscape.h5"
        path.write_bytes(content)
        assert str(path) in fails(capsys, "info", path)
        assert str(path) in fails(capsys, "compute", runs.first.path, "--curve", "--out", path)
        assert path.read_bytes() == content

    def test_a_newer_file(self, runs, out, capsys):
        run("compute", runs.first.path, "--curve", "--out", out, *SMALL)
        with h5py.File(out, "r+") as file:
            file.attrs["format_version"] = 99
        assert "99" in fails(capsys, "info", out)

    def test_a_truncated_file(self, runs, out, capsys):
        run("compute", runs.first.path, "--curve", "--out", out, *SMALL)
        whole = out.read_bytes()
        out.write_bytes(whole[: len(whole) // 2])
        assert str(out) in fails(capsys, "info", out)

    def test_no_directory_for_the_file(self, runs, tmp_path, capsys):
        text = fails(
            capsys,
            "compute",
            runs.first.path,
            "--curve",
            "--out",
            tmp_path / "no" / "x.landscape.h5",
        )
        assert "no" in text

    def test_wrong_numbers(self, runs, out, capsys):
        assert "range" in fails(capsys, "compute", runs.first.path, "--out", out, "--range", 2, 1)
        fails(capsys, "compute", runs.first.path, "--out", out, "--points", 1)
        with pytest.raises(SystemExit) as caught:
            run("compute", runs.first.path, "--out", out, "--train-examples", "none")
        assert caught.value.code == 2
        with pytest.raises(SystemExit):
            run("compute", runs.first.path, "--out", "x.txt")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--points", 0), "--points: should be greater than or equal to 2"),
            (("--range", "nan", 1), "--range: a range needs two finite numbers"),
            (("--range", "-inf", 1), "--range: a range needs two finite numbers"),
            (("--seed", -1), "--seed: should be"),
            (("--group", ""), "no layer group"),
            (("--curve", "--axis2", "pca"), "no second axis"),
            (("--curve", "--tolerance", "1%"), "curve is measured at every point"),
            (("--curve", "--two-fidelity", "on"), "curve is measured at every point"),
            (("--tolerance", 1), "--tolerance: should be less than or equal to 0.5"),
            (("--tolerance", "-1%"), "--tolerance: should be greater than or equal to 0.0001"),
            (("--tolerance", "nan"), "--tolerance: should be"),
            (("--max-length", 64), "--max-length needs --task"),
            (("--labels", "a", "b"), "--labels needs --task"),
            (("--data", "anywhere"), "--data needs --task"),
        ],
    )
    def test_one_message_that_names_the_option(self, runs, out, capsys, options, said):
        text = fails(capsys, "compute", runs.first.path, "--out", out, *options)
        assert said in text
        assert text.count(said) == 1
        assert not out.exists()

    def test_an_unknown_device(self, runs, out, capsys):
        with pytest.raises(SystemExit) as caught:
            run("compute", runs.first.path, "--out", out, "--device", "gpu")
        assert caught.value.code == 2
        assert "'gpu' is none of auto, cpu, cuda and cuda:N" in capsys.readouterr().err

    def test_no_display(self, monkeypatch, out, capsys):
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        out.touch()
        if sys.platform.startswith("linux"):
            assert "display" in fails(capsys, out)

    def test_a_mistyped_command(self, capsys):
        assert "compute" in fails(capsys, "comput")

    def test_another_tokenizer(self, runs, out, tmp_path, capsys):
        import shutil

        from support.tiny_models import WORDS, make_tiny_run, make_tiny_tokenizer

        model = tmp_path / "model"
        shutil.copytree(runs.model, model)
        make_tiny_tokenizer(model, tuple(reversed(WORDS)))
        other = make_tiny_run(tmp_path / "other", model, runs.second.task, epochs=1)
        text = fails(capsys, "compute", runs.first.path, "--other", other.path, "--out", out)
        assert "tokenizer" in text
        assert not out.exists()

    def test_a_full_disk(self, runs, tmp_path, capsys, monkeypatch):
        import errno

        from landscape_gui.store import replacement

        def full(_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(replacement, "_sync", full)
        out = tmp_path / "x.landscape.h5"
        text = fails(capsys, "compute", runs.first.path, "--curve", "--out", out, *SMALL)
        assert "No space left" in text
        assert list(tmp_path.iterdir()) == []

    def test_trouble_with_the_file_is_said_before_the_work(self, tmp_path, capsys):
        out = tmp_path / "no" / "x.landscape.h5"
        text = fails(capsys, "compute", tmp_path / "nowhere", "--curve", "--out", out)
        assert str(out.parent) in text


def test_help_needs_no_torch():
    code = "import sys; from landscape_gui.cli import main\ntry: main(['compute', '--help'])\n"
    code += "except SystemExit: pass\nassert 'torch' not in sys.modules, 'torch'\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "--other" in done.stdout


def test_interrupted_before_the_job_began(monkeypatch, tmp_path, capsys):
    def interrupt(arguments, path):
        raise KeyboardInterrupt

    monkeypatch.setattr("landscape_gui.cli.commands._report", interrupt)
    assert "Stopped" in fails(capsys, "info", tmp_path / "x.landscape.h5", code=130)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_the_terminal_and_continued(runs, out, number):
    arguments = [
        sys.executable,
        "-m",
        "landscape_gui",
        "compute",
        str(runs.first.path),
        "--out",
        str(out),
        "--points",
        "33",
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True, env=environment)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if out.exists():
            surfaces = read_landscape(out).surfaces
            if surfaces and (next(iter(surfaces.values())).order >= 0).sum() > 3:
                break
        time.sleep(0.05)
    process.send_signal(number)
    _, text = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in text
    assert str(out) in text
    assert not out.with_name(out.name + ".lock").exists()
    half = next(iter(read_landscape(out).surfaces.values()))
    assert 3 < (half.order >= 0).sum() < 33 * 33
    kept = np.where(half.order >= 0, half.values["dev_loss"], 0)
    assert run("compute", runs.first.path, "--out", out, "--points", 33, "--quiet") == 0
    whole = next(iter(read_landscape(out).surfaces.values()))
    assert (whole.order >= 0).all()
    np.testing.assert_array_equal(np.where(half.order >= 0, whole.values["dev_loss"], 0), kept)
