from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text
from support.landscapes import GROUPS

from landscape_gui.figures.grid import BAR_LABEL
from landscape_gui.figures.making import make_figure
from landscape_gui.figures.panel_reading import surface_panel
from landscape_gui.figures.spec import FigureSpec, Look, Source
from landscape_gui.specs import UserError


@pytest.fixture(scope="module")
def fine_tuned(landscape):
    return landscape("fine-tuned")


@pytest.fixture(scope="module")
def scratch(landscape):
    return landscape("scratch", init="scratch")


NAME = "full-random0"


def draw(kind, records, *, look=None, **fields):
    sources = tuple(Source(file=record.path) for record in records)
    spec = FigureSpec(kind=kind, sources=sources, look=Look(**(look or {})), **fields)
    return make_figure(spec, records)


def bars(figure):
    return [axes for axes in figure.axes if axes.get_label() == BAR_LABEL]


def maps(figure):
    return [axes for axes in figure.axes if axes.collections and axes not in bars(figure)]


@pytest.mark.parametrize("preset", ["acl-column", "nature-text", "slides"])
@pytest.mark.parametrize("kind", ["surface", "contour", "landscape"])
def test_everything_fits_and_the_width_is_the_pages(
    fine_tuned, scratch, check_layout, preset, kind
):
    figure = draw(kind, [fine_tuned, scratch], preset=preset)
    texts = check_layout(figure)
    assert figure.get_size_inches()[0] == figure.page.width_in
    assert figure.get_size_inches()[1] <= figure.page.height_in
    assert {"training loss", "MRPC, fine-tuned", "MRPC, from scratch", "start", "end"} <= set(texts)


def test_the_height_asked_for_is_kept(fine_tuned, check_layout):
    figure = draw("contour", [fine_tuned], width_in=3.0, height_in=4.0)
    check_layout(figure)
    assert figure.get_size_inches().tolist() == [3.0, 4.0]


def test_panels_of_one_figure_are_of_one_size_and_do_not_touch(fine_tuned, scratch):
    figure = draw("landscape", [fine_tuned, scratch] * 2)
    boxes = [axes.get_window_extent() for axes in maps(figure)]
    assert len({round(box.width, 3) for box in boxes}) == 1
    for number, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:number])


def test_one_color_scale_for_all_or_one_each(fine_tuned, scratch):
    both = [fine_tuned, scratch]
    values = [record.surfaces[NAME].values["train_loss"] for record in both]
    figure = draw("contour", both)
    expected = (np.min(values), np.max(values))
    for axes in maps(figure):
        assert axes.collections[0].get_clim() == pytest.approx(expected)
    (bar,) = bars(figure)
    assert bar.get_ylim() == pytest.approx(expected)

    figure = draw("contour", both, look={"own_scales": True})
    own = [axes.collections[0].get_clim() for axes in maps(figure)]
    assert own == [pytest.approx((part.min(), part.max())) for part in values]
    assert [bar.get_ylim() for bar in bars(figure)] == own


def test_a_part_of_a_3d_view_ends_at_its_frame(fine_tuned, check_layout):
    whole = check_layout(draw("surface", [fine_tuned]))
    figure = draw("surface", [fine_tuned], look={"crop": (0.3, 0.3, 0.8, 0.9), "trajectory": True})
    texts = check_layout(figure)
    assert len(texts) < len(whole), "numbers of edges that are not seen are left out"
    panel = figure.axes[0]
    for artist in (*panel.collections, *panel.lines):
        assert artist.get_clip_on()
    with pytest.raises(ValueError, match="left below right"):
        Look(crop=(0.5, 0, 0.4, 1))


def test_limits_and_logarithm_of_ones_own(fine_tuned, check_layout):
    figure = draw("contour", [fine_tuned], look={"limits": (0.2, 1.0), "log": True})
    texts = check_layout(figure)
    (axes,) = maps(figure)
    assert axes.collections[0].get_clim() == (0.2, 1.0)
    assert bars(figure)[0].get_yscale() == "log"
    assert "clipped at 1" in texts
    with pytest.raises(UserError, match="cannot begin at 0"):
        draw("contour", [fine_tuned], look={"limits": (0.0, 1.0), "log": True})


def test_contour_lines_carry_their_values(fine_tuned, check_layout):
    levels = (0.4, 0.8, 1.2)
    texts = check_layout(draw("contour", [fine_tuned], look={"levels": levels}))
    assert {"0.4", "0.8", "1.2"} <= set(texts)
    plain = draw("contour", [fine_tuned], look={"levels": levels, "labels": False})
    assert not {"0.8", "1.2"} & {text.get_text() for text in maps(plain)[0].texts}


def test_a_range_shows_a_part_and_a_finer_part_lies_on_top(fine_tuned):
    surface = fine_tuned.surfaces[NAME]
    here = np.linspace(0, 2, 9)
    part = replace(
        surface,
        name="part",
        alpha=here,
        beta=here - 1,
        values={metric: np.full((9, 9), 0.5) for metric in surface.values},
        order=np.zeros((9, 9), dtype=np.int64),
        spec=surface.spec | {"part_of": NAME},
    )
    record = replace(fine_tuned, surfaces={NAME: surface, "part": part})
    panel = surface_panel(record, NAME, "train_loss", "")
    field = panel.field(0.0, 3.0, (-1.0, 3.0), (-2.0, 2.0))
    assert field.alpha[[0, -1]] == pytest.approx([-1, 3])
    inside = (field.alpha >= 0) & (field.alpha <= 2)
    rows = (field.beta >= -1) & (field.beta <= 1)
    assert (field.values[np.ix_(rows, inside)] == 0.5).all()
    assert not (field.values[~rows] == 0.5).any()
    with pytest.raises(UserError, match="outside what was measured"):
        panel.field(0.0, 3.0, (7.0, 9.0))


def test_a_tower_is_clipped_and_digs_no_trench(landscape, broken_corner, check_layout):
    record = landscape("tower", done_levels=2, change=broken_corner)
    figure = draw("contour", [record])
    texts = check_layout(figure)
    mesh = maps(figure)[0].collections[0]
    low, high = mesh.get_clim()
    assert high < 10
    assert np.isfinite(mesh.get_array()).all()
    corner = np.asarray(mesh.get_array())[:4, -4:]  # beside 1e6
    assert (corner > low + 0.5 * (high - low)).all()
    (remark,) = [text for text in texts if "measured" in text]
    done = int((record.surfaces[NAME].order >= 0).sum())
    assert remark.startswith(f"{done} of 289 points measured")
    assert "not finite" in remark
    assert "clipped at" in remark
    texts = check_layout(draw("contour", [record], look={"remarks": False}))
    assert not [text for text in texts if "measured" in text]


@pytest.mark.parametrize(
    ("projection", "second"),
    [("plane", (0.5 - 0.05 * 0.4 / 0.99875, 0.4 / 0.99875)), ("deviation", (0.5, 0.17**0.5))],
)
def test_the_trajectory_is_that_of_the_projection(fine_tuned, projection, second):
    # δ1 = (1, 0, 0), axis 2 = (0.05, 0.99875, 0) and checkpoint 1 at (0.5, 0.4, 0.1).
    figure = draw("contour", [fine_tuned], look={"projection": projection})
    (line,) = [line for line in maps(figure)[0].lines if len(line.get_xdata()) == 4]
    np.testing.assert_allclose(line.get_xdata()[[0, -1]], [0, 1])
    np.testing.assert_allclose(line.get_ydata()[[0, -1]], [0, 0])
    np.testing.assert_allclose((line.get_xdata()[1], line.get_ydata()[1]), second)


def test_long_names_and_dollars_of_users_fit(landscape, check_layout):
    name = "bert-large-cased_mrpc_lr$1e-5$_seed17_" * 3
    record = landscape("long")
    surface = record.surfaces[NAME]
    record = replace(
        record,
        run=replace(record.run, name=name, task=name),
        surfaces={NAME: replace(surface, plane=replace(surface.plane, axis2_label=name))},
    )
    texts = check_layout(draw("contour", [record]))
    assert any("…" in text and text.startswith("β (bert-large") for text in texts)
    for kind in ("surface", "curve", "history", "rollback"):
        check_layout(draw(kind, [record] * 2))


def test_an_empty_title_leaves_its_own_panel_without_one(fine_tuned, check_layout):
    figure = draw("contour", [fine_tuned] * 3, titles=("First", "", "Third"))
    texts = check_layout(figure)
    assert {"First", "Third"} <= set(texts)
    assert "MRPC, fine-tuned" not in texts
    centres = [
        axes.get_window_extent().x0 + axes.get_window_extent().width / 2 for axes in maps(figure)
    ]
    for title, centre in (("First", centres[0]), ("Third", centres[2])):
        (drawn,) = figure.findobj(lambda a, t=title: isinstance(a, Text) and a.get_text() == t)
        extent = drawn.get_window_extent()
        assert (extent.x0 + extent.x1) / 2 == pytest.approx(centre, abs=extent.width)


def test_what_is_not_there_is_named(fine_tuned, landscape):
    nope = Source(file=fine_tuned.path, name="nope")
    with pytest.raises(UserError, match=r"has no surface nope.*It has full-random0"):
        make_figure(FigureSpec(kind="surface", sources=(nope,)), [fine_tuned])
    empty = landscape("empty", done_levels=0)
    with pytest.raises(UserError, match="Nothing of the training loss"):
        draw("surface", [empty])
    with pytest.raises(UserError, match=r"There is 1 panel and 2 titles\."):
        draw("surface", [fine_tuned], titles=("a", "b"))
    with pytest.raises(UserError, match=r"There are 2 panels and 1 title\."):
        draw("surface", [fine_tuned] * 2, titles=("a",))


@pytest.mark.parametrize("kind", ["3", "4"])
def test_figures_of_the_path_refuse_a_projection_without_one(fine_tuned, kind):
    with pytest.raises(UserError, match=r"no place.*deviation"):
        draw(kind, [fine_tuned], look={"projection": "pca"})


@pytest.mark.parametrize("sampled", [False, True])
def test_an_estimated_surface_says_what_is_measured(estimated, check_layout, sampled):
    record = estimated(f"part-{sampled}", sampled=sampled)
    figure = draw("contour", [record], look={"dots": True})
    texts = check_layout(figure)
    (remark,) = [text for text in texts if "% measured" in text]
    assert remark.startswith("9 % measured")
    assert "within 0.9 % of the range" in remark
    assert "measured" in texts
    assert ("on few examples" in texts) == sampled
    assert "26 of 289 points measured" in figure.get_label()
    assert "95 % of the points are within 0.9 % of the range." in figure.get_label()


def test_stored_estimates_are_drawn_and_not_interpolated_anew(estimated):
    record = estimated("drawn")
    surface = record.surfaces[NAME]
    panel = surface_panel(record, NAME, "train_loss", "")
    heights = panel.heights(-10.0, 10.0)
    np.testing.assert_allclose(heights, surface.estimates["train_loss"])
    assert panel.known.size == 289
    hole = np.argwhere(~panel.measured)[5]
    surface.estimates["train_loss"][tuple(hole)] = np.nan
    panel = surface_panel(record, NAME, "train_loss", "")
    assert np.isfinite(panel.heights(-10.0, 10.0)).all()
    assert "207 estimated" in panel.provenance()


def test_a_group_beside_a_whole_model_names_its_own_axis(landscape, fine_tuned, check_layout):
    group = landscape("group", group=GROUPS["low"])
    sources = (
        Source(file=fine_tuned.path),
        Source(file=group.path, name="low-random0", metric="train_loss"),
    )
    figure = make_figure(FigureSpec(kind="contour", sources=sources), [fine_tuned, group])
    texts = check_layout(figure)
    assert {"α (start 0, end 1)", "α (rolled back −1, end 0)", "rolled back"} <= set(texts)
    assert "group, low layers" in texts  # the runs differ by their names only


def test_a_difference_has_zero_in_the_middle(fine_tuned, scratch, check_layout, landscape):
    figure = draw("difference", [fine_tuned, scratch])
    texts = check_layout(figure)
    assert "MRPC, fine-tuned −\nMRPC, from scratch" in texts
    low, high = bars(figure)[0].get_ylim()
    assert low == -high
    values = [r.surfaces[NAME].values["train_loss"] for r in (fine_tuned, scratch)]
    assert high == pytest.approx(np.abs(values[0] - values[1]).max())
    same = (Source(file=fine_tuned.path), Source(file=fine_tuned.path, metric="dev_loss"))
    figure = make_figure(FigureSpec(kind="difference", sources=same), [fine_tuned] * 2)
    assert "MRPC, fine-tuned\ntraining loss − development loss" in check_layout(figure)
    error = (same[0], Source(file=fine_tuned.path, metric="dev_error"))
    with pytest.raises(UserError, match="loss and an error"):
        make_figure(FigureSpec(kind="difference", sources=error), [fine_tuned] * 2)
    group = landscape("group", group=GROUPS["low"])
    mixed = (same[0], Source(file=group.path, name="low-random0"))
    with pytest.raises(UserError, match="cannot be subtracted"):
        make_figure(FigureSpec(kind="difference", sources=mixed), [fine_tuned, group])
