import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.landscapes import (
    GROUPS,
    curve_spec,
    errors_of,
    make_line,
    make_plane,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)

from landscape_gui.specs import (
    METRICS,
    ExamplesSpec,
    LayerGroup,
    OtherRunAxis,
    RandomAxis,
    RollbackSpec,
    UserError,
)
from landscape_gui.store.creation import seal
from landscape_gui.store.landscape_file import LandscapeWriter, read_landscape

measured_value = st.floats(width=64) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0])


@settings(max_examples=40)
@given(
    points=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 4)),
        st.tuples(measured_value, measured_value),
        max_size=20,
    )
)
def test_every_float_survives_and_unmeasured_points_stay_apart(tmp_path_factory, points):
    path = tmp_path_factory.mktemp("round") / "x.landscape.h5"
    spec = surface_spec()
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, spec, alpha=np.arange(5.0), beta=np.arange(4.0))
        for (j, i), (value, error) in points.items():
            surface.write_point(j, i, {"train_loss": value}, {"train_loss": error})
        surface.flush()
        record = read_landscape(path).surfaces[surface.name]
    assert record.status == "incomplete"
    assert set(record.values) == set(METRICS)
    expected_order = np.full((4, 5), -1)
    for number, place in enumerate(points):
        expected_order[place] = number
        found = record.values["train_loss"][place], record.standard_errors["train_loss"][place]
        assert np.array(found).tobytes() == np.array(points[place]).tobytes()
    np.testing.assert_array_equal(record.order, expected_order)
    assert np.isnan(record.values["train_loss"][record.order < 0]).all()
    assert np.isnan(record.values["dev_error"]).all()


def test_the_run_comes_back_as_it_was(path):
    run = make_run()
    LandscapeWriter.open(path, run, GROUPS).close()
    record = read_landscape(path)
    assert record.problems == ()
    for name in ("name", "path", "model", "task", "init", "checkpoints", "layer_count", "details"):
        assert getattr(record.run, name) == getattr(run, name)
    np.testing.assert_array_equal(record.run.gram, run.gram)
    for name in ("step", "epoch", "train_loss", "dev_loss", "dev_error"):
        np.testing.assert_array_equal(getattr(record.run.history, name), getattr(run.history, name))
    assert list(record.layer_groups) == ["low", "middle", "high"]
    assert LayerGroup.model_validate(record.layer_groups["high"]) == GROUPS["high"]


def test_a_complete_file_holds_everything_written(complete_file):
    record = read_landscape(complete_file)
    assert record.problems == ()
    surface, curve = record.surfaces["full-random0"], record.curves["full"]
    assert surface.status == curve.status == "complete"
    assert surface.values["dev_loss"][3, 1] == metrics_at(1, 3)["dev_loss"]
    assert surface.standard_errors["dev_loss"][3, 1] == errors_of(metrics_at(1, 3))["dev_loss"]
    assert curve.values["train_error"][2] == metrics_at(2)["train_error"]
    (start,) = surface.anchors
    assert (start.name, start.alpha, start.values) == ("start", 0.0, metrics_at(0))
    assert surface.checkpoint_values["dev_error"][3] == metrics_at(3)["dev_error"]
    assert surface.notes == {"precision": {"largest_difference": 1e-5}}
    assert surface.plane.axis2_label == "random 0"
    assert math.isnan(curve.plane.cosine)
    np.testing.assert_array_equal(surface.plane.gram, make_plane().gram)
    assert surface.spec == surface_spec(5).model_dump(mode="json")
    rollback = record.rollback
    assert rollback is not None
    assert rollback.groups == ("low", "middle", "high")
    assert rollback.measured.all()
    assert rollback.values["dev_error"][rollback.mask({"low", "high"})] == 0.25


def write_all(path, spec, places):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, spec)
        for j, i in places:
            if surface.order[j, i] < 0:
                surface.write_point(j, i, metrics_at(i, j), errors_of(metrics_at(i, j)))
        return surface


def test_continuing_equals_uninterrupted(tmp_path):
    spec = surface_spec(5)
    places = [(j, i) for j in range(5) for i in range(5)]
    whole, parts = tmp_path / "whole.h5", tmp_path / "parts.h5"
    write_all(whole, spec, places)
    write_all(parts, spec, places[:11])
    second = write_all(parts, spec.model_copy(update={"device": "cpu"}), places)
    assert second.name == "full-random0"
    assert (second.order >= 0).sum() == 11
    a, b = (read_landscape(p).surfaces for p in (whole, parts))
    assert list(a) == list(b)
    np.testing.assert_array_equal(a["full-random0"].order, b["full-random0"].order)
    for metric in METRICS:
        np.testing.assert_array_equal(
            a["full-random0"].values[metric], b["full-random0"].values[metric]
        )


def test_a_continued_writer_knows_what_was_measured(complete_file):
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(5))
        assert surface.next_order == 25
        assert set(surface.anchors) == {"start"}
        assert surface.checkpoint_measured.all()
        assert surface.notes == {"precision": {"largest_difference": 1e-5}}
        surface.write_anchor("end", 1.0, 0.0, metrics_at(1), {})
        surface.write_anchor("start", 0.0, 0.0, metrics_at(7), {})
    anchors = read_landscape(complete_file).surfaces["full-random0"].anchors
    assert [(a.name, a.values) for a in anchors] == [
        ("start", metrics_at(7)),
        ("end", metrics_at(1)),
    ]


def test_a_write_after_finish_makes_it_incomplete_until_finished_again(complete_file):
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(5))
        assert read_landscape(complete_file).surfaces[surface.name].status == "complete"
        surface.write_point(0, 0, {"train_loss": 9.0}, {})
        record = read_landscape(complete_file)
        assert record.surfaces[surface.name].status == "incomplete"
        assert record.problems == ()
        surface.finish()
    record = read_landscape(complete_file)
    assert record.surfaces["full-random0"].status == "complete"
    assert record.surfaces["full-random0"].values["train_loss"][0, 0] == 9.0
    assert record.problems == ()


@pytest.mark.parametrize(
    ("spec", "changes", "name"),
    [
        (surface_spec(7), {}, "full-random0-2"),
        (surface_spec(5, examples=ExamplesSpec(dev=10)), {}, "full-random0-2"),
        (surface_spec(5, axis2=RandomAxis(seed=1)), {}, "full-random1"),
        (surface_spec(5, axis2=OtherRunAxis(run="sst2 run")), {}, "full-sst2_run"),
        (surface_spec(5, group=GROUPS["low"]), {}, "low-random0"),
        (surface_spec(5), {"metrics": METRICS[:2]}, "full-random0-2"),
        (surface_spec(5), {"plane": make_plane(scale=1.01)}, "full-random0-2"),
        (surface_spec(5), {"plane": make_plane(scale=1 + 1e-7)}, "full-random0"),
    ],
)
def test_only_an_equal_surface_is_continued(complete_file, spec, changes, name):
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        assert open_surface(writer, spec, **changes).name == name
    record = read_landscape(complete_file)
    assert name in record.surfaces
    assert record.surfaces["full-random0"].status == "complete"
    assert record.problems == ()


def test_numbers_of_names_go_on(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        names = [open_curve(writer, curve_spec(points)).name for points in (5, 7, 9, 7)]
    assert names == ["full", "full-2", "full-3", "full-2"]


def test_two_targets_can_be_written_in_turn(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(5))
        surface.write_point(0, 0, {"train_loss": 1.0}, {})
        curve = open_curve(writer, curve_spec(5))  # replaces the file under the surface's writer
        surface.write_point(0, 1, {"train_loss": 2.0}, {})
        curve.write_point(0, 0, {"train_loss": 3.0}, {})
    record = read_landscape(path)
    assert record.surfaces["full-random0"].values["train_loss"][0, :2].tolist() == [1.0, 2.0]
    assert record.curves["full"].values["train_loss"][0] == 3.0


def test_another_run_needs_another_file(complete_file):
    before = complete_file.read_bytes()
    with pytest.raises(UserError, match=r"about another run \(mrpc-run\).*Choose another file"):
        LandscapeWriter.open(complete_file, make_run(salt="b"), GROUPS)
    assert complete_file.read_bytes() == before
    assert [p.name for p in complete_file.parent.iterdir()] == [complete_file.name]


def test_a_group_cannot_change_its_meaning_but_new_ones_are_added(complete_file):
    with pytest.raises(UserError, match="already has a layer group low"):
        LandscapeWriter.open(
            complete_file, make_run(), {"low": LayerGroup(name="low", layers=(0,))}
        )
    extra = {"own": LayerGroup(name="own", layers=(1, 4), embeddings=True)}
    LandscapeWriter.open(complete_file, make_run(), extra).close()
    record = read_landscape(complete_file)
    assert list(record.layer_groups) == ["low", "middle", "high", "own"]
    assert record.problems == ()


def test_a_longer_history_replaces_the_old_one(complete_file):
    run = make_run()
    history = run.history
    longer = type(history)(*(np.append(column, 5.0) for column in vars(history).values()))
    LandscapeWriter.open(complete_file, type(run)(**{**vars(run), "history": longer}), {}).close()
    record = read_landscape(complete_file)
    np.testing.assert_array_equal(record.run.history.dev_error, longer.dev_error)
    assert record.problems == ()


def test_a_rollback_is_continued_or_kept_beside_a_new_one(complete_file):
    import h5py

    groups = list(GROUPS.values())
    same = RollbackSpec(
        run=complete_file, groups=tuple(groups), combinations=(("low",),), device="cpu"
    )
    metrics = ("dev_loss", "dev_error")
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        assert writer.rollback(same, groups, metrics).measured.all()
        other = same.model_copy(update={"examples": ExamplesSpec(dev=5)})
        assert not writer.rollback(other, groups, metrics).measured.any()
    with h5py.File(complete_file, "r") as file:
        np.testing.assert_array_equal(file["rollback_1/measured"], np.ones(8))
    record = read_landscape(complete_file)
    assert record.rollback is not None
    assert record.rollback.spec["examples"]["dev"] == 5
    assert record.problems == ()


def test_a_rollback_from_before_change_errors_gets_them_and_keeps_its_rows(complete_file):
    import h5py

    before = read_landscape(complete_file).rollback
    assert before is not None
    with h5py.File(complete_file, "r+") as file:
        for name in [name for name in file["rollback"] if name.endswith("_change_errors")]:
            del file["rollback"][name]
        del file["rollback/checksums"]
        seal(file["rollback"], room=8192)
    older = read_landscape(complete_file).rollback
    assert older is not None
    assert older.change_errors == {}
    groups = list(GROUPS.values())
    spec = RollbackSpec(run=complete_file, groups=tuple(groups), combinations=(("low",),))
    with LandscapeWriter.open(complete_file, make_run(), GROUPS) as writer:
        rows = writer.rollback(spec, groups, ("dev_loss", "dev_error"))
        assert rows.measured.all()
        rows.write(1, {"dev_loss": 0.5}, {"dev_loss": 0.1}, {"dev_loss": 0.02})
        rows.finish()
    after = read_landscape(complete_file)
    assert after.problems == ()
    assert after.rollback is not None
    assert after.rollback.change_errors["dev_loss"][1] == 0.02
    np.testing.assert_array_equal(after.rollback.values["dev_error"], before.values["dev_error"])


def test_norms_of_the_parts_are_added_to_an_older_file(complete_file):
    assert read_landscape(complete_file).run.part_norms == {}
    run = replace(make_run(), part_norms={"embeddings": 0.5, "0": 2.0})
    LandscapeWriter.open(complete_file, run, GROUPS).close()
    record = read_landscape(complete_file)
    assert record.run.part_norms == {"embeddings": 0.5, "0": 2.0}
    assert list(record.surfaces) != []
    assert record.problems == ()


def test_writers_refuse_what_has_no_place(path):
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        curve = open_curve(writer, curve_spec(5), metrics=("dev_loss",), plane=make_line())
        with pytest.raises(IndexError):
            curve.write_point(1, 0, {"dev_loss": 1.0}, {})
        with pytest.raises(IndexError):
            curve.write_point(0, 5, {"dev_loss": 1.0}, {})
        with pytest.raises(KeyError, match="train_loss"):
            curve.write_point(0, 0, {"train_loss": 1.0}, {})
        with pytest.raises(IndexError):
            curve.write_checkpoint(4, {}, {})
        for name in "abcd":
            curve.write_anchor(name, 0, 0, {"dev_loss": 1.0}, {})
        with pytest.raises(ValueError, match="no slot"):
            curve.write_anchor("e", 0, 0, {}, {})
        with pytest.raises(ValueError, match="do not fit"):
            curve.note("long", "x" * 20_000)
        curve.note("short", "y")
    with pytest.raises(ValueError, match="closed"):
        curve.write_point(0, 0, {"dev_loss": 1.0}, {})
    assert read_landscape(path).curves["full"].notes == {"short": "y"}


def test_twelve_groups_at_most(path):
    groups = [LayerGroup(name=f"g{i}", layers=(i,)) for i in range(13)]
    with (
        LandscapeWriter.open(path, make_run(), GROUPS) as writer,
        pytest.raises(UserError, match="1 to 12"),
    ):
        writer.rollback(RollbackSpec(run=path), groups, ("dev_loss",))
