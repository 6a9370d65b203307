import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landscape_gui.ui.surface3d.trajectory_painter import _coarse_to_fine, _runs


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_runs_cover_every_drawn_step_once(flags):
    visible, drawn = (np.array(column) for column in zip(*flags, strict=True))
    steps = [0] * max(len(flags) - 1, 0)
    for first, last, seen in _runs(visible, drawn):
        assert last > first
        assert seen == visible[first]
        assert drawn[first : last + 1].all()
        for k in range(first, last):
            steps[k] += 1
    for k, count in enumerate(steps):
        assert count == int(drawn[k] and drawn[k + 1])


@given(st.integers(1, 60))
def test_labels_are_tried_ends_first_and_each_once(count):
    order = _coarse_to_fine(count)
    assert sorted(order) == list(range(count))
    assert order[0] == count - 1
    assert 0 in order[:2]
