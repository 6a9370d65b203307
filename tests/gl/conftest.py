"""Tests that look at pixels: they need a display with OpenGL (run them under xvfb)."""

import re
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from landscape_gui.ui.scene import AxisTitles, Limits, SurfaceScene
from landscape_gui.ui.surface3d import configure_opengl

# Has to come before pytest-qt makes the QApplication.
configure_opengl()


@pytest.fixture(autouse=True)
def _nothing_swallowed(capfd, recwarn):
    """Fail on what pyqtgraph, Qt and PySide only print while painting."""
    yield
    out, err = capfd.readouterr()
    text = out + err + "".join(str(w.message) for w in recwarn)
    found = re.search(
        r"Error while drawing|Traceback|GLError|QOpenGL\w*:|QPainter::|already deleted", text
    )
    assert not found, text[-3000:]


@pytest.fixture
def picture():
    """Scenes to draw and ways to look at what was drawn."""
    return Picture


class Picture:
    """Namespace of helpers: importlib mode gives test modules no common package."""

    titles = AxisTitles("α  (fine-tuning)", "β  (random 0)", "training loss")

    @staticmethod
    def loss(alpha, beta):
        """A narrow, curved valley with steep walls; 0.3 at the bottom."""
        off_axis = beta - 0.12 * (alpha - 1) ** 2 + 0.15 * np.sin(1.3 * alpha)
        wall = 1 - np.exp(-((off_axis / (0.45 + 0.12 * np.abs(alpha - 1))) ** 2) / 2)
        return 0.3 + 0.2 * np.abs(alpha - 1) ** 1.25 + 2.6 * wall

    @classmethod
    def scene(cls, n=21, m=None, measured=True, lift=0.0):
        alpha, beta = np.linspace(-4, 4, n), np.linspace(-4, 4, m or n)
        height = cls.loss(*np.meshgrid(alpha, beta)) + lift
        mask = np.full(height.shape, measured) if isinstance(measured, bool) else measured
        return SurfaceScene(alpha, beta, height, mask, cls.titles)

    @classmethod
    def estimated(cls, n=41, bound=0.01, sampled=True):
        """Every eighth point measured, every fourth on few examples, the rest estimated.

        ``bound`` is a share of the range; beyond 15 % of it nothing is trusted.
        """
        whole = cls.scene(n)
        measured, few = np.zeros((2, n, n), dtype=bool)
        measured[::8, ::8] = True
        few[::4, ::4] = sampled
        span = float(np.ptp(whole.height))
        trust = np.clip(1 - (bound - 0.01) / 0.14, 0, 1)
        return replace(
            whole,
            measured=measured,
            sampled=few,
            bound=np.where(measured, 0.0, bound * span),
            trust=np.where(measured, 1.0, trust),
        )

    @staticmethod
    def pixels(image: QImage):
        """float64[height, width, 3] of what was grabbed."""
        image = image.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), dtype=np.uint8)
        rows = rows.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
        return rows.reshape(image.height(), image.width(), 3).astype(np.float64)

    @classmethod
    def difference(cls, a: QImage, b: QImage):
        """Share of pixels that differ clearly."""
        return float((np.abs(cls.pixels(a) - cls.pixels(b)).max(axis=-1) > 12).mean())

    @classmethod
    def saturation(cls, image: QImage):
        """Mean of max − min over the channels of all pixels that are not gray."""
        values = cls.pixels(image)
        spread = values.max(axis=-1) - values.min(axis=-1)
        return float(spread[spread > 20].mean())

    @classmethod
    def has_color_at(cls, image: QImage, at, color: str, reach=3):
        """Whether a colour is found within a few pixels of a point."""
        x, y = round(at.x()), round(at.y())
        part = cls.pixels(image)[y - reach : y + reach + 1, x - reach : x + reach + 1]
        wanted = np.array(QColor(color).getRgb()[:3])
        return bool((np.abs(part - wanted).max(axis=-1) < 30).any())


@pytest.fixture
def make_view(qtbot):
    """Makes shown views of 560×440 with a surface."""
    from landscape_gui.ui.surface3d.view import Surface3DView

    def make(first=None, parent=None):
        view = Surface3DView(parent)
        if parent is None:
            qtbot.addWidget(view)
            view.resize(560, 440)
            view.show()
            qtbot.waitExposed(view)
        view.set_scene(Picture.scene() if first is None else first)
        view.set_limits(Limits(0.3, 3.0))
        return view

    return make
