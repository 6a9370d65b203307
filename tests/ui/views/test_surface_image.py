from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from landscape_gui.ui.color_maps import table
from landscape_gui.ui.scene import FillStyle, Limits
from landscape_gui.ui.views.display_grid import display_grid
from landscape_gui.ui.views.surface_image import (
    VEILS,
    Palette,
    SurfaceImage,
    band_table,
    cell_edges,
    color_index,
    nearest_index,
    soft_veils,
    veils,
)

from .conftest import make_estimated, make_scene

LIMITS = Limits(0.4, 4.0)


@pytest.fixture
def image() -> SurfaceImage:
    image = SurfaceImage()
    image.set_palette(Palette(table("viridis"), QColor("#ffffff")))
    image.set_limits(LIMITS)
    return image


def color_at(image: SurfaceImage, row: int, column: int) -> tuple[int, ...]:
    drawn = image.image()
    assert drawn is not None
    return drawn.pixelColor(column, row).getRgb()


def test_cells_are_centred_on_points():
    edges = cell_edges(np.array([-4.0, -2.0, 0.0, 4.0]))
    assert edges.tolist() == [-5.0, -3.0, -1.0, 2.0, 6.0]


@given(st.floats(-4, 4))
def test_nearest_index_is_the_nearest_point(position):
    axis = np.linspace(-4, 4, 9)
    index = nearest_index(axis, position)
    assert index is not None
    assert abs(axis[index] - position) <= np.abs(axis - position).min() + 1e-12


def test_nearest_index_is_none_outside():
    assert nearest_index(np.array([0.0, 1.0]), 1.6) is None
    assert nearest_index(np.array([0.0, 1.0]), 1.4) == 1


def test_values_are_clipped_and_not_wrapped():
    index = color_index(np.array([-1e9, 0.0, 0.5, 1.0, 1e300, np.nan, np.inf]), Limits(0, 1))
    assert index.tolist() == [0, 0, 128, 255, 255, 0, 255]


def test_equal_limits_do_not_divide_by_zero():
    assert color_index(np.array([0.0, 1.0, 2.0]), Limits(1, 1)).tolist() == [0, 0, 255]


def test_first_row_is_the_highest_beta(image):
    scene = make_scene(5)
    image.set_scene(scene)
    expected = table("viridis")[color_index(scene.height[-1, 0:1], LIMITS)[0], :3]
    assert color_at(image, 0, 0)[:3] == tuple(expected)


def test_filled_in_cells_are_veiled_towards_the_canvas(image):
    complete = make_scene(5)
    image.set_scene(complete)
    plain = np.array(color_at(image, 0, 2)[:3], dtype=float)
    image.set_scene(replace(complete, measured=np.zeros_like(complete.measured)))
    veiled = np.array(color_at(image, 0, 2)[:3], dtype=float)
    assert np.abs(255 - veiled).sum() < np.abs(255 - plain).sum()
    assert np.ptp(veiled) < np.ptp(plain)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_transparent(image, bad):
    scene = make_scene(5)
    height = scene.height.copy()
    height[4, 2] = bad
    image.set_scene(replace(scene, height=height))
    assert color_at(image, 0, 2)[3] == 0
    assert color_at(image, 0, 1)[3] == 255


def test_uneven_axes_keep_their_proportions(image):
    scene = make_scene(3)
    image.set_scene(replace(scene, alpha=np.array([-4.0, -3.0, 4.0])))
    drawn = image.image()
    assert drawn is not None
    row = [drawn.pixelColor(x, 1).name() for x in range(drawn.width())]
    widths = [row.count(name) / len(row) for name in dict.fromkeys(row)]
    np.testing.assert_allclose(widths, [1 / 12, 4 / 12, 7 / 12], atol=0.05)


def test_the_image_is_kept_while_nothing_changes(image):
    image.set_scene(make_scene(5))
    first = image.image()
    image.set_limits(Limits(LIMITS.low, LIMITS.high))
    assert image.image() is first
    image.set_limits(Limits(0, 1))
    assert image.image() is not first


def test_the_veil_thickens_with_doubt(image):
    distances = []
    scenes = [make_scene(5), *(make_estimated(5, share) for share in (0.01, 0.06, 0.1, 0.5))]
    scenes.append(replace(make_scene(5), measured=np.zeros((5, 5), dtype=bool)))
    for scene in scenes:
        image.set_scene(scene)
        distances.append(np.abs(255 - np.array(color_at(image, 3, 3)[:3], dtype=float)).sum())
    assert distances == sorted(distances, reverse=True)
    assert len(set(distances[:5])) == 5, "measured, and four kinds of estimated"
    assert distances[4] == distances[5], "an estimate without any trust is but filled in"


def test_measured_cells_among_estimates_are_not_veiled(image):
    scene = make_estimated(5, 0.5)
    assert (veils(scene)[scene.measured] == 0).all()
    assert (veils(scene)[~scene.measured] == VEILS).all()
    image.set_scene(scene)
    estimated = color_at(image, 0, 0)
    image.set_scene(make_scene(5))
    assert color_at(image, 0, 0) == estimated


def test_a_soft_veil_is_the_mean_around_a_point():
    scene = make_estimated(11, 0.5)
    soft, sharp = soft_veils(scene), veils(scene)
    assert soft[4, 7] == pytest.approx(sharp[3:6, 6:9].mean())
    assert soft[0, 0] == pytest.approx(sharp[:2, :2].mean())
    assert soft[10, 5] == pytest.approx(sharp[9:, 4:7].mean())
    assert (soft_veils(make_scene(11)) == 0).all()


@pytest.mark.parametrize("style", ["smooth", "bands"])
def test_a_picture_without_cells_is_veiled_without_edges(image, style):
    scene = replace(make_scene(21), height=np.full((21, 21), 0.5))
    known = np.ones((21, 21), dtype=bool)
    known[:, 12:] = False
    scene = replace(scene, measured=known)
    image.set_style(style)
    image.set_scene(scene, display_grid(scene, beyond=True))
    canvas = QImage(420, 420, QImage.Format.Format_ARGB32_Premultiplied)
    with QPainter(canvas) as painter:
        whole = QRectF(0, 0, 420, 420)
        image.paint(painter, whole, whole)
    row = np.array([canvas.pixelColor(x, 210).getRgb()[:3] for x in range(420)], dtype=float)
    first, last = row[5], row[-5]
    assert np.abs(last - first).sum() > 60, "the half that is not measured is veiled"
    step = np.abs(np.diff(row, axis=0)).max()
    assert step < np.abs(last - first).max() / 3, "and it becomes so by and by"


def grid_image(image: SurfaceImage, style: FillStyle, points: int = 11) -> SurfaceImage:
    scene = make_scene(points)
    image.set_style(style)
    image.set_scene(scene, display_grid(scene, beyond=True))
    return image


def test_smooth_shows_the_measured_value_at_a_point_and_values_between(image):
    grid_image(image, "smooth")
    scene = make_scene(11)
    drawn = image.image()
    assert drawn is not None
    assert drawn.width() >= 8 * 11
    x = round((scene.alpha[3] - image.rect.left()) / image.rect.width() * drawn.width() - 0.5)
    y = round((image.rect.bottom() - scene.beta[7]) / image.rect.height() * drawn.height() - 0.5)
    expected = table("viridis")[color_index(scene.height[7:8, 3], LIMITS)[0], :3]
    assert color_at(image, y, x)[:3] == tuple(expected)
    row = [drawn.pixelColor(k, y).name() for k in range(drawn.width())]
    assert len(set(row)) > 30


def test_bands_have_one_colour_each_and_meet_at_their_levels(image):
    grid_image(image, "bands")
    image.set_levels((0.25, 0.5))
    drawn = image.image()
    assert drawn is not None
    names = {
        drawn.pixelColor(x, y).name() for x in range(drawn.width()) for y in range(drawn.height())
    }
    colors = table("viridis")
    bands = [colors[int(256 * middle), :3] for middle in (0.125, 0.375, 0.75)]
    assert names == {QColor(*(int(c) for c in color)).name() for color in bands}


def test_a_table_of_bands_changes_at_the_levels():
    entries = band_table((0.5,))
    half = len(entries) // 2
    assert set(entries[:half].tolist()) == {64}
    assert set(entries[half:].tolist()) == {192}


def test_a_logarithmic_scale_gives_low_values_more_of_the_map():
    values = np.array([0.01, 0.1, 1.0])
    linear = color_index(values, Limits(0.01, 1.0))
    logarithmic = color_index(values, Limits(0.01, 1.0), "log")
    assert linear.tolist() == [0, 23, 255]
    assert logarithmic.tolist() == [0, 128, 255]
