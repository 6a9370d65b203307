"""Names of open landscapes, and what tells those of the same name apart. No Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.samples import SUFFIX

APART = " · "
"""Between a name and what tells it from others alike."""


def run_titles(models: Iterable[LandscapeModel]) -> dict[Path, str]:
    """By file, the run's name or else the file's, such that no two are the same.

    Views name a landscape by all that are open: it is then called the same everywhere.
    """
    return told_apart({model.path: model.run.name or model.path.name for model in models})


def told_apart(names: Mapping[Path, str]) -> dict[Path, str]:
    """Names by path; those alike with what differs in their paths: ``mrpc · seed0``.

    That is the file's name or, where that is the same, the nearest folder that differs.
    """
    alike: dict[str, list[Path]] = {}
    for path, name in names.items():
        alike.setdefault(name, []).append(path)
    titles = dict(names)
    for name, paths in alike.items():
        if len(paths) > 1:
            for path, detail in zip(paths, _differing(paths), strict=True):
                titles[path] = f"{name}{APART}{detail}"
    return titles


def _differing(paths: Sequence[Path]) -> list[str]:
    # From the file's name up to the root. Of a path without more folders nothing is left to say.
    ways = [(path.name.removesuffix(SUFFIX), *reversed(path.parts[:-1])) for path in paths]
    for level in zip_longest(*ways, fillvalue=""):
        if all(level) and len(set(level)) == len(paths):
            return list(level)
    # No folder alone tells all of them apart: as much of each path's end as it takes.
    for count in range(2, max(map(len, ways)) + 1):
        ends = ["/".join(reversed(way[:count])) for way in ways]
        if len(set(ends)) == len(paths):
            return ends
    return [str(path) for path in paths]
