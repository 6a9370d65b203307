"""Figures as PGF: LaTeX sets their words in the letters of the paper that includes them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_pgf import LatexError, RendererPgf
from matplotlib.figure import Figure
from matplotlib.text import Text

from landscape_gui.figures.formats import tex_systems
from landscape_gui.figures.style import PaperFigure
from landscape_gui.markup import latex_text
from landscape_gui.specs import UserError

# In the name of an image, TeX would take these for its own.
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("#%{}\\", "-"))


def pgf_files(figure: Figure, name: str, dpi: int) -> dict[str, bytes]:
    """A figure as PGF and the images that it includes: their contents by their names.

    Parameters
    ----------
    name
        Of the PGF file; the images are called after it.
    dpi
        Of the images.

    Raises
    ------
    UserError
        If there is no TeX, it does not work, or it cannot set the figure's words.
    """
    systems = tex_systems()
    if not systems:
        raise UserError(
            "A PGF figure needs TeX, and there is none on this machine.",
            "Install xelatex (Debian: texlive-xetex and lmodern), or write a PDF.",
        )
    trouble = ""
    with _words_as_latex(figure):
        for system in systems:
            settings: dict[str, Any] = {
                "pgf.texsystem": system,
                "pgf.rcfonts": False,  # the paper's own letters
                "pgf.preamble": "",
            }
            context = mpl.rc_context(settings)  # pyright: ignore[reportArgumentType]
            try:
                with context, tempfile.TemporaryDirectory() as folder:
                    return _drawn(figure, Path(folder), name, dpi)
            except LatexError as error:  # one that is there and does not start
                trouble = trouble or f"{system} said: {_complaint(error.latex_output)}"
            except BrokenPipeError:  # as above, before it had read anything
                trouble = trouble or f"{system} ended at once."
            except ValueError as error:
                if "Error measuring" not in str(error):
                    raise
                raise UserError(
                    f"{system} cannot set the words of this figure: {_complaint(str(error))}",
                    "Choose other titles, or write a PDF.",
                ) from None
    raise UserError(
        f"A PGF figure needs TeX, and the one on this machine does not work; {trouble}",
        "Install texlive-xetex and lmodern (Debian), or write a PDF.",
    )


def _drawn(figure: Figure, folder: Path, name: str, dpi: int) -> dict[str, bytes]:
    draft = folder / name.translate(_NOT_IN_NAMES)
    if isinstance(figure, PaperFigure) and figure.fit is not None:
        # TeX's letters are wider than those that the figure was laid out in.
        figure.fit(RendererPgf(figure, None), _as_latex)
    figure.savefig(draft, format="pgf", dpi=dpi)
    images = sorted(folder.glob("*.png"))
    return {name: draft.read_bytes()} | {image.name: image.read_bytes() for image in images}


@contextmanager
def _words_as_latex(figure: Figure) -> Iterator[None]:
    """Whatever a title says, it stays text; Greek letters are those of formulas."""
    texts = [(text, text.get_text()) for text in figure.findobj(Text) if isinstance(text, Text)]
    try:
        for text, words in texts:
            text.set_text(_as_latex(words))
        yield
    finally:
        for text, words in texts:
            text.set_text(words)
        if isinstance(figure, PaperFigure):
            figure.fit_as_usual()


def _as_latex(words: str) -> str:
    return "\n".join(latex_text(line) for line in words.split("\n"))


def _complaint(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    wrong = [line.lstrip("!* ") for line in lines if line.startswith(("!", "**"))]
    return (wrong or lines or ["nothing."])[0]
