"""What ``info`` says of surfaces that are not measured at every point."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.synthetic_landscape import METRICS, landscape, surface

from landscape_gui.cli.refinement_summary import refinement, stated_error
from landscape_gui.cli.summary import as_json, as_text, summarise

NOTE = {
    "tolerance": 0.01,
    "measured": 8,
    "sampled": 20,
    "lattice": 81,
    "cost": 12.4,
    "errors": {"train_loss": 0.0086, "train_error": 0.02, "dev_loss": 0.007, "dev_error": math.nan},
    "audit": {
        "train_loss": {"points": 6, "p95": 0.011, "covered": 0.97},
        "dev_loss": {"points": 0, "p95": math.nan, "covered": math.nan},
    },
    "two_fidelity": {"used": True, "examples": {"train": 24, "dev": 16}, "reason": "it costs less"},
    "sampling_error": {"train_loss": 0.043, "dev_loss": 0.05},
}


def adaptive(note=NOTE, few=28):
    """9 × 9 points, of them 8 measured in full and ``few`` on few examples, those 8 among them."""
    full = surface(points=9, measured=0.1)
    few_order = np.full((9, 9), -1)
    measured = np.argwhere(full.order >= 0)
    others = np.argwhere(full.order < 0)
    for number, (j, i) in enumerate([*measured, *others][:few]):
        few_order[j, i] = number
    return replace(
        full,
        estimates={metric: np.ones((9, 9)) for metric in METRICS},
        bounds={metric: np.ones((9, 9)) for metric in METRICS},
        few_order=few_order,
        few_examples={
            split: np.where(few_order >= 0, k, 0) for split, k in (("train", 24), ("dev", 16))
        },
        spec=full.spec | {"tolerance": 0.01, "two_fidelity": "auto"},
        notes={"refinement": note},
    )


def summary_of(item):
    record = landscape(points=9, groups=())
    return summarise(replace(record, surfaces={item.name: item}))


def test_a_person_reads_counts_errors_the_check_and_the_reason():
    text = as_text(summary_of(adaptive()))
    assert (
        "8 of 81 points (9.9 %), 20 on few examples (25 %: 24 train, 16 dev), 53 estimated" in text
    )
    assert "error        within 0.86 % of the range at 95 % of the points, asked for 1 %" in text
    assert "train error 2 %, dev loss 0.7 %, dev error not known" in text
    assert (
        "checked      train loss: 6 points drawn at random were estimated, then measured: "
        "97 % within the bound stated before"
    ) in text
    assert "share of the range (median): train loss 4.3 %, dev loss 5 %" in text
    assert "dev loss: 0" not in text
    assert "used: it costs less" in text
    assert "12 points on all examples, 15 % of measuring every point" in text


def test_a_program_reads_the_same():
    found = json.loads(as_json(summary_of(adaptive())))["surfaces"]["full-random0"]["refinement"]
    assert found["measured"] == 8
    assert found["measured_share"] == pytest.approx(8 / 81)
    assert found["sampled"] == 20
    assert found["estimated"] == 53
    assert found["few_examples"] == {"train": 24, "dev": 16}
    assert found["errors"]["train_loss"] == 0.0086
    assert found["errors"]["dev_error"] is None
    assert found["audit"]["train_loss"] == NOTE["audit"]["train_loss"]
    assert found["two_fidelity"] == NOTE["two_fidelity"]


def test_the_file_counts_whatever_the_note_says():
    found = refinement(adaptive(NOTE | {"measured": 81, "sampled": 0}))
    assert found is not None
    assert (found["measured"], found["sampled"]) == (8, 20)


def test_the_number_of_few_examples_is_that_of_a_point_on_average():
    item = adaptive()
    counts = np.where(item.order < 0, 10, 999)
    counts[np.argwhere(item.order < 0)[0][0], np.argwhere(item.order < 0)[0][1]] = 30
    item = replace(item, few_examples=item.few_examples | {"train": counts})
    assert "20 on few examples (25 %: 11 train, 16 dev)" in as_text(summary_of(item))


def test_an_exact_surface_says_nothing_of_it():
    summary = summary_of(surface(points=9))
    assert summary["surfaces"]["full-random0"]["refinement"] is None
    assert "estimated" not in as_text(summary)
    assert "few examples" not in as_text(summary)


def test_an_interrupted_one_has_counts_only():
    item = replace(adaptive(few=0), notes={})
    text = as_text(summary_of(item))
    assert "8 of 81 points (9.9 %), 73 estimated" in text
    assert "within" not in text
    assert "checked" not in text
    assert "few examples" not in text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(NOTE)), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(NOTE)), json_values) | json_values)
def test_a_note_of_any_shape_never_keeps_a_file_from_being_shown(note):
    summary = summary_of(adaptive(note))
    assert "8 of 81 points" in as_text(summary)
    json.loads(as_json(summary))


def test_the_worst_of_the_losses_speaks_for_all():
    assert stated_error({"dev_loss": 0.01, "dev_error": 0.2}).startswith("within 1 % of")
    assert stated_error({"dev_loss": math.nan, "dev_error": 0.2}).startswith("within 20 %")
    assert stated_error({}).startswith("within an unknown share")


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ({"chosen": "bfloat16", "points": [[0, 0], [1, 0]], "deviation": 0.0021, "absolute": 0.013},
         "in bfloat16, off from float32 by at most 0.21 % of the range (0.013) at 2 points"),
        ({"chosen": "float32", "points": [[0, 0]] * 3, "deviation": 0.01, "absolute": 0.5},
         "in float32; bfloat16 was off by at most 1 % of the range (0.5) at 3 points"),
        ({"chosen": "float32", "points": []}, None),
        ({"chosen": 3, "points": "many"}, None),
        (None, None),
    ],
)  # fmt: skip
def test_the_precision_check(note, text):
    item = replace(surface(points=9), notes={"precision": note})
    shown = as_text(summary_of(item))
    assert (text in shown) if text else ("measured in" not in shown)
