"""Trajectories on their principal components: nothing cut off, and axes that say what they are."""

import pytest

from landscape_gui.figures.page import Page
from landscape_gui.figures.path_figure import components_figure
from landscape_gui.figures.presets import PRESETS
from landscape_gui.figures.spec import Look
from landscape_gui.geometry.trajectory import project

EPOCHS = {"1", "2", "3"}


@pytest.fixture(scope="module")
def runs(landscape):
    return [landscape("a"), landscape("b", init="scratch"), landscape("c", task="sst2")]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("preset", PRESETS)
def test_everything_is_within_the_page_and_apart(runs, check_layout, preset, count):
    page = Page(PRESETS[preset])
    figure = components_figure(runs[:count], look=Look(), page=page)
    texts = check_layout(figure)
    assert figure.get_size_inches()[0] == page.width
    assert figure.get_size_inches()[1] <= page.preset.height_in
    for record in runs[:count]:
        first, second = project(record.run.gram, "pca", has_axis2=False).explained
        # Coordinates are in units of δ1's length.
        assert f"PC 1 in ‖δ1‖ ({100 * first:.0f} %)" in texts
        assert f"PC 2 in ‖δ1‖ ({100 * second:.0f} %)" in texts


@pytest.mark.parametrize("preset", ["acl-column", "nature-column", "slides"])
def test_numbers_of_epochs_are_within_the_frame(runs, check_layout, preset):
    figure = components_figure(runs, look=Look(), page=Page(PRESETS[preset]))
    check_layout(figure)
    for axes in figure.axes:
        numbers = [text for text in axes.texts if text.get_text() in EPOCHS]
        assert numbers
        for number in numbers:
            box = number.get_window_extent()
            assert axes.bbox.containsx(box.x0)
            assert axes.bbox.containsx(box.x1)
            assert axes.bbox.containsy(box.y0)
            assert axes.bbox.containsy(box.y1)


def test_panels_of_a_column_are_wide_enough_to_be_read(runs):
    figure = components_figure(runs, look=Look(), page=Page(PRESETS["acl-column"]))
    widths = {round(axes.get_window_extent().width / figure.dpi, 3) for axes in figure.axes}
    assert len(widths) == 1
    assert widths.pop() > 0.9
