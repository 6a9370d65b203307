"""How many pixels a picture of a view has."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from landscape_gui.ui.dialogs.fields import add_row, form
from landscape_gui.ui.figure_export.form import narrow_label
from landscape_gui.ui.figure_export.snapshots import LEAST_WIDTH, MOST_WIDTH, TIMES, Snapshot
from landscape_gui.ui.panels.parts import label

_ABOUT = (
    "The view with its texts, markers and colours exactly as it is on the screen, drawn anew with "
    "more pixels. Letters grow with it: on paper the picture is as large as on the screen."
)


class SnapshotForm(QWidget):
    """So many times the screen's pixels, or a width."""

    edited = Signal()

    def __init__(self, snapshots: Sequence[Snapshot], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshots = {snapshot.name: snapshot for snapshot in snapshots}
        self._chosen: Snapshot | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        self._rows = rows = form()
        self.times = QComboBox()
        self.times.setAccessibleName("Pixels")
        for times in TIMES:
            self.times.addItem(f"{times} × the screen's", times)
        self.times.addItem("By width", 0)
        add_row(rows, "Pixels", self.times)
        narrow_label(rows, self.times)
        self.width_box = QSpinBox()
        self.width_box.setAccessibleName("Width in pixels")
        self.width_box.setRange(LEAST_WIDTH, MOST_WIDTH)
        self.width_box.setValue(3000)
        self.width_box.setSingleStep(100)
        self.width_box.setGroupSeparatorShown(True)
        self.width_box.setSuffix(" pixels")
        add_row(rows, "Width", self.width_box)
        narrow_label(rows, self.width_box)
        column.addLayout(rows)
        column.addWidget(label(_ABOUT, "muted", wrap=True))
        column.addStretch(1)
        self.times.currentIndexChanged.connect(self._choose_times)
        self.width_box.valueChanged.connect(self.edited)
        self._choose_times()

    def named(self, name: object) -> Snapshot | None:
        """The view with this name, if there is one."""
        return next((s for key, s in self._snapshots.items() if key == name), None)

    def choose(self, snapshot: Snapshot) -> None:
        """Take a picture of this view."""
        self._chosen = snapshot
        self.edited.emit()

    def ratio(self) -> float:
        """Pixels per logical one."""
        assert self._chosen is not None
        return self._chosen.ratio(times=self.times.currentData(), width=self.width_box.value())

    def _choose_times(self) -> None:
        self._rows.setRowVisible(self.width_box, self.times.currentData() == 0)
        self.edited.emit()
