"""Layer groups: show a group's surface, roll groups back, read the metrics of exactly that."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QRadioButton, QWidget

from landscape_gui.specs import LayerGroup
from landscape_gui.ui.group_facts import WIDTH_RISE, parts_of, share_of_change, width_of_basin
from landscape_gui.ui.landscape_model import LandscapeModel, group_span
from landscape_gui.ui.panels.combination import CombinationPanel
from landscape_gui.ui.panels.group_maker import GroupMaker
from landscape_gui.ui.panels.group_row import (
    SHARE_COLUMN,
    TOGGLE_COLUMN,
    WIDTH_COLUMN,
    GroupRow,
)
from landscape_gui.ui.panels.parts import NumberTable, Section, button, label, rule
from landscape_gui.ui.panels.toggle import Toggle
from landscape_gui.ui.rollback_control import RollbackControl
from landscape_gui.ui.samples import is_sample
from landscape_gui.ui.session import Session

_COLUMNS = (
    (SHARE_COLUMN, "‖δ1‖²", "How much of the squared length of δ1 = θ1 − θ0 is in these layers."),
    (
        WIDTH_COLUMN,
        "Width",
        f"How far the training loss stays within ε = {WIDTH_RISE:g} of the fine-tuned model's, "
        "along the direction of these layers alone, in units of their ‖δ1‖.",
    ),
    (TOGGLE_COLUMN, "Roll back", "Put layers back to their values before fine-tuning."),
)


class LayersPanel(Section):
    """The groups with what is known of them, the maker of groups, and the chosen combination.

    Attributes
    ----------
    compute_requested
        Name of a layer group whose surface is wanted.
    table_requested
        The rollback table is wanted.
    """

    compute_requested = Signal(str)
    table_requested = Signal()

    def __init__(
        self, session: Session, rollback: RollbackControl, parent: QWidget | None = None
    ) -> None:
        super().__init__("Layers", parent)
        self._session = session
        self._shown: tuple[object, ...] = ()
        self.rows: dict[str, GroupRow] = {}
        self._radios: QButtonGroup | None = None
        self._read_only = False
        self.open_table = button("Table…", "quiet", "All measured combinations (Ctrl+B)")
        self.open_table.clicked.connect(self.table_requested)
        self.head.addWidget(self.open_table)
        self._grid_widget = QWidget()
        self.body.addWidget(self._grid_widget)
        self.widths = label(f"Width: loss within ε = {WIDTH_RISE:g}, in ‖δ1‖.", "muted", wrap=True)
        self.body.addWidget(self.widths)
        self.maker = GroupMaker()
        self.maker.made.connect(self._add_group)
        self.body.addWidget(self.maker)
        self.body.addWidget(rule())
        self.combination = CombinationPanel(session, rollback)
        self.body.addWidget(self.combination)
        session.landscapes_changed.connect(self._rebuild)
        session.selection_changed.connect(self._rebuild)
        session.rollback_changed.connect(self._refresh)
        session.data_changed.connect(self._refresh_facts)
        self._rebuild()

    @property
    def shows(self) -> dict[str, QRadioButton]:
        """Group → what shows its surface."""
        return {name: row.radio for name, row in self.rows.items()}

    @property
    def computes(self) -> dict[str, QPushButton]:
        """Group without a surface → what measures it."""
        return {name: row.compute for name, row in self.rows.items() if row.compute is not None}

    @property
    def toggles(self) -> dict[str, Toggle]:
        """Group → what rolls it back."""
        return {name: row.toggle for name, row in self.rows.items() if row.toggle is not None}

    @property
    def table(self) -> NumberTable:
        """The metrics of the chosen combination."""
        return self.combination.table

    # -- rows ----------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        model = self._session.model
        groups = tuple(model.groups.values()) if model is not None else ()
        surfaces = frozenset(p.group for p in model.of_kind("surface")) if model else frozenset()
        own = self._own(model)
        shown = (model.path if model else None, groups, surfaces, own)
        if shown != self._shown:
            self._shown = shown
            self._build_rows(model, surfaces, own)
        self._refresh()

    def _own(self, model: LandscapeModel | None) -> frozenset[str]:
        if model is None:
            return frozenset()
        return frozenset(g.name for g in self._session.own_groups(model.path)) - model.stored

    def _build_rows(
        self, model: LandscapeModel | None, surfaces: frozenset[str], own: frozenset[str]
    ) -> None:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        self.rows = {}
        self._read_only = model is not None and is_sample(model.path)
        self._radios = QButtonGroup(holder)
        if model is not None:
            grid.addWidget(label("Surface", "muted"), 0, 0)
            for column, text, tip in _COLUMNS:
                head = label(text, "muted")
                head.setToolTip(tip)
                grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignRight)
            grid.setRowMinimumHeight(0, self.fontMetrics().height() + 6)
            layers = f"{model.run.layer_count or '?'} layers"
            self._add_row("", "Whole model", layers, "" in surfaces, own)
            for name, group in model.groups.items():
                self._add_row(name, name, group_span(group), name in surfaces, own)
            for place, row in enumerate(self.rows.values()):
                row.setParent(holder)
                row.hide()  # it has no face of its own: its parts are in the grid
                row.place(grid, 1 + 2 * place)
        else:
            grid.addWidget(label("Open a landscape to see its layers.", "muted"), 0, 0)
        before = self._previous_in_tab_order()
        self.body.replaceWidget(self._grid_widget, holder)
        self._grid_widget.deleteLater()
        self._grid_widget = holder
        for row in self.rows.values():
            for control in row.controls():
                if before is not None:
                    QWidget.setTabOrder(before, control)
                    before = control

    def _add_row(self, name: str, title: str, span: str, exists: bool, own: frozenset[str]) -> None:
        row = GroupRow(
            name,
            title,
            span,
            has_surface=exists,
            own=name in own,
            read_only=self._read_only,
        )
        assert self._radios is not None
        self._radios.addButton(row.radio)
        row.show_requested.connect(self._session.select_group)
        row.compute_requested.connect(self.compute_requested)
        row.rollback_requested.connect(self._session.set_rolled_back)
        row.remove_requested.connect(self._remove_group)
        self.rows[name] = row

    def _previous_in_tab_order(self) -> QWidget | None:
        """What the tab key leaves for the first row: rows made anew would otherwise come last."""
        widget = self.maker.strip.previousInFocusChain()
        while widget is not None and widget is not self.maker.strip:
            inside = self._grid_widget.isAncestorOf(widget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inside:
                return widget if widget.window() is self.window() else None
            widget = widget.previousInFocusChain()
        return None

    # -- state ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        model = self._session.model
        self.setEnabled(model is not None)
        plot = self._session.plot
        group = plot.group if plot is not None and plot.kind == "surface" else None
        for name, row in self.rows.items():
            if name == group:
                row.radio.setChecked(True)
            row.show_rolled_back(name in self._session.rollback)
        self._show_maker(model)
        self._refresh_facts()

    def _refresh_facts(self) -> None:
        model = self._session.model
        self.widths.setVisible(model is not None)
        if model is None:
            return
        for name, row in self.rows.items():
            group = model.groups.get(name)
            if group is not None or not name:
                row.show_facts(share_of_change(model, group), width_of_basin(model, name))

    def _show_maker(self, model: LandscapeModel | None) -> None:
        if model is None:
            self.maker.show_parts((), {}, ())
            return
        norms = model.run.part_norms
        total = sum(norms.values())
        shares = {part: value / total for part, value in norms.items()} if total > 0 else {}
        parts = tuple(norms) or _all_parts(model.groups.values(), model.run.layer_count)
        self.maker.show_parts(parts, shares, tuple(model.groups))

    def _add_group(self, group: LayerGroup) -> None:
        if self._session.model is not None:
            self._session.add_groups(self._session.model.path, (group,))

    def _remove_group(self, name: str) -> None:
        if self._session.model is not None:
            self._session.remove_group(self._session.model.path, name)


def _all_parts(groups: Iterable[LayerGroup], layers: int) -> tuple[str, ...]:
    """Parts of a model of which only the layers are known, and what its groups name."""
    named = {part for group in groups for part in parts_of(group)}
    outer = [part for part in ("embeddings", "pooler") if part in named]
    found = ["embeddings", *map(str, range(layers))]
    return (*found, *(part for part in outer if part not in found)) if layers else ()
