"""What is around the views: undo, session, pictures, palette, shortcuts, log, preferences."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from landscape_gui.ui.action_tree import menu_entries, plain
from landscape_gui.ui.copying import Copying
from landscape_gui.ui.data_export import DataExport
from landscape_gui.ui.dialogs.about import AboutDialog
from landscape_gui.ui.dialogs.command_palette import CommandPalette
from landscape_gui.ui.dialogs.log_viewer import LogViewer
from landscape_gui.ui.dialogs.preferences import NAMES, PreferencesDialog
from landscape_gui.ui.dialogs.shortcuts import ShortcutsDialog
from landscape_gui.ui.figure_export.control import FigureExport
from landscape_gui.ui.figure_export.reading import ScreenReader
from landscape_gui.ui.log_book import LogBook
from landscape_gui.ui.main_window import MainWindow
from landscape_gui.ui.palette_entries import (
    PaletteEntry,
    action_entries,
    file_entries,
    landscape_entries,
)
from landscape_gui.ui.pictures import Pictures
from landscape_gui.ui.report.control import ReportControl
from landscape_gui.ui.samples import shipped_samples
from landscape_gui.ui.session_keeper import SessionKeeper
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.theme_control import ThemeControl
from landscape_gui.ui.view_facets import view_facets
from landscape_gui.ui.view_history import ViewHistory

THREADS = "OMP_NUM_THREADS"


class Around(QObject):
    """Controllers and dialogs that serve the whole window, and their actions in its menus."""

    def __init__(
        self,
        main: MainWindow,
        settings: Settings,
        themes: ThemeControl,
        log: LogBook,
        log_file: Path | None,
    ) -> None:
        super().__init__(main)
        self._main, self._settings, self._themes = main, settings, themes
        self._log, self._log_file = log, log_file
        self._log_viewer: LogViewer | None = None
        self._used: list[str] = []
        self._threads_before = os.environ.get(THREADS)
        session, menus, view = main.session, main.menus, main.surface_page.surface
        plane = main.surface_page.contour.plot
        facets = view_facets(session, view, plane)
        self.history = ViewHistory(session, facets, menus, self)
        view.camera_changed.connect(self.history.look)
        plane.view_moved.connect(self.history.look)
        self.keeper = SessionKeeper(session, facets, menus, self)
        self.keeper.restored.connect(self.history.forget)
        self.pictures = Pictures(session, settings, menus, main.subjects(), main)
        pages = (main.surface_page, main.curves_page, main.history_page, main.compare_page)
        reader = ScreenReader(session, *pages)
        self.figure_export = FigureExport(
            session, settings, themes, menus, reader, main.surface_page, main
        )
        main.closing.connect(self.figure_export.stop)
        self.copying = Copying(session, settings, menus, main)
        main.closing.connect(self.copying.wait)
        self.data_export = DataExport(session, settings, menus, main)
        main.closing.connect(self.data_export.wait)
        pictures = [
            self.figure_export.action,
            *self.pictures.save_actions,
            *self.pictures.copy_actions,
        ]
        main.surface_page.tools.add_menu("camera", "Save or copy a picture", pictures)
        menus.edit.addSeparator()
        menus.add(menus.edit, "P&references…", self.show_preferences, "Ctrl+,", "settings")
        menus.add(menus.view, "&Full screen", self.toggle_full_screen, "F11", "fit")
        menus.add(menus.help, "&All commands…", self.show_palette, "Ctrl+K", "search")
        menus.add(menus.help, "&Shortcuts", self.show_shortcuts, "F1", "keyboard")
        menus.add(menus.help, "&Log", self.show_log, "F12", "log")
        menus.add(menus.help, "A&bout Landscape GUI", self.show_about, "Shift+F1", "info")
        self.report = ReportControl(session, main.jobs, settings, themes, main)
        menus.report.connect(self.report.show)
        main.closing.connect(self.report.stop)
        menus.finish()
        main.closing.connect(self.keeper.save)
        main.closing.connect(main.recent.wait)
        main.closing.connect(self._close_log)
        main.refresh_actions()
        self._apply("antialiasing")
        self._apply("redraws")
        self._apply("threads")

    # -- dialogs -------------------------------------------------------------------------------

    def show_palette(self) -> CommandPalette:
        """Ask what to do."""
        palette = CommandPalette(self._entries(), self._used, self._main)
        palette.show()
        palette.search.setFocus()
        return palette

    def show_shortcuts(self) -> ShortcutsDialog:
        """List the shortcuts."""
        dialog = ShortcutsDialog(menu_entries(self._main.menus.bar), self._main)
        dialog.open()
        return dialog

    def show_log(self) -> LogViewer:
        """Show the log beside the window."""
        if self._log_viewer is None:
            self._log_viewer = LogViewer(self._log, self._log_file, self._main)
        _bring(self._log_viewer)
        return self._log_viewer

    def show_about(self) -> AboutDialog:
        """Say what this is."""
        dialog = AboutDialog(self._main)
        dialog.open()
        return dialog

    def show_preferences(self, setting: str = "") -> PreferencesDialog:
        """Show the preferences, with the keyboard on one of them."""
        dialog = PreferencesDialog(self._settings, self._main)
        dialog.changed.connect(self._apply)
        dialog.open()
        if setting:
            dialog.show_setting(setting)
        return dialog

    def toggle_full_screen(self) -> None:
        """Use the whole screen, or no longer."""
        if self._main.isFullScreen():
            self._main.showNormal()
        else:
            self._main.showFullScreen()

    # -- inside --------------------------------------------------------------------------------

    def _entries(self) -> list[PaletteEntry]:
        main = self._main
        entries = landscape_entries(main.session)
        # The menu of recent files is made anew while one types: its files come by their paths.
        recent = plain(main.menus.recent.title())
        actions = menu_entries(main.menus.bar)
        entries += action_entries(entry for entry in actions if recent not in entry.path)
        files = [(f.file.path.name, f.file.path) for f in main.recent.facts if not f.missing]
        entries += file_entries(files, recent, main.session.open_file)
        entries.append(PaletteEntry("Clear the list of recent files", recent, main.recent.clear))
        entries += [
            PaletteEntry(
                f"Preferences: {words}",
                "Settings",
                lambda name=name: self.show_preferences(name),
            )
            for name, words in NAMES.items()
        ]
        samples = [(sample.title, sample.path) for sample in shipped_samples()]
        return entries + file_entries(samples, "Samples", main.session.open_file)

    def _apply(self, name: str) -> None:
        """Put a changed setting into effect."""
        settings = self._settings
        match name:
            case "theme" | "font_size":
                self._themes.refresh()
            case "color_map":
                self._main.session.color_map = settings.color_map
            case "antialiasing":
                self._main.surface_page.surface.set_antialiasing(settings.antialiasing)
            case "redraws":
                self._main.session.set_redraws(settings.redraws)
            case "threads":
                self._set_threads(settings.threads)

    def _set_threads(self, count: int) -> None:
        """The engine's process inherits the environment; this one has made its threads."""
        wanted = str(count) if count else self._threads_before
        if wanted == os.environ.get(THREADS):
            return
        if wanted is None:
            del os.environ[THREADS]
        else:
            os.environ[THREADS] = wanted
        self._main.jobs.engine.renew()

    def _close_log(self) -> None:
        self._log.close()
        if self._log_viewer is not None:
            self._log_viewer.close()


def _bring(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
