"""``landscape-gui export``, in this process: neither torch nor Qt is needed for it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from support.landscapes import (
    GROUPS,
    child_environment,
    errors_of,
    make_run,
    metrics_at,
    open_surface,
    surface_spec,
)

from landscape_gui.cli import main
from landscape_gui.store.landscape_file import LandscapeWriter


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("export") / "mrpc.landscape.h5"
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(3))
        for j, beta in enumerate((-4, 0, 4)):
            for i, alpha in enumerate((-4, 0, 4)):
                if (j, i) != (2, 2):
                    values = metrics_at(alpha, beta)
                    surface.write_point(j, i, values, errors_of(values))
    return path


def test_a_table_of_points(file, tmp_path, capsys):
    out = tmp_path / "x.csv"
    assert main(["export", str(file), "--out", str(out)]) == 0
    assert str(out) in capsys.readouterr().out
    rows = list(csv.DictReader(out.read_text().splitlines()))
    how = [row["how"] for row in rows if row["metric"] == "train_loss"]
    assert (how.count("measured"), how.count("missing")) == (8, 1)


def test_what_cannot_be_exported_is_said(file, tmp_path, capsys):
    for options, said in (
        (["--out", "x.pdf"], "names no format"),
        (["--out", "x.vts", "--surface", "none"], "holds no surface none"),
        (["--out", "x.tex", "--what", "rollback"], "holds no rollback"),
        (["--out", "x.html", "--what", "history"], "does not hold the history"),
    ):
        path = tmp_path / options[1]
        assert main(["export", str(file), "--out", str(path), *options[2:]]) == 1
        assert said in capsys.readouterr().err
        assert not path.exists()


def test_nothing_slow_is_loaded_for_it(file, tmp_path):
    code = (
        "import sys; from landscape_gui.cli import main;"
        f"code = main(['export', {str(file)!r}, '--out', {str(tmp_path / 'x.html')!r}]);"
        "slow = {'torch', 'matplotlib', 'PySide6', 'transformers'} & set(sys.modules);"
        "sys.exit(code or bool(slow))"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=child_environment())
    assert ran.returncode == 0
