"""The menu bar: every action with its words and shortcut, in one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from landscape_gui.ui.color_maps import COLOR_MAPS
from landscape_gui.ui.compare.grids import FIGURES
from landscape_gui.ui.icons import set_icon
from landscape_gui.ui.settings import ThemeChoice

THEMES: tuple[tuple[ThemeChoice, str], ...] = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)
DOTS = (("auto", "Unless all are measured"), ("on", "Always"), ("off", "Never"))
FILLS = (("smooth", "Smooth"), ("bands", "Bands between the lines"), ("cells", "A cell per point"))
VIEWPOINTS = (
    ("paper", "As in the paper", "Ctrl+1"),
    ("top", "From the top", "Ctrl+2"),
    ("front", "From the front", "Ctrl+3"),
    ("side", "From the side", "Ctrl+4"),
)


class Menus(QObject):
    """Builds the menu bar; each signal is one wish of the user."""

    open_file = Signal()
    open_run = Signal()
    open_recent = Signal(object)
    clear_recent = Signal()
    close_file = Signal()
    save_surface = Signal()
    save_contour = Signal()
    quit_program = Signal()
    new_surface = Signal()
    new_curve = Signal()
    rollback_table = Signal()
    train = Signal()
    run_demo = Signal()
    pause = Signal()
    cancel = Signal()
    theme = Signal(str)
    color_map = Signal(str)
    measured_dots = Signal(str)
    fill = Signal(str)
    contour_lines = Signal(bool)
    log_values = Signal(bool)
    fit_colors = Signal()
    trajectory = Signal(bool)
    viewpoint = Signal(str)
    floor_lines = Signal(bool)
    parallel = Signal(bool)
    turning = Signal(bool)
    reset_view = Signal()
    compare = Signal()
    compare_add = Signal()
    compare_difference = Signal()
    figure = Signal(str)
    shortcuts = Signal()
    about = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._bar = window.menuBar()
        self.actions: list[QAction] = []
        self.needs_landscape: list[QAction] = []
        self.needs_job: list[QAction] = []
        self.viewpoint_actions: list[QAction] = []
        self._build_file()
        self._build_compute()
        self._build_view()
        self._build_compare()
        self._build_help()

    # -- menus ---------------------------------------------------------------------------------

    def _build_file(self) -> None:
        menu = self._bar.addMenu("&File")
        self._add(menu, "&Open landscape file…", self.open_file.emit, "Ctrl+O", "open")
        self._add(menu, "Open &run…", self.open_run.emit, "Ctrl+R", "run")
        self.recent = menu.addMenu("Recent &files")
        self.needs_landscape.append(
            self._add(menu, "&Close landscape", self.close_file.emit, "Ctrl+W", "close")
        )
        menu.addSeparator()
        self.picture_actions = [
            self._add(
                menu, "&Save picture of the surface…", self.save_surface.emit, "Ctrl+S", "camera"
            ),
            self._add(
                menu, "Save picture of the c&ontours…", self.save_contour.emit, "Ctrl+Shift+S"
            ),
        ]
        self.needs_landscape += self.picture_actions
        menu.addSeparator()
        self._add(menu, "&Quit", self.quit_program.emit, "Ctrl+Q")

    def _build_compute(self) -> None:
        menu = self._bar.addMenu("&Compute")
        self._add(menu, "New &surface…", self.new_surface.emit, "Ctrl+N", "surface")
        self._add(menu, "New &curve…", self.new_curve.emit, "Ctrl+Shift+N", "curve")
        self.needs_landscape.append(
            self._add(menu, "&Rollback table…", self.rollback_table.emit, "Ctrl+B", "rollback")
        )
        menu.addSeparator()
        self._add(menu, "&Train…", self.train.emit, "Ctrl+T", "train")
        self._add(menu, "Run the &demo", self.run_demo.emit, icon="play")
        menu.addSeparator()
        self.needs_job += [
            self._add(menu, "&Pause or resume", self.pause.emit, "Ctrl+P", "pause"),
            self._add(menu, "Ca&ncel the job", self.cancel.emit, "Ctrl+.", "stop"),
        ]

    def _build_view(self) -> None:
        menu = self._bar.addMenu("&View")
        themes = menu.addMenu("&Theme")
        self.theme_actions = self._add_choices(themes, THEMES, self.theme.emit)
        maps = menu.addMenu("&Colour map")
        choices = [(name, name) for name in COLOR_MAPS]
        self.color_map_actions = self._add_choices(maps, choices, self.color_map.emit)
        dots = self.dots_menu = menu.addMenu("&Measured points")
        self.dots_actions = self._add_choices(dots, DOTS, self.measured_dots.emit)
        fills = menu.addMenu("Contour &fill")
        self.fill_actions = self._add_choices(fills, FILLS, self.fill.emit)
        self.lines_action = self._add_toggle(menu, "Contour l&ines", self.contour_lines, "Ctrl+I")
        self.log_action = self._add_toggle(menu, "&Logarithmic scale", self.log_values, "Ctrl+L")
        self.floor_action = self._add_toggle(
            menu, "Contour lines on the floor", self.floor_lines, "Ctrl+Shift+I"
        )
        self.fit_colors_action = self._add(
            menu, "Fit colours to &what is seen", self.fit_colors.emit, "Ctrl+Shift+L"
        )
        self.trajectory_action = self._add(menu, "T&rajectory", None, "Ctrl+J")
        self.trajectory_action.setCheckable(True)
        self.trajectory_action.triggered.connect(self.trajectory)
        menu.addSeparator()
        for name, text, key in VIEWPOINTS:
            action = self._add(menu, text, None, key)
            action.setData(name)
            action.triggered.connect(self._choose_viewpoint)
            self.viewpoint_actions.append(action)
        self.parallel_action = self._add_toggle(
            menu, "&Without perspective", self.parallel, "Ctrl+5"
        )
        self.turning_action = self._add_toggle(menu, "T&urn slowly", self.turning, "Ctrl+6")
        self.reset_action = self._add(menu, "&Reset view", self.reset_view.emit, "Ctrl+0", "fit")

    def _build_compare(self) -> None:
        menu = self._bar.addMenu("C&ompare")
        added = [
            self._add(menu, "&Side by side", self.compare.emit, "Ctrl+D", "compare"),
            self._add(menu, "&Add panel", self.compare_add.emit, "Ctrl+Shift+D", "add"),
            self._add(menu, "&Difference", self.compare_difference.emit, "Ctrl+Shift+M"),
        ]
        menu.addSeparator()
        for name, text in FIGURES.items():
            added.append(self._add(menu, text, None, f"Ctrl+Alt+{name}"))
            added[-1].setData(name)
            added[-1].triggered.connect(self._choose_figure)
        self.needs_landscape += added

    def _build_help(self) -> None:
        menu = self._bar.addMenu("&Help")
        self._add(menu, "&Shortcuts", self.shortcuts.emit, "F1", "help")
        self._add(menu, "&About Landscape GUI", self.about.emit, icon="info")

    @property
    def contour_actions(self) -> list[QAction]:
        """How the contour map is drawn, for a menu beside it."""
        separators = [QAction(self) for _ in range(2)]
        for separator in separators:
            separator.setSeparator(True)
        return [
            *self.fill_actions.values(),
            separators[0],
            self.lines_action,
            self.log_action,
            self.fit_colors_action,
            separators[1],
            self.trajectory_action,
            self.dots_menu.menuAction(),
        ]

    # -- state ---------------------------------------------------------------------------------

    def show_recent(self, paths: Sequence[Path]) -> None:
        """Fill the menu of recent files."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            action = self.recent.addAction(path.name)
            action.setToolTip(str(path))
            action.setData(path)
            action.triggered.connect(self._choose_recent)
        if paths:
            self.recent.addSeparator()
            self.recent.addAction("Clear").triggered.connect(self.clear_recent)

    def show_enabled(self, *, landscape: bool, job: bool) -> None:
        """Enable what makes sense now."""
        for action in self.needs_landscape:
            action.setEnabled(landscape)
        for action in self.needs_job:
            action.setEnabled(job)

    # -- inside --------------------------------------------------------------------------------

    def _add(
        self,
        menu: QMenu,
        text: str,
        chosen: Callable[[], None] | None,
        key: str = "",
        icon: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if icon:
            set_icon(action, icon)
        if key:
            action.setShortcut(QKeySequence(key))
        if chosen is not None:
            action.triggered.connect(lambda _=False: chosen())
        menu.addAction(action)
        self.actions.append(action)
        return action

    def _add_toggle(self, menu: QMenu, text: str, chosen: SignalInstance, key: str) -> QAction:
        action = self._add(menu, text, None, key)
        action.setCheckable(True)
        action.triggered.connect(chosen)
        return action

    def _add_choices(
        self, menu: QMenu, choices: Sequence[tuple[str, str]], chosen: Callable[[str], None]
    ) -> dict[str, QAction]:
        group = QActionGroup(self)
        actions: dict[str, QAction] = {}
        for key, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setData(key)
            group.addAction(action)
            actions[key] = action
        group.triggered.connect(lambda action: chosen(action.data()))
        return actions

    def _choose_viewpoint(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.viewpoint.emit(action.data())

    def _choose_figure(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.figure.emit(action.data())

    def _choose_recent(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_recent.emit(action.data())
