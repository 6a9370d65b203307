"""From what the window shows to a spec, for every page."""

from __future__ import annotations

import pytest

from landscape_gui.figures.spec import Source
from landscape_gui.ui.compare.items import Contrast
from landscape_gui.ui.compare.items import Source as Shown
from landscape_gui.ui.figure_export.screen import entries, first_spec
from landscape_gui.ui.scene import Limits
from landscape_gui.ui.session import Selection
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.views.plot_range import PlotRange

SURFACE = "full-random0"


@pytest.fixture
def read(opened):
    def read_(*names):
        window = opened(*names)
        return window, window.around.figure_export._reader

    return read_


def test_without_a_file_there_is_nothing(window):
    assert window.around.figure_export._reader.read() is None
    assert not window.around.figure_export.action.isEnabled()


def test_the_surface_page(read, files):
    window, reader = read("scratch", "tuned")
    session = window.session
    session.metric = "dev_error"
    session.color_map = "cividis"
    session.fill = "bands"
    session.contour_lines = False
    session.floor_lines = True
    session.value_scale = "log"
    session.projection = "plane"
    session.show_trajectory = False
    session.set_manual_limits(Limits(0.125, 0.5))
    window.main.surface_page.surface.set_camera(Camera(-12.34, 56.78, parallel=True))
    screen = reader.read()
    assert screen.kind == "landscape"
    for kind in ("surface", "contour", "landscape"):
        spec = first_spec(screen, kind)
        assert spec.sources == (Source(file=files["tuned"], name=SURFACE),)
        assert spec.metric == "dev_error"
        look = spec.look
        assert (look.color_map, look.log, look.limits) == ("cividis", True, (0.125, 0.5))
        assert (look.lines, look.trajectory, look.projection) == (False, False, "plane")
        if kind != "contour":
            assert (look.azimuth, look.elevation, look.parallel) == (-12.3, 56.8, True)
            assert look.floor
        if kind != "surface":
            assert look.fill == "bands"


def test_limits_of_the_data_are_those_on_the_screen_and_cut_nothing_off(read):
    window, reader = read("tuned")
    shown = window.main.surface_page.color_bar.limits
    low, high = first_spec(reader.read(), "surface").look.limits
    assert low <= shown.low
    assert high >= shown.high
    assert low == pytest.approx(shown.low, rel=1e-4)
    assert high == pytest.approx(shown.high, rel=1e-4)


def test_a_viewpoint_without_perspective_is_one_in_the_figure(read):
    window, reader = read("tuned")
    window.main.surface_page.surface.set_viewpoint("front")
    look = first_spec(reader.read(), "surface").look
    assert (look.azimuth, look.elevation, look.parallel) == (-90, 0, True)


def test_points_of_what_is_not_all_measured_are_marked_as_on_the_map(read):
    window, reader = read("part")
    assert first_spec(reader.read(), "contour").look.dots
    window.session.measured_dots = "off"
    assert not first_spec(reader.read(), "contour").look.dots


def test_where_the_map_is_zoomed_that_part_is_the_figure(read):
    window, reader = read("tuned")
    plot = window.main.surface_page.contour.plot
    plot._wanted = PlotRange(-1.0, 2.0, -1.5, 1.5)
    plot._arrange()
    screen = reader.read()
    assert screen.kind == "contour"
    look = first_spec(screen, "contour").look
    assert look.alpha[0] <= -1.0 < 2.0 <= look.alpha[1] < 4.0
    assert look.beta[0] <= -1.5 < 1.5 <= look.beta[1] < 4.0
    assert first_spec(screen, "surface").look.alpha is None


def test_a_trajectory_on_axes_of_its_own(read):
    window, reader = read("tuned")
    window.session.projection = "pca"
    assert first_spec(reader.read(), "trajectory").look.projection == "pca"


def test_the_curves_page(read, files, qtbot):
    window, reader = read("scratch", "tuned")
    window.session.select(Selection(files["tuned"], "curve", "full"))
    page = window.main.curves_page
    page.units.buttons["distance"].click()
    page.scale.buttons["log"].click()
    window.session.metric = "dev_loss"
    screen = reader.read()
    spec = first_spec(screen, "curve")
    assert screen.kind == "curve"
    assert {source.file for source in spec.sources} == {files["tuned"], files["scratch"]}
    assert (spec.metric, spec.look.unit, spec.look.log) == ("dev_loss", "distance", True)
    hidden = page.plot.plot.lines[0].identity
    page.plot.toggle(hidden)
    (left,) = first_spec(reader.read(), "curve").sources
    assert str(left.file) not in hidden


def test_the_history_page(read, files):
    window, reader = read("scratch", "tuned")
    window.session.select(Selection(files["tuned"], "history"))
    window.main.history_page.quantities.buttons["dev_error"].click()
    spec = first_spec(reader.read(), "history")
    assert spec.metric == "dev_error"
    assert {source.file for source in spec.sources} == {files["tuned"], files["scratch"]}


def test_a_comparison(read, files):
    window, reader = read("scratch", "tuned")
    session = window.session
    panels = [Shown(files[name], SURFACE, "dev_loss") for name in ("scratch", "tuned")]
    session.comparison.set_items(panels)
    session.comparison.kind = "contours"
    session.comparison.trajectories = True
    session.comparing = True
    session.comparison.set_manual_limits("loss", Limits(0.5, 1.5))
    screen = reader.read()
    spec = first_spec(screen, screen.kind)
    assert spec.kind == "contour"
    assert [source.file for source in spec.sources] == [files["scratch"], files["tuned"]]
    assert spec.metric == "dev_loss"
    assert spec.look.limits == (0.5, 1.5)
    assert spec.look.trajectory
    session.comparison.kind = "3d"
    session.comparison.shared = False
    window.main.compare_page.set_viewpoint("side")
    screen = reader.read()
    spec = first_spec(screen, screen.kind)
    assert (spec.kind, spec.look.own_scales, spec.look.limits) == ("surface", True, None)
    assert (spec.look.azimuth, spec.look.elevation, spec.look.parallel) == (0, 0, True)


def test_a_zoomed_3d_view_is_carried_over(read):
    window, reader = read("tuned")
    view = window.main.surface_page.surface
    assert reader.read().look.crop is None
    view.set_camera(Camera(zoom=2.5))
    left, bottom, right, top = reader.read().look.crop
    assert 0 <= left < 0.5 < right <= 1
    assert 0 < bottom < 0.5 < top < 1


def test_a_comparison_of_metrics_names_them(read, files):
    window, reader = read("tuned")
    metrics = ("train_loss", "dev_loss")
    window.session.comparison.set_items([Shown(files["tuned"], SURFACE, m) for m in metrics])
    window.session.comparing = True
    screen = reader.read()
    spec = first_spec(screen, screen.kind)
    assert [source.metric for source in spec.sources] == ["train_loss", "dev_loss"]
    titles = [entry.title for entry in entries(screen, "surface")]
    assert titles[:2] == [f"tuned · whole model · {words}" for words in ("Train loss", "Dev loss")]


def test_a_difference_alone(read, files):
    window, reader = read("scratch", "tuned")
    pair = [Shown(files[name], SURFACE, "train_loss") for name in ("tuned", "scratch")]
    window.session.comparison.set_items([Contrast(*pair)])
    window.session.comparing = True
    screen = reader.read()
    spec = first_spec(screen, screen.kind)
    assert spec.kind == "difference"
    assert [source.file for source in spec.sources] == [files["tuned"], files["scratch"]]


def test_a_figure_of_the_paper_that_is_laid_out(read, files):
    window, reader = read("scratch", "tuned")
    window.main.compare.show_figure("1")
    window.session.comparison.kind = "3d"  # which it is not by itself without OpenGL
    screen = reader.read()
    spec = first_spec(screen, screen.kind)
    assert spec.kind == "1"
    assert set(spec.sources) == {Source(file=files["tuned"]), Source(file=files["scratch"])}
    assert spec.metric is None


def test_what_no_file_holds_is_said(read):
    from dataclasses import replace

    _, reader = read("tuned")
    screen = reader.read()
    bare = replace(screen, files=tuple(replace(f, curves=()) for f in screen.files))
    with pytest.raises(ValueError, match="no open file holds a curve"):
        first_spec(bare, "curve")
