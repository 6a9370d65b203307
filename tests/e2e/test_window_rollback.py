"""Rolling layer groups back in the window: exactly what was chosen is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.real_window import LOW, WAIT, click, run_to_the_end, surface_of

from landscape_gui.engine.events import RollbackMeasured, Stage
from landscape_gui.specs import (
    METRICS,
    ExamplesSpec,
)
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.ui.wording import METRIC_LABELS, NO_NUMBER, metric_value


def rolled_back_by_hand(run, layers: tuple[int, ...]) -> dict[str, float]:
    """The end point with these layers' parameters taken from θ0, evaluated with plain padding."""
    from support.plain_evaluation import load, losses_and_errors, rows_of

    model = load(run.checkpoints[-1].path)
    start = load(run.checkpoints[0].path).state_dict()
    own = model.state_dict()
    parts = tuple(f"bert.encoder.layer.{layer}." for layer in layers)
    model.load_state_dict(own | {k: v for k, v in start.items() if k.startswith(parts)})
    values = {}
    for split in ("train", "dev"):
        losses, errors = losses_and_errors(
            model, run.checkpoints[-1].path, rows_of(run.task, split)
        )
        values[f"{split}_loss"], values[f"{split}_error"] = losses.mean(), errors.mean()
    return values


def rollback_table(file: Path):
    table = read_landscape(file).rollback
    assert table is not None
    return table


def test_rolling_back_measures_exactly_the_chosen_groups(
    window, watch, qtbot, runs, tmp_path, monkeypatch
):
    file = tmp_path / "a.landscape.h5"
    page, panel = window.main.surface_page, window.main.layers_panel
    stars = []
    show = page.contour.set_markers

    def spy(markers):
        for marker in markers:
            if marker.kind == "rolled_back":
                stars.append((window.session.rollback, marker.alpha, marker.beta))
        show(markers)

    monkeypatch.setattr(page.contour, "set_markers", spy)
    run_to_the_end(
        window, qtbot, surface_of(runs.first, 5, group=LOW, examples=ExamplesSpec()), file
    )
    assert read_landscape(file).rollback is None

    def shown() -> dict[str, str]:
        return {
            metric: panel.table.text(row, 2).partition("\n")[0]
            for row, metric in enumerate(METRICS)
            if panel.table.text(row, 0) == METRIC_LABELS[metric]
        }

    layers = {name: group.layers for name, group in window.session.model.groups.items()}
    # Low alone is an anchor of the surface; the others no file holds.
    steps = [("low", {"low"}), ("high", {"low", "high"}), ("low", {"high"})]
    for toggled, chosen in steps:
        click(panel.toggles[toggled])
        assert window.session.rollback == chosen
        if len(chosen) > 1 or "low" not in chosen:
            assert panel.combination.chosen.text().endswith("measuring…")
            assert set(shown().values()) == {NO_NUMBER}
        qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
        qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
        measured = window.main.rollback.measurement.values
        assert shown() == {m: metric_value(m, measured[m]) for m in METRICS}
        expected = rolled_back_by_hand(
            runs.first, tuple(i for name in chosen for i in layers[name])
        )
        for metric in METRICS:
            assert measured[metric] == pytest.approx(expected[metric], rel=1e-5, abs=1e-7)
        assert "measuring" not in panel.combination.chosen.text()
        if chosen != {"low"}:
            table = rollback_table(file)
            mask = table.mask(chosen)
            assert table.measured[mask]
            assert measured == {m: table.values[m][mask] for m in METRICS}
    assert {rollback for rollback, _, _ in stars} == {
        frozenset(),
        *(frozenset(chosen) for _, chosen in steps),
    }
    for rollback, alpha, beta in stars:
        assert (alpha, beta) == ((-1.0 if "low" in rollback else 0.0), 0.0)


def test_a_second_toggle_takes_only_the_evaluation(window, watch, qtbot, runs, tmp_path):
    file = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 3), file)
    watch.events.clear()
    panel = window.main.layers_panel
    for name in ("low", "high"):
        click(panel.toggles[name])
        qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
        qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    assert [event.text for event in watch.of(Stage)] == ["Rolling back layer groups"] * 2
    assert len(watch.of(RollbackMeasured)) == 3, "the fine-tuned model once, for the table"
    assert all(event.change_errors for event in watch.of(RollbackMeasured))
    row = panel.rows["low"]
    norms = read_landscape(file).run.part_norms
    assert row.share.text() == f"{100 * norms['0'] / sum(norms.values()):.0f} %"


def test_an_own_group_is_measured_and_then_in_the_file(window, watch, qtbot, runs, tmp_path):
    file = tmp_path / "a.landscape.h5"
    run_to_the_end(window, qtbot, surface_of(runs.first, 3, examples=ExamplesSpec()), file)
    panel = window.main.layers_panel
    panel.maker.strip.choose(frozenset({"0", "2"}))
    panel.maker.name.setText("outer")
    click(panel.maker.add)
    click(panel.toggles["outer"])
    qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    assert read_landscape(file).layer_groups["outer"]["layers"] == [0, 2]
    measured = window.main.rollback.measurement.values
    expected = rolled_back_by_hand(runs.first, (0, 2))
    table = rollback_table(file)
    assert measured == {m: table.values[m][table.mask({"outer"})] for m in METRICS}
    for metric in METRICS:
        assert measured[metric] == pytest.approx(expected[metric], rel=1e-5, abs=1e-7)


def test_a_combination_dropped_from_the_queue_can_be_asked_for_again(
    window, watch, qtbot, runs, tmp_path
):
    panel, jobs = window.main.layers_panel, window.main.jobs_panel
    surface = window.jobs.start(surface_of(runs.first, 65), tmp_path / "a.landscape.h5")
    qtbot.waitUntil(lambda: len(watch.points) >= 5 and bool(panel.toggles), timeout=WAIT)
    click(panel.toggles["low"])
    assert panel.combination.chosen.text().endswith("waits for the running job")
    click(jobs.queue_button)
    jobs.queue.select(window.jobs.waiting[0])
    click(jobs.queue.remove)
    assert panel.combination.chosen.text().endswith("not measured")
    click(panel.toggles["high"])
    click(panel.toggles["low"])
    click(panel.toggles["high"])
    assert window.session.rollback == set()
    assert [job.title for job in window.jobs.waiting if job.spec.combinations == (("low",),)] == []
    click(panel.toggles["low"])
    assert not panel.combination.measure.isHidden()  # a narrow screen hides the whole panel
    click(panel.combination.measure)
    window.jobs.cancel()
    qtbot.waitUntil(lambda: window.main.rollback.state == "measured", timeout=WAIT)
    assert surface.status == "cancelled"
    qtbot.waitUntil(lambda: window.jobs.current is None, timeout=WAIT)
    table = rollback_table(tmp_path / "a.landscape.h5")
    assert np.flatnonzero(table.measured).tolist() == [0, table.mask({"low"})]
