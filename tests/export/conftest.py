"""Landscapes made of formulas: one measured whole, one in part, one that wishes us harm."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from landscape_gui.store.records import LandscapeRecord

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import estimated_landscape
import synthetic_landscape

HOSTILE = "</script><img src=x onerror=alert(1)>$\\input{x}|&\u2028"


@pytest.fixture(scope="session")
def whole() -> LandscapeRecord:
    return synthetic_landscape.landscape(points=11, groups=("low",))


@pytest.fixture(scope="session")
def estimated() -> LandscapeRecord:
    return estimated_landscape.landscape(points=21)


@pytest.fixture(scope="session")
def hostile(whole) -> LandscapeRecord:
    """Names as a file of unknown origin may hold them."""
    surface = next(iter(whole.surfaces.values()))
    plane = replace(surface.plane, axis2_label=HOSTILE)
    return replace(
        whole,
        path=Path("x.landscape.h5"),
        run=replace(whole.run, name=HOSTILE, model=HOSTILE, task=f"=cmd{HOSTILE}"),
        surfaces={f"=1+{HOSTILE}": replace(surface, name=f"=1+{HOSTILE}", plane=plane)},
    )
