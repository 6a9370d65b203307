import itertools

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from landscape_gui.ui.surface3d.labels import LabelSpace

BOUNDS = QRectF(0, 0, 300, 200)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), max_size=12))
def test_labels_never_overlap_and_stay_inside(anchors):
    space = LabelSpace(BOUNDS)
    placed = [space.place_near(QPointF(*at), QSizeF(60, 16)) for at in anchors]
    rects = [r for r in placed if r is not None]
    assert all(BOUNDS.contains(r) for r in rects)
    assert not any(a.intersects(b) for a, b in itertools.combinations(rects, 2))


def test_there_is_no_place_where_everything_is_taken():
    space = LabelSpace(BOUNDS, [BOUNDS])
    assert space.place_near(QPointF(150, 100), QSizeF(20, 10)) is None


def test_a_free_label_sits_above_and_to_the_right():
    rect = LabelSpace(BOUNDS).place_near(QPointF(100, 100), QSizeF(60, 16))
    assert rect is not None
    assert rect.center().x() > 100
    assert rect.bottom() < 100
