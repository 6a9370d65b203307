"""Layer groups to tick, as the dialogs for jobs that take several of them have them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from landscape_gui.specs import MAX_ROLLBACK_GROUPS, LayerGroup
from landscape_gui.ui.dialogs.spec_fields import HELP
from landscape_gui.ui.landscape_model import group_span


class GroupBoxes(QWidget):
    """A check box for each group; as many are ticked at first as a job may take.

    Attributes
    ----------
    edited
        Others are ticked.
    """

    edited = Signal()

    def __init__(
        self, groups: Mapping[str, LayerGroup], help_: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._groups = groups
        self.boxes: dict[str, QCheckBox] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        for place, group in enumerate(groups.values()):
            box = QCheckBox(f"{_shortened(group.name)}: {group_span(group)}")
            box.setToolTip(f"{group.name}: {group_span(group)}")
            box.setChecked(place < MAX_ROLLBACK_GROUPS)
            box.setProperty(HELP, help_)
            box.toggled.connect(self.edited)
            self.boxes[group.name] = box
            grid.addWidget(box, place // 2, place % 2)

    @property
    def chosen(self) -> tuple[LayerGroup, ...]:
        """The groups that are ticked."""
        return tuple(self._groups[name] for name, box in self.boxes.items() if box.isChecked())

    def problem(self) -> str:
        """What is wrong with the choice, empty if nothing is."""
        if not self.chosen:
            return "Choose at least one group."
        if len(self.chosen) > MAX_ROLLBACK_GROUPS:
            return f"Choose at most {MAX_ROLLBACK_GROUPS} groups."
        return ""


def _shortened(name: str, most: int = 22) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
