"""From a figure's spec back to the command that makes it. No matplotlib."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from landscape_gui.figures.formats import PNG_DPI
from landscape_gui.figures.presets import length_in
from landscape_gui.figures.spec import FigureSpec, Look

_UNITS = {"cm": 2.54, "in": 1.0, "mm": 25.4, "pt": 72.0}
_SWITCHES = {
    "log": "--log", "own_scales": "--own-scales", "floor": "--floor", "dots": "--dots",
    "parallel": "--parallel",
}  # fmt: skip
_SWITCHES_OFF = {"lines": "--no-lines", "labels": "--no-labels", "remarks": "--no-remarks"}


def figure_command(spec: FigureSpec, out: Path, dpi: int = PNG_DPI) -> str:
    """The command as it is typed in a shell: it makes the same bytes."""
    return shlex.join(["landscape-gui", "figure", *figure_arguments(spec, out, dpi)])


def figure_arguments(spec: FigureSpec, out: Path, dpi: int = PNG_DPI) -> list[str]:
    """What follows ``landscape-gui figure``; what is as by default is left out."""
    words: list[str] = [spec.kind, *map(str, spec.sources), "--out", str(out)]
    if spec.metric is not None:
        words += ["--metric", spec.metric]
    if spec.preset is not None:
        words += ["--preset", spec.preset]
    for option, inches in (("--width", spec.width_in), ("--height", spec.height_in)):
        if inches is not None:
            words += [option, length_words(inches)]
    if dpi != PNG_DPI and out.suffix.lower() == ".png":
        words += ["--dpi", str(dpi)]
    for title in spec.titles:
        words.append(f"--title={title}")  # which may begin with a dash
    if spec.mixed_models:
        words.append("--mixed-models")
    words += _look(spec.look)
    usual = FigureSpec.model_fields
    if spec.story != usual["story"].default:
        words += ["--story", spec.story]
    if spec.frames != usual["frames"].default:
        words += ["--frames", str(spec.frames)]
    return words


def length_words(inches: float) -> str:
    """A length that is read back as exactly this many inches, in a round unit if there is one."""
    for unit, share in _UNITS.items():
        words = f"{inches * share:.6f}".rstrip("0").rstrip(".") + unit
        if length_in(words) == inches:
            return words
    return f"{inches!r}in"


def _look(look: Look) -> list[str]:
    words: list[str] = []
    usual = Look()
    if look.color_map != usual.color_map:
        words += ["--colors", look.color_map]
    words += [option for name, option in _SWITCHES.items() if getattr(look, name)]
    words += [option for name, option in _SWITCHES_OFF.items() if not getattr(look, name)]
    for name in ("limits", "alpha", "beta"):
        span = getattr(look, name)
        if span is not None:
            words += [f"--{name}", *_numbers(span)]
    if look.levels != usual.levels:
        levels = look.levels
        # With a comma even one level is no number of levels.
        text = str(levels) if isinstance(levels, int) else ",".join(_numbers(levels)) + ","
        words.append(f"--levels={text}")
    if look.fill != usual.fill:
        words += ["--fill", look.fill]
    if (look.azimuth, look.elevation) != (usual.azimuth, usual.elevation):
        words += ["--view", *_numbers((look.azimuth, look.elevation))]
    if look.crop is not None:
        words += ["--crop", *_numbers(look.crop)]
    if look.projection != usual.projection:
        words += ["--projection", look.projection]
    if look.trajectory is not None:
        words.append("--trajectory" if look.trajectory else "--no-trajectory")
    if look.unit is not None:
        words += ["--unit", look.unit]
    return words


def _numbers(values: Iterable[float]) -> list[str]:
    """Read back as the same numbers; 2.0 as 2."""
    return [repr(value).removesuffix(".0") for value in values]
