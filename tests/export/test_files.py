from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from landscape_gui.export.files import FORMATS, Wish, check_format, export
from landscape_gui.specs import UserError


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_written_and_replaces_an_older_file(whole, tmp_path, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_text("older")
    export(whole, path)
    first = path.read_bytes()
    assert len(first) > 500
    export(whole, path)
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_formats_and_contents_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"x\.xlsx names no format.*\.csv"):
        check_format(tmp_path / "x.xlsx", Wish())
    with pytest.raises(UserError, match=r"\.vts file does not hold the rollback.*\.csv"):
        check_format(tmp_path / "x.vts", Wish(what="rollback"))


def test_a_place_that_cannot_be_written_is_named(whole, tmp_path):
    with pytest.raises(UserError, match=r"does not exist.*Create it"):
        export(whole, tmp_path / "no" / "x.csv")
    (tmp_path / "d.md").mkdir()
    with pytest.raises(UserError):
        export(whole, tmp_path / "d.md")
    assert [path.name for path in tmp_path.iterdir()] == ["d.md"]


def test_the_landscape_file_itself_is_not_replaced(whole, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("the landscape")
    record = replace(whole, path=path)
    with pytest.raises(UserError, match="is the landscape file itself"):
        export(record, tmp_path / "." / "x.csv")
    assert path.read_text() == "the landscape"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_name_that_is_not_utf8_is_written_with_a_mark(whole, tmp_path, suffix):
    run = replace(whole.run, name="run\udcff", model="m\ud800", task="t\udcff")
    export(replace(whole, run=run, path=tmp_path / "x\udcff.h5"), tmp_path / f"x{suffix}")


@pytest.mark.parametrize(
    ("suffix", "what"), [(".csv", "rollback"), (".md", "rollback"), (".vts", "points")]
)
def test_commands_in_hints_can_be_pasted(whole, tmp_path, suffix, what):
    bare = replace(whole, path=tmp_path / "a b.h5", rollback=None, surfaces={})
    with pytest.raises(UserError) as caught:
        export(bare, tmp_path / f"x{suffix}", Wish(what=what))
    words = shlex.split(caught.value.hint.partition(": ")[2])
    assert words[-1] == str(tmp_path / "a b.h5")
