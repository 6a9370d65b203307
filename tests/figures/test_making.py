"""What `landscape-gui figure` leaves: files of exact size, the same bytes, and clear refusals."""

import json
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.image import imread
from support.landscapes import GROUPS, child_environment

from landscape_gui.figures.grid import BAR_LABEL
from landscape_gui.figures.making import make_figure, write_figure
from landscape_gui.figures.presets import PRESETS, length_in
from landscape_gui.figures.rollback_table import as_text, rollback_table
from landscape_gui.figures.spec import FigureSpec, Look, Source
from landscape_gui.geometry.trajectory import project
from landscape_gui.shares import percentage
from landscape_gui.specs import UserError
from landscape_gui.store.content_hash import content_sha256
from landscape_gui.store.landscape_file import read_landscape

NAME = "full-random0"


@pytest.fixture(scope="module")
def files(landscape):
    """Two tasks, both settings, with all layer groups' surfaces."""
    found = []
    for task in ("mrpc", "mnli"):
        for init in ("pretrained", "scratch"):
            record = landscape(f"{task}-{init}-all", task=task, init=init)
            groups = {
                f"{name}-random0": landscape(f"{name}-of-{task}", group=group).surfaces[
                    f"{name}-random0"
                ]
                for name, group in (GROUPS.items() if init == "pretrained" else ())
            }
            found.append(replace(record, surfaces=record.surfaces | groups))
    return found


def spec(kind, records, **fields):
    return FigureSpec(
        kind=kind, sources=tuple(Source(file=record.path) for record in records), **fields
    )


def make(kind, records, **fields):
    return make_figure(spec(kind, records, **fields), records)


def page_size(path):
    """Width and height of a PDF's page in points."""
    box = re.search(rb"/MediaBox \[([^]]*)\]", path.read_bytes())
    assert box is not None
    left, bottom, right, top = (float(x) for x in box[1].split())
    return right - left, top - bottom


# -- the paper's figures ---------------------------------------------------------------------------


def test_figures_1_and_6_set_scratch_above_fine_tuned_in_the_papers_order(files, check_layout):
    for kind, metric in (("1", "training loss"), ("6", "development error")):
        figure = make(kind, files)
        texts = check_layout(figure)
        assert {"MNLI", "MRPC", "from scratch", "fine-tuned", metric, "start", "end"} <= set(texts)
        assert texts.index("MNLI") < texts.index("MRPC")
        assert figure.get_size_inches()[0] == PRESETS["acl-text"].width_in


def test_a_file_that_is_not_given_leaves_a_place_that_says_so(files, check_layout):
    texts = check_layout(make("1", files[:3]))
    assert "MNLI\nfrom scratch:\nno file given" in texts


def test_figure_2_is_one_plot_of_all_runs(files, check_layout):
    figure = make("2", files)
    assert {"MNLI", "MRPC", "fine-tuned", "from scratch", "epoch"} <= set(check_layout(figure))
    assert len([line for line in figure.axes[0].lines if len(line.get_xdata()) > 1]) == 4


def test_figure_3_shows_the_surroundings_of_the_paths_on_one_scale(files, check_layout):
    figure = make("3", files)
    texts = check_layout(figure)
    (path,) = [text for text in texts if text.startswith("checkpoints, deviation")]
    planes = [next(s for s in f.surfaces.values() if not s.group).plane for f in files]
    off = max(project(p.gram, "deviation", has_axis2=True).off_plane.max() for p in planes)
    assert path == f"checkpoints, deviation, up to {percentage(off)} off the plane"
    maps = [axes for axes in figure.axes if axes.get_label() != BAR_LABEL]
    assert len({axes.get_xlim() for axes in maps}) == 1
    low, high = maps[0].get_xlim()
    assert -4 < low < 0
    assert 1 < high < 4


def test_figure_4_marks_the_checkpoint_of_the_lowest_error(files, check_layout):
    record = files[0]
    surface = record.surfaces[NAME]
    errors = np.array([0.5, 0.1, 0.3, 0.3])
    record = replace(
        record, surfaces={NAME: replace(surface, checkpoint_values={"dev_error": errors})}
    )
    figure = make("4", [record])
    assert "lowest development error" in check_layout(figure)
    marks = [line for line in figure.axes[0].lines if line.get_marker() == "^"]
    assert marks[0].get_xdata()[0] == pytest.approx(0.5)  # checkpoint 1
    last = replace(surface, checkpoint_values={"dev_error": errors[::-1]})
    texts = check_layout(make("4", [replace(record, surfaces={NAME: last})]))
    assert "lowest development error" in texts


def test_figure_5_compares_widths_in_one_unit(files, check_layout):
    texts = check_layout(make("5", files))
    assert "distance from the end point along δ1" in texts


def test_figure_7_has_a_row_per_run_and_a_column_per_group(files, check_layout):
    figure = make("7", files[::2])
    texts = check_layout(figure)
    heads = ["low layers (0\N{EN DASH}1)", "middle layers (2\N{EN DASH}3)", "MNLI", "rolled back"]
    assert set(heads) <= set(texts)
    assert len(figure.axes) == 7


def test_table_1(files, tmp_path, check_layout):
    tuned = files[::2]
    for suffix, part in (
        (".md", "| MNLI | 90.00 | 84.00 (−6.00) | 78.00 (−12.00) | 66.00 (−24.00) |"),
        (".tex", r"MNLI & 90.00 & 84.00 ($-$6.00) & 78.00 ($-$12.00) & 66.00 ($-$24.00) \\"),
        (".csv", "MNLI,90.0000,84.0000,78.0000,66.0000,-6.0000,-12.0000,-24.0000"),
    ):
        write_figure(spec("table1", tuned), tmp_path / f"t{suffix}")
        lines = (tmp_path / f"t{suffix}").read_text().splitlines()
        assert part in lines
        assert any("0–1" in line or "0--1" in line for line in lines)
    texts = check_layout(make("table1", tuned))
    assert {"MNLI", "90.00", "84.00 (−6.00)", "layers 4\N{EN DASH}5"} <= set(texts)


def test_a_task_named_like_a_command_stays_text_in_table_1(files):
    record = replace(files[0], run=replace(files[0].run, task=r"a_b{\input x}|c%"))
    table = rollback_table([record])
    tex = as_text(table, ".tex")
    assert r"a\_b\{\textbackslash{}input x\}\textbar{}c\%" in tex
    row = as_text(table, ".md").splitlines()[2]
    assert row.startswith(r"| a\_b\{\\input x\}\|c% |")


# -- what is refused -------------------------------------------------------------------------------


def test_what_a_file_lacks_is_named_with_the_command_that_makes_it(files):
    record = files[1]
    command = "landscape-gui compute /runs/.*--group low.*--out .*mrpc-scratch-all.landscape.h5"
    with pytest.raises(
        UserError, match=f"no surface of the low, middle and high layers.*{command}"
    ):
        make("7", [record])
    bare = replace(record, surfaces={}, curves={}, rollback=None)
    with pytest.raises(UserError, match=r"no surface of the whole model.*landscape-gui compute"):
        make("1", [bare])
    with pytest.raises(UserError, match=r"no curve of the whole model.*compute .*--curve"):
        make("5", [bare])
    with pytest.raises(UserError, match=r"no rollback.*landscape-gui rollback /runs/"):
        make("table1", [bare])
    surface = record.surfaces[NAME]
    train_only = replace(surface, values={"train_loss": surface.values["train_loss"]})
    with pytest.raises(UserError, match=r"holds no development error.*landscape-gui compute"):
        make("6", [replace(record, surfaces={NAME: train_only})])
    ends = replace(record, run=replace(record.run, checkpoints=record.run.checkpoints[::3]))
    with pytest.raises(UserError, match="no checkpoint between start and end"):
        make("4", [ends])


@pytest.mark.parametrize("kind", ["1", "2", "5", "7", "table1", "curve", "difference"])
def test_different_models_in_one_figure_are_refused_unless_meant(files, kind):
    other = replace(files[2].run, model="another-model")
    starts = tuple(replace(c, sha256="f" * 64) for c in other.checkpoints)
    records = [files[0], replace(files[2], run=replace(other, checkpoints=starts))]
    with pytest.raises(UserError, match=r"mrpc-pretrained.*is about .*another-model.*--mixed"):
        make(kind, records)
    make(kind, records, mixed_models=True)


def test_one_model_at_two_places_is_known_by_its_weights(files):
    moved = replace(files[2], run=replace(files[2].run, model="/elsewhere/model"))
    make("2", [files[0], moved])
    with pytest.raises(UserError, match="layers"):
        make("2", [files[0], replace(moved, run=replace(moved.run, layer_count=24))])


def test_two_files_for_one_place_are_refused(files):
    with pytest.raises(UserError, match=r"both about MRPC, fine-tuned: Figure 1 has one place"):
        make("1", [files[0], files[0]])


def test_tables_of_other_groups_are_refused(files):
    rollback = files[2].rollback
    layers = tuple({**group, "layers": [9]} for group in rollback.layers)
    other = replace(files[2], rollback=replace(rollback, layers=layers))
    with pytest.raises(UserError, match="rolled back other groups"):
        make("table1", [files[0], other])


# -- files -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_the_page_has_exactly_the_presets_width(files, tmp_path, preset):
    write_figure(spec("curve", files[:1], preset=preset), tmp_path / "x.pdf")
    width, height = page_size(tmp_path / "x.pdf")
    assert width == pytest.approx(72 * PRESETS[preset].width_in, abs=0.001)
    assert height <= 72 * PRESETS[preset].height_in + 0.001


def test_known_widths():
    assert PRESETS["acl-column"].width_in == pytest.approx(7.7 / 2.54)
    assert PRESETS["nature-text"].width_in == pytest.approx(183 / 25.4)
    assert length_in("89 mm") == pytest.approx(89 / 25.4)
    assert length_in("240pt") == pytest.approx(240 / 72)
    for text in ("8", "cm", "0.2in", "-3in", "100in"):
        with pytest.raises(UserError):
            length_in(text)


def test_a_png_has_width_times_dpi_pixels(files, tmp_path):
    write_figure(
        spec("contour", files[:1], width_in=3.0, height_in=3.5), tmp_path / "x.png", dpi=100
    )
    assert imread(tmp_path / "x.png").shape[:2] == (350, 300)


def test_fonts_are_embedded_as_publishers_ask(files, tmp_path):
    write_figure(spec("surface", files[:1]), tmp_path / "x.pdf")
    data = (tmp_path / "x.pdf").read_bytes()
    assert b"/Type3" not in data
    assert b"/FontFile" in data
    fonts = data.count(b"/Type /FontDescriptor")
    assert fonts == data.count(b"/FontFile")
    assert b"CreationDate" not in data


def test_other_processes_write_the_same_bytes(files, tmp_path):
    """Whatever the order of sets and dictionaries there, and wherever the file lies."""
    source = tmp_path / "copy" / files[0].path.name
    source.parent.mkdir()
    source.write_bytes(files[0].path.read_bytes())
    suffixes = ("pdf", "svg", "png")
    script = (
        "import sys; from pathlib import Path\n"
        "from landscape_gui.figures.making import write_figure\n"
        "from landscape_gui.figures.spec import FigureSpec, Source\n"
        "spec = FigureSpec(kind='contour', sources=(Source(file=Path(sys.argv[1])),))\n"
        f"for s in {suffixes!r}: write_figure(spec, Path(sys.argv[2]) / f'x.{{s}}')\n"
        # It would keep figures alive and choose a window system.
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run(
        [sys.executable, "-c", script, str(source), str(source.parent)],
        check=True,
        env=child_environment() | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"},
    )
    for suffix in suffixes:
        write_figure(spec("contour", files[:1]), tmp_path / f"x.{suffix}")
        mine, theirs = tmp_path / f"x.{suffix}", source.parent / f"x.{suffix}"
        assert mine.read_bytes() == theirs.read_bytes(), suffix


def test_the_metadata_tell_spec_and_files(files, tmp_path):
    chosen = spec("contour", files[:1], metric="dev_loss", look=Look(log=True, levels=(0.5, 1.0)))
    digest = content_sha256(read_landscape(files[0].path))
    for suffix in ("pdf", "svg", "png"):
        write_figure(chosen, tmp_path / f"x.{suffix}")
        text = (tmp_path / f"x.{suffix}").read_bytes().decode("latin-1")
        text = text.replace("&quot;", '"').replace("\\(", "(").replace("\\)", ")")
        start = text.index('{"landscape_gui_figure"')
        told, _ = json.JSONDecoder().raw_decode(text[start:])
        assert told["sources"] == [{"file": files[0].path.name, "content_sha256": digest}]
        again = FigureSpec(sources=(Source(file=files[0].path),), **told["landscape_gui_figure"])
        assert again == chosen
        assert str(files[0].path.parent) not in text


def test_a_surface_is_an_image_among_vectors(files, tmp_path):
    """Thousands of facets as paths would make a file that readers choke on."""
    write_figure(spec("landscape", files[:1]), tmp_path / "x.svg")
    text = (tmp_path / "x.svg").read_text()
    assert text.count("<image") == 3  # surface, contours' map, colour bar
    assert text.count("<path") < 400


def test_frames_are_files_of_one_size_that_tell_a_story(files, tmp_path):
    for story in ("trajectory", "growth", "turn"):
        chosen = spec("frames", files[:1], story=story, frames=3, width_in=2.0)
        told: list[tuple[int, int]] = []

        def progress(*counts, told=told):
            told.append(counts)

        written = write_figure(chosen, tmp_path / f"{story}.png", dpi=60, progress=progress)
        assert [path.name for path in written] == [f"{story}-000{k}.png" for k in (1, 2, 3)]
        pictures = [imread(path) for path in written]
        assert len({picture.shape for picture in pictures}) == 1
        assert pictures[0].shape[1] == 120
        assert not np.array_equal(pictures[0], pictures[1])
        assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_unknown_suffix_and_a_missing_folder(files, tmp_path):
    with pytest.raises(UserError, match=r"\.svg, \.png or \.pgf"):
        write_figure(spec("curve", files[:1]), tmp_path / "x.docx")
    with pytest.raises(UserError, match=r"kind of figure"):
        write_figure(spec("curve", files[:1]), tmp_path / "x.tex")
    with pytest.raises(UserError, match="nowhere does not exist"):
        write_figure(spec("curve", files[:1]), tmp_path / "nowhere" / "x.png")
    assert list(tmp_path.iterdir()) == []
