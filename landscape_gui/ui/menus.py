"""The menu bar: every action with its words and shortcut, in one list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from landscape_gui.specs import METRICS
from landscape_gui.ui.color_maps import COLOR_MAP_TITLES
from landscape_gui.ui.compare.grids import FIGURES
from landscape_gui.ui.icons import color_map_icon, set_icon
from landscape_gui.ui.mnemonics import spread_mnemonics
from landscape_gui.ui.recent_files import FileFacts
from landscape_gui.ui.settings import ThemeChoice
from landscape_gui.ui.wording import METRIC_LABELS

THEMES: tuple[tuple[ThemeChoice, str], ...] = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
)
PAGES = (
    ("surface", "Surface"),
    ("curve", "Curves"),
    ("history", "History"),
    ("compare", "Compare"),
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
    quit_program = Signal()
    new_surface = Signal()
    new_curve = Signal()
    roll_back = Signal()
    rollback_table = Signal()
    curvature = Signal()
    report = Signal()
    train = Signal()
    run_demo = Signal()
    pause = Signal()
    cancel = Signal()
    page = Signal(str)
    metric = Signal(str)
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
    play = Signal(str)
    export_animation = Signal()

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._bar = window.menuBar()
        self.actions: list[QAction] = []
        self.needs_landscape: list[QAction] = []
        self.needs_job: list[QAction] = []
        self.viewpoint_actions: list[QAction] = []
        # In the order of the bar; controllers add the actions of their subject to them.
        self.file = self._bar.addMenu("&File")
        self.edit = self._bar.addMenu("&Edit")
        self.compute = self._bar.addMenu("&Compute")
        self.view = self._bar.addMenu("&View")
        self.comparison = self._bar.addMenu("C&ompare")
        self.help = self._bar.addMenu("&Help")
        self._build_file()
        self._build_compute()
        self._build_view()
        self._build_compare()

    @property
    def bar(self) -> QMenuBar:
        """The menu bar."""
        return self._bar

    # -- menus ---------------------------------------------------------------------------------

    def _build_file(self) -> None:
        menu = self.file
        menu.setToolTipsVisible(True)
        self.add(menu, "&Open landscape file…", self.open_file.emit, "Ctrl+O", "open")
        self.add(menu, "Open &run…", self.open_run.emit, "Ctrl+R", "run")
        self.recent = menu.addMenu("Recent &files")
        self.needs_landscape.append(
            self.add(menu, "&Close landscape", self.close_file.emit, "Ctrl+W", "close")
        )
        menu.addSeparator()

    def _build_compute(self) -> None:
        menu = self.compute
        self.add(menu, "New &surface…", self.new_surface.emit, "Ctrl+N", "surface")
        self.add(menu, "New &curve…", self.new_curve.emit, "Ctrl+Shift+N", "curve")
        self.needs_landscape.append(
            self.add(menu, "Roll &back…", self.roll_back.emit, "Ctrl+Shift+B", "rollback")
        )
        self.needs_landscape.append(
            self.add(menu, "&Rollback table…", self.rollback_table.emit, "Ctrl+B", "rollback")
        )
        self.needs_landscape.append(
            self.add(menu, "Cur&vature (Hessian)…", self.curvature.emit, "Ctrl+H", "curve")
        )
        menu.addSeparator()
        self.needs_landscape.append(
            self.add(menu, "R&eport…", self.report.emit, "Ctrl+Shift+R", "info")
        )
        menu.addSeparator()
        self.add(menu, "&Train…", self.train.emit, "Ctrl+T", "train")
        self.add(menu, "Run the &demo", self.run_demo.emit, "Ctrl+E", "play")
        menu.addSeparator()
        self.needs_job += [
            self.add(menu, "&Pause or resume", self.pause.emit, "Ctrl+P", "pause"),
            self.add(menu, "Ca&ncel the job", self.cancel.emit, "Ctrl+.", "stop"),
        ]

    def _build_view(self) -> None:
        menu = self.view
        pages = menu.addMenu("&Page")
        self.page_actions = self.add_choices(pages, PAGES, self.page.emit)
        metrics = menu.addMenu("M&etric")
        self.metric_actions = self.add_choices(
            metrics, [(metric, METRIC_LABELS[metric]) for metric in METRICS], self.metric.emit
        )
        for choices, keys in ((self.page_actions, "Alt+{}"), (self.metric_actions, "Alt+Shift+{}")):
            for number, action in enumerate(choices.values(), 1):
                action.setShortcut(QKeySequence(keys.format(number)))
        menu.addSeparator()
        themes = menu.addMenu("&Theme")
        self.theme_actions = self.add_choices(themes, THEMES, self.theme.emit)
        maps = menu.addMenu("&Colour map")
        choices = list(COLOR_MAP_TITLES.items())
        self.color_map_actions = self.add_choices(maps, choices, self.color_map.emit)
        maps.aboutToShow.connect(self._draw_color_maps)
        dots = self.dots_menu = menu.addMenu("&Measured points")
        self.dots_actions = self.add_choices(dots, DOTS, self.measured_dots.emit)
        fills = menu.addMenu("Contour &fill")
        self.fill_actions = self.add_choices(fills, FILLS, self.fill.emit)
        self.lines_action = self.add_toggle(menu, "Contour l&ines", self.contour_lines, "Ctrl+I")
        self.log_action = self.add_toggle(menu, "&Logarithmic scale", self.log_values, "Ctrl+L")
        self.floor_action = self.add_toggle(
            menu, "Contour lines on the floor", self.floor_lines, "Ctrl+Shift+I"
        )
        self.fit_colors_action = self.add(
            menu, "Fit colours to &what is seen", self.fit_colors.emit, "Ctrl+Shift+L"
        )
        self.trajectory_action = self.add(menu, "T&rajectory", None, "Ctrl+J")
        self.trajectory_action.setCheckable(True)
        self.trajectory_action.triggered.connect(self.trajectory)
        menu.addSeparator()
        points = menu.addMenu("&Viewpoint")
        for name, text, key in VIEWPOINTS:
            action = self.add(points, text, None, key)
            action.setData(name)
            action.triggered.connect(self._choose_viewpoint)
            self.viewpoint_actions.append(action)
        points.addSeparator()
        self.parallel_action = self.add_toggle(
            points, "&Without perspective", self.parallel, "Ctrl+5"
        )
        self.turning_action = self.add_toggle(points, "T&urn slowly", self.turning, "Ctrl+6")
        self.reset_action = self.add(menu, "&Reset view", self.reset_view.emit, "Ctrl+0", "fit")
        menu.addSeparator()
        self._build_animation(menu)

    def _build_animation(self, menu: QMenu) -> None:
        playing = menu.addMenu("&Animation")
        self.animation_actions = [
            self.add(
                playing,
                "Play the &trajectory",
                lambda: self.play.emit("trajectory"),
                "Ctrl+Shift+J",
                "play",
            ),
            self.add(
                playing, "Replay the &growth", lambda: self.play.emit("growth"), "Ctrl+Shift+G"
            ),
            self.add(
                playing, "&Export animation…", self.export_animation.emit, "Ctrl+Shift+E", "save"
            ),
        ]
        self.needs_landscape += self.animation_actions

    def _build_compare(self) -> None:
        menu = self.comparison
        added = [
            self.add(menu, "&Side by side", self.compare.emit, "Ctrl+D", "compare"),
            self.add(menu, "&Add panel", self.compare_add.emit, "Ctrl+Shift+D", "add"),
            self.add(menu, "&Difference", self.compare_difference.emit, "Ctrl+Shift+M"),
        ]
        menu.addSeparator()
        for name, text in FIGURES.items():
            added.append(self.add(menu, text, None, f"Ctrl+Alt+{name}"))
            added[-1].setData(name)
            added[-1].triggered.connect(self._choose_figure)
        self.needs_landscape += added

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

    def finish(self) -> None:
        """Add what comes last; once every controller has added its actions."""
        self.file.addSeparator()
        self.add(self.file, "&Quit", self.quit_program.emit, "Ctrl+Q")
        for menu in self._bar.findChildren(QMenu):
            spread_mnemonics(menu.actions())

    def show_recent(self, files: Sequence[FileFacts]) -> None:
        """Fill the menu of recent files; those that are gone are grey."""
        self.recent.clear()
        self.recent.setEnabled(bool(files))
        for facts in files:
            name = facts.file.path.name
            action = self.recent.addAction(name.replace("&", "&&"))
            action.setToolTip(str(facts.file.path))
            action.setEnabled(not facts.missing)
            action.setData(facts.file.path)
            action.triggered.connect(self._choose_recent)
        if files:
            self.recent.addSeparator()
            self.recent.addAction("Clear the list").triggered.connect(self.clear_recent)

    def show_enabled(self, *, landscape: bool, job: bool) -> None:
        """Enable what makes sense now."""
        for action in self.needs_landscape:
            action.setEnabled(landscape)
        for action in self.needs_job:
            action.setEnabled(job)

    # -- adding --------------------------------------------------------------------------------

    def add(
        self,
        menu: QMenu,
        text: str,
        chosen: Callable[[], object] | None,
        key: str = "",
        icon: str = "",
    ) -> QAction:
        """Add an action to a menu, known to the shortcuts list and the command palette."""
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

    def add_toggle(self, menu: QMenu, text: str, chosen: SignalInstance, key: str) -> QAction:
        """Add an action that is on or off."""
        action = self.add(menu, text, None, key)
        action.setCheckable(True)
        action.triggered.connect(chosen)
        return action

    def add_choices(
        self, menu: QMenu, choices: Sequence[tuple[str, str]], chosen: Callable[[str], None]
    ) -> dict[str, QAction]:
        """Add actions of which one is on, ``(key, text)`` each; the key of the chosen is told."""
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

    # -- inside --------------------------------------------------------------------------------

    def _draw_color_maps(self) -> None:
        # Not before they are seen: reading the tables would delay the window.
        for name, action in self.color_map_actions.items():
            if action.icon().isNull():
                action.setIcon(color_map_icon(name))

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
