"""What makes samples of landscape files, and the samples that come with the program."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from support.landscapes import (
    GROUPS,
    child_environment,
    errors_of,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)
from support.landscapes import curve_spec as make_curve_spec

from landscape_gui.resource_files import resource
from landscape_gui.specs import OtherRunAxis
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape
from landscape_gui.ui.samples import shipped_samples

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = ROOT / "packaging" / "samples"
HOME = "/home/somebody"
EXAMPLES = {"train": 40, "dev": 9}


def write_landscape(path: Path, *, whole: bool = True, model: str = f"{HOME}/minilm/model") -> Path:
    run = make_run("mrpc-pretrained")
    points = tuple(replace(c, path=f"{HOME}/runs/mrpc/{c.path}") for c in run.checkpoints)
    details = {"spec": {"model": model, "task": {"data": f"{HOME}/glue/mrpc"}}, "seed": 0}
    details["tokenizer"] = points[-1].path
    run = replace(run, path=f"{HOME}/runs/mrpc", model=model, checkpoints=points, details=details)
    spec = surface_spec(
        5,
        run=Path(run.path),
        axis2=OtherRunAxis(run=Path(f"{HOME}/runs/sst2")),
        tolerance=0.02,
        two_fidelity="on",
    )
    with LandscapeWriter.open(path, run, GROUPS) as writer:
        surface = open_surface(writer, spec, example_rows=3, examples=EXAMPLES)
        surface.note("examples", EXAMPLES)
        rows = {s: (np.full(n, 0.5), np.full(n, 1.5)) for s, n in EXAMPLES.items()}
        surface.write_example_results(0, rows)
        for j in range(5):
            for i in range(5):
                values = metrics_at(float(i), float(j))
                surface.write_point(j, i, values, errors_of(values))
        surface.finish()
        curve = open_curve(writer, make_curve_spec(3, run=Path(run.path)))
        for i in range(3):
            curve.write_point(0, i, metrics_at(float(i)), errors_of(metrics_at(float(i))))
        if whole:
            curve.finish()
    return path


def make_samples(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPTS / "make_samples.py"), *map(str, arguments)],
        env=child_environment(),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, Path, str]:
    folder = tmp_path_factory.mktemp("samples")
    source = write_landscape(folder / "mrpc-pretrained.landscape.h5")
    out = folder / "out"
    ran = make_samples("--model", "MiniLM-L6", "--prefix", "minilm-", "--out", out, source)
    assert ran.returncode == 0, ran.stderr
    return source, out / "minilm-mrpc-pretrained.landscape.h5", ran.stdout


def test_a_sample_says_what_its_file_says(made):
    source, sample, said = made
    before, after = read_landscape(source), read_landscape(sample)
    assert not after.problems
    assert content_sha256(after) == content_sha256(before)
    assert after.run.model == "MiniLM-L6"
    assert after.run.path == "mrpc"
    assert after.run.details["spec"] == {"model": "MiniLM-L6", "task": {"data": "mrpc"}}
    (surface,) = after.surfaces.values()
    assert surface.spec["axis2"]["run"] == "sst2"
    assert surface.notes["examples"] == EXAMPLES
    assert "kB compressed" in said


def test_no_byte_of_it_tells_where_it_was_measured_or_what_an_example_gave(made):
    _, sample, _ = made
    assert b"somebody" not in sample.read_bytes()
    with h5py.File(sample) as file:
        surface = next(iter(file["surfaces"].values()))
        assert surface["example_losses_train"].shape == (0, 40)
        # Other viewers still find the axes.
        assert surface["train_loss"].dims[1][0].name == surface["alpha"].name
        assert surface["train_loss"].dims[0][0].name == surface["beta"].name
        assert surface.attrs["signal"] == b"train_loss"


def test_more_can_be_measured_into_a_copy_of_it(made, tmp_path):
    _, sample, _ = made
    copy = tmp_path / "copy.landscape.h5"
    copy.write_bytes(sample.read_bytes())
    before = read_landscape(copy)
    with LandscapeWriter.open(copy, before.run, GROUPS) as writer:
        surface = open_surface(writer, surface_spec(3))
        surface.write_point(0, 0, metrics_at(0.0), errors_of(metrics_at(0.0)))
    after = read_landscape(copy)
    assert not after.problems
    assert set(after.surfaces) > set(before.surfaces)


def test_the_list_of_samples_is_what_the_welcome_page_reads(made):
    _, sample, _ = made
    (found,) = shipped_samples(sample.parent)
    assert found.path == sample
    assert found.title == "MRPC, fine-tuned"
    assert found.description == "MiniLM-L6: 5 × 5 points, curve"


def test_samples_of_one_title_are_told_apart(made, tmp_path):
    source, _, _ = made
    twin = tmp_path / "twin.landscape.h5"
    twin.write_bytes(source.read_bytes())
    assert make_samples("--model", "m", "--out", tmp_path / "out", source, twin).returncode == 0
    titles = [sample.title for sample in shipped_samples(tmp_path / "out")]
    assert titles == ["MRPC, fine-tuned, 3 epochs"] * 2


def test_what_is_not_finished_or_names_a_place_becomes_no_sample(tmp_path):
    begun = write_landscape(tmp_path / "a.landscape.h5", whole=False)
    ran = make_samples("--model", "m", "--out", tmp_path / "out", begun)
    assert ran.returncode == 1
    assert "not finished: full" in ran.stderr
    # A path in the midst of a text is found, and nothing is left behind.
    told = write_landscape(tmp_path / "b.landscape.h5")
    ran = make_samples("--model", f"MiniLM from {HOME}/x", "--out", tmp_path / "out", told)
    assert ran.returncode == 1
    assert "holds a path: MiniLM from" in ran.stderr
    assert list((tmp_path / "out").iterdir()) == []


# -- those that come with the program --------------------------------------------------------------


def test_every_sample_that_is_shipped_is_listed_whole_and_tells_of_no_machine():
    folder = resource("samples")
    files = sorted(folder.glob("*.landscape.h5"))
    listed = folder / "index.json"
    rows = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else []
    assert sorted(row["file"] for row in rows) == [path.name for path in files]
    sys.path.insert(0, str(SCRIPTS))
    try:
        from checking import check_sample
    finally:
        sys.path.remove(str(SCRIPTS))
    for path in files:
        assert path.stat().st_size < 4_000_000
        check_sample(path, read_landscape(path))
    assert all(row["title"] and row["description"] for row in rows)
    assert "Licence" in (folder / "README.md").read_text(encoding="utf-8")
