from __future__ import annotations

import numpy as np
import pytest

from landscape_gui.ui.color_maps import COLOR_MAPS, line_color, luminance, table


@pytest.mark.parametrize("name", COLOR_MAPS)
def test_tables_are_opaque_and_their_lightness_runs_one_way(name):
    colors = table(name)
    assert colors.shape == (256, 4)
    assert colors.dtype == np.uint8
    assert np.all(colors[:, 3] == 255)
    steps = np.diff(luminance(colors[::16]))
    assert np.all(steps > -0.01) or np.all(steps < 0.01)
    assert abs(luminance(colors)[-1] - luminance(colors)[0]) > 0.4


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
