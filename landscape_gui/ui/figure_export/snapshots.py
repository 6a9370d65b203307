"""Views exactly as they are on the screen, with as many pixels as one likes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage

from landscape_gui.specs import UserError
from landscape_gui.ui.panels.surface_page import SurfacePage

# No kind of figure has such a name.
SnapshotName: TypeAlias = Literal["screen-surface", "screen-contours"]
SNAPSHOT_TITLES: Final[dict[SnapshotName, str]] = {
    "screen-surface": "3D view as on screen",
    "screen-contours": "Contour map as on screen",
}
TIMES: Final = (2, 3, 4)
LEAST_WIDTH, MOST_WIDTH = 200, 12_000
_SCREEN_DPI = 96.0
_INCH = 0.0254


@dataclass(frozen=True)
class Snapshot:
    """A view that can be drawn finer.

    Attributes
    ----------
    size
        On the screen, in logical pixels.
    screen_ratio
        Pixels of the screen per logical one.
    take
        Draws with so many pixels per logical one; None if there is no room for so many.
    """

    name: SnapshotName
    size: QSizeF
    screen_ratio: float
    take: Callable[[float], QImage | None]

    def ratio(self, *, times: int = 0, width: int = 0) -> float:
        """Pixels per logical one: so many times the screen's, or for a width in pixels."""
        return times * self.screen_ratio if times else width / self.size.width()

    def pixels(self, ratio: float) -> tuple[int, int]:
        """Width and height of a picture."""
        return round(self.size.width() * ratio), round(self.size.height() * ratio)

    def image(self, ratio: float) -> QImage:
        """The picture, as large on paper as on a usual screen.

        Raises
        ------
        UserError
            If there is no room for so many pixels.
        """
        image = self.take(ratio)
        width, height = self.pixels(ratio)
        if image is None or image.isNull():
            raise UserError(
                f"There is no room for a picture of {width:,} × {height:,} pixels.",
                "Choose fewer.",
            )
        image.setDevicePixelRatio(1.0)
        per_meter = round(_SCREEN_DPI * ratio / _INCH)
        image.setDotsPerMeterX(per_meter)
        image.setDotsPerMeterY(per_meter)
        return image


def save_snapshot(image: QImage, path: Path) -> None:
    """Write a PNG file.

    Raises
    ------
    UserError
        If it cannot be written there.
    """
    if not image.save(str(path)):
        raise UserError(
            f"The picture could not be saved as {path}.",
            "Choose a directory that you may write to.",
        )


def snapshots_of(page: SurfacePage) -> tuple[Snapshot, ...]:
    """The views of the surface page, if that is what is on the screen."""
    found: list[Snapshot] = []
    if page.surface.isVisible():
        found.append(
            Snapshot(
                "screen-surface",
                QSizeF(page.surface.size()),
                page.surface.devicePixelRatioF(),
                page.surface.image_at,
            )
        )
    if page.contour.isVisible():
        found.append(
            Snapshot(
                "screen-contours",
                page.contour.plot.drawn_rect().size(),
                page.contour.devicePixelRatioF(),
                page.contour.image_at,
            )
        )
    return tuple(found)
