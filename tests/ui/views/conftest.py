"""A small landscape with a valley, and helpers to look at pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from landscape_gui.ui.scene import AxisTitles, SurfaceScene, TrajectoryOverlay
from landscape_gui.ui.views.plot_frame import PlotFrame

TITLES = AxisTitles("α  (direction to the fine-tuned model)", "β  (random)", "training loss")


def make_scene(points: int = 11, share: float = 1.0, step: float = 0.0) -> SurfaceScene:
    """A valley through (1, 0); the first ``share`` of its rows are measured."""
    axis = np.linspace(-4, 4, points)
    a, b = np.meshgrid(axis, axis)
    height = 0.4 + 0.1 * (a - 1) ** 2 + 0.08 * b**2 + np.maximum(b, 0) * 0.2 + step
    measured = np.zeros_like(height, dtype=bool)
    measured[: round(share * points)] = True
    return SurfaceScene(axis, axis.copy(), height, measured, TITLES)


def make_estimated(points: int = 11, share: float = 0.01, *, sampled: bool = True) -> SurfaceScene:
    """The same valley, every fourth point measured and every second on few examples.

    All else is estimated with bounds of ``share`` of the range.
    """
    whole = make_scene(points)
    measured = np.zeros_like(whole.measured)
    measured[::4, ::4] = True
    few = np.zeros_like(measured)
    few[::2, ::2] = sampled
    bound = np.where(measured, 0.0, share * float(np.ptp(whole.height)))
    return replace(
        whole,
        measured=measured,
        sampled=few,
        bound=bound,
        trust=np.where(measured, 1.0, np.clip(1 - (share - 0.01) / 0.14, 0, 1)),
        standard_error=np.where(measured, 0.0123, np.nan),
        few=np.where(few, 24, 0),
        examples=256,
    )


@pytest.fixture
def scene() -> SurfaceScene:
    return make_scene()


@pytest.fixture
def trajectory() -> TrajectoryOverlay:
    t = np.linspace(0, 1, 5)
    return TrajectoryOverlay(
        alpha=3 * t - 2,
        beta=2 * np.sin(np.pi * t),
        value=0.7 - 0.3 * t,
        off_plane=np.array([np.nan, 0.83, 0.5, 0.2, 0.0]),
        labels=tuple(f"epoch {k}" for k in range(5)),
        caption="in plane, least squares",
    )


def pixels(image: QImage) -> np.ndarray:
    """uint8[height, width, 3]."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


@pytest.fixture
def look() -> Callable[[QWidget], np.ndarray]:
    """The widget's pixels as they are once nothing waits to be painted."""

    def grab(widget: QWidget) -> np.ndarray:
        for plot in widget.findChildren(PlotFrame):
            plot.finish()
        return pixels(widget.grab().toImage())

    return grab
