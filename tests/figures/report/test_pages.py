"""What a report says, and how it says what is missing."""

import dataclasses
import html.parser
import json
import re
from pathlib import Path

import numpy as np
import pytest
from support.bowl_landscape import (
    make_curve,
    make_hessian,
    make_record,
    make_rollback,
    make_surface,
)

from landscape_gui.figures.report.building import build_document
from landscape_gui.figures.report.document import Missing, number, with_error
from landscape_gui.figures.report.html_page import html_page
from landscape_gui.figures.report.json_page import json_page
from landscape_gui.figures.report.markdown_page import markdown_page
from landscape_gui.figures.report.writing import write_report
from landscape_gui.specs import UserError
from landscape_gui.store.content_hash import content_sha256


def full():
    return make_record(
        curves={"full": make_curve()}, hessian=make_hessian(), rollback=make_rollback()
    )


def commands_of(document):
    blocks = [block for section in document.sections for block in section.blocks]
    return [block.command for block in blocks if isinstance(block, Missing)]


def test_every_caution_of_flatness_stands_beside_the_numbers():
    document, _ = build_document([full()])
    page = html_page(document)
    for source in ("2302.07011", "1703.04933", "1712.09913", "1609.04836", "1912.05671"):
        assert f"arXiv:{source}" in page
    assert "Flat is not proof of good" in markdown_page(document, "pictures")


def test_what_a_file_lacks_is_named_with_the_command_that_makes_it():
    empty = make_record(
        surfaces={}, run=dataclasses.replace(make_record().run, path="/my runs/my run")
    )
    document, _ = build_document([empty])
    commands = commands_of(document)
    verbs = {command.split()[1] for command in commands if command}
    assert verbs == {"compute", "hessian", "rollback"}
    assert any("--curve --group low" in command for command in commands)
    assert all("'my run'" in command for command in commands if command)
    # On the examples of what the file holds already.
    document, _ = build_document([make_record()])
    hessian = next(c for c in commands_of(document) if " hessian " in c)
    assert "--axis2 random --train-examples 64 --dev-examples 32 --seed 3" in hessian
    assert hessian.endswith("--out mrpc.landscape.h5")


def test_commands_can_be_parsed():
    from landscape_gui.cli.parser import build_parser

    document, _ = build_document([make_record(surfaces={})])
    for command in commands_of(document):
        if command and "MODEL" not in command:
            import shlex

            build_parser().parse_args(shlex.split(command)[1:])


def test_a_hessian_that_was_begun_goes_on_with_its_own_settings():
    part = dataclasses.replace(make_hessian(), status="incomplete")
    document, _ = build_document([make_record(hessian=part)])
    command = next(c for c in commands_of(document) if " hessian " in c)
    assert "--steps 30 --probes 20" in command


def test_a_hessian_without_axis_2_is_measured_anew_as_it_was():
    spec = {name: value for name, value in make_hessian().spec.items() if name != "axis2"}
    whole = dataclasses.replace(make_hessian(), spec=spec)
    document, _ = build_document([make_record(hessian=whole)])
    command = next(c for c in commands_of(document) if " hessian " in c)
    assert "--axis2 random --steps 30 --probes 20 --train-examples 64" in command


def test_groups_that_harm_alike_are_all_named():
    error = np.array([0.10, 0.30, 0.30, 0.4])
    alike = make_rollback(values={"dev_error": error, "dev_loss": error})
    document, _ = build_document([make_record(rollback=alike)])
    assert "low, high: −20.0 points" in markdown_page(document, "pictures")


def test_what_rests_on_estimates_says_so():
    surface = make_surface()
    j, i = int(np.abs(surface.beta).argmin()), int(np.abs(surface.alpha - 1).argmin())
    around = np.zeros(surface.order.shape, dtype=bool)
    around[j - 1 : j + 2, i - 1 : i + 2] = True
    part = dataclasses.replace(
        surface,
        order=np.where(around, -1, surface.order),
        estimates=surface.values,
        bounds={metric: np.where(around, 0.07, 0.0) for metric in surface.values},
        # Where the end itself was measured, the lowest point of this surface would be, too.
        anchors=tuple(a for a in surface.anchors if a.name != "end"),
        notes=surface.notes | {"refinement": {"errors": {"train_loss": 0.02, "dev_error": 0.21}}},
    )
    document, _ = build_document([make_record(surfaces={"full-random0": part})])
    text = markdown_page(document, "pictures")
    assert "(an estimate, ± 0.070)" in text
    assert "within 2 % of its range at 95 % of the points, the development error within 21 %" in (
        text
    )
    whole, measured = surface.order.size, int((~around).sum())
    assert f"| whole plane | {whole} | {measured} |" in text


def test_an_incomplete_history_and_gram_are_said_not_guessed():
    run = make_record().run
    nothing = np.full(4, np.nan)
    history = dataclasses.replace(run.history, dev_error=nothing, dev_loss=nothing)
    bare = dataclasses.replace(run, history=history, gram=np.full((3, 3), np.nan))
    document, claims = build_document([make_record(run=bare)])
    assert claims[0].path.rows == ()
    text = markdown_page(document, "p")
    assert "no usable inner products" in text
    assert "no development error or loss" in text


class Checker(html.parser.HTMLParser):
    """Finds tags that are not closed, and anything that would be fetched."""

    def __init__(self):
        super().__init__()
        self.open, self.fetched = [], []

    def handle_starttag(self, tag, attributes):
        if tag not in ("meta", "br", "img"):
            self.open.append(tag)
        self.fetched += [v for k, v in attributes if k in ("src", "href") and "data:" not in v[:5]]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_needs_nothing_and_escapes_what_a_file_says():
    run = dataclasses.replace(full().run, name="<script>x</script>", model='a"&b')
    page = html_page(build_document([dataclasses.replace(full(), run=run)])[0])
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    assert checker.fetched == []
    assert "<script" not in page
    assert "url(" not in page


def test_markdown_tables_have_one_row_width_and_escape():
    run = dataclasses.replace(full().run, name="a|b *c*")
    text = markdown_page(build_document([dataclasses.replace(full(), run=run)])[0], "p")
    assert r"a\|b \*c\*" in text
    for table in re.findall(r"(?:^\|.*\n)+", text, flags=re.M):
        widths = {len(re.split(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1


def test_json_holds_every_number_strictly():
    record = dataclasses.replace(full(), rollback=make_rollback(change_intervals={}))
    _, claims = build_document([record, record])
    data = json.loads(json_page(claims), parse_constant=pytest.fail)
    first = data["files"][0]
    assert first["basin"]["sizes"][0]["width"]["alpha"] > 0
    assert first["hessian"]["curvatures"][1][1] is None
    assert first["hessian"]["largest"][0] == [30.0, 0.2]
    assert first["path"]["lines"][0]["found"]["monotone"] is True
    assert first["layers"]["rollback"][1]["how"] == "paired"
    assert any("2302.07011" in s for caution in data["cautions"] for s in caution["sources"])


def test_document_and_numbers_tell_the_hash_of_the_content():
    record = full()
    document, claims = build_document([record])
    told = json.loads(json_page(claims))["files"][0]["content_sha256"]
    assert told == content_sha256(record)
    assert told in markdown_page(document, "p")


def test_powers_of_ten_are_raised_in_pages():
    tiny = dataclasses.replace(make_hessian(), slopes=np.full((2, 2), -1.5e-7))
    document, _ = build_document([make_record(hessian=tiny)])
    assert "−1.50·10<sup>−7</sup>" in html_page(document)
    assert "−1.50·10<sup>−7</sup>" in markdown_page(document, "p")


def test_two_files_stand_side_by_side_under_names_that_differ():
    other = dataclasses.replace(make_record(), path=make_record().path.with_name("b.landscape.h5"))
    document, _ = build_document([full(), other])
    columns = document.sections[0].blocks[0].columns
    assert columns == ("", "mrpc-run (mrpc)", "mrpc-run (b)")


def test_no_page_tells_where_files_lay():
    home = "/home/somebody"
    spec = {"run": f"{home}/runs/a", "base": f"{home}/base", "task": {"data": f"{home}/glue/mrpc"}}
    spec["axis2"] = {"kind": "other_run", "run": f"{home}/runs/b"}
    hessian = dataclasses.replace(make_hessian(), spec=spec, status="incomplete")
    record = make_record(curves={"full": make_curve()}, hessian=hessian)
    point = dataclasses.replace(record.run.checkpoints[-1], path=f"{home}/runs/a/checkpoint-9")
    record = dataclasses.replace(
        record,
        path=Path(f"{home}/files/mrpc.landscape.h5"),
        run=dataclasses.replace(
            record.run, path=f"{home}/runs/a", model=f"{home}/minilm/model", checkpoints=(point,)
        ),
        surfaces={
            k: dataclasses.replace(s, spec=s.spec | spec) for k, s in record.surfaces.items()
        },
    )
    document, claims = build_document([record])
    for page in (html_page(document), markdown_page(document, "p"), json_page(claims)):
        assert "somebody" not in page
        assert "mrpc.landscape.h5" in page
        assert "minilm/model" in page
    told = json.loads(json_page(claims))["files"][0]
    assert told["run"]["directory"] == "a"
    assert told["run"]["checkpoints"][0]["path"] == "checkpoint-9"
    surface = next(iter(record.surfaces))
    assert told["specs"][f"surfaces/{surface}"]["task"]["data"] == "mrpc"
    assert any("--other b" in command for command in commands_of(document))


def test_writing_makes_a_page_a_folder_of_pictures_or_json(landscape, tmp_path):
    file = landscape("report").path
    (page,) = write_report([file], tmp_path / "r.html")
    text = page.read_text(encoding="utf-8")
    assert text.count("data:image/svg+xml;base64,") >= 4
    markdown, *pictures = write_report([file], tmp_path / "r.md")
    assert {p.name for p in pictures} >= {"train_loss.svg", "curves.svg", "rollback-1.svg"}
    for picture in pictures:
        assert f"r-pictures/{picture.name}" in markdown.read_text(encoding="utf-8")
        assert picture.read_bytes().startswith(b"<?xml")
    (numbers,) = write_report([file], tmp_path / "r.json")
    assert len(json.loads(numbers.read_text())["files"][0]["content_sha256"]) == 64
    assert not list(tmp_path.glob(".*"))


def test_bad_names_and_folders_are_refused(landscape, tmp_path):
    file = landscape("report").path
    with pytest.raises(UserError, match=r"\.html, \.md or \.json"):
        write_report([file], tmp_path / "r.pdf")
    with pytest.raises(UserError, match="no folder"):
        write_report([file], tmp_path / "no" / "r.html")
    with pytest.raises(UserError, match="does not exist"):
        write_report([tmp_path / "x.landscape.h5"], tmp_path / "r.html")


def test_numbers_are_written_as_people_read_them():
    assert number(0.012345) == "0.0123"
    assert number(-1234.6) == "−1235"
    assert number(1.5e-7) == "1.50·10^−7"
    assert (number(np.nan), number(np.inf), number(0.0)) == ("–", "∞", "0")
    assert with_error(133.21, 15.2) == "133 ± 15"
    assert with_error(33.46123, 0.0491) == "33.461 ± 0.049"
    assert with_error(2.0, 0.0) == "2.00"
