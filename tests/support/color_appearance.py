"""How colours look: CAM02-UCS of sRGB colours, and what colour-blind eyes make of them.

CIECAM02 (Moroney et al. 2002) with the viewing conditions of sRGB (IEC 61966-2-1), CAM02-UCS
(Luo, Cui & Li 2006); dichromats after Machado, Oliveira & Fernandes 2009; contrast after WCAG 2.
"""

from __future__ import annotations

import numpy as np

_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_CAT02 = np.array([[0.7328, 0.4296, -0.1624], [-0.7036, 1.6975, 0.0061], [0.0030, 0.0136, 0.9834]])
_HPE = np.array([[0.38971, 0.68898, -0.07868], [-0.22981, 1.18340, 0.04641], [0.0, 0.0, 1.0]])
DICHROMATS = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def linear(rgb: np.ndarray) -> np.ndarray:
    """Light of sRGB colours: uint8[..., 3 or 4] → float64[..., 3] from 0 to 1."""
    value = rgb[..., :3] / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def seen_by(light: np.ndarray, eyes: str) -> np.ndarray:
    """The light that normal eyes would need to see the same."""
    return np.clip(light @ DICHROMATS[eyes].T, 0.0, 1.0)


def cam02_ucs(light: np.ndarray) -> np.ndarray:
    """J′, a′, b′ of light, float64[..., 3]; distances in it are perceived differences."""
    white = _XYZ.sum(axis=1) * 100
    adapting, background = 64 / np.pi / 5, 20.0
    k = 1 / (5 * adapting + 1)
    fl = 0.2 * k**4 * 5 * adapting + 0.1 * (1 - k**4) ** 2 * (5 * adapting) ** (1 / 3)
    n = background / white[1]
    z, nbb = 1.48 + np.sqrt(n), 0.725 * (1 / n) ** 0.2
    degree = 1 - np.exp((-adapting - 42) / 92) / 3.6

    def cones(xyz: np.ndarray) -> np.ndarray:
        adapted = xyz @ _CAT02.T * (degree * white[1] / (_CAT02 @ white) + 1 - degree)
        response = adapted @ np.linalg.inv(_CAT02).T @ _HPE.T
        power = (fl * np.abs(response) / 100) ** 0.42
        return np.sign(response) * 400 * power / (power + 27.13) + 0.1

    def achromatic(c: np.ndarray) -> np.ndarray:
        return (2 * c[..., 0] + c[..., 1] + c[..., 2] / 20 - 0.305) * nbb

    response = cones(light @ _XYZ.T * 100)
    a = response[..., 0] - 12 * response[..., 1] / 11 + response[..., 2] / 11
    b = (response[..., 0] + response[..., 1] - 2 * response[..., 2]) / 9
    hue = np.arctan2(b, a)
    ratio = np.maximum(achromatic(response), 0) / achromatic(cones(white))
    lightness = 100 * ratio ** (0.69 * z)
    eccentricity = (np.cos(hue + 2) + 3.8) / 4
    total = response[..., 0] + response[..., 1] + 21 * response[..., 2] / 20
    t = 50000 / 13 * nbb * eccentricity * np.hypot(a, b) / total
    chroma = t**0.9 * np.sqrt(lightness / 100) * (1.64 - 0.29**n) ** 0.73
    colorful = chroma * fl**0.25
    radius = np.log(1 + 0.0228 * colorful) / 0.0228
    j = 1.7 * lightness / (1 + 0.007 * lightness)
    return np.stack([j, radius * np.cos(hue), radius * np.sin(hue)], axis=-1)


def contrast(color: str, ground: str) -> float:
    """Contrast ratio of two colours ``#rrggbb`` after WCAG 2: 1 to 21."""

    def luminance(text: str) -> float:
        rgb = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.uint8)
        return float(linear(rgb) @ _XYZ[1])

    low, high = sorted((luminance(color), luminance(ground)))
    return (high + 0.05) / (low + 0.05)
