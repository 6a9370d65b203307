"""What a study file may say, and how it says what is wrong."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from landscape_gui.cli.study import add_study
from landscape_gui.specs import UserError
from landscape_gui.study.reading import find_study, read_study, shipped_studies

BASE = """
[models.a]
path = "hub/name"
[tasks.mrpc]
[tasks.sst2]
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[surfaces]\npoint = 3", r"surfaces\.point \(did you mean points\?"),
        ("[tasks.rte]\nlearning_rat = 1", r"tasks\.rte\.learning_rat \(did you mean learning_rate"),
        ("[tasks.rte.epochs]\nscrach = 1", r"tasks\.rte\.epochs\.scrach \(did you mean scratch"),
        ("[surfaces]\nthreads = 3", r"surfaces\.threads \(it belongs in \[compute\]"),
        ("[surfaces]\ntext_columns = 3", r"surfaces\.text_columns \(it belongs in \[tasks\.NAME\]"),
        ("[curve]\n", r"unknown key curve \(did you mean curves"),
        ("[rollback]\nqqq = 1", r"rollback\.qqq \(the nearest known key is "),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(written, text, said):
    with pytest.raises(UserError, match=said):
        read_study(written(BASE + text))


def test_all_unknown_keys_are_said_at_once(written):
    with pytest.raises(UserError) as caught:
        read_study(written("titel = 1\n" + BASE + "[surfaces]\npoint = 3"))
    assert "titel" in caught.value.message
    assert "surfaces.point" in caught.value.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[surfaces]\nrange = [1, 1.0000000000000002]", r"surfaces: .*told apart"),
        ("[surfaces]\nalpha = [1, 1.0000000000000002]", r"surfaces: .*told apart"),
        ("[curves]\nrange = [1, 1.0000000000000002]", r"curves: .*told apart"),
        ('[compute]\ndevice = "cuda:100"', r"compute\.device: "),
        ("[surfaces]\npoints = 1", r"surfaces\.points: .*greater than or equal to 2"),
        ('[surfaces]\ntolerance = "much"', r"surfaces\.tolerance: "),
        ("[tasks.rte]\nepochs = 0", r"tasks\.rte\.epochs"),
        ('[surfaces]\ntasks = ["mrcp"]', "no task mrcp; there are mrpc, sst2"),
        ('[surfaces]\n[figures.tasks]\n1 = ["x"]', r"figures\.tasks\.1: no task x"),
        ('[figures.tasks]\n5 = ["mrpc"]', r"figures\.tasks\.5 needs a section \[curves\]"),
        ('[figures]\npreset = "acl"', r"figures\.preset: .*acl-column"),
        ('[figures.tasks]\n8 = ["mrpc"]', "8"),
        ("[tasks.mine]\n", "tasks.mine: say which task it is"),
        ('[tasks.rte]\nother = "rte"', "no other task rte"),
        ("[examples]\ntrain = 0", r"examples\.train"),
    ],
)
def test_a_wrong_value_is_named(written, text, said):
    with pytest.raises(UserError, match=said):
        read_study(written(BASE + text))


def test_what_is_not_toml_says_where(written):
    with pytest.raises(UserError, match=r"is not TOML.*line 2"):
        read_study(written("a = 1\nb = \n"))
    with pytest.raises(UserError, match=r"no study file none.toml.*demo"):
        find_study("none.toml")


def test_values_in_the_ways_one_writes_them(written):
    study = read_study(
        written(BASE + '[examples]\ntrain = "all"\ndev = 64\n[surfaces]\ntolerance = "2%"')
    )
    assert (study.examples.train, study.examples.dev) == (None, 64)
    assert study.surfaces is not None
    assert study.surfaces.tolerance == pytest.approx(0.02)
    assert study.curves is None


def test_paths_are_those_of_the_file(tmp_path, written):
    (tmp_path / "m").mkdir()
    path = written('data = "glue"\n[models.a]\npath = "m"\n[tasks.mrpc]\n[tasks.rte]\ndata="r"')
    study = read_study(path)
    assert study.models["a"].path == str((tmp_path / "m").resolve())
    assert study.tasks["mrpc"].data == (tmp_path / "glue" / "mrpc").resolve()
    assert study.tasks["rte"].data == (tmp_path / "r").resolve()
    assert read_study(written(BASE)).models["a"].path == "hub/name"


def test_places_can_be_given_from_outside(written, tmp_path):
    path = written("[models.a]\n[tasks.mrpc]\n[tasks.sst2]")
    with pytest.raises(UserError, match=r"where the model a is.*--model a=DIR"):
        read_study(path)
    study = read_study(
        path, {"": "some/name"}, {"": tmp_path / "glue", "sst2": tmp_path / "elsewhere"}
    )
    assert study.models["a"].path == "some/name"
    assert study.tasks["mrpc"].data == tmp_path / "glue" / "mrpc"
    assert study.tasks["sst2"].data == tmp_path / "elsewhere"
    with pytest.raises(UserError, match="no model b"):
        read_study(path, {"b": "x"})
    with pytest.raises(UserError, match="no task cola"):
        read_study(path, {"a": "x"}, {"cola": Path("x")})


def test_shipped_studies_are_sound():
    assert shipped_studies() == ("demo", "minilm", "minilm-small", "paper")
    for name in shipped_studies():
        study = read_study(find_study(name), {"": "x"} if name.startswith("minilm") else {})
        assert study.curves is not None
        assert study.surfaces is not None
        assert study.surfaces.points % 2 == 1, "start and end are lattice points"


def test_the_papers_study_has_the_papers_settings():
    study = read_study(find_study("paper"))
    assert set(study.models) == {"bert-large-cased"}
    assert {"mnli", "rte", "sst2", "mrpc"} <= set(study.tasks)
    for name, batch, rate, scratch in (
        ("mnli", 64, 3e-5, 16),
        ("sst2", 64, 3e-5, 8),
        ("rte", 32, 1e-5, 16),
        ("mrpc", 32, 1e-5, 16),
    ):
        task = study.tasks[name]
        assert (task.batch_size, task.learning_rate) == (batch, rate)
        assert task.epochs.scratch == scratch
        assert task.epochs.pretrained in (3, 4, 5)
    assert study.tasks["mrpc-long"].epochs.pretrained == 25
    assert study.surfaces.range == (-4, 4)
    assert set(study.figures.tasks) == {*"1234567", "table1"}


@pytest.mark.parametrize(
    "text",
    ["[curves]\nrange = [4, -4]", "[curves]\nrange = [nan, inf]", "[surfaces]\nalpha = [1, 1]"],
)
def test_a_range_is_ascending_and_finite(written, text):
    with pytest.raises(UserError, match="a range needs two finite numbers"):
        read_study(written(BASE + text))


@pytest.mark.parametrize("text", ["x = " + "[" * 100_000, "x = " + "1" * 10_000])
def test_what_no_parser_reads_is_said_in_words(written, text):
    with pytest.raises(UserError, match=r"x\.toml"):
        read_study(written(text))


def test_the_home_of_nobody_is_said_in_words(written):
    with pytest.raises(UserError, match="there is no user no-such-user"):
        read_study(written(BASE + '[tasks.rte]\ndata = "~no-such-user/rte"'))


def test_the_help_names_the_studies_that_come_with_the_program():
    verbs = argparse.ArgumentParser().add_subparsers()
    add_study(verbs)
    words = re.findall(r"[\w-]+", verbs.choices["study"].format_help())
    assert set(shipped_studies()) <= set(words)
