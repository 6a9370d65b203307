from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.ui.scene import AxisTitles, SurfaceScene
from landscape_gui.ui.surface3d.surface_field import SurfaceField

AXIS = np.linspace(-1, 1, 41)
X, Y = np.meshgrid(AXIS, AXIS)


@pytest.fixture
def scene():
    measured = np.ones(X.shape, bool)
    return SurfaceScene(AXIS, AXIS, X * Y + 3, measured, AxisTitles("", "", ""))


@pytest.fixture
def field(scene):
    return SurfaceField(AXIS, AXIS, scene)


def whole(scene):
    return SurfaceField(AXIS, AXIS, scene).changes_since(0)[2]


def test_one_point_changes_the_rows_around_it_only(field, scene):
    before, first, rows = field.changes_since(0)
    assert (first, len(rows)) == (0, field.lattice.shape[0])
    height = scene.height.copy()
    height[20, 7] += 0.5
    start, end = field.update(replace(scene, height=height))
    assert 0 < end - start < 0.2 * len(rows)
    version, first, part = field.changes_since(before)
    assert version > before
    assert (first, first + len(part)) == (start, end)
    rows[start:end] = part
    assert rows == pytest.approx(whole(replace(scene, height=height)), abs=1e-5)


def test_nothing_new_changes_nothing(field, scene):
    version = field.version
    assert field.update(replace(scene, height=scene.height.copy())) == (0, 0)
    assert field.version == version
    assert len(field.changes_since(version)[2]) == 0


def test_who_reads_seldom_gets_all_that_changed_meanwhile(field, scene):
    before = field.version
    for j in (3, 30):
        height = scene.height.copy()
        height[: j + 1] += 0.1
        scene = replace(scene, height=height)
        field.update(scene)
    _, first, part = field.changes_since(before)
    assert first == 0
    assert len(part) > 30


def test_measured_and_trusted_points_are_told_apart(field, scene):
    measured = scene.measured.copy()
    measured[10:] = False
    field.update(replace(scene, measured=measured))
    sure = field.changes_since(0)[2][..., 3]
    assert sure[0, 0] == 1
    assert sure[-1, -1] == 0
    field.update(replace(scene, measured=measured, trust=np.full(X.shape, 0.5)))
    assert field.changes_since(0)[2][-1, -1, 3] == 0.5


def test_the_callers_arrays_may_be_written_again(field, scene):
    measured = np.zeros(X.shape, bool)
    field.update(replace(scene, measured=measured))
    measured[:] = True
    assert field.update(replace(scene, measured=measured)) != (0, 0)
