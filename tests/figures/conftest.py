import dataclasses

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from support.landscape_files import write_landscape

from landscape_gui.figures.style import paper_style
from landscape_gui.store.landscape_file import read_landscape
from landscape_gui.store.named_points import with_named_points


@pytest.fixture(scope="session")
def landscape(tmp_path_factory):
    """Make a landscape of 17 × 17 points: ``landscape("a", init="scratch", done_levels=2)``."""
    folder = tmp_path_factory.mktemp("landscapes")

    def make(name, **how):
        path = write_landscape(folder / f"{name}.landscape.h5", **how)
        return read_landscape(path)

    return make


@pytest.fixture(scope="session")
def estimated(landscape):
    """Make a landscape that is measured in part, with estimates that are 0.02 too high."""

    def make(name, *, sampled=True, **how):
        whole = landscape(name, **how)
        surface = next(iter(whole.surfaces.values()))
        measured = np.zeros(surface.order.shape, dtype=bool)
        measured[::4, ::4] = True
        few = np.zeros_like(measured)
        few[::2, ::2] = True
        found = dataclasses.replace(
            surface,
            values={m: np.where(measured, v, np.nan) for m, v in surface.values.items()},
            order=np.where(measured, surface.order, -1),
            estimates={m: np.where(measured, v, v + 0.02) for m, v in surface.values.items()},
            bounds={m: np.where(measured, 0.0, 0.04) for m in surface.values},
            few_order=np.where(few, 0, -1) if sampled else None,
            notes={"refinement": {"errors": {"train_loss": 0.009}}},
        )
        # As it is read from a file.
        surfaces = {found.name: with_named_points(found)}
        return dataclasses.replace(whole, surfaces=surfaces)

    return make


@pytest.fixture(scope="session")
def broken_corner():
    def change(alpha, beta, values):
        if alpha > 3 and beta > 3:
            return dict.fromkeys(values, float("nan"))
        if alpha < -3:
            return dict.fromkeys(values, float("inf"))
        if alpha > 3 and beta < -3:
            return dict.fromkeys(values, 1e6)
        return values

    return change


@pytest.fixture
def check_layout(monkeypatch):
    """Draw a figure; no text is cut off by its edge, no two texts overlap. Returns the texts."""
    drawn = []
    draw = Text.draw

    def recording_draw(text, renderer):
        if text.get_visible() and text.get_text().strip():
            drawn.append((text.get_text(), text.get_window_extent(renderer)))
        draw(text, renderer)

    def check(figure):
        drawn.clear()
        with paper_style(figure.page), monkeypatch.context() as patch:
            patch.setattr(Text, "draw", recording_draw)
            FigureCanvasAgg(figure).draw()
        for text, box in drawn:
            assert box.x0 >= -1, f"{text} is cut off"
            assert box.y0 >= -1, f"{text} is cut off"
            assert box.x1 <= figure.bbox.x1 + 1, f"{text} is cut off"
            assert box.y1 <= figure.bbox.y1 + 1, f"{text} is cut off"
        for number, (text, box) in enumerate(drawn):
            for other, other_box in drawn[:number]:
                overlap = np.minimum(box.max, other_box.max) - np.maximum(box.min, other_box.min)
                assert (overlap < 2).any(), f"{text} overlaps {other}"
        return [text for text, _ in drawn]

    return check
