"""Films from the terminal, in a process of its own: no display, no torch, no matplotlib."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.landscapes import (
    CHECKPOINTS,
    GROUPS,
    child_environment,
    errors_of,
    make_run,
    metrics_at,
    open_surface,
    surface_spec,
)

from landscape_gui.store.landscape_file import LandscapeWriter


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("film") / "mrpc.landscape.h5"
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(9))
        axis = np.linspace(-4, 4, 9)
        for j in range(9):
            for i in range(9):
                values = metrics_at(axis[i], axis[j])
                surface.write_point(j, i, values, errors_of(values))
        for index in range(CHECKPOINTS):
            surface.write_checkpoint(index, metrics_at(index / 3), {})
    return path


def animate(*arguments) -> subprocess.CompletedProcess:
    environment = child_environment()
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    return subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "landscape_gui", "animate"]
        + [str(a) for a in arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


@pytest.mark.parametrize("what", ["trajectory", "growth"])
def test_a_film_is_made_without_a_display(file, tmp_path, what):
    out = tmp_path / "film.gif"
    done = animate(
        file, "--out", out, "--what", what, "--size", "320x240", "--fps", 4, "--seconds", 2
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == f"The film is in {out}.\n"
    assert "frame 8 of 8" in done.stderr
    for slow in ("torch", "transformers", "matplotlib"):
        assert f"| {slow}\n" not in done.stderr
    with Image.open(out) as film:
        assert film.size == (320, 240)
        assert film.n_frames == 8
        first = np.asarray(film.convert("RGB"))
        film.seek(6)
        assert (np.asarray(film.convert("RGB")) != first).any()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "film.webm"), "names no kind of film"),
        (("--out", "film.gif", "--fps", 60), "at most 50 frames"),
        (("--out", "film.gif", "--surface", "none"), "holds no surface none"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_file(file, tmp_path, arguments, words):
    done = animate(file, *(tmp_path / a if str(a).startswith("film") else a for a in arguments))
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
