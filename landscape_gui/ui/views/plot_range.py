"""The rectangle of the plane that a plot shows, and how zooming and panning change it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PlotRange:
    """A rectangle in plot coordinates, ``left < right`` and ``bottom < top``."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def moved(self, dx: float, dy: float) -> PlotRange:
        return PlotRange(self.left + dx, self.right + dx, self.bottom + dy, self.top + dy)

    def zoomed(self, factor: float, x: float, y: float) -> PlotRange:
        """Scaled by ``factor`` (below 1 zooms in) with the point (x, y) staying where it is."""
        return PlotRange(
            x + (self.left - x) * factor,
            x + (self.right - x) * factor,
            y + (self.bottom - y) * factor,
            y + (self.top - y) * factor,
        )

    def padded(self, fraction: float) -> PlotRange:
        """Larger by ``fraction`` of its size on every side."""
        dx, dy = fraction * self.width, fraction * self.height
        return PlotRange(self.left - dx, self.right + dx, self.bottom - dy, self.top + dy)

    def with_aspect(self, aspect: float) -> PlotRange:
        """The smallest rectangle around this one whose width / height is ``aspect``."""
        if self.width < aspect * self.height:
            grow = (aspect * self.height - self.width) / 2
            return PlotRange(self.left - grow, self.right + grow, self.bottom, self.top)
        grow = (self.width / aspect - self.height) / 2
        return PlotRange(self.left, self.right, self.bottom - grow, self.top + grow)

    def kept_near(self, home: PlotRange, widest: float = 2.0, narrowest: float = 1e-3) -> PlotRange:
        """Limited in size to multiples of ``home``'s, with its middle inside ``home``."""
        # The slack keeps rounding from moving a view that is at its limit already.
        size = max(self.width / home.width, self.height / home.height)
        factor = 1.0
        if size > widest * (1 + 1e-9):
            factor = widest / size
        elif size < narrowest * (1 - 1e-9):
            factor = narrowest / size
        x, y = (self.left + self.right) / 2, (self.bottom + self.top) / 2
        near_x = min(max(x, home.left), home.right)
        near_y = min(max(y, home.bottom), home.top)
        if factor == 1.0 and (near_x, near_y) == (x, y):
            return self
        dx, dy = factor * self.width / 2, factor * self.height / 2
        return PlotRange(near_x - dx, near_x + dx, near_y - dy, near_y + dy)
