"""The tools above the compared panels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QMenu, QPushButton, QVBoxLayout, QWidget
from superqt import QFlowLayout

from landscape_gui.ui.compare.comparison import MOST_PANELS, Comparison
from landscape_gui.ui.compare.grids import FIGURES
from landscape_gui.ui.panels.parts import Segmented, button

_ROW = 32
_KINDS = (("3d", "3D"), ("contours", "Contours"))
_POLICIES = (("robust", "98th percentile"), ("whole", "Whole range"))


class CompareToolbar(QFrame):
    """Kind of view, scale and linking; panels, differences and figures. Wraps where it is narrow.

    Signals
    -------
    panel_requested
        Another panel is wanted.
    figure_requested
        Name of one of the paper's figures.
    """

    panel_requested = Signal()
    figure_requested = Signal(str)

    def __init__(self, comparison: Comparison, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._comparison = comparison
        self.kind_chosen = False
        self.setProperty("role", "tools")
        self.kinds = Segmented(_KINDS, "Kind of view")
        self.kinds.chosen.connect(self._choose_kind)
        self.shared = _check("One colour scale", "All losses, and all errors, in the same colours")
        self.shared.toggled.connect(self._share)
        self.policies = Segmented(_POLICIES, "Colour limits")
        self.policies.chosen.connect(self._choose_policy)
        self.linked = _check("Link views", "Turn all panels together, with one cursor")
        self.linked.toggled.connect(self._link)
        self.trajectories = _check("Trajectories", "Draw the checkpoints’ way in every panel")
        self.trajectories.toggled.connect(self._show_trajectories)
        self.add = button("Add panel", "", f"Up to {MOST_PANELS} panels", "add")
        self.add.clicked.connect(self.panel_requested)
        self.difference = button(
            "Difference", "", "Add the first surface minus the second", "compare"
        )
        self.difference.clicked.connect(comparison.add_difference)
        self.figures = QPushButton("Paper’s figures")
        self.figures.setToolTip("Lay out a figure of Hao et al. 2019 from what is open")
        menu = QMenu(self.figures)
        for name, words in FIGURES.items():
            menu.addAction(words, lambda n=name: self.figure_requested.emit(n))
        self.figures.setMenu(menu)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(8, 6, 8, 6)
        row = QWidget()
        flow = QFlowLayout(row)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.setHorizontalSpacing(12)
        flow.setVerticalSpacing(6)
        for widget in (
            self.kinds,
            self.shared,
            self.policies,
            self.linked,
            self.trajectories,
            self.add,
            self.difference,
            self.figures,
        ):
            flow.addWidget(widget)
        outer.addWidget(row)
        comparison.items_changed.connect(self._refresh)
        comparison.look_changed.connect(self._refresh)
        self._refresh()

    def warn(self, words: str) -> None:
        """Say what is to be expected of 3D views here; nothing where they are as they should be."""
        self.kinds.buttons["3d"].setToolTip(words)

    def _refresh(self) -> None:
        comparison = self._comparison
        self.kinds.set_current(comparison.kind)
        self.policies.set_current(comparison.policy)
        for box, on in (
            (self.shared, comparison.shared),
            (self.linked, comparison.linked),
            (self.trajectories, comparison.trajectories),
        ):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self.add.setEnabled(comparison.can_add)
        self.difference.setEnabled(comparison.can_add and comparison.pair() is not None)
        self.difference.setToolTip(
            "Add the first surface minus the second"
            if comparison.pair() is not None
            else "Needs two panels with the same kind of metric, losses or errors"
        )

    def _choose_kind(self, kind: str) -> None:
        self.kind_chosen = True
        self._comparison.kind = "3d" if kind == "3d" else "contours"

    def _choose_policy(self, policy: str) -> None:
        self._comparison.policy = "whole" if policy == "whole" else "robust"

    def _share(self, on: bool) -> None:
        self._comparison.shared = on

    def _link(self, on: bool) -> None:
        self._comparison.linked = on

    def _show_trajectories(self, on: bool) -> None:
        self._comparison.trajectories = on


def _check(text: str, tip: str) -> QCheckBox:
    box = QCheckBox(text)
    box.setToolTip(tip)
    # As tall as the buttons beside it: the layout aligns what is in a row by its top.
    box.setMinimumHeight(_ROW)
    return box
