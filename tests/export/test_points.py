from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from landscape_gui.export.points import (
    Kind,
    chosen_surface,
    heights,
    known,
    require_metric,
)
from landscape_gui.specs import UserError


def test_every_point_says_how_it_came_to_be(estimated):
    surface = estimated.surfaces["full-random0"]
    found = known(surface, "train_loss")
    measured, few = surface.order >= 0, surface.few_order >= 0
    assert {int(kind) for kind in np.unique(found.kinds)} == {1, 2, 3}
    assert np.array_equal(found.kinds == Kind.MEASURED, measured)
    assert np.array_equal(found.kinds == Kind.SAMPLED, few & ~measured)
    assert np.array_equal(found.values[measured], surface.values["train_loss"][measured])
    assert np.array_equal(found.values[~measured], surface.estimates["train_loss"][~measured])
    assert (found.bounds[measured] == 0).all()
    assert (found.bounds[~measured] > 0).all()
    assert np.isfinite(found.errors[measured]).all()
    assert np.isnan(found.errors[~measured]).all()


def test_what_is_missing_is_filled_in_for_the_height_only(whole):
    surface = whole.surfaces["full-random0"]
    order = surface.order.copy()
    order[3, 4] = -1
    values = surface.values["dev_loss"].copy()
    values[0, 0] = np.nan  # measured, and not a number
    partly = replace(surface, order=order, values=surface.values | {"dev_loss": values})
    found = known(partly, "dev_loss")
    assert found.kinds[3, 4] == Kind.MISSING
    assert np.isnan(found.values[3, 4])
    assert found.kinds[0, 0] == Kind.MEASURED
    assert np.isnan(found.values[0, 0])
    assert np.isfinite(heights(found.values, found.kinds)).all()


def test_the_first_surface_of_the_whole_model_is_the_one_meant(whole):
    turned = replace(whole, surfaces=dict(reversed(whole.surfaces.items())))
    assert chosen_surface(turned).name == "full-random0"
    assert chosen_surface(turned, "low-random0").group == "low"
    with pytest.raises(UserError, match=r"no surface other.*low-random0"):
        chosen_surface(turned, "other")
    with pytest.raises(UserError, match=r"no surface.*compute"):
        chosen_surface(replace(whole, surfaces={}))


def test_a_metric_of_which_nothing_is_known_is_refused(whole):
    surface = whole.surfaces["full-random0"]
    nothing = replace(surface, order=np.full_like(surface.order, -1))
    with pytest.raises(UserError, match="Nothing of dev_error"):
        require_metric(nothing, "dev_error", whole)
    with pytest.raises(UserError, match="holds no accuracy"):
        require_metric(surface, "accuracy", whole)
