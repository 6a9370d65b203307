import subprocess
import sys
import warnings
from dataclasses import replace

import numpy as np
import pytest
from support.landscapes import GROUPS, child_environment

from landscape_gui.figures.curve_figure import curve_figure
from landscape_gui.figures.history_figure import history_figure
from landscape_gui.figures.landscape_figure import save_figure, surface_figure
from landscape_gui.figures.panel_data import surface_panel
from landscape_gui.figures.rollback_figure import rollback_figure
from landscape_gui.specs import UserError


@pytest.fixture(scope="module")
def fine_tuned(landscape):
    return landscape("fine-tuned")


@pytest.fixture(scope="module")
def scratch(landscape):
    return landscape("scratch", init="scratch")


NAME = "full-random0"


def colorbar(figure):
    return figure.axes[-1]


@pytest.mark.parametrize("width", [3.03, 3.25, 5.5, 6.3])
@pytest.mark.parametrize("count", [1, 2])
def test_everything_fits(fine_tuned, scratch, check_layout, width, count):
    figure = surface_figure(
        [fine_tuned, scratch][:count], [NAME] * count, "train_loss", width_in=width
    )
    texts = check_layout(figure)
    assert figure.get_size_inches()[0] == width
    assert "training loss" in texts
    assert "β (random 0)" in texts
    assert "α (start 0, end 1)" in texts
    assert "MRPC, fine-tuned" in texts


def test_four_with_a_layer_group_and_an_unfinished_one(
    landscape, fine_tuned, scratch, broken_corner, check_layout
):
    unfinished = landscape("unfinished", done_levels=2, change=broken_corner)
    group = landscape("group", group=GROUPS["low"])
    records = [fine_tuned, scratch, unfinished, group]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = surface_figure(
            records, [NAME] * 3 + ["low-random0"], "dev_error", titles=["A", "B", "C", "D"]
        )
        texts = check_layout(figure)
    assert {"A", "B", "C", "D", "rolled back", "α (rolled back −1, end 0)"} <= set(texts)
    (remark,) = [text for text in texts if "measured" in text]
    done = int((unfinished.surfaces[NAME].order >= 0).sum())
    assert remark.splitlines()[0] == f"{done} of 289 points measured"
    assert "not finite" in remark
    assert "clipped at" in remark


def test_eight_panels_make_two_rows(fine_tuned, scratch, check_layout):
    figure = surface_figure([fine_tuned, scratch] * 4, [NAME] * 8, "train_loss", titles="abcdefgh")
    assert set("abcdefgh") <= set(check_layout(figure))
    rows = {round(axes.get_position().y0, 6) for axes in figure.axes if axes.name == "3d"}
    assert len(rows) == 2


def test_long_names_and_dollars_of_users_fit(landscape, check_layout):
    name = "bert-large-cased_mrpc_lr$1e-5$_seed17_" * 3
    record = landscape("long")
    surface = record.surfaces[NAME]
    record = replace(
        record,
        run=replace(record.run, name=name, task=name),
        surfaces={NAME: replace(surface, plane=replace(surface.plane, axis2_label=name))},
    )
    texts = check_layout(surface_figure([record], [NAME], "train_loss", width_in=3.03))
    assert any("…" in text and text.startswith("β (bert-large") for text in texts)
    check_layout(surface_figure([record] * 4, [NAME] * 4, "train_loss"))
    check_layout(curve_figure([record, record], ["full"] * 2, "train_loss"))
    check_layout(history_figure([record, record]))
    check_layout(rollback_figure(record))


def test_one_color_scale_and_one_range_of_heights(fine_tuned, scratch):
    figure = surface_figure([fine_tuned, scratch], [NAME] * 2, "train_loss")
    values = [record.surfaces[NAME].values["train_loss"] for record in (fine_tuned, scratch)]
    expected = (np.min(values), np.max(values))
    above = [axes for axes in figure.axes if axes.name == "3d"]
    below = [axes for axes in figure.axes[:-1] if axes.name != "3d"]
    assert [axes.get_zlim() for axes in above] == [pytest.approx(expected)] * 2
    assert [axes.collections[0].get_clim() for axes in below] == [pytest.approx(expected)] * 2
    assert colorbar(figure).get_ylim() == pytest.approx(expected)


def test_a_tower_is_clipped_and_digs_no_trench(landscape, broken_corner):
    record = landscape("tower", done_levels=2, change=broken_corner)
    figure = surface_figure([record], [NAME], "train_loss")
    mesh = figure.axes[1].collections[0].get_array()
    low, high = figure.axes[1].collections[0].get_clim()
    assert high < 10
    assert np.isfinite(mesh).all()
    corner = np.asarray(mesh)[:2, -2:]  # beside 1e6
    assert (corner > low + 0.5 * (high - low)).all()


def test_the_trajectory_lies_in_the_plane(fine_tuned):
    figure = surface_figure([fine_tuned], [NAME], "train_loss")
    lines = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 4]
    (trajectory,) = lines
    np.testing.assert_allclose(trajectory.get_xdata()[[0, -1]], [0, 1])
    np.testing.assert_allclose(trajectory.get_ydata()[[0, -1]], [0, 0])
    # δ1 = (1, 0, 0), axis 2 = (0.05, 0.99875, 0) and checkpoint 1 at (0.5, 0.4, 0.1).
    np.testing.assert_allclose(trajectory.get_ydata()[1], 0.4 / 0.99875)
    np.testing.assert_allclose(trajectory.get_xdata()[1], 0.5 - 0.05 * 0.4 / 0.99875)


def test_a_point_whose_value_is_missing_still_draws(landscape):
    record = landscape("coarse", done_levels=1)
    surface_figure([record], [NAME], "dev_loss")


def test_what_is_not_there_is_named(fine_tuned, landscape):
    with pytest.raises(UserError, match=r"has no surface nope.*It has full-random0"):
        surface_figure([fine_tuned], ["nope"], "train_loss")
    with pytest.raises(UserError, match="holds no nope"):
        surface_figure([fine_tuned], [NAME], "nope")
    empty = landscape("empty", done_levels=0)
    with pytest.raises(UserError, match="Nothing of the training loss"):
        surface_figure([empty], [NAME], "train_loss")
    with pytest.raises(ValueError, match="one surface name for each"):
        surface_figure([fine_tuned], [], "train_loss")


def test_pyplot_is_not_touched(fine_tuned):
    """It would keep figures alive and choose a window system."""
    script = """
import sys
from pathlib import Path
from landscape_gui.figures.landscape_figure import save_figure, surface_figure
from landscape_gui.store.landscape_file import read_landscape
import matplotlib
matplotlib.use("agg")
figure = surface_figure([read_landscape(Path(sys.argv[1]))], ["full-random0"], "train_loss")
pyplot = sys.modules.get("matplotlib.pyplot")
print([] if pyplot is None else pyplot.get_fignums())
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(fine_tuned.path)],
        capture_output=True, text=True, env=child_environment(),
    )  # fmt: skip
    assert result.stdout.strip() == "[]", result.stderr


@pytest.mark.parametrize("width", [3.03, 6.3])
@pytest.mark.parametrize("sampled", [False, True])
def test_an_estimated_surface_says_what_is_measured(estimated, check_layout, width, sampled):
    record = estimated(f"part-{width}-{sampled}", sampled=sampled)
    figure = surface_figure([record], [NAME], "train_loss", width_in=width)
    texts = check_layout(figure)
    (remark,) = [text for text in texts if "% measured" in text]
    assert remark.startswith("8.7 % measured")
    assert "within 0.9 % of the range" in remark
    assert "measured" in texts
    assert ("on few examples" in texts) == sampled


def test_an_estimated_beside_a_measured_surface(estimated, fine_tuned, check_layout):
    figure = surface_figure([estimated("part"), fine_tuned], [NAME] * 2, "dev_error")
    remarks = [text for text in check_layout(figure) if "% measured" in text]
    assert len(remarks) == 1, "of the one that is measured throughout there is nothing to say"


@pytest.mark.parametrize(("suffix", "mark"), [("png", b"Description"), ("svg", b"description")])
def test_the_file_says_how_much_is_measured(estimated, tmp_path, suffix, mark):
    figure = surface_figure([estimated("told")], [NAME], "train_loss", titles=["A"])
    path = tmp_path / f"figure.{suffix}"
    save_figure(figure, path)
    content = path.read_bytes()
    words = (
        b"A: 25 of 289 points measured, 56 on few examples, 208 estimated; "
        b"95 % of the points are within 0.9 % of the range."
    )
    assert mark in content
    assert words in content


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
