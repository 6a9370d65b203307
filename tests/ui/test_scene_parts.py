from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.ui.scene import AxisTitles, SurfaceScene
from landscape_gui.ui.scene_parts import (
    composed,
    finest_at,
    height_at,
    height_of_part,
    seen_limits,
)

TITLES = AxisTitles("α", "β", "training loss")


def wave(alpha, beta):
    a, b = np.meshgrid(alpha, beta)
    return 1.0 + 0.1 * (a - 1) ** 2 + 0.1 * b**2 + 0.2 * np.sin(3 * a) * np.cos(3 * b)


def scene(low: float, high: float, points: int, share: float = 1.0) -> SurfaceScene:
    axis = np.linspace(low, high, points)
    measured = np.zeros((points, points), dtype=bool)
    measured[: round(share * points)] = True
    return SurfaceScene(axis, axis.copy(), wave(axis, axis), measured, TITLES)


@pytest.fixture
def whole() -> SurfaceScene:
    return replace(scene(-4, 4, 11), parts=(scene(-0.8, 1.6, 13), scene(0.0, 0.8, 17)))


def test_the_finest_part_that_is_measured_there_is_read_out(whole):
    assert finest_at(whole, 0.41, 0.39) == (whole.parts[1], 8, 8)
    assert finest_at(whole, 1.4, -0.6) == (whole.parts[0], 1, 11)
    assert finest_at(whole, 3.1, -3.3) == (whole, 1, 9)
    assert finest_at(whole, 4.3, 0.0) is not None, "half a cell beyond the last point"
    assert finest_at(whole, 4.5, 0.0) is None


def test_a_part_that_is_not_measured_there_yet_is_not(whole):
    half = replace(whole, parts=(whole.parts[0], scene(0.0, 0.8, 17, share=0.5)))
    assert finest_at(half, 0.4, 0.75)[0] is whole.parts[0]
    assert finest_at(half, 0.4, 0.1)[0] is half.parts[1]


def test_heights_come_from_the_finest_that_lies_there(whole):
    part = whole.parts[1]
    np.testing.assert_allclose(height_at(whole, part.alpha, part.beta), part.height)
    coarse = height_at(replace(whole, parts=()), part.alpha, part.beta)
    assert np.abs(coarse - part.height).max() > 0.01


def test_between_its_measured_points_a_part_is_the_surface_under_it_bent_to_fit(whole):
    part = scene(0.0, 0.8, 17)
    under = replace(whole, parts=())
    below = height_at(under, part.alpha, part.beta)
    nothing = height_of_part(part.height, np.zeros((17, 17), dtype=bool), part, under)
    np.testing.assert_allclose(nothing, below)
    some = np.zeros((17, 17), dtype=bool)
    some[::4, ::4] = True
    fitted = height_of_part(np.where(some, part.height, np.nan), some, part, under)
    np.testing.assert_allclose(fitted[some], part.height[some])
    assert np.abs(fitted - part.height).mean() < np.abs(below - part.height).mean()


def test_a_mesh_over_the_lines_of_all_lattices_shows_every_point(whole):
    mesh = composed(whole)
    assert mesh.parts == ()
    for item in (whole, *whole.parts):
        columns = [int(np.abs(mesh.alpha - a).argmin()) for a in item.alpha]
        rows = [int(np.abs(mesh.beta - b).argmin()) for b in item.beta]
        np.testing.assert_allclose(mesh.alpha[columns], item.alpha, atol=1e-9)
        if item is whole.parts[1]:
            np.testing.assert_allclose(mesh.height[np.ix_(rows, columns)], item.height)
    assert mesh.measured.all()
    assert np.diff(mesh.alpha).min() > 1e-6
    assert composed(replace(whole, parts=())).alpha is whole.alpha


def test_a_mesh_leaves_out_parts_that_would_make_it_too_fine(whole):
    crowded = replace(whole, parts=(*whole.parts, scene(0.0, 0.8, 401)))
    assert np.array_equal(composed(crowded).alpha, composed(whole).alpha)


def test_limits_of_what_is_seen_are_those_of_the_window(whole):
    limits = seen_limits(whole, (0.0, 0.8), (0.0, 0.8))
    inside = height_at(whole, np.linspace(0, 0.8, 300), np.linspace(0, 0.8, 300))
    assert (limits.low, limits.high) == pytest.approx((inside.min(), inside.max()), abs=1e-3)
    assert seen_limits(whole, (5.0, 6.0), (0.0, 1.0)) is None


@pytest.mark.parametrize("trusted", [False, True])
def test_what_is_not_finite_in_a_part_is_so_in_the_mesh(trusted):
    below = scene(-4, 4, 9)
    if trusted:
        below = replace(below, trust=np.ones(below.height.shape))
    finer = scene(-1.0, 1.0, 9)
    lost = np.zeros(finer.measured.shape, dtype=bool)
    lost[4, 5] = True
    finer = replace(finer, measured=finer.measured & ~lost, not_finite=lost)
    whole = replace(below, parts=(finer,))
    mesh = composed(whole)
    j, i = (
        np.abs(mesh.beta - finer.beta[4]).argmin(),
        np.abs(mesh.alpha - finer.alpha[5]).argmin(),
    )
    assert mesh.kind(j, i) == "not finite"
    assert mesh.lost == 1
    assert not trusted or mesh.trust[j, i] == 0
    part, *point = finest_at(whole, float(finer.alpha[5]), float(finer.beta[4]))
    assert part.kind(*point) == "not finite"
