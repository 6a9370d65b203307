from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.export.tables import rollback_table, summary_tables, tables_of
from landscape_gui.export.text_tables import TextTable, latex, markdown
from landscape_gui.specs import METRICS, UserError


def test_rollback_table_as_in_the_paper(whole):
    table = rollback_table(whole)
    assert [row[0] for row in table.rows] == ["none (end point)", "low", "high"]
    column = table.headings.index("Development error (%)")
    assert table.headings[column + 1] == "Change (points)"
    assert table.rows[2][column + 1].startswith("+37.00 ± ")
    paired = replace(
        whole.rollback, change_errors={metric: np.full(8, 0.003) for metric in METRICS}
    )
    assert rollback_table(replace(whole, rollback=paired)).rows[2][column + 1] == "+37.00 ± 0.30"
    with pytest.raises(UserError, match="no rollback"):
        rollback_table(replace(whole, rollback=None))


def test_shares_are_those_of_the_groups_layers(whole):
    norms = {"embeddings": 2.0, **{str(layer): 1.0 for layer in range(12)}, "pooler": 2.0}
    table = rollback_table(replace(whole, run=replace(whole.run, part_norms=norms)))
    assert [row[1] for row in table.rows] == ["–", "25.0 %", "25.0 %"]


def test_the_summary_counts_what_was_measured(estimated):
    targets = next(t for t in summary_tables(estimated) if t.title == "Surfaces and curves")
    row = dict(zip(targets.headings, targets.rows[0], strict=True))
    surface = estimated.surfaces["full-random0"]
    counts = [int(row[name]) for name in ("Measured", "On few examples", "Estimated")]
    assert counts[0] == (surface.order >= 0).sum()
    assert sum(counts) == surface.order.size
    assert row["Points"] == "21 × 21"


def test_markdown_lines_up_and_shows_text_as_it_is(whole, hostile):
    text = markdown(whole.run.name, tables_of(whole, ("summary", "rollback")))
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({len(line) for line in block.splitlines()}) == 1
            columns = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(columns) == 1
    nasty = markdown(hostile.run.name, tables_of(hostile, ("summary",)))
    assert not re.search(r"(?<!\\)[<]", nasty)
    assert "\u2028" not in nasty


def test_latex_prints_text_and_does_nothing_else(hostile):
    text = latex(tables_of(hostile, ("summary",)))
    assert "\\input" not in text
    assert r"\textbackslash{}input\{x\}" in text
    table = TextTable("t", ("a", "b"), (("[1]", "−2 ± 1"),))
    assert "{}[1] & $-$2\\,$\\pm$\\,1 \\\\" in latex((table,))
    for block in latex(tables_of(hostile, ("summary", "rollback"))).split("\\begin{tabular}")[1:]:
        columns = len(block[1 : block.index("}", 1)])
        body = [line for line in block.splitlines() if line.endswith(r"\\")]
        assert {len(re.findall(r"(?<!\\)&", line)) + 1 for line in body} == {columns}


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex")
def test_latex_is_typeset(hostile, tmp_path):
    document = (
        "\\documentclass{article}\\usepackage{booktabs}\\usepackage[landscape]{geometry}"
        "\\begin{document}\\tiny " + latex(tables_of(hostile, ("summary", "rollback")))
    )
    (tmp_path / "t.tex").write_text(document + "\\end{document}", encoding="utf-8")
    ran = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "t.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout[-1500:]
