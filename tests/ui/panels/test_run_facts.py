from __future__ import annotations

import dataclasses

import numpy as np
from support.bowl_landscape import make_hessian

from landscape_gui.ui.panels.run_facts import curvature_facts


def test_curvature_of_the_whole_and_of_the_layers_that_are_looked_at():
    facts = dict(curvature_facts(make_hessian(), ""))
    assert facts == {
        "λ max": "30.00 ± 0.20",
        "Hessian trace": "120.0 ± 8.0",
        "Curvature, δ1": "1.00",
        "Curvature, axis 2": "0.250",
    }
    low = dict(curvature_facts(make_hessian(), "low"))
    assert low["λ max (low)"] == "20.00 ± 0.10"
    assert "Curvature, axis 2 (low)" not in low, "it was not measured"
    # Of a group that was not measured, the whole says most.
    assert dict(curvature_facts(make_hessian(), "high")) == facts


def test_large_numbers_are_written_with_raised_digits():
    record = dataclasses.replace(make_hessian(), curvatures=np.full((2, 2), 2.5e7))
    assert ("Curvature, δ1", "2.50·10⁷") in curvature_facts(record, "")
