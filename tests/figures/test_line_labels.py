import numpy as np

from landscape_gui.figures.line_labels import place_labels, without


def labels_of(lines, avoid=None):
    words = {level: f"{level:g}" for level in lines}
    return place_labels(
        lines,
        words,
        box=(0.0, 10.0, 0.0, 10.0),
        points_to_data=0.05,
        size_pt=6.0,
        avoid=np.empty((0, 2)) if avoid is None else avoid,
    )


def line(y):
    return [np.column_stack([np.linspace(0, 10, 80), np.full(80, float(y))])]


def test_labels_lie_on_their_lines_inside_and_apart():
    found = labels_of({1.0: line(4), 2.0: line(4.2), 3.0: line(9.99)})
    assert [label.words for label in found] == ["1", "2"]  # the third would touch the rim
    first, second = found
    assert first.y == 4.0
    assert second.y == 4.2
    assert np.hypot(first.x - second.x, first.y - second.y) > first.length
    for label in found:
        assert label.length / 2 < label.x < 10 - label.length / 2


def test_labels_keep_off_markers():
    avoid = np.column_stack([np.linspace(0, 7, 50), np.full(50, 4.0)])
    (label,) = labels_of({1.0: line(4)}, avoid)
    assert label.x > 7.2


def test_short_and_bent_lines_have_none():
    turn = np.linspace(0, 2 * np.pi, 60)
    ring = [np.column_stack([5 + 0.15 * np.cos(turn), 5 + 0.15 * np.sin(turn)])]
    assert labels_of({1.0: ring}) == []


def test_upright_labels_are_all_read_from_below():
    upright = [np.column_stack([np.full(80, 5.0), np.linspace(0, 10, 80)])]
    down = [upright[0][::-1]]
    assert {labels_of({1.0: one})[0].angle for one in (upright, down)} == {90.0}


def test_the_line_has_a_gap_where_its_label_is():
    (label,) = labels_of({1.0: line(4)})
    pieces = without(line(4)[0], [label])
    assert len(pieces) == 2
    gap = pieces[1][0, 0] - pieces[0][-1, 0]
    assert label.length <= gap < 1.4 * label.length
