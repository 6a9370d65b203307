"""The window: puts the panels together; what they show is in the session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import (
    QFrame,
    QMainWindow,
    QMessageBox,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.animation.director import Story
from landscape_gui.ui.animation.export_control import ExportControl
from landscape_gui.ui.commands import Commands
from landscape_gui.ui.compare.control import CompareControl
from landscape_gui.ui.compare.page import ComparePage
from landscape_gui.ui.icons import tint_icons
from landscape_gui.ui.job_control import Job, JobControl
from landscape_gui.ui.menus import Menus
from landscape_gui.ui.notifier import Notifier
from landscape_gui.ui.own_groups import OwnGroups
from landscape_gui.ui.panels.curves_page import CurvesPage
from landscape_gui.ui.panels.history_page import HistoryPage
from landscape_gui.ui.panels.jobs import JobsPanel
from landscape_gui.ui.panels.landscapes import LandscapesPanel
from landscape_gui.ui.panels.layers import LayersPanel
from landscape_gui.ui.panels.message_bar import MessageBar
from landscape_gui.ui.panels.parts import rule
from landscape_gui.ui.panels.plot_header import PlotHeader
from landscape_gui.ui.panels.run_facts import RunFactsPanel
from landscape_gui.ui.panels.surface_page import SurfacePage
from landscape_gui.ui.panels.trajectory import TrajectoryPanel
from landscape_gui.ui.panels.welcome import WelcomePanel
from landscape_gui.ui.pictures import Subject, window_picture
from landscape_gui.ui.recent_files import RecentFiles
from landscape_gui.ui.rollback_control import RollbackControl
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.samples import shipped_samples
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.side_panels import SidePanels
from landscape_gui.ui.surface3d.camera import ViewpointName
from landscape_gui.ui.theme import Theme
from landscape_gui.ui.theme_control import ThemeControl

if TYPE_CHECKING:
    from landscape_gui.ui.views.contour_view import ContourView
    from landscape_gui.ui.views.curve_view import CurveView

LEFT_WIDTH, RIGHT_WIDTH = 240, 320
LARGEST = QSize(1760, 1040)
SMALLEST = QSize(560, 420)
SHARE_OF_SCREEN = 0.9
PageName: TypeAlias = Literal["surface", "curve", "history", "compare"]
PAGES: dict[PageName, int] = {"surface": 0, "curve": 1, "history": 2, "compare": 3}


class MainWindow(QMainWindow):
    """Owns the widgets and the controllers between session, engine and user.

    Attributes
    ----------
    closing
        It will close: what is to be kept can still be read.
    """

    closing = Signal()

    def __init__(
        self, session: Session, jobs: JobControl, settings: Settings, themes: ThemeControl
    ) -> None:
        super().__init__()
        self.session, self.jobs = session, jobs
        self._settings, self._themes = settings, themes
        self.setWindowTitle("Landscape GUI")
        self.setAcceptDrops(True)
        # Smaller than all panels together: those that leave the views no room hide.
        self.setMinimumSize(SMALLEST)
        self.resize(_first_size(self.screen().availableSize()))
        self.rollback = RollbackControl(session, jobs, self)
        self.own_groups = OwnGroups(session, settings, self)
        self.notifier = Notifier(jobs, self)
        self.commands = Commands(session, jobs, settings, self)
        self.compare = CompareControl(session, self)
        self.menus = Menus(self)
        self.recent = RecentFiles(session, settings, self)
        self._build()
        self._connect()
        self._restore()
        self._refresh()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        session = self.session
        self.messages = MessageBar()
        self.welcome = WelcomePanel(shipped_samples())
        self.header = PlotHeader(session)
        self.surface_page = SurfacePage(session, self._themes.theme)
        self.curves_page = CurvesPage(session, self._themes.theme)
        self.history_page = HistoryPage(session, self._themes.theme)
        self.compare_page = ComparePage(session, self._themes.theme)
        tools, menus = self.surface_page.tools, self.menus
        surface = (menus.parallel_action, menus.turning_action, menus.floor_action)
        tools.add_menu("surface", "Look of the 3D view", (*menus.viewpoint_actions, *surface))
        tools.add_menu("contour", "How the map is drawn", menus.contour_actions)
        tools.add_menu("play", "Animation", menus.animation_actions)
        tools.add_action("fit", "Reset view", menus.reset_action)
        self.export = ExportControl(session, self.surface_page, self._settings, self)
        self.jobs_panel = JobsPanel(self.jobs)
        self.landscapes_panel = LandscapesPanel(session)
        self.layers_panel = LayersPanel(session, self.rollback)
        self.trajectory_panel = TrajectoryPanel(session)
        self.facts_panel = RunFactsPanel(session)

        self.pages = QStackedWidget()
        for page in (self.surface_page, self.curves_page, self.history_page, self.compare_page):
            self.pages.addWidget(page)
        workspace = QSplitter(Qt.Orientation.Horizontal)
        workspace.setChildrenCollapsible(False)
        left = _side([self.landscapes_panel, self.facts_panel], growing=0)
        right = _side([self.layers_panel, self.trajectory_panel])
        workspace.addWidget(left)
        workspace.addWidget(_column([self.header, self.pages], stretch=1))
        workspace.addWidget(right)
        workspace.setStretchFactor(1, 1)
        workspace.setSizes([LEFT_WIDTH, self.width() - LEFT_WIDTH - RIGHT_WIDTH, RIGHT_WIDTH])
        self.workspace = workspace
        self.side_panels = SidePanels(workspace, left, right, menus, (LEFT_WIDTH, RIGHT_WIDTH))
        self.header.add_side_buttons(self.side_panels.actions)
        self.main_pages = QStackedWidget()
        self.main_pages.addWidget(self.welcome)
        self.main_pages.addWidget(workspace)
        self.setCentralWidget(_column([self.messages, self.main_pages, self.jobs_panel], stretch=1))

    def _connect(self) -> None:
        session, commands, menus = self.session, self.commands, self.menus
        session.problem.connect(self.messages.show_message)
        session.landscapes_changed.connect(self._refresh)
        session.selection_changed.connect(self._refresh)
        session.view_changed.connect(self._refresh)
        session.history_changed.connect(self._refresh)
        self.recent.changed.connect(self._show_recent)
        self.jobs.events.connect(session.receive)
        self.jobs.failed.connect(self.messages.show_message)
        self.jobs.changed.connect(self.refresh_actions)
        self.jobs.run_ready.connect(self._offer_run)
        self._themes.changed.connect(self._apply_theme)

        self.welcome.open_file.connect(commands.ask_for_file)
        self.welcome.open_run.connect(commands.ask_for_run)
        self.welcome.run_demo.connect(commands.run_demo)
        self.welcome.open_recent.connect(session.open_file)
        self.welcome.remove_recent.connect(self.recent.remove)
        self.landscapes_panel.open_requested.connect(commands.ask_for_file)
        self.layers_panel.compute_requested.connect(commands.compute_group)
        self.layers_panel.table_requested.connect(commands.show_rollback_table)
        self.surface_page.compute_requested.connect(commands.new_surface)
        self.surface_page.finer_requested.connect(commands.measure_finer)
        self.curves_page.compute_requested.connect(commands.new_curve)

        menus.open_file.connect(commands.ask_for_file)
        menus.open_run.connect(commands.ask_for_run)
        menus.open_recent.connect(session.open_file)
        menus.clear_recent.connect(self.recent.clear)
        menus.close_file.connect(self._close_landscape)
        menus.quit_program.connect(self.close)
        menus.new_surface.connect(commands.new_surface)
        menus.new_curve.connect(commands.new_curve)
        menus.roll_back.connect(commands.roll_back)
        menus.rollback_table.connect(commands.show_rollback_table)
        menus.curvature.connect(commands.measure_curvature)
        menus.train.connect(commands.train)
        menus.run_demo.connect(commands.run_demo)
        menus.pause.connect(self.jobs_panel.toggle_pause)
        menus.cancel.connect(self.jobs.cancel)
        menus.page.connect(self.header.show_page)
        menus.metric.connect(self.header.choose_metric)
        menus.theme.connect(self._themes.choose)
        menus.color_map.connect(self._choose_color_map)
        menus.measured_dots.connect(self._show_dots)
        menus.fill.connect(self._choose_fill)
        menus.contour_lines.connect(self._show_lines)
        menus.log_values.connect(self._show_logarithm)
        menus.fit_colors.connect(self.surface_page.fit_colors)
        menus.trajectory.connect(self._show_trajectory)
        menus.viewpoint.connect(self._set_viewpoint)
        menus.floor_lines.connect(self._show_floor_lines)
        menus.parallel.connect(self.surface_page.surface.set_parallel)
        menus.turning.connect(self.surface_page.surface.set_turning)
        menus.reset_view.connect(self._reset_views)
        menus.play.connect(self._play)
        menus.export_animation.connect(self.export.ask)
        self.surface_page.animation.export_requested.connect(self.export.ask)
        menus.compare.connect(self.compare.begin)
        menus.compare_add.connect(self.compare.add_panel)
        menus.compare_difference.connect(self.compare.add_difference)
        menus.figure.connect(self.compare.show_figure)
        self.compare_page.figure_requested.connect(self.compare.show_figure)
        self.landscapes_panel.compare_requested.connect(self.compare.show_selections)

    def _restore(self) -> None:
        for name, restore in (
            ("window", self.restoreGeometry),
            ("workspace", self.workspace.restoreState),
            ("surface", self.surface_page.splitter.restoreState),
        ):
            state = self._settings.state(name)
            if isinstance(state, QByteArray):
                restore(state)
        if self._settings.color_map in self.menus.color_map_actions:
            self.session.color_map = self._settings.color_map
        self._show_recent()

    # -- state ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        session = self.session
        busy = bool(session.landscapes or session.training)
        self.main_pages.setCurrentWidget(self.workspace if busy else self.welcome)
        page = self._page()
        self.side_panels.set_useful("right", page != "compare")  # it is about one landscape only
        self.pages.setCurrentIndex(PAGES[page])
        model = session.model
        name = run_titles(session.landscapes.values())[model.path] if model is not None else ""
        self.setWindowTitle(f"{name} – Landscape GUI" if name else "Landscape GUI")
        self.refresh_actions()

    def _page(self) -> PageName:
        """The page that is in front."""
        session = self.session
        if session.comparing and session.landscapes:
            return "compare"
        # Without a selection a training job may be running: its history is all there is.
        return session.selection.kind if session.selection is not None else "history"

    def refresh_actions(self) -> None:
        """Enable and check what fits now."""
        menus, session, page = self.menus, self.session, self._page()
        menus.show_enabled(landscape=session.model is not None, job=self.jobs.current is not None)
        menus.theme_actions[self._themes.choice].setChecked(True)
        menus.color_map_actions[session.color_map].setChecked(True)
        menus.metric_actions[session.metric].setChecked(True)
        for action in menus.page_actions.values():
            action.setEnabled(session.model is not None)
        if session.selection is not None:
            menus.page_actions[page].setChecked(True)
        # What a page does not follow cannot be chosen there: it would change unseen, for others.
        # Compared panels have metrics and trajectories of their own, curves and history a scale.
        metrics = session.available_metrics() if page in ("surface", "curve") else ()
        for metric, action in menus.metric_actions.items():
            action.setEnabled(metric in metrics)
        surface = page == "surface" and session.plot is not None
        menus.fit_colors_action.setEnabled(surface)
        menus.trajectory_action.setEnabled(surface)
        menus.log_action.setEnabled(surface or page == "compare")
        menus.dots_actions[session.measured_dots].setChecked(True)
        menus.fill_actions[session.fill].setChecked(True)
        menus.lines_action.setChecked(session.contour_lines)
        menus.floor_action.setChecked(session.floor_lines)
        menus.log_action.setChecked(session.value_scale == "log")
        menus.trajectory_action.setChecked(session.show_trajectory)

    def _apply_theme(self, theme: Theme) -> None:
        tint_icons(self)
        self.surface_page.set_theme(theme)
        self.curves_page.set_theme(theme)
        self.compare_page.set_theme(theme)
        self.history_page.set_theme(theme)
        self.refresh_actions()

    def _show_recent(self) -> None:
        self.menus.show_recent(self.recent.facts)
        self.welcome.set_recent(self.recent.facts)

    # -- wishes --------------------------------------------------------------------------------

    def _close_landscape(self) -> None:
        if self.session.selection is not None:
            self.session.close_file(self.session.selection.path)

    def _choose_color_map(self, name: str) -> None:
        self._settings.color_map = name
        self.session.color_map = name

    def _show_dots(self, mode: str) -> None:
        for known in ("auto", "on", "off"):
            if known == mode:
                self.session.measured_dots = known

    def _choose_fill(self, style: str) -> None:
        for known in ("smooth", "bands", "cells"):
            if known == style:
                self.session.fill = known

    def _show_lines(self, shown: bool) -> None:
        self.session.contour_lines = shown

    def _show_floor_lines(self, shown: bool) -> None:
        self.session.floor_lines = shown

    def _show_logarithm(self, logarithmic: bool) -> None:
        self.session.value_scale = "log" if logarithmic else "linear"

    def _show_trajectory(self, shown: bool) -> None:
        self.session.show_trajectory = shown

    def _play(self, story: Story) -> None:
        self.session.comparing = False
        self.header.show_page("surface")
        self.surface_page.animation.open_story(story)

    def _set_viewpoint(self, name: ViewpointName) -> None:
        page = self.compare_page if self.session.comparing else self.surface_page.surface
        page.set_viewpoint(name)

    def _reset_views(self) -> None:
        page = self.compare_page if self.session.comparing else self.surface_page
        page.reset_views()

    def _offer_run(self, run: Path) -> None:
        job: Job | None = self.jobs.current or self.jobs.shown
        if job is not None and job.spec.kind == "train":
            self.commands.measure_run(run, "surface")

    # -- pictures ------------------------------------------------------------------------------

    def subjects(self) -> tuple[Subject, ...]:
        """What there is to take pictures of; the whole window comes last."""
        surface, curves = self.surface_page, self.curves_page
        return (
            Subject("surface", self._surface, "Ctrl+Shift+1", "Ctrl+S"),
            Subject("contours", lambda: _shown(surface.contour), "Ctrl+Shift+2", "Ctrl+Shift+S"),
            Subject("curves", lambda: _shown(curves.plot), "Ctrl+Shift+3", "Ctrl+Alt+S"),
            Subject("comparison", self._comparison, "Ctrl+Shift+5", "Ctrl+Shift+Alt+S"),
            Subject("window", self.picture, "Ctrl+Shift+4"),
        )

    def _surface(self) -> QImage | None:
        view = self.surface_page.surface
        return view.grab_image(2.0) if view.isVisible() else None

    def _comparison(self) -> QImage | None:
        return self.compare_page.grab_image() if self.compare_page.isVisible() else None

    def picture(self) -> QImage:
        """The whole window as it is on screen."""
        return window_picture(self)

    # -- drag and drop -------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and directories of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.commands.open_paths(paths)

    # -- closing -------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask while a job runs; then stop it cleanly and wait for all threads."""
        running = self.jobs.current is not None and self.jobs.engine.isRunning()
        if running and self._settings.confirm_close and not self._confirm_stop():
            event.ignore()
            return
        self._settings.set_state("window", self.saveGeometry())
        self._settings.set_state("workspace", self.workspace.saveState())
        self._settings.set_state("surface", self.surface_page.splitter.saveState())
        self.closing.emit()
        self.hide()
        self.export.stop()
        self.jobs.engine.shut_down()
        self.session.wait_for_files()
        event.accept()

    def _confirm_stop(self) -> bool:
        job = self.jobs.current
        assert job is not None
        box = QMessageBox(self)
        box.setObjectName("confirm_stop")
        box.setWindowTitle("Stop the job?")
        box.setText(f"{job.title} is still running.")
        kept = f"\n{job.file}" if job.file is not None else ""
        box.setInformativeText(
            f"If you close the window it stops. Everything measured so far is kept.{kept}"
        )
        stop = box.addButton("Stop and close", QMessageBox.ButtonRole.AcceptRole)
        box.addButton("Keep running", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is stop


def _shown(view: ContourView | CurveView) -> QImage | None:
    return view.grab_image() if view.isVisible() else None


def _first_size(screen: QSize) -> QSize:
    """Most of the screen, but no larger than the views gain by."""
    return (screen * SHARE_OF_SCREEN).boundedTo(LARGEST)


def _column(widgets: list[QWidget], stretch: int) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for index, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if index == stretch else 0)
    return column


def _side(panels: list[QWidget], growing: int | None = None) -> QWidget:
    content = QWidget()
    content.setProperty("role", "side")
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for index, panel in enumerate(panels):
        if index:
            layout.addWidget(rule())
        layout.addWidget(panel, 1 if index == growing else 0)
    if growing is None:
        layout.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidget(content)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is inside takes it
    return scroll
