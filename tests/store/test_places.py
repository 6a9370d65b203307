"""Names in place of paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from landscape_gui.store.places import (
    is_place,
    landscape_stem,
    model_name,
    place_name,
    without_places,
)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/somebody/runs/mrpc", "mrpc"),
        ("/home/somebody", ""),
        ("/root/mrpc/", "mrpc"),
        ("/Users/somebody/mrpc", "mrpc"),
        ("~/mrpc", "mrpc"),
        ("~somebody/mrpc", "mrpc"),
        ("../somewhere/mrpc", "mrpc"),
        ("C:\\Users\\somebody\\mrpc", "mrpc"),
        ("\\\\host\\share\\mrpc", "mrpc"),
        ("file:///home/somebody/mrpc", "mrpc"),
    ],
)
def test_of_a_path_its_last_part_is_told(path, name):
    assert is_place(path)
    assert place_name(path) == name


@pytest.mark.parametrize("text", ["", "google-bert/bert-base-cased", "mrpc", "a / b", "~5 epochs"])
def test_other_texts_stay_as_they_are(text):
    assert not is_place(text)
    assert place_name(text) == text


def test_a_model_is_named_as_one_speaks_of_it():
    assert model_name("google-bert/bert-large-cased") == "google-bert/bert-large-cased"
    assert model_name("/home/someone/models/minilm/model") == "minilm/model"
    assert model_name("C:\\Users\\someone\\minilm") == "minilm"
    assert model_name("/home/someone/minilm") == "minilm"
    assert model_name("~/minilm") == "minilm"


def test_paths_are_found_wherever_they_stand_in_a_value():
    value = {"run": "/home/a/b", "n": [1, None, {"x": ("/tmp/y", "org/name")}]}
    assert without_places(value) == {"run": "b", "n": [1, None, {"x": ["y", "org/name"]}]}


@pytest.mark.parametrize(
    ("name", "stem"),
    [("mrpc.landscape.h5", "mrpc"), ("mrpc.h5", "mrpc"), ("a.b.landscape.h5", "a.b"), ("x", "x")],
)
def test_a_landscape_file_is_called_by_its_stem(name, stem):
    assert landscape_stem(Path("/somewhere") / name) == stem
