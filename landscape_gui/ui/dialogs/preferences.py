"""Preferences: what is chosen here is in effect at once, where that can be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.ui.color_maps import COLOR_MAP_TITLES, COLOR_MAPS
from landscape_gui.ui.dialogs.fields import add_row, dialog_buttons, form
from landscape_gui.ui.icons import SWATCH, color_map_icon
from landscape_gui.ui.menus import THEMES
from landscape_gui.ui.panels.parts import label, rule
from landscape_gui.ui.settings import (
    ANTIALIASING,
    LARGEST_FONT,
    MOST_THREADS,
    REDRAWS,
    Settings,
)

DEVICE_WORDS = (("auto", "The fastest there is"), ("cpu", "Processor"), ("cuda", "CUDA device"))
PRECISION_WORDS = (
    ("float32", "float32"),
    ("bfloat16", "bfloat16"),
    ("auto", "Automatic: the faster one where it agrees"),
)
SMALLEST_FONT = 6
NAMES = {
    "theme": "Theme",
    "color_map": "Colour map",
    "font_size": "Font size",
    "antialiasing": "Smooth edges in 3D",
    "redraws": "Redraws while measuring",
    "threads": "Threads",
    "device": "Device",
    "precision": "Precision",
    "restore_session": "At the start",
    "confirm_close": "At the end",
}
"""Title of each setting, by its name in Settings."""


class PreferencesDialog(QDialog):
    """One row per setting.

    Attributes
    ----------
    changed
        Name of the setting that was changed, as in `Settings`.
    """

    changed = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = settings
        self.fields: dict[str, QWidget] = {}
        self.setWindowTitle("Preferences")
        self.setMinimumWidth(520)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(label("Preferences", "title"))
        self._rows: QFormLayout = self._section(column, "Look")
        self._choice("theme", THEMES)
        maps = self._choice("color_map", list(COLOR_MAP_TITLES.items()))
        maps.setIconSize(QSize(SWATCH.width() // 2, SWATCH.height() // 2))
        for index, name in enumerate(COLOR_MAPS):
            maps.setItemIcon(index, color_map_icon(name))
        self._number("font_size", SMALLEST_FONT - 1, LARGEST_FONT, "As the system", " pt")
        self._rows = self._section(column, "Drawing")
        self._choice(
            "antialiasing",
            [(n, f"{n} samples a pixel" if n else "Off") for n in ANTIALIASING],
            "Of the picture at rest; while it moves, speed comes first",
        )
        self._choice("redraws", [(n, f"At most {n} a second") for n in REDRAWS])
        self._rows = self._section(column, "Engine, for new measurements")
        self._number("threads", 0, MOST_THREADS, "All cores but one", "")
        self._choice("device", DEVICE_WORDS)
        self._choice("precision", PRECISION_WORDS)
        self._rows = self._section(column, "Window")
        self._switch("restore_session", "Open what was open last time")
        self._switch("confirm_close", "Ask before a running job is stopped")
        buttons, _ = dialog_buttons()
        reset = buttons.addButton("Restore defaults", QDialogButtonBox.ButtonRole.ResetRole)
        reset.clicked.connect(self.restore_defaults)
        buttons.rejected.connect(self.reject)
        column.addSpacing(4)
        column.addWidget(buttons)
        self._defaults = {name: _default(name) for name in self.fields}

    def show_setting(self, name: str) -> None:
        """Put the keyboard on a setting."""
        self.fields[name].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def restore_defaults(self) -> None:
        """Set everything as it was at the first start."""
        for name, field in self.fields.items():
            value = self._defaults[name]
            if isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(value))
            elif isinstance(field, QSpinBox):
                field.setValue(field.minimum() if not value else int(str(value)))
            elif isinstance(field, QCheckBox):
                field.setChecked(bool(value))

    # -- rows ----------------------------------------------------------------------------------

    def _section(self, column: QVBoxLayout, title: str) -> QFormLayout:
        if self.fields:
            column.addWidget(rule())
        column.addWidget(label(title, "heading"))
        rows = form()
        column.addLayout(rows)
        return rows

    def _choice(self, name: str, choices: Sequence[tuple[object, str]], tip: str = "") -> QComboBox:
        box = QComboBox()
        for value, words in choices:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(getattr(self._settings, name))))
        box.currentIndexChanged.connect(lambda _=0: self._keep(name, box.currentData()))
        if tip:
            box.setToolTip(tip)
        self._add(name, box)
        return box

    def _number(self, name: str, low: int, high: int, least: str, unit: str) -> None:
        """A number whose lowest value stands for "automatic", kept as 0."""
        spin = QSpinBox()
        spin.setRange(low, high)
        spin.setSpecialValueText(least)
        spin.setSuffix(unit)
        spin.setValue(max(low, getattr(self._settings, name)))
        spin.valueChanged.connect(lambda value: self._keep(name, 0 if value == low else value))
        self._add(name, spin)

    def _switch(self, name: str, words: str) -> None:
        box = QCheckBox(words)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda on: self._keep(name, on))
        self._add(name, box)

    def _add(self, name: str, field: QWidget) -> None:
        field.setAccessibleName(NAMES[name])
        self.fields[name] = field
        add_row(self._rows, NAMES[name], field)

    def _keep(self, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        self.changed.emit(name)


def _default(name: str) -> object:
    """What a setting is before anything was chosen."""
    defaults: dict[str, object] = {
        "theme": "system",
        "color_map": COLOR_MAPS[0],
        "antialiasing": 4,
        "redraws": REDRAWS[0],
        "device": DEVICE_WORDS[0][0],
        "precision": PRECISION_WORDS[0][0],
        "restore_session": True,
        "confirm_close": True,
    }
    return defaults.get(name, 0)
