"""The report as rich text for a window."""

import dataclasses
import html.parser

import pytest
from support.bowl_landscape import make_curve, make_hessian, make_record, make_rollback

from landscape_gui.figures.report.building import build_document
from landscape_gui.figures.report.document import Picture, Section, plain_powers
from landscape_gui.figures.report.markdown_page import markdown_page
from landscape_gui.figures.report.rich_page import PageLook, anchor_of, rich_page

LOOK = PageLook(
    text="#111111",
    muted="#222222",
    line="#333333",
    accent="#444444",
    raised="#555555",
    warning="#666666",
    warning_ground="#777777",
    points=10.0,
    width=500,
)


def pictures(*names):
    return tuple(Picture(name, f"About {name}", b"<svg/>", b"png") for name in names)


def full(names=("a", "b", "c")):
    record = make_record(
        curves={"full": make_curve()}, hessian=make_hessian(), rollback=make_rollback()
    )
    return build_document([record], draw=lambda _: pictures(*names))[0]


class Structure(html.parser.HTMLParser):
    """Checks that tags are closed; collects anchors, and the sides of the cells of each row."""

    def __init__(self, page):
        super().__init__()
        self.open, self.anchors, self.rows, self.images = [], [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag not in ("br", "img"):
            self.open.append(tag)
        if tag == "a":
            self.anchors.append(found["name"])
        if tag == "img":
            self.images.append(found["src"])
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and "align" in found:
            self.rows[-1].append(found["align"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_every_section_can_be_jumped_to():
    document = full()
    found = Structure(rich_page(document, LOOK))
    assert found.anchors == [anchor_of(place) for place in range(len(document.sections))]


def test_the_first_column_is_to_the_left_and_numbers_to_the_right():
    rows = [row for row in Structure(rich_page(full(), LOOK)).rows if len(row) > 2]
    assert rows
    assert all(row[0] == "left" and set(row[1:-1]) == {"right"} for row in rows)
    # What a number is read from is words.
    assert {row[-1] for row in rows} == {"left", "right"}


def test_as_many_pictures_stand_in_a_row_as_there_is_room_for():
    sizes = {"a": (200, 100), "b": (200, 100), "c": (400, 100)}
    page = rich_page(full(), LOOK, sizes)
    assert Structure(page).images == ["picture:a", "picture:b", "picture:c"]
    section = page[page.index("Pictures") : page.index("About c")]
    assert section.count("<tr>") == 2
    wide = rich_page(full(), dataclasses.replace(LOOK, width=2000), sizes)
    assert wide[wide.index("Pictures") : wide.index("About c")].count("<tr>") == 1
    assert Structure(rich_page(full(), LOOK, {"b": (10, 10)})).images == ["picture:b"]


def test_what_a_file_says_is_escaped_and_powers_are_raised():
    record = make_record(run=dataclasses.replace(make_record().run, name="<b>x</b>"))
    tiny = dataclasses.replace(make_hessian(), largest=make_hessian().largest * 1e8)
    page = rich_page(build_document([dataclasses.replace(record, hessian=tiny)])[0], LOOK)
    assert "<b>" not in page
    assert "10<sup>9</sup>" in page


def test_colours_are_those_asked_for():
    page = rich_page(full(), LOOK)
    for color in ("text", "muted", "line", "warning", "warning_ground"):
        assert getattr(LOOK, color) in page


def test_a_report_without_pictures_names_none():
    document = full()
    bare = document.without_pictures()
    assert len(document.pictures) == 3
    assert bare.pictures == ()
    assert "![" not in markdown_page(bare, "p")
    titles = [section.title for section in bare.sections]
    assert "Pictures" not in titles
    assert titles == [s.title for s in document.sections if s.title != "Pictures"]
    empty = dataclasses.replace(document, sections=(Section("A run", (), level=2),))
    assert empty.without_pictures() == empty


@pytest.mark.parametrize(
    ("text", "raised"),
    [("1.5·10^−7 ± 2·10^8", "1.5·10⁻⁷ ± 2·10⁸"), ("10 ± 3", "10 ± 3")],
)
def test_powers_for_labels(text, raised):
    assert plain_powers(text) == raised
