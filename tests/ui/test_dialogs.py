from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import synthetic_landscape
from fake_jobs import describe
from shiboken6 import isValid

from landscape_gui.engine.events import Failed
from landscape_gui.specs import (
    CurveSpec,
    EvaluationSpec,
    ExamplesSpec,
    LatticeSpec,
    PCAAxis,
    Precision,
    RollbackSpec,
    Spec,
    SurfaceSpec,
    TaskSpec,
    TrainSpec,
)
from landscape_gui.ui.dialogs.about import AboutDialog, versions
from landscape_gui.ui.dialogs.measurement import MeasurementDialog
from landscape_gui.ui.dialogs.rollback import RollbackDialog
from landscape_gui.ui.dialogs.train import TrainDialog
from landscape_gui.ui.landscape_model import LandscapeModel


@pytest.fixture
def make(qtbot, tmp_path):
    def make_(name: str = "run", kind: str = "surface") -> MeasurementDialog:
        run = tmp_path / name
        run.mkdir(exist_ok=True)
        dialog = MeasurementDialog(run, kind)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return make_


def test_surface_as_typed(make, qtbot, tmp_path):
    dialog = make()
    assert not dialog.start.isEnabled(), "nothing is known of the run yet"
    dialog.show_description(describe(tmp_path / "run", None, None))
    assert dialog.start.isEnabled()
    assert "1,681 points" in dialog.problem.text()
    dialog.axis2.kind.setCurrentIndex(dialog.axis2.kind.findData("pca"))
    dialog.group.setCurrentIndex(1)
    dialog.points.setValue(11)
    dialog.train.number.setValue(64)
    dialog.dev.all.setChecked(True)
    with qtbot.waitSignal(dialog.requested) as asked:
        dialog.start.click()
    spec, out = asked.args
    assert isinstance(spec, SurfaceSpec)
    assert spec.axis2 == PCAAxis()
    assert spec.group.name == "low"
    assert spec.lattice.alpha_points == spec.lattice.beta_points == 11
    assert (spec.examples.train, spec.examples.dev) == (64, None)
    assert out == tmp_path / "run.landscape.h5"


def test_problems_are_said_while_typing(make, tmp_path):
    dialog = make()
    dialog.show_description(describe(tmp_path / "run", None, None))
    dialog.range.low.setValue(5.0)
    assert not dialog.start.isEnabled()
    assert "low before high" in dialog.problem.text()
    assert "low before high" in dialog._shape.problem_text("lattice.alpha_range")
    dialog.range.low.setValue(-1.0)
    assert dialog._shape.problem_text("lattice.alpha_range") == ""
    dialog.out.edit.setText(str(tmp_path / "nowhere" / "x.landscape.h5"))
    assert "does not exist" in dialog.problem.text()
    dialog.out.path = tmp_path / "x.landscape.h5"
    dialog.axis2.kind.setCurrentIndex(dialog.axis2.kind.findData("other_run"))
    assert dialog.problem.text() == "Other run is missing."
    dialog.axis2.run.path = tmp_path / "none"
    assert "not a directory" in dialog.problem.text()
    dialog.axis2.run.path = tmp_path
    assert dialog.start.isEnabled()
    assert dialog.spec().axis2.run == tmp_path


def test_foreign_run_asks_for_base_and_task(make, tmp_path):
    dialog = make("foreign-run")
    dialog.show_description(describe(tmp_path / "foreign-run", None, None))
    assert dialog.base.isVisible()
    assert dialog.task.isVisible()
    assert not dialog.start.isEnabled()
    dialog.base.path = tmp_path
    dialog.task.task.setCurrentIndex(dialog.task.task.findData("custom"))
    assert "needs data" in dialog.problem.text()
    dialog.task.data.path = tmp_path
    assert "text columns" in dialog.problem.text()
    dialog.task.text_columns.setText("premise, hypothesis")
    assert dialog.start.isEnabled()
    spec = dialog.spec()
    assert spec.base == tmp_path
    assert spec.task == TaskSpec(
        name="custom", data=tmp_path, text_columns=("premise", "hypothesis")
    )


def test_what_is_known_is_not_asked_again(make, tmp_path):
    dialog = make("foreign-run")
    task = TaskSpec(name="rte")
    dialog.use_known({"run": Path("x"), "base": tmp_path, "task": task, "device": "cpu"})
    dialog.show_description(describe(tmp_path / "foreign-run", None, None))
    assert not dialog.base.isVisible()
    assert not dialog.task.isVisible()
    spec = dialog.spec()
    assert (spec.base, spec.task, spec.device) == (tmp_path, task, "cpu")
    assert spec.run == tmp_path / "foreign-run"


def test_examples_are_those_of_the_file_that_is_open(make, tmp_path):
    dialog = make()
    examples = ExamplesSpec(train=128, dev=None, seed=3)
    dialog.use_known({"run": tmp_path / "run", "examples": examples})
    assert dialog.spec().examples == examples
    dialog.train.number.setValue(64)
    assert dialog.spec().examples == ExamplesSpec(train=64, dev=None, seed=3)


def test_the_keyboard_begins_on_the_first_field(make, qtbot, tmp_path):
    surface, curve = make(), make("other", "curve")
    with qtbot.waitActive(surface):
        surface.activateWindow()
    assert surface.focusWidget() is surface.axis2.kind
    assert curve.focusWidget() is curve.group


def test_run_that_cannot_be_read(make):
    dialog = make()
    dialog.show_description(Failed("run is not a training run.", "Choose another."))
    assert "not a training run" in dialog.facts.text()
    assert not dialog.start.isEnabled()


def test_curve_has_no_second_axis(make, tmp_path):
    dialog = make(kind="curve")
    dialog.show_description(describe(tmp_path / "run", None, None))
    assert not dialog.axis2.isVisible()
    spec = dialog.spec()
    assert isinstance(spec, CurveSpec)
    assert spec.points == 41


def test_a_field_that_nobody_touched_is_not_called_wrong(qtbot, tmp_path):
    dialog = TrainDialog()
    qtbot.addWidget(dialog)
    (model,) = (form for form in dialog.forms() if "model" in form._cells)
    assert dialog.problem.text() == "Name a model."
    assert model.problem_text("model") == ""
    dialog.model.setText("x")
    dialog.model.setText("")
    assert model.problem_text("model") == "Name a model."


def test_the_help_of_the_field_with_the_focus_is_that_of_the_spec(make, qtbot, tmp_path):
    dialog = make()
    dialog.show_description(describe(tmp_path / "run", None, None))
    for field, model, name in (
        (dialog.points, LatticeSpec, "alpha_points"),
        (dialog.train.number, ExamplesSpec, "train"),
        (dialog.precision, EvaluationSpec, "precision"),
    ):
        field.setFocus()
        qtbot.waitUntil(lambda f=field: f.hasFocus())
        text = model.model_fields[name].description
        assert dialog.help.text() == text
        assert field.accessibleDescription() == text
    assert dialog.points.maximum() == 4001
    assert [dialog.precision.itemData(k) for k in range(dialog.precision.count())] == list(
        get_args(Precision)
    )


def test_every_field_of_every_spec_says_what_it_is():
    for model in (TrainSpec, SurfaceSpec, CurveSpec, RollbackSpec, TaskSpec, LatticeSpec):
        for name, field in model.model_fields.items():
            nested = isinstance(field.annotation, type) and issubclass(field.annotation, Spec)
            if name not in ("kind", "examples") and not nested:
                assert field.title, (model, name)
                assert field.description, (model, name)


class TestRollbackDialog:
    @pytest.fixture
    def dialog(self, qtbot, tmp_path):
        record = synthetic_landscape.landscape(tmp_path / "a.landscape.h5", points=5)
        dialog = RollbackDialog(LandscapeModel.of(record))
        qtbot.addWidget(dialog)
        return dialog

    @pytest.mark.parametrize(
        ("kind", "combinations"),
        [
            ("singles", (("low",), ("high",), ("low", "high"))),
            ("together", (("low", "high"),)),
            ("every", (("low",), ("high",), ("low", "high"))),
        ],
    )
    def test_combinations_of_the_ticked_groups(self, dialog, qtbot, kind, combinations):
        dialog.groups.boxes["middle"].setChecked(False)
        dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
        with qtbot.waitSignal(dialog.requested) as asked:
            dialog.start.click()
        spec, out = asked.args
        assert spec.combinations == combinations
        assert [group.name for group in spec.groups] == ["low", "high"]
        assert (spec.examples.train, spec.examples.dev) == (512, 872)
        assert out.name == "a.landscape.h5"

    def test_a_table_on_other_examples_is_said_to_be_set_aside(self, qtbot, tmp_path):
        record = synthetic_landscape.landscape(tmp_path / "a.landscape.h5", points=5)
        model = LandscapeModel.of(record)
        model.rollback.spec = {"run": "run", "examples": {"train": 512, "dev": 872, "seed": 0}}
        dialog = RollbackDialog(model)
        qtbot.addWidget(dialog)
        assert "is not measured again" in dialog.problem.text()
        dialog.dev.all.setChecked(not dialog.dev.all.isChecked())
        assert "is set aside" in dialog.problem.text()
        dialog.out.path = dialog.out.path.with_name("other.landscape.h5")
        assert "table" not in dialog.problem.text()

    def test_nothing_ticked_is_nothing_to_measure(self, dialog):
        for box in dialog.groups.boxes.values():
            box.setChecked(False)
        assert not dialog.start.isEnabled()
        assert dialog.problem.text() == "Choose at least one group."


def test_train_dialog(qtbot, tmp_path):
    dialog = TrainDialog()
    qtbot.addWidget(dialog)
    assert not dialog.start.isEnabled()
    dialog.model.setText("bert-base-cased")
    assert "directory for the run" in dialog.problem.text()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    dialog.out.path = tmp_path / "full"
    assert "not an empty directory" in dialog.problem.text()
    dialog.out.path = tmp_path / "new"
    assert dialog.start.isEnabled()
    dialog.init.setCurrentIndex(1)
    dialog.epochs.setValue(2)
    spec = dialog.spec()
    assert (spec.init, spec.epochs, spec.learning_rate) == ("scratch", 2, None)
    assert spec.out == tmp_path / "new"


def test_about_names_the_versions(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert "Landscape GUI" in versions()
    assert "torch " in dialog.versions.text()


def test_every_point_is_measured_unless_asked_otherwise(make, tmp_path):
    dialog = make()
    dialog.show_description(describe(tmp_path / "run", None, None))
    spec = dialog.spec()
    assert not spec.estimates
    assert not dialog.accuracy.tolerance.isVisible()
    assert not dialog.accuracy.help.isVisible()
    # Whatever is chosen of estimates belongs to them only.
    dialog.accuracy.few.setChecked(False)
    assert dialog.spec() == spec


def test_estimates_with_a_tolerance(make, tmp_path):
    dialog = make()
    dialog.show_description(describe(tmp_path / "run", None, None))
    dialog.accuracy.kind.setCurrentIndex(dialog.accuracy.kind.findData("estimate"))
    assert dialog.accuracy.tolerance.isVisible()
    assert dialog.accuracy.help.isVisible()
    assert "up to 1,681 points" in dialog.problem.text()
    spec = dialog.spec()
    assert spec.tolerance == 0.01
    assert spec.may_sample
    dialog.accuracy.tolerance.setValue(2.5)
    dialog.accuracy.few.setChecked(False)
    spec = dialog.spec()
    assert spec.tolerance == 0.025
    assert not spec.may_sample
    dialog.accuracy.tolerance.setValue(0)
    assert dialog.spec().tolerance == 0.0001, "no smaller than what can be asked for"
    assert dialog.start.isEnabled()


def test_curves_have_no_accuracy_to_choose(make, tmp_path):
    dialog = make(kind="curve")
    dialog.show_description(describe(tmp_path / "run", None, None))
    assert not dialog.accuracy.isVisible()
    assert "41 points" in dialog.problem.text()


def test_an_answer_after_the_dialog_is_gone_is_no_trouble(window, qtbot, tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    with qtbot.waitSignal(window.jobs.described, timeout=30_000):
        dialog = window.main.commands.measure_run(run, "surface")
        dialog.reject()
        qtbot.waitUntil(lambda: not isValid(dialog))
