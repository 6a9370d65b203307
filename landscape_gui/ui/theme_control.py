"""Which theme is on: light, dark, or that of the system."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from landscape_gui.ui.settings import Settings, ThemeChoice
from landscape_gui.ui.style import apply_theme, system_theme_is_dark
from landscape_gui.ui.theme import DARK, LIGHT, Theme


class ThemeControl(QObject):
    """Applies the theme to the application and tells everyone.

    Attributes
    ----------
    changed
        The Theme that is on now.
    """

    changed = Signal(object)

    def __init__(
        self, app: QApplication, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._app = app
        self._settings = settings
        self.theme: Theme = LIGHT
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the user chose."""
        return self._settings.theme

    def choose(self, choice: ThemeChoice) -> None:
        """Choose a theme and remember it."""
        self._settings.theme = choice
        self._apply()

    def refresh(self) -> None:
        """Apply theme and font size as the settings have them now."""
        self._apply()

    def _apply(self) -> None:
        dark = self.choice == "dark" or (self.choice == "system" and system_theme_is_dark())
        self.theme = DARK if dark else LIGHT
        apply_theme(self._app, self.theme, self._settings.font_size)
        self.changed.emit(self.theme)
