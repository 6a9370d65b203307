"""What ``info`` says of the curvature at the end point."""

from dataclasses import replace

import numpy as np
from support.bowl_landscape import make_hessian

from landscape_gui.cli.hessian_summary import hessian, hessian_lines


def test_a_line_for_each_region_with_errors():
    head, whole, low = hessian_lines(hessian(make_hessian()))
    assert head.split(maxsplit=1) == ["hessian", "training loss of 64 examples, 20 probes"]
    assert whole.split()[0] == "whole"
    assert "largest eigenvalue 30 ± 0.2, trace 120 ± 8, curvature along delta1" in whole
    assert low.split()[0] == "low"


def test_what_is_not_measured_yet_is_not_a_number_with_an_error():
    record = make_hessian()
    largest = np.array([[30.0, 0.2], [np.nan, np.nan]])
    head, whole, low = hessian_lines(hessian(replace(record, largest=largest, status="incomplete")))
    assert head.endswith("not complete")
    assert "largest eigenvalue 30 ± 0.2" in whole
    assert "largest eigenvalue not measured, trace 60 ± 5" in low
    assert "nan" not in low
