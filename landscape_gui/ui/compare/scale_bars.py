"""The colour bars beside compared panels: one for each quantity that they share."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from landscape_gui.ui.compare.comparison import Comparison
from landscape_gui.ui.compare.items import Quantity
from landscape_gui.ui.compare.limits import Scale
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.views.color_bar import ColorBar


class ScaleBars(QVBoxLayout):
    """Bars below each other; what is changed on one is a limit of the comparison."""

    def __init__(self, comparison: Comparison, theme: Theme) -> None:
        super().__init__()
        self._comparison, self._theme = comparison, theme
        self.bars: dict[Quantity, ColorBar] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)

    def set_theme(self, theme: Theme) -> None:
        """Take on other colours."""
        self._theme = theme
        for bar in self.bars.values():
            bar.set_theme(theme)

    def keep(self, quantities: set[Quantity]) -> None:
        """Remove the bars of all other quantities."""
        for quantity in set(self.bars) - quantities:
            bar = self.bars.pop(quantity)
            self.removeWidget(bar)
            bar.hide()
            bar.deleteLater()

    def show_scale(self, quantity: Quantity, scale: Scale, title: str, color_map: str) -> None:
        """Show the scale of a quantity."""
        bar = self.bars.get(quantity)
        if bar is None:
            bar = self.bars[quantity] = self._new_bar(quantity)
        bar.set_color_map(color_map)
        bar.set_title(title)
        bar.set_data_range(scale.whole)
        bar.set_scale(scale.spacing)
        bar.set_limits(self._comparison.manual_limits(quantity) or scale.limits)

    def _new_bar(self, quantity: Quantity) -> ColorBar:
        bar = ColorBar()
        bar.set_theme(self._theme)
        bar.limits_changed.connect(
            lambda limits: self._comparison.set_manual_limits(quantity, limits)
        )
        bar.auto_requested.connect(lambda: self._comparison.set_manual_limits(quantity, None))
        self.addWidget(bar, 1)
        return bar
