"""The log, live: by level, searched, to copy or to save for a bug report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.dialogs.fields import dialog_buttons
from landscape_gui.ui.log_book import LEVELS, MOST_LINES, LogBook, LogLine
from landscape_gui.ui.panels.parts import ElidedLabel, label


class LogViewer(QDialog):
    """Stays open beside the window and follows the log.

    Parameters
    ----------
    book
        The lines.
    file
        Where the log is kept on disk; None if it is not.
    """

    def __init__(self, book: LogBook, file: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book, self._seen = book, 0
        self._lines: list[LogLine] = []
        self.setWindowTitle("Log")
        self.resize(820, 520)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.level = QComboBox()
        self.level.setAccessibleName("Level")
        for number, words in LEVELS:
            self.level.addItem(words, number)
        self.level.currentIndexChanged.connect(self._fill)
        row.addWidget(self.level)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Show only messages with…")
        self.search.setAccessibleName("Search the log")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        row.addWidget(self.search, 1)
        column.addLayout(row)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Messages")
        self.text.setUndoRedoEnabled(False)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        column.addWidget(self.text, 1)
        self.count = label(role="muted")
        column.addWidget(self.count)
        if file is not None:
            where = ElidedLabel(role="muted")
            where.setText(f"Everything, also of earlier days: {file}")
            column.addWidget(where)
        buttons, _ = dialog_buttons()
        self.copy_button = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        self.save_button = buttons.addButton("Save…", QDialogButtonBox.ButtonRole.ActionRole)
        self.save_button.clicked.connect(self._ask_and_save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        book.grown.connect(self._grow, Qt.ConnectionType.QueuedConnection)
        self._grow()

    def shown(self) -> list[LogLine]:
        """The lines that pass level and search."""
        return [line for line in self._lines if self._passes(line)]

    def copy(self) -> None:
        """Put what is shown on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())

    def save(self, path: Path) -> None:
        """Write what is shown to a file.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        path.write_text(f"{self.text.toPlainText()}\n", encoding="utf-8")

    # -- inside --------------------------------------------------------------------------------

    def _ask_and_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save log", "landscape-gui.log", "Logs (*.log)")
        if not name:
            return
        try:
            self.save(Path(name))
        except OSError as error:
            self.count.setText(f"It could not be saved: {error}")

    def _passes(self, line: LogLine) -> bool:
        wanted = self.search.text().strip().lower()
        return line.level >= self.level.currentData() and wanted in str(line).lower()

    def _grow(self) -> None:
        new, self._seen = self._book.since(self._seen)
        self._lines = [*self._lines, *new][-MOST_LINES:]
        if len(self._lines) == MOST_LINES:
            self._fill()  # the first ones are gone
            return
        self._append([line for line in new if self._passes(line)])

    def _fill(self) -> None:
        self.text.clear()
        self._append(self.shown())

    def _append(self, lines: list[LogLine]) -> None:
        bar = self.text.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 2
        if lines:
            self.text.appendPlainText("\n".join(str(line) for line in lines))
        if at_end:
            bar.setValue(bar.maximum())
        count, total = len(self.shown()), len(self._lines)
        self.count.setText(_counted(count, total))
        nothing = "Nothing has been logged yet." if not total else "No message is like that."
        self.text.setPlaceholderText(nothing)
        self._mark()

    def _mark(self) -> None:
        """Highlight what is searched for."""
        wanted, found = self.search.text().strip(), []
        look = QTextCharFormat()
        look.setBackground(self.palette().highlight())
        look.setForeground(self.palette().highlightedText())
        cursor = QTextCursor(self.text.document())
        while wanted and len(found) < MOST_LINES:
            cursor = self.text.document().find(wanted, cursor)
            if cursor.isNull():
                break
            mark = QTextEdit.ExtraSelection()
            mark.cursor, mark.format = cursor, look  # type: ignore[attr-defined]
            found.append(mark)
        self.text.setExtraSelections(found)


def _counted(count: int, total: int) -> str:
    words = "1 message" if total == 1 else f"{total:,} messages"
    return words if count == total else f"{count:,} of {words}"
