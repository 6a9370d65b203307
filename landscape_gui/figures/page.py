"""What a figure is drawn on."""

from __future__ import annotations

from dataclasses import dataclass

from landscape_gui.figures.presets import PRESETS, Preset


@dataclass(frozen=True)
class Page:
    """A venue's page, or a part of it.

    Attributes
    ----------
    width_in, height_in
        Instead of the preset's width, and of the height that the figure needs.
    """

    preset: Preset = PRESETS["acl-column"]
    width_in: float | None = None
    height_in: float | None = None

    @property
    def width(self) -> float:
        """In inches."""
        return self.width_in if self.width_in is not None else self.preset.width_in

    def height(self, needed: float) -> float:
        """The height asked for, else what is needed as far as the page reaches."""
        return self.height_in if self.height_in is not None else min(needed, self.preset.height_in)
