"""The demo from end to end, with few points: what it says is what it measured."""

import numpy as np
import pytest

from landscape_gui.engine.demo import RISE, comparison, settings
from landscape_gui.engine.events import Done, FileReady, Notice, PointMeasured, RunReady
from landscape_gui.engine.jobs import run_job
from landscape_gui.geometry.flatness import basin_width
from landscape_gui.specs import DemoSpec
from landscape_gui.store.landscape_file import read_landscape


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    spec = DemoSpec(out=tmp_path_factory.mktemp("demo") / "out", points=5)
    return spec, list(run_job(spec, None))


def test_both_landscapes_are_complete(demonstrated):
    spec, events = demonstrated
    assert events[-1] == Done("complete", settings(spec.out)[0].file)
    assert sum(isinstance(event, RunReady) for event in events) == 4
    for setting in settings(spec.out):
        record = read_landscape(setting.file)
        assert record.run.init == setting.init
        (surface,) = [s for s in record.surfaces.values() if not s.group]
        assert surface.status == "complete"
        assert surface.values["dev_error"].shape == (5, 5)
        assert abs(surface.plane.cosine) < 0.9
        assert record.curves
        assert record.rollback.measured.all()


def test_the_fine_tuned_landscape_has_its_layer_groups(demonstrated):
    spec, _ = demonstrated
    surfaces = read_landscape(settings(spec.out)[0].file).surfaces.values()
    assert {s.group for s in surfaces} == {"", "low", "middle", "high"}
    for surface in surfaces:
        if surface.group:
            assert {a.name for a in surface.anchors} == {"end", "rolled_back"}


def test_both_settings_share_tasks_but_not_their_start(demonstrated):
    spec, _ = demonstrated
    ours, scratch = (read_landscape(setting.file).run for setting in settings(spec.out))
    assert ours.checkpoints[0].sha256 != scratch.checkpoints[0].sha256
    assert ours.task == scratch.task


def test_what_is_said_is_what_was_measured(demonstrated):
    spec, events = demonstrated
    said = [event.text for event in events if isinstance(event, Notice)][-2:]
    assert said == comparison(spec.out)
    for setting, sentence in zip(settings(spec.out), said, strict=True):
        curve = next(iter(read_landscape(setting.file).curves.values()))
        end = int(np.flatnonzero(curve.alpha == 1)[0])
        width = basin_width(curve.alpha, curve.values["train_loss"], 1.0, RISE)
        assert f"{100 * curve.values['dev_error'][end]:.1f} %" in sentence
        assert f"{width.length:.2f}" in sentence


def test_started_again_it_measures_nothing_twice(demonstrated):
    spec, _ = demonstrated
    again = list(run_job(spec, None))
    assert not [event for event in again if isinstance(event, PointMeasured)]
    assert all(event.done == event.total for event in again if isinstance(event, FileReady))
