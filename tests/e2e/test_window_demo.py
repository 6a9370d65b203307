"""The demonstration in the window."""

from __future__ import annotations

import numpy as np
from support.real_window import run_to_the_end

from landscape_gui.engine.events import TrainingProgress
from landscape_gui.specs import (
    METRICS,
    DemoSpec,
)
from landscape_gui.store.landscape_file import read_landscape


def test_the_demo_ends_on_the_fine_tuned_landscape(window, watch, qtbot, tmp_path):
    out = tmp_path / "demo"
    trained = []

    def look() -> None:
        trained.append({line.label for line in window.main.history_page.plot.plot.lines})

    window.session.history_changed.connect(look)
    run_to_the_end(window, qtbot, DemoSpec(out=out, points=5), None)
    window.session.history_changed.disconnect(look)
    fine_tuned, scratch = out / "fine-tuned.landscape.h5", out / "from-scratch.landscape.h5"
    assert set(window.session.landscapes) == {fine_tuned.resolve(), scratch.resolve()}
    assert len({event.run for event in watch.of(TrainingProgress)}) == 4
    names = {event.run.name for event in watch.of(TrainingProgress)}
    assert trained[0] <= names
    lines = [line.label for line in window.main.history_page.plot.plot.lines]
    assert sorted(lines) == sorted(names)
    selection, plot = window.session.selection, window.session.plot
    assert selection.path == fine_tuned.resolve()
    assert selection.kind == "surface"
    assert plot.group == ""
    assert plot.complete
    assert window.main.pages.currentWidget() is window.main.surface_page
    for path in (fine_tuned, scratch):
        model = window.session.landscapes[path.resolve()]
        for surface in read_landscape(path).surfaces.values():
            shown = model.plots["surface", surface.name]
            for metric in METRICS:
                np.testing.assert_array_equal(shown.values[metric], surface.values[metric])
