"""The dialog for the curvature at the fine-tuned model."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
import synthetic_landscape
from fake_jobs import describe
from support.bowl_landscape import make_hessian

from landscape_gui.engine.events import Failed, SpeedMeasured
from landscape_gui.specs import (
    ExamplesSpec,
    HessianSpec,
    OtherRunAxis,
    RandomAxis,
    TaskSpec,
)
from landscape_gui.ui.dialogs.hessian import HessianDialog
from landscape_gui.ui.job_estimate import KnownSpeeds
from landscape_gui.ui.landscape_model import LandscapeModel


def model_of(tmp_path: Path, run: Path, **spec) -> LandscapeModel:
    """A landscape whose surface was measured from a run, as its spec says."""
    record = synthetic_landscape.landscape(tmp_path / "a.landscape.h5", points=5)
    surfaces = {
        name: dataclasses.replace(surface, spec=surface.spec | {"run": str(run)} | spec)
        for name, surface in record.surfaces.items()
    }
    curves = {
        name: dataclasses.replace(curve, spec=curve.spec | {"run": str(run)})
        for name, curve in record.curves.items()
    }
    run_record = dataclasses.replace(record.run, path=str(run))
    record = dataclasses.replace(record, surfaces=surfaces, curves=curves, run=run_record)
    return LandscapeModel.of(record)


@pytest.fixture
def run(tmp_path):
    path = tmp_path / "run"
    path.mkdir()
    return path


@pytest.fixture
def make(qtbot):
    def make_(model: LandscapeModel, speeds: KnownSpeeds | None = None) -> HessianDialog:
        dialog = HessianDialog(model, speeds)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make_


def test_the_job_as_typed(make, tmp_path, run, qtbot):
    dialog = make(model_of(tmp_path, run))
    assert not dialog.start.isEnabled(), "nothing is known of the run yet"
    dialog.show_description(describe(run, None, None))
    assert dialog.start.isEnabled()
    assert not dialog.run_field.isVisible(), "what is known is not asked"
    spec = dialog.spec()
    assert spec.axis2 == RandomAxis()
    assert [group.name for group in spec.groups] == ["low", "middle", "high"]
    assert spec.precision == "float32"
    assert spec.examples == ExamplesSpec(train=512, dev=872)
    dialog.groups.boxes["middle"].setChecked(False)
    dialog.axis2.kind.setCurrentIndex(dialog.axis2.kind.count() - 1)
    dialog.steps.setValue(12)
    dialog.probes.setValue(7)
    dialog.train.number.setValue(64)
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.start.click()
    spec, out = asked.args
    assert isinstance(spec, HessianSpec)
    assert (spec.run, spec.axis2, spec.steps, spec.probes) == (run, None, 12, 7)
    assert [group.name for group in spec.groups] == ["low", "high"]
    assert spec.examples.train == 64
    assert out == tmp_path / "a.landscape.h5"


def test_the_second_axis_of_the_surface_is_offered(make, tmp_path, run):
    other, start = tmp_path / "other", tmp_path / "start"
    for directory in (other, start):
        directory.mkdir()
    axis = OtherRunAxis(run=other, base=start)
    dialog = make(model_of(tmp_path, run, axis2=axis.model_dump(mode="json")))
    assert dialog.spec().axis2 == axis
    seeded = model_of(tmp_path, run, axis2=RandomAxis(seed=5).model_dump())
    assert make(seeded).spec().axis2 == RandomAxis(seed=5)


def test_products_time_and_memory_before_the_start(make, tmp_path, run):
    speeds = KnownSpeeds({}).with_event(SpeedMeasured(run, "cpu", "float32", 1e9, 20.0))
    dialog = make(model_of(tmp_path, run), speeds)
    assert "up to 148 products" in dialog.problem.text()
    assert "min" not in dialog.problem.text(), "the size of the model is not known yet"
    dialog.show_description(describe(run, None, None))
    text = dialog.problem.text()
    assert "about" in text
    assert "GiB of memory" in text
    assert "measured last on this device" in dialog.basis.text()
    dialog.axis2.kind.setCurrentIndex(dialog.axis2.kind.count() - 1)
    assert "up to 144 products" in dialog.problem.text()
    dialog.steps.setValue(10)
    dialog.probes.setValue(4)
    assert "up to 48 products" in dialog.problem.text()


def test_problems_and_help_while_typing(make, tmp_path, run, qtbot):
    dialog = make(model_of(tmp_path, run))
    dialog.show_description(describe(run, None, None))
    for box in dialog.groups.boxes.values():
        box.setChecked(False)
    assert dialog.problem.text() == "Choose at least one group."
    assert dialog._what.problem_text("groups") == "Choose at least one group."
    assert not dialog.start.isEnabled()
    dialog.groups.boxes["low"].setChecked(True)
    dialog.out.path = tmp_path / "nowhere" / "x.landscape.h5"
    assert "does not exist" in dialog.problem.text()
    dialog.out.path = tmp_path / "x.landscape.h5"
    dialog.axis2.kind.setCurrentIndex(dialog.axis2.kind.findData("other_run"))
    assert dialog.problem.text() == "Other run is missing."
    dialog.axis2.run.path = tmp_path
    assert dialog.start.isEnabled()
    dialog.steps.setFocus()
    qtbot.waitUntil(dialog.steps.hasFocus)
    assert dialog.help.text() == HessianSpec.model_fields["steps"].description
    assert (dialog.steps.minimum(), dialog.steps.maximum()) == (2, 500)


def test_a_run_that_has_moved_is_asked_for(make, tmp_path, run, qtbot):
    dialog = make(model_of(tmp_path, tmp_path / "moved away"))
    words = dialog.facts.text()
    assert str(tmp_path / "moved away") in words
    assert "where it lies now" in words
    assert dialog.run_field.isVisible()
    assert not dialog.start.isEnabled()
    dialog.show_description(Failed("There is no such directory."))
    assert dialog.facts.text() == words
    with qtbot.waitSignal(dialog.describe_wanted):
        dialog.run_field.path = run
    assert dialog.run == run
    assert "Reading" in dialog.facts.text()
    dialog.show_description(describe(run, None, None))
    assert "6 layers" in dialog.facts.text()
    assert dialog.start.isEnabled()
    assert dialog.spec().run == run


def test_a_directory_that_is_no_run_can_be_corrected(make, tmp_path, run, qtbot):
    dialog = make(model_of(tmp_path, run))
    dialog.show_description(Failed("run is not a training run.", "Choose another."))
    assert "not a training run. Choose another." in dialog.facts.text()
    assert dialog.run_field.isVisible()
    assert not dialog.start.isEnabled()
    other = tmp_path / "other"
    other.mkdir()
    with qtbot.waitSignal(dialog.describe_wanted):
        dialog.run_field.path = other
    dialog.show_description(describe(other, None, None))
    assert dialog.start.isEnabled()


def test_a_base_model_that_has_moved_is_asked_for(make, tmp_path, run, qtbot):
    dialog = make(model_of(tmp_path, run, base=str(tmp_path / "gone")))
    dialog.show_description(describe(run, None, None))
    assert dialog.base.isVisible()
    assert "gone is not a directory" in dialog.problem.text()
    with qtbot.waitSignal(dialog.describe_wanted):
        dialog.base.path = tmp_path
    dialog.show_description(describe(run, None, None))
    assert dialog.spec().base == tmp_path
    assert dialog.start.isEnabled()


def test_a_foreign_run_asks_for_base_and_task(make, tmp_path):
    run = tmp_path / "foreign-run"
    run.mkdir()
    dialog = make(model_of(tmp_path, run))
    dialog.show_description(describe(run, None, None))
    assert dialog.base.isVisible()
    assert dialog.task.isVisible()
    assert not dialog.start.isEnabled()
    dialog.base.path = tmp_path
    dialog.task.task.setCurrentIndex(dialog.task.task.findData("rte"))
    assert dialog.spec().task == TaskSpec(name="rte")


def test_what_becomes_of_an_earlier_curvature(make, tmp_path, run):
    model = model_of(tmp_path, run)
    fresh = make(model)
    assert "earlier" not in fresh.problem.text()
    spec = fresh.spec().model_dump(mode="json")
    model.hessian = dataclasses.replace(make_hessian(), spec=spec)
    dialog = make(model)
    assert "The file holds just this." in dialog.problem.text()
    dialog.probes.setValue(50)
    assert "earlier curvature is kept" in dialog.problem.text()
    dialog.probes.setValue(20)
    model.hessian = dataclasses.replace(model.hessian, status="incomplete")
    assert "is continued" in make(model).problem.text()
    dialog.out.path = tmp_path / "elsewhere.landscape.h5"
    assert "holds" not in dialog.problem.text()
