"""Names of a file's surfaces and curves: what they are, and what tells those alike apart. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence

from landscape_gui.shares import percentage
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot, TargetKind
from landscape_gui.ui.wording import axis2_words


def plot_title(plot: LivePlot) -> str:
    """A surface or curve in a few words: ``Whole model · random 0``."""
    part = f"Layers {plot.group}" if plot.group else "Whole model"
    if plot.kind == "curve":
        return f"{part} · curve"
    axis = axis2_words(plot.spec) or plot.plane.axis2_label
    return f"{part} · {axis}" if axis else part


def plot_titles(model: LandscapeModel) -> dict[tuple[TargetKind, str], str]:
    """The titles of all surfaces and curves; those alike are told apart: ``… · 7 points``."""
    details = telling_apart(model.plots.values(), plot_title)
    titles = {}
    for key, plot in model.plots.items():
        detail = details[id(plot)]
        titles[key] = f"{plot_title(plot)} · {detail}" if detail else plot_title(plot)
    return titles


def telling_apart(
    plots: Iterable[LivePlot], named: Callable[[LivePlot], Hashable]
) -> dict[int, str]:
    """By ``id`` of the plot what it takes to tell it from others of its name; empty if nothing.

    As few as are needed of size, range, examples, accuracy and precision; else a number.
    """
    alike: dict[Hashable, list[LivePlot]] = {}
    for plot in plots:
        alike.setdefault(named(plot), []).append(plot)
    found: dict[int, str] = {}
    for group in alike.values():
        found |= {id(p): words for p, words in zip(group, _apart(group), strict=True)}
    return found


def _apart(plots: Sequence[LivePlot]) -> list[str]:
    words: list[tuple[str, ...]] = [()] * len(plots)
    for detail in (_size, _range, _examples, _accuracy, _precision):
        if len(set(words)) == len(plots):
            break
        said = [detail(plot) for plot in plots]
        if len(set(said)) > 1:
            words = [(*known, more) for known, more in zip(words, said, strict=True)]
    if len(set(words)) < len(plots):
        words = [(*known, f"no. {k}") for k, known in enumerate(words, 1)]
    return [", ".join(part for part in known if part) for known in words]


def _size(plot: LivePlot) -> str:
    if plot.beta is None:
        return f"{len(plot.alpha)} points"
    return f"{len(plot.alpha)} × {len(plot.beta)}"


def _range(plot: LivePlot) -> str:
    return " × ".join(
        f"{axis[0]:g} to {axis[-1]:g}" for axis in (plot.alpha, plot.beta) if axis is not None
    )


def _examples(plot: LivePlot) -> str:
    count = (plot.spec.get("examples") or {}).get("train")
    return "all examples" if count is None else f"{count} examples"


def _accuracy(plot: LivePlot) -> str:
    tolerance = plot.spec.get("tolerance")
    return f"to {percentage(tolerance, 3)}" if tolerance else "every point"


def _precision(plot: LivePlot) -> str:
    return str(plot.spec.get("precision", ""))
