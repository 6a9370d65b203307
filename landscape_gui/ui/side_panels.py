"""Shows and hides the panels beside the views, by the user's wish and by the window's width."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QFontDatabase, QFontMetricsF
from PySide6.QtWidgets import QSplitter, QWidget

from landscape_gui.ui.menus import Menus

Side: TypeAlias = Literal["left", "right"]
# Below that both views are too small to read.
LEAST_MIDDLE = 640


class SidePanels(QObject):
    """Hides what leaves the views no room, and brings it back when there is room again.

    In a narrow window one panel at a time is shown: the one asked for last. ``widths`` are right
    for the font of the system; with a larger one they grow.
    """

    def __init__(
        self,
        splitter: QSplitter,
        left: QWidget,
        right: QWidget,
        menus: Menus,
        widths: tuple[int, int],
    ) -> None:
        super().__init__(splitter)
        self._splitter = splitter
        self._panels: dict[Side, QWidget] = {"left": left, "right": right}
        self._usual: dict[Side, int] = {"left": widths[0], "right": widths[1]}
        self._widths: dict[Side, int] = {}
        self._follow_font()
        self._wanted: dict[Side, bool] = {"left": True, "right": True}
        self._useful: dict[Side, bool] = {"left": True, "right": True}
        self._favorite: Side = "left"
        self._asked = False
        menus.view.addSeparator()
        self.actions: dict[Side, QAction] = {
            "left": menus.add(menus.view, "&Left panel", None, "F8", "panel-left"),
            "right": menus.add(menus.view, "&Right panel", None, "F9", "panel-right"),
        }
        self.actions["left"].triggered.connect(self._toggle_left)
        self.actions["right"].triggered.connect(self._toggle_right)
        for action in self.actions.values():
            action.setCheckable(True)
        splitter.installEventFilter(self)
        self.arrange()

    def shown(self) -> list[Side]:
        """The panels that are there now."""
        return [side for side, panel in self._panels.items() if not panel.isHidden()]

    def show_side(self, side: Side, shown: bool) -> None:
        """Show or hide a panel, as the user's wish."""
        self._wanted[side] = shown
        if shown:
            self._favorite = side
        self.arrange()

    def set_useful(self, side: Side, useful: bool) -> None:
        """Whether a panel has anything to say about what is shown."""
        if self._useful[side] != useful:
            self._useful[side] = useful
            self.actions[side].setEnabled(useful)
            self.arrange()

    def arrange(self) -> None:
        """Show what is wanted and fits."""
        room = self._splitter.width() - LEAST_MIDDLE
        sides = sorted(self._panels, key=lambda side: side != self._favorite)
        for side in sides:
            wanted = self._wanted[side] and self._useful[side]
            # The one asked for comes even where it is tight: the user may want to see it.
            tight = self._asked and side == self._favorite
            shown = wanted and (tight or self._widths[side] <= room)
            room -= self._widths[side] if shown else 0
            if self._panels[side].isHidden() == shown:
                self._panels[side].setVisible(shown)
            self.actions[side].setChecked(shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The splitter got another width or font."""
        if event.type() == QEvent.Type.FontChange:
            self._follow_font()
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._asked = False
            self.arrange()
        return super().eventFilter(watched, event)

    def _follow_font(self) -> None:
        usual = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        line = QFontMetricsF(self._splitter.font()).height()
        scale = max(1.0, line / QFontMetricsF(usual).height())
        self._widths = {side: round(scale * width) for side, width in self._usual.items()}
        for side, panel in self._panels.items():
            panel.setMinimumWidth(self._widths[side] - 8)

    def _toggle_left(self) -> None:
        self._toggle("left")

    def _toggle_right(self) -> None:
        self._toggle("right")

    def _toggle(self, side: Side) -> None:
        self._asked = True
        self.show_side(side, self._panels[side].isHidden())
