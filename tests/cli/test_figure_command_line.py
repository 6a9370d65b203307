"""The command that a spec is turned into makes the same figure: it is read back as that spec."""

import shlex
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.cli import main
from landscape_gui.cli.figure_command import spec_of
from landscape_gui.cli.parser import build_parser
from landscape_gui.figures.color_maps import COLOR_MAPS
from landscape_gui.figures.command_line import figure_arguments, figure_command, length_words
from landscape_gui.figures.presets import PRESETS, length_in
from landscape_gui.figures.spec import CurveUnit, FigureKind, FigureSpec, Look, Source, Story
from landscape_gui.geometry.trajectory import ProjectionKind
from landscape_gui.specs import METRICS

numbers = st.floats(-1e6, 1e6, allow_nan=False)
spans = st.tuples(numbers, numbers).filter(lambda span: span[0] < span[1])


def maybe(some):
    return st.none() | some


looks = st.builds(
    Look,
    color_map=st.sampled_from(COLOR_MAPS),
    log=st.booleans(),
    limits=maybe(spans),
    own_scales=st.booleans(),
    fill=st.sampled_from(("smooth", "bands", "cells")),
    lines=st.booleans(),
    labels=st.booleans(),
    levels=st.integers(1, 60) | st.lists(numbers, min_size=1, max_size=5).map(tuple),
    floor=st.booleans(),
    dots=st.booleans(),
    remarks=st.booleans(),
    projection=st.sampled_from(get_args(ProjectionKind)),
    trajectory=maybe(st.booleans()),
    azimuth=st.floats(-360, 360),
    elevation=st.floats(-90, 90),
    parallel=st.booleans(),
    alpha=maybe(spans),
    beta=maybe(spans),
    unit=maybe(st.sampled_from(get_args(CurveUnit))),
)
titles = st.text(st.characters(min_codepoint=32, max_codepoint=0x3C9), max_size=12)
sources = st.builds(
    Source,
    file=st.sampled_from((Path("/a b/c.landscape.h5"), Path("it's.h5"))),
    name=st.sampled_from(("", "low-random0")),
    metric=maybe(st.sampled_from(METRICS)),
)
specs = st.builds(
    FigureSpec,
    kind=st.sampled_from([k for k in get_args(FigureKind) if k not in ("difference", "frames")]),
    sources=st.lists(sources, min_size=1, max_size=3).map(tuple),
    metric=maybe(st.sampled_from(METRICS)),
    preset=maybe(st.sampled_from(tuple(PRESETS))),
    width_in=maybe(st.floats(1, 60)),
    height_in=maybe(st.floats(1, 60)),
    titles=st.lists(titles, max_size=3).map(tuple),
    mixed_models=st.booleans(),
    frames=st.integers(1, 2000),
    story=st.sampled_from(get_args(Story)),
    look=looks,
)


@given(specs)
def test_a_spec_comes_back_from_its_command(spec):
    words = shlex.split(figure_command(spec, Path("x.pdf")))
    assert words[0] == "landscape-gui"
    assert spec_of(build_parser().parse_args(words[1:])) == spec


def test_what_is_usual_is_not_said():
    spec = FigureSpec(kind="1", sources=(Source(file=Path("a.h5")),))
    assert figure_arguments(spec, Path("f.png")) == ["1", "a.h5", "--out", "f.png"]
    assert figure_arguments(spec, Path("f.png"), 600)[-2:] == ["--dpi", "600"]


@pytest.mark.parametrize("words", ["7.7cm", "3.25in", "89mm", "240pt", "16cm"])
def test_round_lengths_stay_round(words):
    assert length_in(length_words(length_in(words))) == length_in(words)
    assert len(length_words(length_in(words))) <= 7


def test_a_file_in_a_folder_with_a_number_sign(tmp_path):
    folder = tmp_path / "C# runs"
    folder.mkdir()
    file = folder / "a#1.landscape.h5"
    file.touch()
    for source in (Source(file=file), Source(file=file, name="low", metric="dev_loss")):
        assert Source.parse(str(source)) == source


def test_the_command_is_one_that_the_terminal_takes(tmp_path, capsys):
    spec = FigureSpec(kind="5", sources=(Source(file=tmp_path / "none.h5"),))
    assert main(["figure", *figure_arguments(spec, tmp_path / "x.pdf")]) == 1
    assert "none.h5" in capsys.readouterr().err
