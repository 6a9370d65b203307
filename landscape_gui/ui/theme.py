"""Colours of the light and the dark theme; views take a Theme and own no colour themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours as ``#rrggbb``.

    ``canvas`` is behind plots and the 3D scene, ``window`` behind panels, ``raised`` behind inputs.
    Marker colours are those of the start, end, rolled-back and moving points in every view.
    """

    name: str
    window: str
    raised: str
    canvas: str
    border: str
    text: str
    muted: str
    grid: str
    accent: str
    accent_text: str
    warning: str
    start: str
    end: str
    rolled_back: str
    trajectory: str
    now: str
    halo: str
    """Outline that keeps markers and lines legible on any part of the colour map."""


LIGHT = Theme(
    name="light",
    window="#f4f5f7",
    raised="#ffffff",
    canvas="#ffffff",
    border="#d5d9e0",
    text="#1c2430",
    muted="#596275",
    grid="#dfe3ea",
    accent="#2563c9",
    accent_text="#ffffff",
    warning="#b54708",
    start="#475467",
    end="#d92d20",
    rolled_back="#dc9a06",
    trajectory="#111827",
    now="#2f6fdb",
    halo="#ffffff",
)

DARK = Theme(
    name="dark",
    window="#1b1e24",
    raised="#252a32",
    canvas="#14171c",
    border="#343b46",
    text="#e6e9ee",
    muted="#a3adbd",
    grid="#2c333d",
    accent="#5b9bff",
    accent_text="#0c111b",
    warning="#fdb022",
    start="#cbd2dc",
    end="#ff6b5e",
    rolled_back="#ffc53d",
    trajectory="#f5f7fa",
    now="#5b9bff",
    halo="#0b0d10",
)
