"""Fields that the dialogs are made of; each says ``edited`` when the user changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from landscape_gui.ui.panels.parts import button, label

PathKind = Literal["directory", "file", "data", "save"]
LABEL_WIDTH = 160
LANDSCAPE_FILTER = "Landscape files (*.h5 *.hdf5);;All files (*)"


class PathField(QWidget):
    """A path to type or to browse for."""

    edited = Signal()

    def __init__(self, kind: PathKind, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._title = kind, title
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.edit = QLineEdit()
        self.edit.setAccessibleName(title)
        self.edit.textChanged.connect(self.edited)
        row.addWidget(self.edit, 1)
        browse = button("Browse…")
        browse.clicked.connect(self._browse)
        row.addWidget(browse)

    @property
    def path(self) -> Path | None:
        """The path typed, None while empty."""
        text = self.edit.text().strip()
        try:
            return Path(text).expanduser() if text else None
        except RuntimeError:  # there is no such user; it is said to be missing as it stands
            return Path(text)

    @path.setter
    def path(self, value: Path | None) -> None:
        self.edit.setText("" if value is None else str(value))

    def problem(self) -> str:
        """What is wrong with the path, empty if nothing is."""
        path = self.path
        if path is None:
            return f"{self._title} is missing."
        if self._kind == "directory" and not path.is_dir():
            return f"{self._title}: {path} is not a directory."
        if self._kind in ("file", "data") and not path.exists():
            return f"{self._title}: {path} does not exist."
        if self._kind == "save" and not path.parent.is_dir():
            return f"{self._title}: the directory {path.parent} does not exist."
        if self._kind == "save" and path.is_dir():
            return f"{self._title}: {path} is a directory."
        return ""

    def _browse(self) -> None:
        start = str(self.path or Path.home())
        if self._kind in ("directory", "data"):
            chosen = QFileDialog.getExistingDirectory(self, self._title, start)
        elif self._kind == "save":
            # The file is continued, not replaced: no question about overwriting.
            chosen, _ = QFileDialog.getSaveFileName(
                self,
                self._title,
                start,
                LANDSCAPE_FILTER,
                options=QFileDialog.Option.DontConfirmOverwrite,
            )
        else:
            chosen, _ = QFileDialog.getOpenFileName(self, self._title, start)
        if chosen:
            self.path = Path(chosen)


class CountField(QWidget):
    """A number of examples, or all of them."""

    edited = Signal()

    def __init__(self, name: str, default: int | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.number = QSpinBox()
        self.number.setRange(1, 10_000_000)
        self.number.setGroupSeparatorShown(True)
        self.number.setAccessibleName(name)
        self.number.setValue(default or 512)
        self.all = QCheckBox("all")
        self.all.setAccessibleName(f"{name}: all")
        self.all.setChecked(default is None)
        self.number.setEnabled(default is not None)
        self.all.toggled.connect(self.number.setDisabled)
        self.all.toggled.connect(self.edited)
        self.number.valueChanged.connect(self.edited)
        row.addWidget(self.number, 1)
        row.addWidget(self.all)

    @property
    def count(self) -> int | None:
        """The number, None for all."""
        return None if self.all.isChecked() else self.number.value()

    @count.setter
    def count(self, count: int | None) -> None:
        self.all.setChecked(count is None)
        if count is not None:
            self.number.setValue(count)


class RangeField(QWidget):
    """Two numbers, low and high."""

    edited = Signal()

    def __init__(self, name: str, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.low, self.high = QDoubleSpinBox(), QDoubleSpinBox()
        for spin, value, end in ((self.low, low, "from"), (self.high, high, "to")):
            spin.setRange(-1000, 1000)
            spin.setDecimals(2)
            spin.setSingleStep(0.5)
            spin.setValue(value)
            spin.setAccessibleName(f"{name} {end}")
            spin.valueChanged.connect(self.edited)
        row.addWidget(self.low, 1)
        row.addWidget(label("to", "muted"))
        row.addWidget(self.high, 1)

    @property
    def range(self) -> tuple[float, float]:
        """Low and high as typed."""
        return self.low.value(), self.high.value()


def form() -> QFormLayout:
    """A form with the spacing of all dialogs."""
    made = QFormLayout()
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    made.setHorizontalSpacing(16)
    made.setVerticalSpacing(8)
    return made


def add_row(rows: QFormLayout, text: str, field: QWidget) -> None:
    """A row of a form."""
    rows.addRow(row_label(text, field), field)


def row_label(text: str, editor: QWidget) -> QLabel:
    """The name of a row: as wide as in every other form and as high as its field."""
    name = label(text)
    name.setFixedWidth(LABEL_WIDTH)
    name.setFixedHeight(editor.sizeHint().height())
    name.setBuddy(editor)
    return name


def dialog_buttons(accept: str = "") -> tuple[QDialogButtonBox, QPushButton | None]:
    """Cancel and the one thing to do, or only Close; without the style's own icons."""
    standard = QDialogButtonBox.StandardButton
    box = QDialogButtonBox(standard.Cancel if accept else standard.Close)
    primary = None
    if accept:
        primary = box.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
        primary.setProperty("role", "primary")
    for made in box.buttons():
        made.setIcon(QIcon())
    return box, primary
