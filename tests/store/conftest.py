import pytest
from support.landscapes import (
    GROUPS,
    curve_spec,
    errors_of,
    make_run,
    metrics_at,
    open_curve,
    open_surface,
    surface_spec,
)

from landscape_gui.specs import RollbackSpec
from landscape_gui.store.landscape_file import LandscapeWriter


@pytest.fixture
def path(tmp_path):
    return tmp_path / "mrpc.landscape.h5"


@pytest.fixture
def complete_file(path):
    """A surface, a curve and a rollback, all of them finished."""
    with LandscapeWriter.open(path, make_run(), GROUPS) as writer:
        surface = open_surface(writer, surface_spec(5))
        curve = open_curve(writer, curve_spec(5))
        for i in range(5):
            for j in range(5):
                values = metrics_at(i, j)
                surface.write_point(j, i, values, errors_of(values), {"train": 64, "dev": 32})
            curve.write_point(0, i, metrics_at(i), {})
        surface.write_anchor("start", 0.0, 0.0, metrics_at(0), {})
        for index in range(4):
            surface.write_checkpoint(index, metrics_at(index), {})
        surface.note("precision", {"largest_difference": 1e-5})
        surface.finish()
        curve.finish()
        groups = list(GROUPS.values())
        spec = RollbackSpec(run=path, groups=tuple(groups))
        rollback = writer.rollback(spec, groups, ("dev_loss", "dev_error"))
        for mask in range(8):
            rollback.write(mask, {"dev_loss": 0.1 * mask, "dev_error": 0.05 * mask}, {})
        rollback.finish()
    return path
