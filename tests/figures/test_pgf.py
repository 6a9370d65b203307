"""Figures as PGF: what a paper that includes one shows, and what is said where TeX fails."""

import re
import shutil
import subprocess

import pytest
from matplotlib.legend import Legend
from matplotlib.text import Text

from landscape_gui.figures import saving
from landscape_gui.figures.making import make_figure, opened, write_figure
from landscape_gui.figures.presets import PRESETS
from landscape_gui.figures.saving import figure_bytes, save_figure
from landscape_gui.figures.spec import FigureSpec, Look, Source
from landscape_gui.specs import UserError

TEX_POINTS_PER_INCH = 72.27
ODD = "50 % of a_b & $c: α ≥ δ1 − ‖δ1‖², γ → 0"


def typeset(program, folder, body):
    """Set a document; returns what TeX said, and whether it had no trouble."""
    head = r"\documentclass{article}\usepackage{pgf,underscore}\begin{document}"
    (folder / "paper.tex").write_text(f"{head}{body}\\end{{document}}")
    done = subprocess.run(
        [program, "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
    )
    return done.stdout, done.returncode == 0


@pytest.fixture(params=["pdflatex", "xelatex"])
def tex(request, tmp_path):
    """A TeX that can set figures; without one the test is skipped."""
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} here: PGF is not tested with it")
    if not typeset(request.param, tmp_path, "Words.")[1]:
        pytest.skip(f"{request.param} has no pgf or underscore here: PGF is not tested with it")
    return request.param


@pytest.fixture
def chosen(landscape):
    def choose(kind, **fields):
        return FigureSpec(kind=kind, sources=(Source(file=landscape("a").path),), **fields)

    return choose


def only(monkeypatch, folder, **scripts):
    """Let nothing be found but these programs."""
    bin_ = folder / "bin"
    bin_.mkdir()
    for name, script in scripts.items():
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_))


@pytest.mark.parametrize(("kind", "titles"), [("contour", (ODD,)), ("surface", ()), ("curve", ())])
def test_a_paper_includes_it_at_its_size_with_every_letter(tex, chosen, tmp_path, kind, titles):
    out = tmp_path / "50 % #1.pgf"
    written = write_figure(chosen(kind, titles=titles), out)
    assert written == [out]
    text = out.read_text()
    out.rename(tmp_path / "figure.pgf")
    said, fine = typeset(
        tex, tmp_path, r"\sbox0{\input{figure.pgf}}\typeout{WIDE \the\wd0}\usebox0"
    )
    assert fine, said[-2000:]
    log = (tmp_path / "paper.log").read_text(errors="replace")
    assert "Missing character" not in log
    width = float(re.search(r"WIDE ([\d.]+)pt", log)[1]) / TEX_POINTS_PER_INCH
    assert width == pytest.approx(PRESETS["acl-column"].width_in, abs=1e-3)
    assert str(tmp_path) not in text  # images are found beside it, wherever that is
    assert bool(re.findall(r"50 - -1-img\d+\.png", text)) == (kind != "curve")
    assert len(list(tmp_path.glob("50 - -1-img*.png"))) == text.count("-img")


@pytest.mark.parametrize("tex", ["pdflatex"], indirect=True)
def test_words_stay_words(tex, chosen, tmp_path):
    write_figure(chosen("contour", titles=(ODD,)), tmp_path / "x.pgf")
    text = (tmp_path / "x.pgf").read_text()
    assert r"50 \% of a\_b \& \$c: $\alpha$ $\geq$ $\delta$1 $-$ $\|\delta_1\|^2$" in text
    body = "".join(line for line in text.splitlines() if not line.startswith("%"))
    assert body.isascii()


@pytest.mark.parametrize("tex", ["pdflatex"], indirect=True)
def test_the_same_bytes_again(tex, chosen, tmp_path):
    first, second = tmp_path / "a" / "x.pgf", tmp_path / "b" / "x.pgf"
    for out in (first, second):
        out.parent.mkdir()
        write_figure(chosen("contour"), out)
    assert first.read_bytes() == second.read_bytes()


def test_letters_that_tex_does_not_know_are_named(chosen, tmp_path, monkeypatch):
    program = shutil.which("pdflatex")
    if program is None:
        pytest.skip("there is no pdflatex here: what it lacks is not tested")
    only(monkeypatch, tmp_path, pdflatex=f'exec {program} "$@"')
    with pytest.raises(UserError, match=r"pdflatex cannot set .*Unicode character 日.* titles"):
        write_figure(chosen("contour", titles=("日",)), tmp_path / "x.pgf")
    assert not (tmp_path / "x.pgf").exists()


def test_without_tex_it_is_said_what_to_install(chosen, tmp_path, monkeypatch):
    only(monkeypatch, tmp_path)
    with pytest.raises(UserError, match=r"there is none on this machine.*texlive-xetex"):
        write_figure(chosen("curve"), tmp_path / "x.pgf")
    assert not (tmp_path / "x.pgf").exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("while read line; do :; done; echo There is no format file.", "There is no format file."),
        ("exec <&-; exit", ""),
    ],
)
def test_a_tex_that_does_not_start_is_said(chosen, tmp_path, monkeypatch, script, said):
    only(monkeypatch, tmp_path, xelatex=f"{script}; exit 1", lualatex="exit 1")
    with pytest.raises(UserError, match=rf"not work; xelatex .*{said}.*texlive-xetex"):
        write_figure(chosen("curve"), tmp_path / "x.pgf")
    assert not (tmp_path / "x.pgf").exists()


@pytest.fixture
def set_in_tex(monkeypatch):
    """Shares of the page that each text and legend spans from left to right, as TeX sets them."""
    found = []

    def watch(kind):
        draw = kind.draw

        def recording_draw(artist, renderer):
            page = artist.get_figure(root=True).bbox
            box = artist.get_window_extent(renderer)
            if isinstance(artist, Legend) or artist.get_text().strip():
                name = "legend" if isinstance(artist, Legend) else artist.get_text()
                found.append((name, box.x0 / page.width, box.x1 / page.width, box.y0 / page.height))
            draw(artist, renderer)

        monkeypatch.setattr(kind, "draw", recording_draw)

    watch(Legend)
    watch(Text)
    monkeypatch.setattr(saving, "RASTER_DPI", 30)  # images are not looked at
    return found


@pytest.mark.parametrize("tex", ["pdflatex"], indirect=True)
@pytest.mark.parametrize("preset", PRESETS)
def test_legends_and_words_are_within_the_page_in_texs_letters(
    tex, chosen, tmp_path, set_in_tex, preset
):
    for kind, look in (
        ("contour", Look(dots=True)),
        ("trajectory", Look()),
        ("trajectory", Look(projection="pca")),
        ("curve", Look()),
    ):
        set_in_tex.clear()
        write_figure(chosen(kind, preset=preset, look=look), tmp_path / "x.pgf")
        drawn = [text for text, *_ in set_in_tex]
        assert "legend" in drawn or kind == "curve"
        for text, left, right, bottom in set_in_tex:
            assert left >= 0, text
            assert right <= 1, text
            assert bottom >= 0, text


@pytest.mark.parametrize("tex", ["pdflatex"], indirect=True)
def test_a_legend_with_more_rows_in_tex_has_room_below_the_axes(tex, chosen, tmp_path, set_in_tex):
    write_figure(chosen("contour"), tmp_path / "x.pgf")
    bottoms = {text: bottom for text, _, _, bottom in set_in_tex}
    (path,) = [text for text in bottoms if text.startswith("checkpoints")]
    axis = r"$\alpha$ (start 0, end 1)"
    # In the letters of a PDF, two of them are beside each other.
    assert 0 <= bottoms[path] < bottoms["end"] < bottoms["start"] < bottoms[axis]


@pytest.mark.parametrize("tex", ["pdflatex"], indirect=True)
@pytest.mark.parametrize("kind", ["contour", "curve"])
def test_a_figure_is_as_before_after_it_was_written(tex, chosen, tmp_path, kind):
    figure = make_figure(*opened(chosen(kind)))
    before = figure_bytes(figure, ".svg")
    save_figure(figure, tmp_path / "x.pgf")
    assert figure_bytes(figure, ".svg") == before
