"""Homes of users that there are, and that there are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from landscape_gui.paths import expanded
from landscape_gui.runs.hub import resolve_model
from landscape_gui.runs.opening import describe, open_run
from landscape_gui.specs import UserError

NOBODY = "~no-such-user-here/run"


def test_a_home_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expanded("~/run") == tmp_path / "run"
    assert expanded(Path("run")) == Path("run")


@pytest.mark.parametrize("use", [expanded, resolve_model])
def test_an_unknown_user_is_named(use):
    with pytest.raises(UserError, match="there is no user no-such-user-here"):
        use(NOBODY)


@pytest.mark.parametrize("use", [open_run, describe])
def test_an_unknown_user_has_no_run(use):
    with pytest.raises(UserError, match="there is no user no-such-user-here"):
        use(Path(NOBODY))
