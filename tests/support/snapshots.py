"""Compares a picture with a reference: as the eye does from a step away.

Both are blurred before they are compared, so that letters drawn by another font engine are the
same, while a label that is missing, moved by its own height or in another colour is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

TILE = 8
BLUR = 3  # pixels of the kept size to each side, twice
THRESHOLD = 16.0  # of 255, in any channel


@dataclass(frozen=True)
class Difference:
    """A tile that looks different: its corner in pixels, and by how much."""

    x: int
    y: int
    size: float

    def __str__(self) -> str:
        return f"at {self.x}, {self.y}: {self.size:.0f} of 255"


def pixels(image: QImage) -> np.ndarray:
    """float64[height, width, 3], 0 to 255."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), dtype=np.uint8)
    rows = rows.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    return rows.reshape(image.height(), image.width(), 3).astype(np.float64)


def differences(image: QImage, reference: QImage) -> list[Difference]:
    """Tiles that look different, the worst first; a finer picture is brought to the reference.

    Raises
    ------
    AssertionError
        If the pictures are of different shape.
    """
    wide = image.width() / reference.width()
    high = image.height() / reference.height()
    assert abs(wide - round(wide)) < 0.01, f"{image.size()} against {reference.size()}"
    assert abs(wide - high) < 0.01, f"{image.size()} against {reference.size()}"
    if image.size() != reference.size():
        image = _scaled(image, reference.size())
    away = np.abs(_blurred(pixels(image)) - _blurred(pixels(reference))).max(axis=-1)
    found = []
    for y in range(0, away.shape[0], TILE):
        for x in range(0, away.shape[1], TILE):
            worst = float(away[y : y + TILE, x : x + TILE].max())
            if worst > THRESHOLD:
                found.append(Difference(x, y, worst))
    return sorted(found, key=lambda difference: -difference.size)


def reduced(image: QImage) -> QImage:
    """A picture as it is kept and compared: at half its size."""
    return _scaled(image, QSize(image.width() // 2, image.height() // 2)).convertToFormat(
        QImage.Format.Format_RGB888
    )


def _scaled(image: QImage, size: QSize) -> QImage:
    smooth, whole = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    return image.scaled(size, whole, smooth)


def _blurred(values: np.ndarray) -> np.ndarray:
    for _ in range(2):
        for axis in (0, 1):
            values = _box(values, axis)
    return values


def _box(values: np.ndarray, axis: int) -> np.ndarray:
    pad = [(0, 0)] * values.ndim
    pad[axis] = (BLUR + 1, BLUR)
    sums = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis)
    count = 2 * BLUR + 1
    upper = np.take(sums, range(count, sums.shape[axis]), axis=axis)
    lower = np.take(sums, range(sums.shape[axis] - count), axis=axis)
    return (upper - lower) / count
