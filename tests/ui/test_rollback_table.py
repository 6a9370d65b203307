"""The rollback table: its rows, its errors, and what is copied."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import synthetic_landscape
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from landscape_gui.specs import METRICS, RollbackSpec
from landscape_gui.ui.dialogs.rollback_table import RollbackTableDialog, RollbackTableModel
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.rollback_table import (
    as_latex,
    as_markdown,
    as_text,
    change,
    rollback_rows,
)


def model(paired: bool = False) -> LandscapeModel:
    record = synthetic_landscape.landscape(points=5, groups=())
    table = synthetic_landscape.rollback(((), ("low",), ("high",), ("low", "high")))
    if paired:
        errors = {metric: np.full(8, 0.003) for metric in METRICS}
        table = replace(table, change_errors=errors)
    return LandscapeModel.of(replace(record, rollback=table))


def test_rows_are_the_measured_combinations_in_order():
    assert [row.names for row in rollback_rows(model())] == [
        (),
        ("low",),
        ("high",),
        ("low", "high"),
    ]


def test_errors_of_changes_are_paired_where_the_file_has_them():
    names = frozenset({"high"})
    independent, paired = (change(model(p), names, "dev_error") for p in (False, True))
    assert independent.value == paired.value == pytest.approx(0.37)
    assert (paired.error, paired.paired) == (0.003, True)
    before, after = (rollback_rows(model())[k].values["dev_error"].error for k in (0, 2))
    assert independent.error == pytest.approx(math.hypot(before, after))
    assert not independent.paired


def test_the_table_can_be_pasted_as_text_markdown_and_latex():
    rows = rollback_rows(model(paired=True))
    text = as_text(rows, ("dev_error",)).splitlines()
    assert text[0].split("\t") == ["Rolled back", "‖δ1‖²", "Dev error (%)", "Change (points)"]
    assert text[3].split("\t")[3] == "+37.00 ± 0.30"
    markdown = as_markdown(rows, ("dev_error",)).splitlines()
    assert len({len(line) for line in markdown}) == 1
    assert markdown[1].startswith("| ---")
    latex = as_latex(rows, ("dev_error",))
    assert latex.startswith("\\begin{tabular}{lrrr}\n  \\toprule\n")
    assert "high & -- & " in latex
    assert "+37.00\\,$\\pm$\\,0.30 \\\\" in latex
    assert latex.count(" \\\\\n") == 1 + len(rows)
    assert "(\\%)" in latex


def test_columns_are_sorted_by_their_numbers(qapp):
    table = RollbackTableModel()
    table.show_rows(rollback_rows(model()), METRICS)
    column = table.columnCount() - 1
    table.sort(column, Qt.SortOrder.DescendingOrder)
    assert [row.title for row in table.rows] == ["low + high", "high", "low", "none (fine-tuned)"]
    table.sort(column, Qt.SortOrder.AscendingOrder)
    assert [row.title for row in table.rows] == ["low", "high", "low + high", "none (fine-tuned)"]
    table.show_rows(rollback_rows(model()), METRICS)
    assert table.rows[0].title == "low", "the order chosen stays"


def test_the_dialog_copies_as_shown_and_measures_what_is_missing(
    make_window, qtbot, tmp_path, open_file
):
    window = make_window("rollback")
    open_file(window, tmp_path / "a.landscape.h5")
    window.main.layers_panel.open_table.click()
    dialog = window.main.findChild(RollbackTableDialog)
    for metric in METRICS[:3]:
        dialog.choices[metric].setChecked(False)
    dialog.view.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    dialog.copies["Text"].click()
    lines = QApplication.clipboard().text().splitlines()
    assert len(lines[0].split("\t")) == 4
    assert [line.split("\t")[0] for line in lines[1:]] == ["high", "low", "none (fine-tuned)"]
    dialog.measure.click()
    job = window.jobs.jobs[-1]
    assert isinstance(job.spec, RollbackSpec)
    assert [group.name for group in job.spec.groups] == ["low", "middle", "high"]
    assert not dialog.measure.isEnabled()
    dialog.reject()
