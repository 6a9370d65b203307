"""One layer group in the layers panel: its surface, what is known of it, its rollback."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QRadioButton, QWidget

from landscape_gui.ui.group_facts import BasinWidth
from landscape_gui.ui.panels.parts import ElidedLabel, button, label
from landscape_gui.ui.panels.toggle import Toggle
from landscape_gui.ui.wording import NO_NUMBER

SHARE_COLUMN, WIDTH_COLUMN, TOGGLE_COLUMN = 1, 2, 3
NO_WIDTH = "Measure a surface or a curve of these layers to know the width of their basin."


class GroupRow(QWidget):
    """Puts its parts into two rows of a grid that it shares with the other groups.

    Attributes
    ----------
    show_requested, compute_requested, remove_requested
        Name of the group; "" is the whole model.
    rollback_requested
        Name of the group, and whether it is to be rolled back.
    """

    show_requested = Signal(str)
    compute_requested = Signal(str)
    remove_requested = Signal(str)
    rollback_requested = Signal(str, bool)

    def __init__(
        self,
        name: str,
        title: str,
        span: str,
        *,
        has_surface: bool,
        own: bool,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self.name, self.title, self.span = name, title, span
        self.radio = QRadioButton(_shortened(title))
        self.radio.setToolTip(f"Show the surface of {title}: {span}")
        self.radio.setAccessibleName(f"Show the surface of {title}")
        self.radio.setEnabled(has_surface)
        self.radio.clicked.connect(self._show)
        self.share, self.width_label = label(), label()
        self.compute: QPushButton | None = None
        self.remove: QPushButton | None = None
        self.toggle: Toggle | None = None
        if not has_surface and not read_only:
            self.compute = button("Compute", "inline", f"Measure the surface of {title}")
            self.compute.clicked.connect(self._compute)
        if own:
            self.remove = button("Remove", "inline", f"Forget the group {title}")
            self.remove.clicked.connect(self._remove)
        if name:
            self.toggle = Toggle()
            self.toggle.setToolTip(f"Put layers “{name}” back to their values before fine-tuning")
            self.toggle.setAccessibleName(f"Roll back {name}")
            self.toggle.toggled.connect(self._roll_back)

    def controls(self) -> list[QWidget]:
        """What takes the focus, in the order in which it does."""
        found = (self.radio, self.toggle, self.compute, self.remove)
        return [control for control in found if control is not None]

    def place(self, grid: QGridLayout, row: int) -> None:
        """Go into two rows of a grid."""
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        grid.addWidget(self.radio, row, 0)
        grid.addWidget(self.share, row, SHARE_COLUMN, right)
        grid.addWidget(self.width_label, row, WIDTH_COLUMN, right)
        if self.toggle is not None:
            grid.addWidget(self.toggle, row, TOGGLE_COLUMN, right)
        below = QHBoxLayout()
        below.setContentsMargins(24, 0, 0, 6)
        below.setSpacing(10)
        below.addWidget(ElidedLabel(self.span, "muted"), 1)
        for link in (self.compute, self.remove):
            if link is not None:
                below.addWidget(link)
        grid.addLayout(below, row + 1, 0, 1, TOGGLE_COLUMN + 1)

    def show_facts(self, share: float | None, width: BasinWidth | None) -> None:
        """Show its part of the change and the width of its basin."""
        _set(self.share, NO_NUMBER if share is None else f"{100 * share:.0f} %")
        if share is None:
            self.share.setToolTip("This file does not hold it yet: measure something to know it.")
        else:
            of = "all that moves" if not self.name else f"layers “{self.name}”"
            self.share.setToolTip(f"{100 * share:.2f} % of ‖δ1‖² is in {of}.")
        _set(self.width_label, NO_NUMBER if width is None else width.text)
        self.width_label.setToolTip(NO_WIDTH if width is None else width.sentence)

    def show_rolled_back(self, rolled_back: bool) -> None:
        """Set the toggle; says nothing."""
        if self.toggle is not None:
            self.toggle.blockSignals(True)
            self.toggle.setChecked(rolled_back)
            self.toggle.blockSignals(False)
            self.toggle.update()

    # -- wishes --------------------------------------------------------------------------------

    def _show(self) -> None:
        self.show_requested.emit(self.name)

    def _compute(self) -> None:
        self.compute_requested.emit(self.name)

    def _remove(self) -> None:
        self.remove_requested.emit(self.name)

    def _roll_back(self, on: bool) -> None:
        self.rollback_requested.emit(self.name, on)


def _set(shown: QLabel, text: str) -> None:
    """A label that is set repaints the window, 3D scene and all: only where it changes."""
    if shown.text() != text:
        shown.setText(text)


def _shortened(title: str, most: int = 14) -> str:
    """A name that leaves room for the numbers beside it; the tool tip has the whole."""
    if len(title) <= most:
        return title
    return f"{title[: most // 2]}…{title[-(most // 2 - 1) :]}"
