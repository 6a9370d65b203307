from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from landscape_gui.ui.color_maps import COLOR_MAP_TITLES, COLOR_MAPS, line_color, table

SUPPORT = Path(__file__).resolve().parents[1] / "support"
sys.path.insert(0, str(SUPPORT))

from color_appearance import DICHROMATS, cam02_ucs, linear, seen_by  # noqa: E402


def jet() -> np.ndarray:
    """The map that must not be here."""
    x = np.linspace(0, 1, 256)[:, None]
    return np.rint(255 * np.clip(1.5 - np.abs(4 * x - np.array([3, 2, 1])), 0, 1)).astype(np.uint8)


def lightness_steps(light: np.ndarray) -> np.ndarray:
    """Steps of J′ in 64 parts of a map, positive in the direction of the whole."""
    steps = np.diff(cam02_ucs(light)[::4, 0])
    return steps * np.sign(steps.sum())


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_lightness_runs_one_way_and_far_enough(name):
    colors = table(name)
    assert colors.shape == (256, 4)
    assert colors.dtype == np.uint8
    assert np.all(colors[:, 3] == 255)
    steps = lightness_steps(linear(colors))
    assert steps.min() > 0.3
    assert steps.sum() > 40


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_equal_steps_look_alike(name):
    """No part of a map is flat, and none jumps: differences in CAM02-UCS are nearly equal."""
    places = cam02_ucs(linear(table(name)))[::8]
    steps = np.linalg.norm(np.diff(places, axis=0), axis=1)
    assert steps.min() > 1.0
    assert steps.std() / steps.mean() < 0.35


@pytest.mark.parametrize("eyes", DICHROMATS)
@pytest.mark.parametrize("name", COLOR_MAPS)
def test_order_and_differences_survive_colour_blindness(name, eyes):
    light = seen_by(linear(table(name)), eyes)
    assert lightness_steps(light).min() > 0.1
    steps = np.linalg.norm(np.diff(cam02_ucs(light)[::8], axis=0), axis=1)
    assert steps.min() > 0.8


def test_these_checks_refuse_jet():
    assert lightness_steps(linear(jet())).min() < -1
    for eyes in DICHROMATS:
        assert lightness_steps(seen_by(linear(jet()), eyes)).min() < -1


def test_the_appearance_model_knows_white_and_black():
    white, black = cam02_ucs(linear(np.array([[255] * 3, [0] * 3], dtype=np.uint8)))
    assert white[0] == pytest.approx(100, abs=0.01)
    assert black[0] == pytest.approx(0, abs=0.01)


def test_every_map_has_a_title_of_its_own():
    assert tuple(COLOR_MAP_TITLES) == COLOR_MAPS
    assert len(set(COLOR_MAP_TITLES.values())) == len(COLOR_MAPS)


def test_tables_cannot_be_spoiled():
    with pytest.raises(ValueError, match="read-only"):
        table("viridis")[0, 0] = 1


def test_an_unknown_name_is_refused_by_name():
    with pytest.raises(KeyError, match="jet"):
        table("jet")


@pytest.mark.parametrize("dark", [False, True])
def test_line_colors_differ_and_repeat(dark):
    colors = [line_color(k, dark) for k in range(7)]
    assert len(set(colors)) == 7
    assert line_color(7, dark) == colors[0]
