"""Surfaces and curves of one file that are alike have names that tell them apart."""

from __future__ import annotations

from dataclasses import replace

import synthetic_landscape

from landscape_gui.ui.curve_building import curve_lines
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.plot_naming import plot_titles


def model(**curves) -> LandscapeModel:
    record = synthetic_landscape.landscape(points=21)
    first = next(iter(record.curves.values()))
    made = {
        name: replace(first, name=name, spec=first.spec | more) for name, more in curves.items()
    }
    return LandscapeModel.of(replace(record, curves={first.name: first, **made}))


def test_what_is_alone_has_no_more_than_its_title():
    assert set(plot_titles(model()).values()) >= {"Whole model · curve", "Whole model · random 0"}


def test_what_differs_is_said_and_nothing_else():
    few = {"examples": {"train": 16, "dev": 16, "seed": 0}}
    titles = plot_titles(model(few=few))
    assert titles["curve", "few"] == "Whole model · curve · 16 examples"
    assert len(set(titles.values())) == len(titles)


def test_what_does_not_differ_is_numbered():
    titles = plot_titles(model(again={}))
    assert titles["curve", "again"] == "Whole model · curve · no. 2"


def test_curves_of_one_run_have_colours_and_names_of_their_own():
    few = {"examples": {"train": 16, "dev": 16, "seed": 0}}
    lines = curve_lines([model(few=few), model()], None, "train_loss").lines
    assert len({line.color_index for line in lines}) == 3
    assert [line.color_index for line in lines][::2] == [0, 1], "a run's first curve as before"
    assert any("16 examples" in line.label for line in lines)
