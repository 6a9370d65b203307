import io
import re

import pytest
from matplotlib.image import imread

from landscape_gui.figures.curve_figure import curve_figure
from landscape_gui.figures.landscape_figure import surface_figure
from landscape_gui.figures.style import save_figure
from landscape_gui.specs import UserError


@pytest.fixture(scope="module")
def record(landscape):
    return landscape("style")


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_equal_figures_give_equal_bytes(record, tmp_path, suffix):
    for name in "ab":
        figure = surface_figure([record], ["full-random0"], "train_loss", width_in=3.03)
        save_figure(figure, tmp_path / f"{name}.{suffix}")
    first, second = ((tmp_path / f"{name}.{suffix}").read_bytes() for name in "ab")
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a.{suffix}", f"b.{suffix}"]


def test_the_width_is_the_columns(record, tmp_path):
    figure = surface_figure([record], ["full-random0"], "train_loss", width_in=3.03)
    height = figure.get_size_inches()[1]
    save_figure(figure, tmp_path / "x.png")
    assert imread(tmp_path / "x.png").shape[1::-1] == (606, int(height * 200))
    save_figure(figure, tmp_path / "x.pdf")
    box = re.search(rb"/MediaBox \[([^]]*)\]", (tmp_path / "x.pdf").read_bytes())
    assert box is not None
    assert [float(x) for x in box[1].split()] == pytest.approx(
        [0, 0, 3.03 * 72, height * 72], abs=1e-3
    )


def test_fonts_are_embedded_as_publishers_ask(record, tmp_path):
    save_figure(curve_figure([record], ["full"], "train_loss"), tmp_path / "x.pdf")
    data = (tmp_path / "x.pdf").read_bytes()
    assert b"/Type3" not in data
    assert b"/FontFile" in data
    assert b"CreationDate" not in data


def test_an_unknown_suffix_and_a_missing_folder(record, tmp_path):
    figure = curve_figure([record], ["full"], "train_loss")
    with pytest.raises(UserError, match=r"\.pdf, \.svg or \.png"):
        save_figure(figure, tmp_path / "x.docx")
    with pytest.raises(UserError, match="nowhere does not exist"):
        save_figure(figure, tmp_path / "nowhere" / "x.png")
    assert list(tmp_path.iterdir()) == []


def test_a_surface_is_an_image_among_vectors(record, tmp_path):
    """Thousands of facets as paths would make a file that readers choke on."""
    save_figure(surface_figure([record], ["full-random0"], "train_loss"), tmp_path / "x.svg")
    text = io.StringIO((tmp_path / "x.svg").read_text()).read()
    assert text.count("<image") == 3  # surface, contours' map, colour bar
    assert text.count("<path") < 400
