import dataclasses
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure
from support.landscapes import curve_spec as make_curve_spec
from support.landscapes import make_run, metrics_at, open_curve, open_surface, surface_spec

from landscape_gui.cli import main
from landscape_gui.cli.figure_command import spec_of
from landscape_gui.cli.parser import build_parser
from landscape_gui.figures.saving import figure_bytes
from landscape_gui.figures.spec import FigureSpec, Look, Source
from landscape_gui.specs import UserError
from landscape_gui.store.landscape_file import LandscapeWriter


@pytest.fixture(scope="module")
def curves(tmp_path_factory):
    """A fine-tuned and a scratch run's file with a curve only."""
    folder = tmp_path_factory.mktemp("curves")
    paths = []
    for init in ("pretrained", "scratch"):
        path = folder / f"{init}.landscape.h5"
        with LandscapeWriter.open(path, make_run(f"mrpc-{init}", init), {}) as writer:
            curve = open_curve(writer, make_curve_spec(9))
            for i in range(9):
                curve.write_point(0, i, metrics_at(i - 4.0), {})
        paths.append(path)
    return paths


def parsed(*words):
    return spec_of(build_parser().parse_args(["figure", *map(str, words)]))


def test_what_is_typed_is_the_spec():
    found = parsed(
        "contour", "a.landscape.h5", "b.landscape.h5#low-random0#dev_loss", "--out", "x.pdf",
        "--metric", "dev_error", "--preset", "icml-text", "--height", "8cm", "--colors", "cividis",
        "--log", "--limits", "-1e-3", "2", "--levels", "0.1,0.5", "--fill", "bands", "--no-labels",
        "--view", "-30", "50", "--alpha", "-1", "2", "--projection", "plane", "--no-trajectory",
        "--crop", "0.1", "0", "1", "0.75", "--title", "A", "--title", "B", "--mixed-models",
    )  # fmt: skip
    assert found == FigureSpec(
        kind="contour",
        sources=(
            Source(file="a.landscape.h5"),
            Source(file="b.landscape.h5", name="low-random0", metric="dev_loss"),
        ),
        metric="dev_error",
        preset="icml-text",
        height_in=8 / 2.54,
        titles=("A", "B"),
        mixed_models=True,
        look=Look(
            color_map="cividis", log=True, limits=(-1e-3, 2.0), levels=(0.1, 0.5), fill="bands",
            labels=False, azimuth=-30, elevation=50, alpha=(-1.0, 2.0), projection="plane",
            trajectory=False, crop=(0.1, 0.0, 1.0, 0.75),
        ),
    )  # fmt: skip


def test_the_defaults_of_the_options_are_those_of_the_spec():
    found = parsed("1", "a.landscape.h5", "--out", "x.pdf")
    assert found == FigureSpec(kind="1", sources=(Source(file="a.landscape.h5"),))
    assert str(Source.parse("a.h5##dev_loss")) == "a.h5##dev_loss"
    assert str(Source.parse("a.h5#x")) == "a.h5#x"


def test_a_figure_by_one_command(curves, tmp_path, capsys):
    assert main(["figure", "5", *map(str, curves), "--out", str(tmp_path / "fig5.pdf")]) == 0
    assert capsys.readouterr().out == f"The figure is in {tmp_path / 'fig5.pdf'}.\n"
    assert (tmp_path / "fig5.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "{0}", "--out", "x.pdf"], "landscape-gui compute"),
        (["7", "{0}", "--out", "x.pdf"], "--group high"),
        (["difference", "{0}", "{0}", "--log", "--out", "x.pdf"], "no logarithm"),
        (["difference", "{0}", "--out", "x.pdf"], "a difference is of two surfaces"),
        (["5", "{0}", "--out", "x.docx"], "End it with .pdf, .svg, .png or .pgf."),
        (["5", "{0}", "--out", "x.pdf", "--dpi", "7"], "30 to 2400 dots"),
        (["5", "{0}", "--out", "x.pdf", "--limits", "2", "1"], "--limits: the first number"),
        (["5", "nowhere.landscape.h5", "--out", "x.pdf"], "nowhere.landscape.h5"),
    ],
)
def test_bad_input_is_one_message(curves, tmp_path, capsys, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert main(["figure", *(word.format(*curves) for word in words)]) == 1
    errors = capsys.readouterr().err
    assert said in errors
    assert "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_files_of_different_models_are_refused(curves, tmp_path, capsys):
    other = tmp_path / "other.landscape.h5"
    run = dataclasses.replace(make_run("other", "scratch"), model="another-model")
    with LandscapeWriter.open(other, run, {}):
        pass
    assert main(["figure", "2", str(curves[0]), str(other), "--out", str(tmp_path / "x.pdf")]) == 1
    assert "another-model" in capsys.readouterr().err


def test_a_wrong_metric_of_a_file_names_the_right_ones(capsys):
    with pytest.raises(SystemExit):
        parsed("contour", "a.landscape.h5##loss", "--out", "x.pdf")
    said = capsys.readouterr().err
    assert "'loss' is no metric; there are train_loss, train_error, dev_loss, dev_error" in said


@pytest.mark.parametrize(
    "wrong",
    [
        ("--limits", "0", "inf"),
        ("--limits", "nan", "1"),
        ("--levels", "nan"),
        ("--alpha", "0", "inf"),
    ],
)
def test_limits_and_levels_are_finite(wrong):
    with pytest.raises(UserError, match="finite"):
        parsed("contour", "a.landscape.h5", "--out", "x.pdf", *wrong)


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_a_title_that_cannot_be_drawn_is_drawn_with_marks(tmp_path, suffix):
    file, out = tmp_path / "x.landscape.h5", tmp_path / f"x.{suffix}"
    with LandscapeWriter.open(file, make_run(), {}) as writer:
        surface = open_surface(writer, surface_spec(5))
        for j in range(5):
            for i in range(5):
                surface.write_point(j, i, metrics_at(i, j), {})
    title = "a\udcff\x1b\x00b"
    assert main(["figure", "contour", str(file), "--out", str(out), "--title", title]) == 0
    if suffix == "svg":
        ElementTree.parse(out)


def test_metadata_of_a_picture_hold_only_what_xml_may():
    figure = Figure()
    figure.set_label("a\x1b\ufffe\udcffb")
    root = ElementTree.fromstring(figure_bytes(figure, ".svg"))
    assert any("a\ufffd" in (element.text or "") for element in root.iter())
