from pathlib import Path

import pytest

from landscape_gui.figures.spec import FigureSpec, Look, Source
from landscape_gui.ui.figure_export.kinds import KINDS, fields_of, tidy, title_of

FULL = Look(
    color_map="cividis", log=True, limits=(0.1, 2.0), own_scales=True, fill="bands", lines=False,
    labels=False, levels=7, floor=True, dots=True, remarks=False, projection="plane",
    trajectory=True, azimuth=10, elevation=20, parallel=True,
    crop=(0.1, 0.2, 0.8, 0.9), alpha=(-1, 1), beta=(-1, 1),
    unit="distance",
)  # fmt: skip


def of(kind, **changes):
    sources = (Source(file=Path("a.h5")),) * (2 if kind == "difference" else 1)
    return FigureSpec(kind=kind, sources=sources, **changes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_title_and_keeps_what_it_knows(kind):
    assert title_of(kind)[0].isupper()
    known = fields_of(kind)
    found = tidy(of(kind, metric="dev_loss", mixed_models=True, look=FULL))
    assert ("metric" in known) == (found.metric == "dev_loss")
    assert ("mixed_models" in known) == found.mixed_models
    for name in Look.model_fields:
        given = "view" if name in ("azimuth", "elevation", "parallel") else name
        expected = getattr(FULL if given in known else Look(), name)
        assert getattr(found.look, name) == expected, name


def test_a_turning_animation_has_a_viewpoint_and_a_growing_one_has_none():
    turn = tidy(of("frames", story="turn", frames=9, look=FULL))
    assert (turn.look.azimuth, turn.frames, turn.story) == (10, 9, "turn")
    assert turn.look.crop is None, "another part from every side"
    assert tidy(of("frames", story="growth", look=FULL)).look.azimuth == Look().azimuth


def test_components_have_axes_of_their_own():
    look = FULL.model_copy(update={"projection": "pca"})
    assert tidy(of("trajectory", metric="dev_loss", look=look)) == of(
        "trajectory", look=Look(projection="pca")
    )


@pytest.mark.parametrize("kind", ["7", "rollback", "2", "curve", "difference", "surface"])
def test_what_is_left_out_makes_no_difference(kind, tmp_path):
    """The choices that a kind does not know do not change its figure."""
    from support.landscape_files import write_landscape

    from landscape_gui.figures.workshop import Picture, Preview, Refused, answer

    path = write_landscape(tmp_path / "a.landscape.h5")
    sources = (Source(file=path, metric="train_loss"), Source(file=path, metric="dev_loss"))
    spec = FigureSpec(
        kind=kind,
        sources=sources[: 2 if kind == "difference" else 1],
        look=FULL.model_copy(update={"unit": "alpha", "limits": None}),
    )
    pictures = [answer(Preview(some, (500, 500))) for some in (spec, tidy(spec))]
    if kind == "7":  # whose surfaces this file lacks
        assert isinstance(pictures[0], Refused)
        assert pictures[0].lack == "group"
    else:
        assert isinstance(pictures[0], Picture)
    assert pictures[0] == pictures[1]
