from __future__ import annotations

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
