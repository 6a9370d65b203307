from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.figures.curve_figure import best_unit, curve_figure
from landscape_gui.figures.history_figure import history_figure
from landscape_gui.figures.page import Page
from landscape_gui.figures.presets import PRESETS
from landscape_gui.figures.rollback_figure import rollback_figure
from landscape_gui.figures.spec import Look
from landscape_gui.specs import UserError


@pytest.fixture(scope="module")
def four(landscape):
    return [
        landscape(f"{task}-{init}", task=task, init=init)
        for task in ("mrpc", "sst2")
        for init in ("pretrained", "scratch")
    ]


def series(figure):
    return [line for line in figure.axes[0].lines if not line.get_label().startswith("_")]


@pytest.mark.parametrize("preset", ["acl-column", "acl-text", "slides"])
def test_curves_fit_and_scratch_is_dashed_in_the_tasks_color(four, check_layout, preset):
    figure = curve_figure(four, ["full"] * 4, "train_loss", page=Page(PRESETS[preset]))
    texts = check_layout(figure)
    assert {"MRPC", "SST-2", "fine-tuned", "from scratch", "training loss"} <= set(texts)
    lines = series(figure)
    assert [line.is_dashed() for line in lines] == [False, True, False, True]
    colors = [line.get_color() for line in lines]
    assert colors[0] == colors[1] != colors[2] == colors[3]
    assert figure.get_size_inches()[0] == PRESETS[preset].width_in


def test_a_curve_shows_what_was_measured(four):
    figure = curve_figure(four[:1], ["full"], "dev_error")
    curve = four[0].curves["full"]
    (line,) = series(figure)
    np.testing.assert_array_equal(line.get_xdata(), curve.alpha)
    np.testing.assert_array_equal(line.get_ydata(), curve.values["dev_error"])
    marks = [line for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    assert [mark.get_xdata()[0] for mark in marks] == [0.0, 1.0]
    assert marks[1].get_ydata()[0] == curve.values["dev_error"][curve.alpha == 1.0]


def test_runs_alike_are_told_apart_by_name_and_color(landscape, four):
    figure = curve_figure([four[0], landscape("again")], ["full", "full"], "train_loss")
    first, second = series(figure)
    assert [first.get_label(), second.get_label()] == ["mrpc-pretrained", "again"]
    assert first.get_color() != second.get_color()


def test_broken_and_unfinished_curves_say_so(landscape, broken_corner, check_layout):
    broken = landscape("broken", change=broken_corner)
    texts = check_layout(curve_figure([broken], ["full"], "train_loss"))
    assert "2 not finite" in texts
    part = landscape("part", done_levels=1)
    texts = check_layout(curve_figure([part], ["full"], "train_loss"))
    assert "5 of 17 points measured" in texts


def test_history_of_four_runs(four, check_layout):
    figure = history_figure(four)
    assert {"epoch", "training loss", "from scratch"} <= set(check_layout(figure))
    lines = series(figure)
    np.testing.assert_array_equal(lines[1].get_ydata(), four[1].run.history.train_loss)
    assert [line.is_dashed() for line in lines] == [False, True, False, True]


def test_history_leaves_out_what_was_not_taken(four):
    (line,) = series(history_figure(four[:1], "dev_error"))
    assert line.get_xdata().tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(UserError, match="holds no training error"):
        history_figure(four, "train_error")


def test_rollback_bars(four, check_layout):
    figure = rollback_figure(four[:1])
    texts = check_layout(figure)
    bars = figure.axes[0].patches
    np.testing.assert_allclose([bar.get_width() for bar in bars], [90, 84, 78, 66, 48])
    for text in ("fine-tuned", "low", "middle", "high", "all groups", "90.0", "84.0 (−6.0)"):
        assert text in texts
    (spread,) = figure.axes[0].collections
    first = spread.get_segments()[0]
    np.testing.assert_allclose(first[:, 0], [89, 91])


def test_no_rollback_is_said_so(four):
    with pytest.raises(UserError, match="holds no rollback"):
        rollback_figure([replace(four[0], rollback=None)])
    rollback = four[0].rollback
    none = replace(rollback, measured=np.zeros(8, dtype=bool))
    with pytest.raises(UserError, match="not all measured yet"):
        rollback_figure([replace(four[0], rollback=none)])


def test_units_lay_all_end_points_at_zero(four, check_layout):
    curves = [record.curves["full"] for record in four[:2]]
    assert best_unit(curves) == "distance"
    longer = replace(curves[1], plane=replace(curves[1].plane, axis1_norm=2.5))
    records = [four[0], replace(four[1], curves={"full": longer})]
    figure = curve_figure(records, ["full"] * 2, "train_loss", unit="distance")
    assert {"start", "end"} <= set(check_layout(figure))
    first, second = series(figure)
    np.testing.assert_allclose(first.get_xdata(), curves[0].alpha - 1)
    np.testing.assert_allclose(second.get_xdata(), 2.5 * (curves[1].alpha - 1))
    with pytest.raises(UserError, match="does not say how long δ1 is"):
        curve_figure(records, ["full"] * 2, "train_loss", unit="filter")
    known = [replace(curve, notes={"filter_ratio": 0.5}) for curve in curves]
    assert best_unit(known) == "filter"


def test_history_of_a_run_that_took_none_is_refused(four):
    bare = four[1].run.history
    none = replace(bare, dev_loss=np.full_like(bare.dev_loss, np.nan))
    other = replace(four[1], run=replace(four[1].run, history=none))
    with pytest.raises(UserError, match=r"scratch.*holds no development loss over"):
        history_figure([four[0], other], "dev_loss")


@pytest.mark.parametrize("kind", ["curve", "history"])
def test_numbers_of_a_logarithmic_axis_are_words(four, check_layout, kind):
    look = Look(log=True)
    if kind == "curve":
        figure = curve_figure(four, ["full"] * 4, "train_loss", look=look)
    else:
        figure = history_figure(four, "train_loss", look=look)
    check_layout(figure)
    axes = figure.axes[0]
    assert axes.get_yscale() == "log"
    low, high = axes.get_ylim()
    words = [label.get_text() for label in axes.get_yticklabels()]
    values = [float(text) for text in words]  # and not formulas
    assert len(values) >= 2
    assert all(low <= value <= high for value in values)
    assert not axes.yaxis.get_minorticklocs().size
