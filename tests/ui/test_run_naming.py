"""Landscapes of the same run name are told apart by their files, the same way everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from landscape_gui.ui.compare.items import Contrast
from landscape_gui.ui.palette_entries import landscape_entries
from landscape_gui.ui.run_naming import told_apart

END = ".landscape.h5"


@pytest.mark.parametrize(
    ("files", "details"),
    [
        (("out/a", "out/b"), ("a", "b")),
        (("seed0/mrpc", "seed1/mrpc"), ("seed0", "seed1")),
        (("seed0/out/mrpc", "seed1/out/mrpc"), ("seed0", "seed1")),
        (("x/a", "x/b", "y/a"), ("x/a", "x/b", "y/a")),
        (("mrpc", "seed1/mrpc"), ("mrpc", "seed1/mrpc")),
    ],
)
def test_the_nearest_of_the_path_that_differs_is_said(files, details):
    paths = [Path(file + END) for file in files]
    found = told_apart(dict.fromkeys(paths, "run"))
    assert found == {path: f"run · {d}" for path, d in zip(paths, details, strict=True)}


def test_a_name_of_its_own_stays_as_it_is():
    names = {Path("a"): "mrpc", Path("b"): "rte", Path("c"): "mrpc"}
    assert told_apart(names) == {Path("a"): "mrpc · a", Path("b"): "rte", Path("c"): "mrpc · c"}


def test_every_page_tells_two_files_of_one_run_apart(window, tmp_path, open_file):
    first, second = (tmp_path / seed / f"mrpc{END}" for seed in ("seed0", "seed1"))
    open_file(window, first)
    assert heads(window) == ["mrpc"], "nothing is said of what is alone"
    open_file(window, second)
    names = ["mrpc · seed0", "mrpc · seed1"]
    main, session = window.main, window.session
    assert heads(window) == names
    assert main.header.title.text() == names[1]
    assert main.windowTitle().startswith(names[1])
    assert {entry.title.partition(":")[0] for entry in landscape_entries(session)} == set(names)
    curves, histories = {}, {}
    for page, found in (("curve", curves), ("history", histories)):
        main.menus.page_actions[page].trigger()
        plot = (main.curves_page if page == "curve" else main.history_page).plot.plot
        found |= {line.label: line.color_index for line in plot.lines}
    assert curves == histories == {names[0]: 0, names[1]: 1}
    main.compare.add_difference()
    assert isinstance(session.comparison.items[-1], Contrast)
    titles = [panel.picker.surface_button.full_text for panel in main.compare_page.panels]
    assert titles == [names[1], names[0], f"{names[1]} − seed0"]


def heads(window) -> list[str]:
    tree = window.main.landscapes_panel.tree
    return [tree.topLevelItem(k).text(0) for k in range(tree.topLevelItemCount())]
