"""Fields for axis 2 of a surface: random, another run's direction, or a principal component."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from landscape_gui.ui.dialogs.fields import PathField, add_row, form


class Axis2Fields(QWidget):
    """Which direction axis 2 is, with what that direction needs."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = form()
        self._form.setContentsMargins(0, 0, 0, 0)
        self.setLayout(self._form)
        self.kind = QComboBox()
        self.kind.setAccessibleName("Axis 2")
        self.kind.addItem("Another run's direction (as in the paper)", "other_run")
        self.kind.addItem("Random direction", "random")
        self.kind.addItem("Principal component of the checkpoints", "pca")
        self.kind.setCurrentIndex(1)
        self.run = PathField("directory", "Other run")
        self.run.edit.setPlaceholderText("A run from the same start point on another task")
        self.base = PathField("directory", "Its base model")
        self.base.edit.setPlaceholderText("Only if that run does not hold its start point")
        self.seed = QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName("Seed of the random direction")
        add_row(self._form, "Axis 2", self.kind)
        add_row(self._form, "Other run", self.run)
        add_row(self._form, "Its base model", self.base)
        add_row(self._form, "Seed", self.seed)
        self.kind.currentIndexChanged.connect(self._changed)
        self.run.edited.connect(self.edited)
        self.base.edited.connect(self.edited)
        self.seed.valueChanged.connect(self.edited)
        self._changed()

    def fields(self) -> dict[str, Any]:
        """Arguments for an Axis2, as typed."""
        kind = self.kind.currentData()
        if kind == "random":
            return {"kind": kind, "seed": self.seed.value()}
        if kind == "other_run":
            return {"kind": kind, "run": self.run.path or "", "base": self.base.path}
        return {"kind": kind}

    def problem(self) -> str:
        """What is wrong with the paths."""
        if self.kind.currentData() != "other_run":
            return ""
        return self.run.problem() or (self.base.problem() if self.base.path else "")

    def _changed(self) -> None:
        kind = self.kind.currentData()
        self._form.setRowVisible(self.run, kind == "other_run")
        self._form.setRowVisible(self.base, kind == "other_run")
        self._form.setRowVisible(self.seed, kind == "random")
        self.edited.emit()
