"""The window looks as it did: every state, light and dark, at one and at two pixels a unit.

``--update-snapshots`` writes the references anew; look at them before they are committed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QImage, QPainter

ROOT = Path(__file__).resolve().parents[2]
SUPPORT = ROOT / "tests" / "support"
REFERENCES = Path(__file__).parent / "snapshots"
sys.path.insert(0, str(SUPPORT))

from snapshots import TILE, differences, reduced  # noqa: E402

STATES = (
    "welcome",
    "surface",
    "rolled-back",
    "preferences",
    "palette",
    "curves",
    "history",
    "narrow",
)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> dict[int, Path]:
    """Directories with the pictures, by scale."""
    made = {}
    for scale in (1, 2):
        directory = tmp_path_factory.mktemp(f"pictures-{scale}x")
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(SUPPORT)]),
            "QT_SCALE_FACTOR": str(scale),
            "QT_FONT_DPI": "96",
        }
        done = subprocess.run(
            [sys.executable, str(SUPPORT / "picture_states.py"), str(directory)],
            capture_output=True,
            text=True,
            env=environment,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        made[scale] = directory
    return made


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_the_window_looks_as_before(request, pictures, state, theme):
    name = f"{state}-{theme}.png"
    image = QImage(str(pictures[1] / name))
    assert not image.isNull()
    reference = REFERENCES / name
    if request.config.getoption("--update-snapshots"):
        REFERENCES.mkdir(exist_ok=True)
        assert reduced(image).save(str(reference), "PNG", 0)  # as small as can be
    assert reference.exists(), "no reference yet: run with --update-snapshots"
    found = differences(image, QImage(str(reference)))
    where = f"{pictures[1] / name} is not {reference}"
    assert not found, f"{where}: {', '.join(map(str, found[:5]))}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_two_pixels_a_unit_show_the_same_layout(pictures, state, theme):
    name = f"{state}-{theme}.png"
    fine, plain = QImage(str(pictures[2] / name)), QImage(str(pictures[1] / name))
    assert fine.size() == 2 * plain.size()
    found = differences(fine, reduced(plain))
    # Letters are a little narrower there: a long name may be cut one letter later.
    most = 0.01 * plain.width() * plain.height() / (2 * TILE) ** 2
    assert len(found) <= most, f"{pictures[2] / name}: {', '.join(map(str, found[:5]))}"


# The comparison itself


def drawn(dx: float = 0.0, label: str = "training loss", color: str = "#596275") -> QImage:
    image = QImage(320, 120, QImage.Format.Format_RGB32)
    image.fill(QColor("#f4f5f7"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRect(10, 60, 300, 50), QColor("#ffffff"))
    painter.setFont(QFont("DejaVu Sans", 9))
    painter.setPen(QColor(color))
    painter.translate(dx, 0)
    painter.drawText(20, 40, label)
    painter.end()
    return image


def test_small_shifts_and_finer_pictures_pass(qapp):
    kept = reduced(drawn())
    assert differences(drawn(), kept) == []
    assert differences(drawn(0.7), kept) == []
    assert differences(drawn().scaled(640, 240), kept) == []


@pytest.mark.parametrize(
    "other",
    [
        {"label": ""},
        {"label": "training"},
        {"dx": 24.0},
        {"color": "#d92d20"},
    ],
)
def test_missing_moved_and_recoloured_labels_fail(qapp, other):
    assert differences(drawn(**other), reduced(drawn()))


def test_another_shape_fails(qapp):
    with pytest.raises(AssertionError):
        differences(drawn().copy(0, 0, 300, 120), reduced(drawn()))
