"""Trained tiny runs, made once a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from landscape_gui.runs.checkpoints import Run


class Runs(NamedTuple):
    """Two tasks from one start point, and one of them from scratch."""

    model: Path
    first: Run
    second: Run
    scratch: Run


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    from support.tiny_models import make_tiny_model, make_tiny_run, make_tiny_task

    root = tmp_path_factory.mktemp("runs")
    model = make_tiny_model(root / "model")
    first, second = make_tiny_task(root / "first"), make_tiny_task(root / "second", seed=1)
    return Runs(
        model,
        make_tiny_run(root / "run-first", model, first, epochs=3),
        make_tiny_run(root / "run-second", model, second, epochs=2),
        make_tiny_run(root / "run-scratch", model, first, epochs=2, init="scratch", seed=5),
    )
