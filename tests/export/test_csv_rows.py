from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.export import csv_rows
from landscape_gui.export.points import known
from landscape_gui.specs import UserError


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_point_is_a_row_with_its_origin(estimated):
    surface = estimated.surfaces["full-random0"]
    found = rows(csv_rows.points_csv(estimated, surface.name))
    assert tuple(found[0]) == csv_rows.POINT_COLUMNS
    for metric in surface.values:
        lattice = [r for r in found if r["metric"] == metric and r["point"] == "lattice"]
        known_ = known(surface, metric)
        assert len(lattice) == surface.order.size
        place = {(float(r["alpha"]), float(r["beta"])): r for r in lattice}
        assert len(place) == surface.order.size
        for j, i in [(0, 0), (1, 1), (7, 4), (20, 20)]:
            row = place[float(surface.alpha[i]), float(surface.beta[j])]
            assert float(row["value"]) == known_.values[j, i]
            assert float(row["bound"]) == known_.bounds[j, i]
            assert (
                row["how"] == {3: "measured", 2: "sampled", 1: "estimated"}[int(known_.kinds[j, i])]
            )
            assert bool(row["standard_error"]) == (row["how"] == "measured")
    ends = [r for r in found if r["point"] == "end" and r["metric"] == "dev_error"]
    assert [float(r["alpha"]) for r in ends] == [1.0]


def test_missing_is_empty_and_measured_infinity_is_not(whole):
    surface = whole.surfaces["full-random0"]
    values = {m: v.copy() for m, v in surface.values.items()}
    order = surface.order.copy()
    values["train_loss"][0, 0], values["train_loss"][0, 1], order[0, 2] = np.inf, np.nan, -1
    odd = replace(surface, values=values, order=order)
    text = csv_rows.points_csv(replace(whole, surfaces={odd.name: odd}, curves={}))
    lattice = [r for r in rows(text) if r["point"] == "lattice" and r["metric"] == "train_loss"]
    assert [(r["value"], r["how"]) for r in lattice[:3]] == [
        ("inf", "measured"),
        ("nan", "measured"),
        ("", "missing"),
    ]


def test_curves_are_there_too_unless_one_surface_is_asked_for(whole):
    everything = rows(csv_rows.points_csv(whole))
    assert {(r["kind"], r["name"]) for r in everything} == {
        ("surface", "full-random0"),
        ("surface", "low-random0"),
        ("curve", "full"),
    }
    assert {r["name"] for r in rows(csv_rows.points_csv(whole, "low-random0"))} == {"low-random0"}
    with pytest.raises(UserError, match=r"no surface nothing.*low-random0"):
        csv_rows.points_csv(whole, "nothing")


def test_rollback_with_paired_errors(whole):
    table = whole.rollback
    paired = replace(table, change_errors={m: np.full(8, 0.25) for m in table.values})
    found = rows(csv_rows.rollback_csv(replace(whole, rollback=paired)))
    high = next(r for r in found if (r["rolled_back"], r["metric"]) == ("high", "dev_error"))
    assert float(high["change"]) == pytest.approx(0.37)
    assert float(high["change_error"]) == 0.25
    tuned = next(r for r in found if (r["rolled_back"], r["metric"]) == ("", "dev_error"))
    assert tuned["change"] == ""
    with pytest.raises(UserError, match=r"no rollback.*landscape-gui rollback"):
        csv_rows.rollback_csv(replace(whole, rollback=None))


def test_history_has_a_row_for_what_was_taken(whole):
    found = rows(csv_rows.history_csv(whole))
    history = whole.run.history
    dev = [r for r in found if r["metric"] == "dev_error"]
    assert len(dev) == np.isfinite(history.dev_error).sum() < len(history.step)
    assert sum(r["metric"] == "train_loss" for r in found) == len(history.step)


def test_trajectory_in_both_projections(whole):
    found = rows(csv_rows.trajectory_csv(whole, "full-random0"))
    ends = [r for r in found if r["checkpoint"] == "5" and r["metric"] == "train_loss"]
    assert {r["projection"] for r in ends} == {"deviation", "plane"}
    assert all((float(r["alpha"]), float(r["beta"])) == (1.0, 0.0) for r in ends)


def test_a_spreadsheet_takes_no_name_for_a_formula(hostile):
    found = rows(csv_rows.points_csv(hostile))
    names = {r["name"] for r in found if r["kind"] == "surface"}
    assert len(names) == 1
    assert names.pop().startswith("'=1+")
