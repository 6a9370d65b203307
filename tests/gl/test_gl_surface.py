"""What the mesh on the GPU uploads and which points it marks, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.ui.scene import Limits
from landscape_gui.ui.surface3d.box import Box
from landscape_gui.ui.surface3d.drawing import STILL
from landscape_gui.ui.surface3d.gl_renderer import GlRenderer
from landscape_gui.ui.surface3d.render_service import make_surface
from landscape_gui.ui.surface3d.surface_field import SurfaceField
from landscape_gui.ui.surface3d.trial_drawing import trial_drawing

pytestmark = pytest.mark.gl


@pytest.fixture
def renderer(qapp):
    made = GlRenderer(make_surface())
    yield made
    made.close()


def drawing_of(scene):
    box = Box.from_data(scene.alpha, scene.beta, Limits(0.3, 3.0))
    trial = trial_drawing(STILL)
    return replace(
        trial,
        field=SurfaceField(box.x(scene.alpha), box.y(scene.beta), scene),
        box=box,
        measured=scene.measured,
        sampled=scene.only_sampled,
        projection=trial.camera.projection(560, 440),
    )


def test_only_rows_that_changed_are_uploaded(renderer, picture):
    first = picture.scene(21)
    drawing = drawing_of(first)
    before = renderer.render(drawing)
    surface = renderer.surface(0)
    rows = drawing.field.lattice.shape[0]
    assert surface.uploaded_rows == rows
    renderer.render(drawing)
    assert surface.uploaded_rows == 0
    height = first.height.copy()
    height[10, 10] += 0.5
    changed = replace(first, height=height)
    drawing.field.update(changed)
    partial = renderer.render(drawing)
    assert 0 < surface.uploaded_rows < rows / 2
    whole = renderer.render(drawing_of(changed), key=1)
    assert (partial.pixels == whole.pixels).all()
    assert (partial.pixels != before.pixels).any()


def test_points_on_few_examples_get_rings_of_their_own(renderer, picture):
    dots = renderer.render(drawing_of(picture.estimated(sampled=False)))
    assert (renderer.surface(0).dots, renderer.surface(0).rings) == (36, 0)
    both = renderer.render(drawing_of(picture.estimated()))
    assert (renderer.surface(0).dots, renderer.surface(0).rings) == (36, 121 - 36)
    assert 0 < (dots.pixels != both.pixels).any(axis=-1).mean() < 0.05


def test_marks_too_close_together_are_left_out(renderer, picture):
    whole = picture.estimated(161)
    renderer.render(drawing_of(replace(whole, sampled=np.ones_like(whole.measured))))
    assert renderer.surface(0).rings == 0


def test_a_surface_measured_throughout_has_no_dots(renderer, picture):
    renderer.render(drawing_of(picture.scene(11)))
    assert renderer.surface(0).dots == 0


def test_views_do_not_share_what_they_show(renderer, picture):
    a, b = drawing_of(picture.scene(11)), drawing_of(picture.scene(31, lift=0.5))
    alone = renderer.render(a, key=1).pixels.copy()
    renderer.render(b, key=2)
    assert (renderer.render(a, key=1).pixels == alone).all()
    renderer.forget(1)
    assert (renderer.render(a, key=1).pixels == alone).all()
