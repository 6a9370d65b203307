from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import synthetic_landscape

from landscape_gui.ui.compare.grids import paper_figure
from landscape_gui.ui.compare.items import Missing, Source
from landscape_gui.ui.landscape_model import LandscapeModel


def model(task, init="pretrained", groups=("low", "middle", "high"), name=""):
    name = name or f"{task}-{init}"
    record = synthetic_landscape.landscape(Path(name), name, 5, groups=groups)
    return LandscapeModel.of(replace(record, run=replace(record.run, task=task, init=init)))


def shown(grid):
    return [str(i.path) if isinstance(i, Source) else None for i in grid.items]


def test_figure_1_has_scratch_above_fine_tuned_and_tasks_in_the_papers_order():
    models = [model(t, i) for t in ("mrpc", "mnli") for i in ("pretrained", "scratch")]
    grid = paper_figure("1", models)
    assert grid.columns == 2
    assert shown(grid) == ["mnli-scratch", "mrpc-scratch", "mnli-pretrained", "mrpc-pretrained"]
    assert all(item.metric == "train_loss" for item in grid.items)
    assert grid.note == ""
    assert {i.metric for i in paper_figure("6", models).items} == {"dev_error"}


def test_what_is_missing_is_named_in_its_place_and_in_the_note():
    grid = paper_figure("1", [model("rte"), model("sst2", "scratch")])
    assert shown(grid) == [None, "sst2-scratch", "rte-pretrained", None]
    assert isinstance(grid.items[0], Missing)
    assert "RTE from scratch" in grid.items[0].words
    assert grid.note == "Not open: RTE from scratch, SST-2 fine-tuned."


def test_more_than_fits_is_said():
    tasks = ("mnli", "rte", "sst2", "mrpc", "zebra")
    grid = paper_figure("1", [model(task) for task in tasks] + [model("mnli", name="again")])
    assert grid.columns == 4
    assert len(grid.items) == 8
    assert "four tasks fit: zebra" in grid.note
    assert "not shown: again" in grid.note


def test_figure_7_has_a_row_per_run_and_a_column_per_group():
    grid = paper_figure("7", [model("mrpc", groups=("low", "high")), model("mnli")])
    assert grid.columns == 3
    assert [getattr(i, "name", None) for i in grid.items] == [
        "low-random0",
        "middle-random0",
        "high-random0",
        "low-random0",
        None,
        "high-random0",
    ]
    assert str(grid.items[0].path) == "mnli-pretrained"
    assert grid.note == "Not measured: mrpc-pretrained, layers middle."
    third = paper_figure("7", [model(t) for t in ("mnli", "rte", "sst2")])
    assert len(third.items) == 6
    assert "2 runs fit: sst2-pretrained" in third.note


def test_without_anything_that_belongs_there_is_no_figure():
    assert paper_figure("1", []) is None
    assert paper_figure("7", [model("mnli", groups=())]) is None
