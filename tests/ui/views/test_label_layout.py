from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from landscape_gui.ui.views.label_layout import bisecting_order, free_place, place_label

BOUNDS = QRectF(0, 0, 400, 300)


@given(st.integers(0, 300))
def test_bisecting_order_is_a_permutation_that_starts_with_the_ends(count):
    order = bisecting_order(count)
    assert sorted(order) == list(range(count))
    if count > 1:
        assert order[:2] == [0, count - 1]


@given(st.lists(st.tuples(st.floats(20, 380), st.floats(20, 280)), max_size=25))
def test_labels_never_overlap_and_stay_inside(points):
    taken: list[QRectF] = []
    for x, y in points:
        place = place_label(QPointF(x, y), (60, 14), 8, BOUNDS, taken)
        if place is not None:
            assert BOUNDS.contains(place)
            assert not any(place.intersects(t) for t in taken)
            taken.append(place)


def test_a_label_keeps_away_from_another_points_neighbourhood():
    own, other = QPointF(200, 150), QPointF(230, 150)
    place = place_label(own, (60, 14), 10, BOUNDS, [], others=[other])
    assert place is not None
    assert place.right() < own.x()


def test_a_label_that_must_be_placed_takes_the_least_bad_place():
    everywhere = [QRectF(0, 0, 400, 300)]
    assert place_label(QPointF(50, 50), (60, 14), 8, BOUNDS, everywhere) is None
    assert place_label(QPointF(50, 50), (60, 14), 8, BOUNDS, everywhere, must=True) is not None


@pytest.mark.parametrize(
    ("obstacles", "left"),
    [([], True), ([QRectF(0, 0, 150, 300)], False)],
)
def test_a_panel_takes_a_free_corner(obstacles, left):
    place = free_place((100, 40), BOUNDS, 10, obstacles)
    assert (place.left() == 10) == left
    assert place.top() == 10
