"""Labels of the markers on a map: whose they are is seen, whatever room there is."""

from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from landscape_gui.ui.scene import Marker
from landscape_gui.ui.views.marker_layer import PlacedMarker, place_markers

BOUNDS = QRectF(0, 0, 300, 300)
START = Marker("start", "start", 0.0, 0.0, 0.6931)
END = Marker("end", "fine-tuned", 1.0, 0.0, 0.009778)


def placed(start: tuple[float, float], end: tuple[float, float], *taken) -> list[PlacedMarker]:
    points = [QPointF(*start), QPointF(*end)]
    return place_markers([START, END], points, QFont(), BOUNDS, taken)


def test_values_are_shown_where_there_is_room(qapp):
    assert [m.text for m in placed((60, 150), (180, 150))] == [
        "start  0.6931",
        "fine-tuned  0.009778",
    ]


@pytest.mark.parametrize("end", [(30, 2), (60, 8), (90, 4), (180, 295), (298, 2)])
def test_labels_never_overlap(qapp, end):
    rects = [m.rect for m in placed((2, 2), end) if m.rect is not None]
    assert not any(a.intersects(b) for a, b in combinations(rects, 2))


def test_a_label_at_the_rim_gives_up_its_value_before_it_goes_to_another_marker(qapp):
    start, end = placed((170, 150), (256, 150))
    assert end.text == "fine-tuned"
    assert end.rect is not None
    assert abs(end.rect.center().x() - 256) < abs(end.rect.center().x() - 170)
    assert start.text == "start  0.6931"


def test_a_label_covers_a_line_sooner_than_another_marker(qapp):
    _, end = placed((40, 150), (110, 150), QRectF(60, 0, 240, 300))
    assert end.rect is not None
    assert end.rect.left() > 110
