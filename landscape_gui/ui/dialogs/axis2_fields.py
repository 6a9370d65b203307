"""Fields for axis 2 of a surface: random, another run's direction, or a principal component."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from landscape_gui.specs import Axis2, OtherRunAxis, RandomAxis, Spec, SurfaceSpec
from landscape_gui.ui.dialogs.fields import PathField
from landscape_gui.ui.dialogs.spec_fields import SpecForm, facts, whole_number

KINDS = (
    ("other_run", "Another run's direction (as in the paper)"),
    ("random", "Random direction"),
    ("pca", "Principal component of the checkpoints"),
)


class Axis2Fields(QWidget):
    """Which direction axis 2 is, with what that direction needs.

    Parameters
    ----------
    model
        The spec that is asked for; ``without`` says in words that it may have no axis 2.
    """

    edited = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        model: type[Spec] = SurfaceSpec,
        without: str = "",
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        choice = SpecForm(model)
        self._other = SpecForm(OtherRunAxis, "axis2.")
        self._random = SpecForm(RandomAxis, "axis2.")
        self.kind = QComboBox()
        for key, words in KINDS:
            self.kind.addItem(words, key)
        self.kind.setCurrentIndex(1)
        if without:
            self.kind.addItem(without, None)
        self.run = PathField("directory", "Other run")
        self.run.edit.setPlaceholderText("A run from the same start point on another task")
        self.base = PathField("directory", "Its base model")
        self.base.edit.setPlaceholderText("Only if that run does not hold its start point")
        self.seed = whole_number(facts(RandomAxis, "seed"))
        choice.add("axis2", self.kind)
        self._other.add("run", self.run)
        self._other.add("base", self.base)
        self._random.add("seed", self.seed)
        for form in (choice, self._other, self._random):
            column.addWidget(form)
            form.edited.connect(self._changed)
        self._changed()

    def show_axis(self, axis2: Axis2) -> None:
        """Begin with a direction that is known."""
        self.kind.setCurrentIndex(self.kind.findData(axis2.kind))
        match axis2:
            case OtherRunAxis(run=run, base=base):
                self.run.path, self.base.path = run, base
            case RandomAxis(seed=seed):
                self.seed.setValue(min(seed, self.seed.maximum()))

    def fields(self) -> dict[str, Any] | None:
        """Arguments for an Axis2, as typed; None for none."""
        kind = self.kind.currentData()
        if kind is None:
            return None
        if kind == "random":
            return {"kind": kind, "seed": self.seed.value()}
        if kind == "other_run":
            return {"kind": kind, "run": self.run.path or "", "base": self.base.path}
        return {"kind": kind}

    def problems(self) -> dict[str, str]:
        """What is wrong with the paths."""
        if self.kind.currentData() != "other_run":
            return {}
        problems = {"axis2.run": self.run.problem()}
        if self.base.path is not None:
            problems["axis2.base"] = self.base.problem()
        return {name: text for name, text in problems.items() if text}

    def _changed(self) -> None:
        kind = self.kind.currentData()
        self._other.setVisible(kind == "other_run")
        self._random.setVisible(kind == "random")
        self.edited.emit()
