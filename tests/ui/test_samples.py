from __future__ import annotations

import json

from landscape_gui.ui.samples import Sample, shipped_samples


def test_the_index_gives_order_and_words(tmp_path):
    for name in ("a", "b", "c-two"):
        (tmp_path / f"{name}.landscape.h5").touch()
    rows = [
        {"file": "b.landscape.h5", "title": "BERT", "description": "On MRPC"},
        {"file": "gone.landscape.h5", "title": "Gone"},
        {"file": "a.landscape.h5"},
        "no row",
    ]
    (tmp_path / "index.json").write_text(json.dumps(rows))
    assert shipped_samples(tmp_path) == [
        Sample(tmp_path / "b.landscape.h5", "BERT", "On MRPC"),
        Sample(tmp_path / "a.landscape.h5", "a"),
        Sample(tmp_path / "c-two.landscape.h5", "c two"),
    ]


def test_a_damaged_index_costs_only_the_titles(tmp_path):
    (tmp_path / "a.landscape.h5").touch()
    for text in ("{", '{"not": "a list"}', "\0"):
        (tmp_path / "index.json").write_text(text)
        assert [sample.title for sample in shipped_samples(tmp_path)] == ["a"]


def test_no_samples_are_no_trouble(tmp_path):
    assert shipped_samples(tmp_path) == []
    assert isinstance(shipped_samples(), list)
