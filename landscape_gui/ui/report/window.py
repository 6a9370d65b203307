"""The report of open landscapes: the paper's claims as numbers, to read, to copy and to save."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.figures.report.basin_claim import Tolerated
from landscape_gui.figures.report.document import Report
from landscape_gui.figures.report.markdown_page import markdown_page
from landscape_gui.figures.report.saving import SUFFIXES, save_report
from landscape_gui.specs import UserError
from landscape_gui.store.places import landscape_stem
from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.job_control import JobControl
from landscape_gui.ui.panels.parts import button, label, set_role
from landscape_gui.ui.report.basin_fields import BasinFields
from landscape_gui.ui.report.file_choice import FileChoice, Mark, changes_since, make_plain, mark_of
from landscape_gui.ui.report.making import ReportMaking
from landscape_gui.ui.report.page import ReportPage
from landscape_gui.ui.session import Session
from landscape_gui.ui.settings import Settings
from landscape_gui.ui.theme import Theme

FILTERS = {
    "Web page, all in one file (*.html)": ".html",
    "Markdown, pictures beside it (*.md)": ".md",
    "Numbers (*.json)": ".json",
}
# How often the files are looked at while the window is open.
LOOK_MILLISECONDS = 1500
SIZE, SHARE_OF_SCREEN = QSize(1160, 800), 0.9
_SIDE = 250
_STEPS = 1000


class ReportWindow(QDialog):
    """Stays open beside the window; makes a report when it is shown, and anew when asked.

    Attributes
    ----------
    report
        What is shown; None before the first is made.
    """

    def __init__(
        self,
        session: Session,
        jobs: JobControl,
        settings: Settings,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._jobs, self._settings = session, jobs, settings
        self.report: Report | None = None
        self._making: ReportMaking | None = None
        self._asked: dict[Path, Mark] = {}
        self._shown: dict[Path, Mark] = {}
        self._asked_with = self._shown_with = Tolerated()
        self._words = self._failure = self._said = ""
        self.setWindowTitle("Report")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.resize(SIZE.boundedTo(self.screen().availableSize() * SHARE_OF_SCREEN))
        self.setMinimumSize(560, 360)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_side())
        self.page = ReportPage(theme)
        self.nothing = label(wrap=True, role="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.page)
        split.addWidget(self.pages)
        split.setStretchFactor(1, 1)
        split.setSizes([_SIDE, 1000])
        column.addWidget(split, 1)
        column.addLayout(self._make_state())
        column.addWidget(self._make_buttons())
        self._look_again = QTimer(self)
        self._look_again.setInterval(LOOK_MILLISECONDS)
        self._look_again.timeout.connect(self._refresh)
        session.landscapes_changed.connect(self._list_files)
        jobs.ended.connect(self._refresh)
        self._list_files()

    def _list_files(self) -> None:
        self.files.show_landscapes(self._session.landscapes)

    # -- parts ---------------------------------------------------------------------------------

    def _make_side(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(6)
        column.addWidget(label("Landscapes", "heading"))
        self.files = FileChoice()
        self.files.edited.connect(self._refresh)
        column.addWidget(self.files)
        column.addSpacing(6)
        column.addWidget(label("Basin", "heading"))
        self.basin = BasinFields()
        self.basin.edited.connect(self._refresh)
        column.addWidget(self.basin)
        column.addSpacing(6)
        column.addWidget(label("Contents", "heading"))
        self.contents = QListWidget()
        self.contents.setAccessibleName("Contents of the report")
        make_plain(self.contents)
        self.contents.itemClicked.connect(lambda _: self._go_to())
        self.contents.currentRowChanged.connect(self._go_to)
        column.addWidget(self.contents, 1)
        side.setMinimumWidth(150)
        return side

    def _make_state(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        self.state = label(wrap=True)
        row.addWidget(self.state, 1)
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(200)
        self.bar.setAccessibleName("Progress of the report")
        row.addWidget(self.bar)
        self.stop = button("Stop", "", "Give this report up", "stop")
        self.stop.clicked.connect(self.give_up)
        policy = self.stop.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.stop.setSizePolicy(policy)
        row.addWidget(self.stop)
        return row

    def _make_buttons(self) -> QDialogButtonBox:
        box, _ = dialog_buttons()
        role = QDialogButtonBox.ButtonRole

        def add(text: str, tip: str, kind: QDialogButtonBox.ButtonRole) -> QPushButton:
            made = button(text, tip=tip)
            made.setAutoDefault(False)
            box.addButton(made, kind)
            return made

        tip = "Read the chosen files and make the report once more"
        self.anew = add("Make anew", tip, role.ResetRole)
        self.anew.clicked.connect(self.make)
        tip = "Words and numbers to the clipboard, without the pictures"
        self.copy_button = add("Copy as Markdown", tip, role.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        self.save_button = add("Save as…", "HTML, Markdown or JSON", role.ActionRole)
        self.save_button.clicked.connect(self.ask_and_save)
        box.rejected.connect(self.reject)
        return box

    # -- making --------------------------------------------------------------------------------

    @property
    def making(self) -> bool:
        """Whether a report is being made."""
        return self._making is not None

    def make(self) -> None:
        """Make the report of the chosen files; what is shown stays until it is there."""
        files = self.files.chosen
        if self._making is not None or not files:
            return
        # Before it is read: what comes in meanwhile is not in the report for sure.
        self._asked = {path: mark_of(path) for path in files}
        self._asked_with = self.basin.tolerated
        self._failure = ""
        self._making = making = ReportMaking(files, self.basin.tolerated, self)
        making.progressed.connect(self._progress)
        making.made.connect(self._take)
        making.failed.connect(self._fail)
        making.finished.connect(self._finish)
        making.start()
        self.bar.setValue(0)
        self._refresh()

    def give_up(self) -> None:
        """Stop making a report."""
        if self._making is not None:
            self._making.requestInterruption()

    def wait(self) -> None:
        """Give up, and wait until nothing runs any more; for the end of the program."""
        if self._making is not None:
            self._making.requestInterruption()
            self._making.wait()

    def _progress(self, words: str, share: float) -> None:
        self._words = words
        self.bar.setValue(round(_STEPS * share))
        self._refresh()

    def _take(self, report: Report) -> None:
        self.report, self._shown, self._shown_with = report, self._asked, self._asked_with
        self._said = f"Made at {datetime.now():%H:%M} from the files as they were then."
        self.page.show_report(report.document)
        self.contents.blockSignals(True)
        self.contents.clear()
        for section in report.document.sections:
            item = QListWidgetItem(("    " if section.level > 2 else "") + section.title)
            item.setToolTip(section.title)
            self.contents.addItem(item)
        self.contents.blockSignals(False)

    def _fail(self, message: str, hint: str) -> None:
        self._failure = f"{message} {hint}".strip()

    def _finish(self) -> None:
        making, self._making = self._making, None
        if making is not None:
            making.wait()
            making.deleteLater()
        self._words = ""
        self._refresh()

    # -- state ---------------------------------------------------------------------------------

    @property
    def outdated(self) -> bool:
        """Whether another report would be made now than the one that is shown."""
        return bool(self._other_choices() or changes_since(self._shown))

    def _other_choices(self) -> str:
        if self.report is None:
            return ""
        if set(self.files.chosen) != set(self._shown):
            return "Other landscapes are chosen than the report is about."
        if self.basin.tolerated != self._shown_with:
            return "The report was made with another ε."
        return ""

    def _being_measured(self) -> str:
        written = self._jobs.written
        if self.report is None or written is None or written not in self._shown:
            return ""
        return f"{written.name} is being measured. {self._said}"

    def _refresh(self) -> None:
        making, chosen = self._making is not None, self.files.chosen
        failed = "" if making else self._failure
        outdated = (
            ""
            if making
            else self._other_choices() or changes_since(self._shown, self._jobs.written)
        )
        self.pages.setCurrentWidget(self.page if self.report is not None else self.nothing)
        missing = "" if chosen else "Choose a landscape on the left."
        missing = missing if self.files.count() else "No landscape is open."
        self.nothing.setText(missing or ("The report is being made…" if making else failed))
        now = f"{self._words or 'Starting'}…" if making else ""
        self.state.setText(
            now or failed or missing or outdated or self._being_measured() or self._said
        )
        set_role(self.state, "warning" if failed else "muted")
        for widget in (self.bar, self.stop):
            widget.setVisible(making)
        self.anew.setEnabled(bool(chosen) and not making)
        set_role(self.anew, "primary" if (outdated or failed) and chosen else "")
        for made in (self.copy_button, self.save_button):
            made.setEnabled(self.report is not None)

    def set_theme(self, theme: Theme) -> None:
        """Take on other colours."""
        self.page.set_theme(theme)

    def _go_to(self) -> None:
        if self.contents.currentRow() >= 0:
            self.page.go_to(self.contents.currentRow())

    # -- taking it along -----------------------------------------------------------------------

    def copy(self) -> None:
        """Put the words and numbers on the clipboard."""
        if self.report is not None:
            words = markdown_page(self.report.document.without_pictures(), "")
            QGuiApplication.clipboard().setText(words)
            self._say("Copied as Markdown, without the pictures.")

    def ask_and_save(self) -> None:
        """Ask for a file and save the report there."""
        if self.report is None:
            return
        first = next(iter(self._shown), Path("landscape"))
        stem = landscape_stem(first)
        stem = f"{stem}-report" if len(self._shown) == 1 else "report"
        name, kind = QFileDialog.getSaveFileName(
            self, "Save report", str(self._settings.folder / f"{stem}.html"), ";;".join(FILTERS)
        )
        if name:
            known = Path(name).suffix.lower() in SUFFIXES
            self.save(Path(name) if known else Path(name + FILTERS.get(kind, ".html")))

    def save(self, path: Path) -> None:
        """Save the report that is shown; it is said how that went."""
        if self.report is None:
            return
        try:
            written, *beside = save_report(self.report, path)
        except UserError as error:
            self._failure = f"{error.message} {error.hint}".strip()
            self._refresh()
            return
        self._settings.folder = path.parent
        pictures = f", its pictures in {beside[0].parent.name}" if beside else ""
        self._say(f"Saved as {written}{pictures}.")

    def _say(self, text: str) -> None:
        self._failure, self._said = "", text
        self._refresh()

    # -- coming and going ----------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Look at the files as long as it is seen."""
        super().showEvent(event)
        self._look_again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody reads what is being made, unless the window is only minimised."""
        super().hideEvent(event)
        self._look_again.stop()
        if not event.spontaneous():
            self.give_up()
