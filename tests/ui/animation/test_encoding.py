"""Films byte by byte: frames, sizes, times, colours, and the same bytes for the same frames."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from landscape_gui.specs import UserError
from landscape_gui.ui.animation import encoding
from landscape_gui.ui.animation.encoding import Samples, no_mp4, write_film


def frames(count=7, height=30, width=44):
    """A square that moves over a gradient."""
    made = []
    for k in range(count):
        frame = np.zeros((height, width, 3), np.uint8)
        frame[..., 1] = np.linspace(0, 255, width).astype(np.uint8)[None, :]
        frame[5:15, 3 * k : 3 * k + 8] = (250, 40, 30)
        made.append(frame)
    return made


def read(path):
    with Image.open(path) as film:
        shown = []
        for k in range(film.n_frames):
            film.seek(k)
            shown.append((np.asarray(film.convert("RGB")).astype(int), film.info["duration"]))
        return film.size, film.info.get("loop"), shown


def test_a_gif_has_the_frames_the_size_and_the_pixels(tmp_path):
    made = frames()
    write_film(tmp_path / "a.gif", iter(made), Samples(made), 10)
    size, loop, shown = read(tmp_path / "a.gif")
    assert size == (44, 30)
    assert loop == 0
    assert len(shown) == 7
    for frame, (image, duration) in zip(made, shown, strict=True):
        assert duration == 100
        assert np.abs(image - frame).max() <= 12


def test_equal_frames_are_kept_and_times_add_up(tmp_path):
    still = frames(1) * 30
    write_film(tmp_path / "a.gif", iter(still), Samples(still[:1]), 30)
    _, _, shown = read(tmp_path / "a.gif")
    assert len(shown) == 30
    assert sum(duration for _, duration in shown) == 1000
    assert {duration for _, duration in shown} <= {30, 40}
    for image, _ in shown:
        np.testing.assert_array_equal(image, shown[0][0])


def test_named_colors_survive_however_rare(tmp_path):
    rng = np.random.default_rng(0)
    made = [rng.integers(0, 256, (64, 64, 3)).astype(np.uint8) for _ in range(2)]
    made[1][20, 20] = (217, 45, 32)
    write_film(tmp_path / "a.gif", iter(made), Samples(made, ("#d92d20",)), 5)
    _, _, shown = read(tmp_path / "a.gif")
    np.testing.assert_array_equal(shown[1][0][20, 20], (217, 45, 32))


def test_the_same_frames_give_the_same_bytes(tmp_path):
    made = frames()
    for name in ("a.gif", "b.gif"):
        write_film(tmp_path / name, iter(made), Samples(made), 12)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_large_and_narrow_pictures_are_gifs_too(tmp_path):
    for height, width in ((1, 1), (3, 700), (300, 2)):
        made = frames(3, max(height, 1), width)
        write_film(tmp_path / "a.gif", iter(made), Samples(made), 10)
        size, _, shown = read(tmp_path / "a.gif")
        assert size == (width, height)
        assert len(shown) == 3


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(UserError, match="names no kind of film"):
        write_film(tmp_path / "a.webm", iter(frames()), Samples(frames()), 10)


# MP4: with a program that stands in for ffmpeg, and with the real one where there is one

STAND_IN = """#!{python}
import json, pathlib, sys
if "-encoders" in sys.argv:
    print(" V....D libx264 "); raise SystemExit
data = sys.stdin.buffer.read()
if {fail}:
    print("no space left", file=sys.stderr); raise SystemExit(1)
pathlib.Path(sys.argv[-1]).write_text(json.dumps([sys.argv[1:], len(data)]))
"""


def stand_in(directory: Path, monkeypatch, fail=False):
    program = directory / "ffmpeg"
    program.write_text(STAND_IN.format(python=sys.executable, fail=fail))
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setattr(encoding, "ffmpeg_program", lambda: str(program))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")
def test_mp4_gets_every_frame_and_says_size_and_rate(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch)
    write_film(tmp_path / "a.mp4", iter(frames()), Samples(()), 24)
    arguments, received = json.loads((tmp_path / "a.mp4").read_text())
    assert received == 7 * 30 * 44 * 3
    assert arguments[arguments.index("-s") + 1] == "44x30"
    assert arguments[arguments.index("-r") + 1] == "24"
    assert "libx264" in arguments


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")
def test_what_ffmpeg_says_last_is_the_reason(tmp_path, monkeypatch):
    stand_in(tmp_path, monkeypatch, fail=True)
    with pytest.raises(UserError, match="no space left"):
        write_film(tmp_path / "a.mp4", iter(frames()), Samples(()), 24)


def test_without_an_encoder_the_way_to_one_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "ffmpeg_program", lambda: None)
    assert "pip install imageio-ffmpeg" in no_mp4()
    with pytest.raises(UserError, match="no encoder"):
        write_film(tmp_path / "a.mp4", iter(frames()), Samples(()), 24)


@pytest.mark.skipif(encoding.ffmpeg_program() is None, reason="no ffmpeg on this machine")
def test_a_real_mp4_is_one_and_has_the_same_bytes_again(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        write_film(tmp_path / name, iter(frames(12, 64, 96)), Samples(()), 24)
    data = (tmp_path / "a.mp4").read_bytes()
    assert data[4:8] == b"ftyp"
    assert data == (tmp_path / "b.mp4").read_bytes()
