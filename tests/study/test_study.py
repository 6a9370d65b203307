"""A whole study, an interrupted one, and what it would cost, by the command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.landscapes import child_environment

from landscape_gui.cli import main
from landscape_gui.runs.checkpoints import weights_sha256
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.records import LandscapeRecord

FOLDER = Path("tiny") / "seed0"


@pytest.fixture(scope="module")
def whole(tiny_study, tmp_path_factory) -> Path:
    """Everything that the study makes, without an interruption."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert main(["study", str(tiny_study), "--out", str(out), "--quiet"]) == 0
    return out


def landscapes(out: Path) -> dict[str, LandscapeRecord]:
    return {path.name: read_landscape(path) for path in (out / "landscapes" / FOLDER).glob("*.h5")}


def files(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def test_everything_asked_for_is_there(whole):
    found = landscapes(whole)
    assert set(found) == {"first-pretrained.landscape.h5", "first-scratch.landscape.h5"}
    tuned = found["first-pretrained.landscape.h5"]
    assert set(tuned.surfaces) == {
        "full-second-pretrained",
        "low-second-pretrained",
        "1-2-second-pretrained",
    }
    assert set(tuned.curves) == {"full"}
    assert tuned.rollback is not None
    assert tuned.rollback.groups == ("low", "middle", "high")
    assert tuned.rollback.measured.all()
    assert tuned.hessian is not None
    assert tuned.hessian.status == "complete"
    assert tuned.hessian.regions[1:] == ("low",)
    scratch = found["first-scratch.landscape.h5"]
    assert scratch.run.init == "scratch"
    assert len(scratch.run.checkpoints) == 4
    assert not scratch.curves
    for record in found.values():
        assert not record.problems
        assert all(surface.status == "complete" for surface in record.surfaces.values())
        assert (whole / "exports" / FOLDER / f"{record.run.name}.csv").exists()
    assert len(json.loads((whole / "report.json").read_text())["files"]) == 2
    drawn = {path.name for path in (whole / "figures" / FOLDER).iterdir()}
    assert drawn == {"figure2.png", "figure5.png", "table1.tex"}
    assert "first" in (whole / "figures" / FOLDER / "table1.tex").read_text()


def test_started_again_it_does_nothing(whole, tiny_study, capsys):
    before = {path: path.stat().st_mtime_ns for path in whole.rglob("*") if path.is_file()}
    assert main(["study", str(tiny_study), "--out", str(whole)]) == 0
    said = capsys.readouterr()
    assert said.err.count(": done before") == 17
    assert "17 of 17 steps are done" in said.out
    assert {p: p.stat().st_mtime_ns for p in whole.rglob("*") if p.is_file()} == before


def test_what_was_taken_away_is_made_again(whole, tiny_study):
    export = whole / "exports" / FOLDER / "first-scratch.csv"
    before = export.read_bytes()
    export.unlink()
    assert main(["study", str(tiny_study), "--out", str(whole), "--quiet"]) == 0
    assert export.read_bytes() == before


def test_other_settings_in_the_same_place_are_refused(whole, tiny_study, capsys):
    changed = tiny_study.with_name("changed.toml")
    changed.write_text(tiny_study.read_text().replace("points = 9", "points = 11"))
    assert main(["study", str(changed), "--out", str(whole), "--quiet"]) == 1
    assert "lattice.alpha_points was 9, is 11" in capsys.readouterr().err


def killed_when(text: str, study: Path, out: Path) -> None:
    """Run the command in a process of its own and kill it when it says ``text``."""
    child = subprocess.Popen(
        [sys.executable, "-m", "landscape_gui", "study", str(study), "--out", str(out)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env=child_environment(),
    )
    assert child.stderr is not None
    for line in child.stderr:
        if text in line:
            break
    child.kill()
    assert child.wait() == -signal.SIGKILL, f"it ended before it said {text!r}"
    child.stderr.close()


def test_killed_twice_it_ends_with_the_same(whole, tiny_study, tmp_path):
    out = tmp_path / "out"
    # During a training, after its first epoch; then during a surface.
    killed_when("first-scratch: epoch 1.00", tiny_study, out)
    runs = out / "runs" / FOLDER
    assert json.loads((runs / "first-scratch" / "run.json").read_text())["status"] == "training"
    killed_when("level 1 of", tiny_study, out)
    assert any(
        surface.status == "incomplete"
        for record in landscapes(out).values()
        for surface in record.surfaces.values()
    )
    assert main(["study", str(tiny_study), "--out", str(out), "--quiet"]) == 0

    assert files(out) == files(whole)
    for path in (whole / "runs").rglob("checkpoint-*"):
        twin = out / path.relative_to(whole)
        assert weights_sha256(twin) == weights_sha256(path)
    for name, record in landscapes(whole).items():
        again = landscapes(out)[name]
        assert set(again.surfaces) == set(record.surfaces)
        for surface in record.surfaces.values():
            twin_surface = again.surfaces[surface.name]
            for metric, values in surface.values.items():
                assert np.array_equal(twin_surface.values[metric], values)
            assert np.array_equal(twin_surface.order, surface.order)
        if record.rollback is not None:
            for metric, values in record.rollback.values.items():
                assert np.array_equal(again.rollback.values[metric], values)
        assert content_sha256(again) == content_sha256(record)
    assert np.array_equal(
        landscapes(out)["first-pretrained.landscape.h5"].hessian.largest,
        landscapes(whole)["first-pretrained.landscape.h5"].hessian.largest,
    )
    drawn = [path for path in (whole / "figures").rglob("*") if path.is_file()]
    assert {path.suffix for path in drawn} == {".png", ".tex"}
    for path in (*(whole / "exports").rglob("*.csv"), *drawn, *whole.glob("report.*")):
        assert (out / path.relative_to(whole)).read_bytes() == path.read_bytes(), path.name


def test_a_dry_run_says_what_each_step_takes_and_does_nothing(tiny_study, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["study", str(tiny_study), "--out", str(out), "--dry-run"]
    assert main([*arguments, "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)
    assert not out.exists()
    by_kind: dict[str, list[dict]] = {}
    for step in cost["steps"]:
        by_kind.setdefault(step["kind"], []).append(step)
    # 64 examples in batches of 16.
    assert [step["points"] for step in by_kind["train"]] == [8, 12, 4, 4]
    assert [step["points"] for step in by_kind["surface"]] == [81, 81]
    assert [step["points"] for step in by_kind["rollback"]] == [8]
    assert all(step["seconds"] > 0 and step["bytes"] > 0 for step in cost["steps"])
    assert cost["seconds"] == pytest.approx(sum(step["seconds"] for step in cost["steps"]))
    assert main(arguments) == 0
    text = capsys.readouterr().out
    assert "Surface of tiny/seed0/first-scratch" in text
    assert "17 of 17 steps to do" in text


def test_a_dry_run_knows_what_is_done(whole, tiny_study, capsys):
    before = files(whole)
    assert main(["study", str(tiny_study), "--out", str(whole), "--dry-run", "--json"]) == 0
    cost = json.loads(capsys.readouterr().out)
    assert all(step["done"] for step in cost["steps"])
    assert cost["seconds"] == 0
    assert "has measured so far" in cost["basis"]
    assert files(whole) == before


def test_sizes_of_checkpoints_are_foretold(whole, tiny_study, capsys):
    main(["study", str(tiny_study), "--out", str(whole), "--dry-run", "--json"])
    cost = json.loads(capsys.readouterr().out)
    told = next(s["bytes"] for s in cost["steps"] if s["id"] == f"train {FOLDER}/first-scratch")
    run = whole / "runs" / FOLDER / "first-scratch"
    real = sum(path.stat().st_size for path in run.rglob("*.safetensors"))
    assert told == pytest.approx(real, rel=0.05)


def test_bad_input_is_said_in_a_sentence(tiny_study, tmp_path, capsys):
    bad = tmp_path / "bad.toml"
    bad.write_text(tiny_study.read_text().replace("batch_size", "batchsize"))
    assert main(["study", str(bad)]) == 1
    assert "did you mean batch_size?" in capsys.readouterr().err
    assert main(["study", str(tiny_study), "--device", "tpu"]) == 1
    assert "'tpu' is no device" in capsys.readouterr().err
    missing = tmp_path / "missing.toml"
    text = tiny_study.read_text()
    missing.write_text(text.replace('path = "model"', f'path = "{tmp_path}/none"'))
    assert main(["study", str(missing), "--out", str(tmp_path / "o"), "--quiet"]) == 1
    said = capsys.readouterr().err
    assert "Train tiny/seed0/first-pretrained: There is no model directory" in said


def test_a_group_that_the_model_has_not_is_named(whole, tiny_study, capsys):
    changed = tiny_study.with_name("groups.toml")
    changed.write_text(tiny_study.read_text().replace('"1-2"]', '"1-2", "7-9"]'))
    assert main(["study", str(changed), "--out", str(whole), "--quiet"]) == 1
    assert "layers 7-9: Group '7-9' goes beyond the model's 3 layers" in capsys.readouterr().err


def test_settings_that_nothing_was_made_with_can_be_mended(tiny_study, tmp_path, capsys):
    """A wrong value that no step accepted does not lock the study's directory."""
    text = tiny_study.read_text()
    wrong = tiny_study.with_name("wrong.toml")
    call = ["study", str(wrong), "--out", str(tmp_path / "out"), "--quiet"]
    # The rollback's groups, which only the trained model can number; before that, a column.
    lean = text.replace("[rollback]", '[rollback]\ngroups = ["lowest"]')
    wrong.write_text(lean.replace('text_columns = ["text"]', 'text_columns = ["txt"]'))
    assert main(call) == 1
    assert "txt" in capsys.readouterr().err
    wrong.write_text(lean)
    assert main(call) == 1
    assert "lowest" in capsys.readouterr().err
    wrong.write_text(lean.replace("lowest", "low"))
    assert main(call) == 0
