"""Makes a layer group: drag over the layers, name it, add it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from landscape_gui.runs.layer_groups import range_name
from landscape_gui.specs import LayerGroup
from landscape_gui.ui.panels.layer_strip import LayerStrip
from landscape_gui.ui.panels.parts import button, label

HINT = "Drag over layers to make a group of your own."


class GroupMaker(QWidget):
    """The layer strip, and a name for what is chosen on it.

    Attributes
    ----------
    made
        The LayerGroup that the user wants.
    """

    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._taken: Collection[str] = ()
        self._suggested = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.strip = LayerStrip()
        column.addWidget(self.strip)
        self.hint = label(HINT, "muted", wrap=True)
        column.addWidget(self.hint)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of the group")
        self.name.setMaxLength(64)
        row.addWidget(self.name, 1)
        self.add = button("Add group", "primary")
        row.addWidget(self.add)
        column.addWidget(self._row)
        self.problem = label(role="warning", wrap=True)
        column.addWidget(self.problem)
        self.strip.chosen_changed.connect(self._chosen)
        self.name.textChanged.connect(self._check)
        self.name.returnPressed.connect(self._make)
        self.add.clicked.connect(self._make)
        self._chosen()

    def show_parts(
        self, parts: Sequence[str], shares: Mapping[str, float], taken: Collection[str]
    ) -> None:
        """Offer these parts; ``taken`` are the names of the groups there are."""
        self._taken = taken
        self.strip.show_parts(parts, shares)
        self.setVisible(bool(parts))
        self._check()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves it."""
        if event.key() == Qt.Key.Key_Escape and self.strip.chosen:
            self.strip.choose(frozenset())
            return
        super().keyPressEvent(event)

    def _chosen(self) -> None:
        chosen = bool(self.strip.chosen)
        self._row.setVisible(chosen)
        self.hint.setVisible(not chosen)
        # A name that the user typed stays while the choice changes.
        if self.name.text() in ("", self._suggested) or not chosen:
            self._suggested = self._suggestion()
            self.name.setText(self._suggested)
        self._check()

    def _suggestion(self) -> str:
        layers = sorted(int(part) for part in self.strip.chosen if part.isdigit())
        others = [part for part in ("embeddings", "pooler") if part in self.strip.chosen]
        return "+".join([*others, *([range_name(layers)] if layers else [])])[:64]

    def group(self) -> LayerGroup:
        """What is chosen, by the name that is typed.

        Raises
        ------
        pydantic.ValidationError
            If that is no name for a group.
        """
        chosen = self.strip.chosen
        return LayerGroup(
            name=self.name.text().strip(),
            layers=tuple(sorted(int(part) for part in chosen if part.isdigit())),
            embeddings="embeddings" in chosen,
            pooler="pooler" in chosen,
        )

    def _what_is_wrong(self) -> str:
        name = self.name.text().strip()
        if not name:
            return "Name the group."
        if name in self._taken:
            return f"There is a group {name} already."
        try:
            self.group()
        except ValidationError:
            return "A name has letters, digits and _ . + - and begins with a letter or digit."
        return ""

    def _check(self) -> None:
        problem = self._what_is_wrong() if self.strip.chosen else ""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.add.setEnabled(not problem)

    def _make(self) -> None:
        if self.strip.chosen and not self._what_is_wrong():
            group = self.group()
            self.strip.choose(frozenset())
            self.made.emit(group)
