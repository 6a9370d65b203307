"""What is typed into the form of a figure."""

import pytest

from landscape_gui.ui.figure_export.form import titles_of


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ("", ()),
        ("a; b ;c", ("a", "b", "c")),
        (r"loss\; error; b", ("loss; error", "b")),
        (r"\; ;; a\b;", (";", "", r"a\b")),
        ("a;;c", ("a", "", "c")),
        ("; b", ("", "b")),
        (" ; ", ()),
    ],
)
def test_semicolons_part_titles_unless_they_belong_to_one(typed, titles):
    assert titles_of(typed) == titles
