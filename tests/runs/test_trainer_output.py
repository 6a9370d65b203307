"""A Trainer's state from anywhere; what it leaves behind is opened in ``test_opening``."""

from __future__ import annotations

import json

import pytest

from landscape_gui.runs.trainer_output import when_saved


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b"\xff\xfe{}",
        b'{"global_step": 1, "epoch": 1' + b"0" * 400 + b"}",
        b'{"global_step": 1' + b"0" * 40 + b', "epoch": 1}',
        b'{"global_step": -1, "epoch": 1}',
    ],
)
def test_a_damaged_state_says_nothing(tmp_path, content):
    (tmp_path / "trainer_state.json").write_bytes(content)
    assert when_saved(tmp_path) is None


def test_a_state_says_when_it_was_saved(tmp_path):
    (tmp_path / "trainer_state.json").write_text(json.dumps({"global_step": 12, "epoch": 3}))
    assert when_saved(tmp_path) == (12, 3.0)
