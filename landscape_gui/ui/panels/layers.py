"""Layer groups: show a group's surface, roll groups back, read the metrics of exactly that."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget
from superqt import QToggleSwitch

from landscape_gui.engine.events import Measurement
from landscape_gui.specs import METRICS
from landscape_gui.ui.landscape_model import LandscapeModel, group_span
from landscape_gui.ui.panels.parts import ElidedLabel, NumberTable, Section, button, label, rule
from landscape_gui.ui.rollback_control import RollbackControl
from landscape_gui.ui.scene_building import fine_tuned
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import (
    METRIC_LABELS,
    NO_NUMBER,
    examples_text,
    metric_difference,
    metric_value,
)


class LayersPanel(Section):
    """One row per layer group.

    Attributes
    ----------
    compute_requested
        Name of a layer group whose surface is wanted.
    """

    compute_requested = Signal(str)

    def __init__(
        self, session: Session, rollback: RollbackControl, parent: QWidget | None = None
    ) -> None:
        super().__init__("Layers", parent)
        self._session = session
        self._rollback = rollback
        self._shown: tuple[object, ...] = ()
        self.shows: dict[str, QRadioButton] = {}
        self.computes: dict[str, QWidget] = {}
        self.toggles: dict[str, QToggleSwitch] = {}
        self._radios: QButtonGroup | None = None
        self._rows = QWidget()
        self.body.addWidget(self._rows)
        self.body.addWidget(rule())
        self.chosen = label(wrap=True)
        self.body.addWidget(self.chosen)
        self.where = label(role="muted", wrap=True)
        self.body.addWidget(self.where)
        self.table = NumberTable(
            ("", "Before", "After", "Change"), "Metrics of the chosen combination"
        )
        self.body.addWidget(self.table)
        self.measure = button("Measure", "", "Measure exactly this combination", "play")
        self.measure.clicked.connect(rollback.measure)
        self.body.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        session.landscapes_changed.connect(self._rebuild)
        session.selection_changed.connect(self._rebuild)
        session.rollback_changed.connect(self._refresh)
        session.data_changed.connect(self._refresh_metrics)
        rollback.changed.connect(self._refresh_metrics)
        self._rebuild()

    # -- rows ----------------------------------------------------------------------------------

    def _rebuild(self) -> None:
        model = self._session.model
        groups = tuple(model.groups.values()) if model is not None else ()
        surfaces = frozenset(p.group for p in model.of_kind("surface")) if model else frozenset()
        shown = (model.path if model else None, groups, surfaces)
        if shown != self._shown:
            self._shown = shown
            self._build_rows(model, surfaces)
        self._refresh()

    def _build_rows(self, model: LandscapeModel | None, surfaces: frozenset[str]) -> None:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        self.shows, self.computes, self.toggles = {}, {}, {}
        self._radios = QButtonGroup(rows)
        if model is not None:
            grid.addWidget(label("Show surface", "muted"), 0, 0)
            grid.addWidget(label("Roll back", "muted"), 0, 2, Qt.AlignmentFlag.AlignRight)
            self._add_show(
                grid, 1, "", "Whole model", "" in surfaces, f"{model.run.layer_count or '?'} layers"
            )
            for row, (name, group) in enumerate(model.groups.items(), 2):
                self._add_show(grid, row, name, name, name in surfaces, group_span(group))
                self._add_toggle(grid, row, name)
        else:
            grid.addWidget(label("Open a landscape to see its layers.", "muted"), 0, 0)
        before = self._previous_in_tab_order()
        self.body.replaceWidget(self._rows, rows)
        self._rows.deleteLater()
        self._rows = rows
        for name, radio in self.shows.items():
            for control in (radio, self.computes.get(name), self.toggles.get(name)):
                if control is not None and before is not None:
                    QWidget.setTabOrder(before, control)
                    before = control

    def _previous_in_tab_order(self) -> QWidget | None:
        """What the tab key leaves for the first row: rows made anew would otherwise come last."""
        widget = self.measure.previousInFocusChain()
        while widget is not None and widget is not self.measure:
            inside = self.isAncestorOf(widget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not inside:
                return widget if widget.window() is self.window() else None
            widget = widget.previousInFocusChain()
        return None

    def _add_show(
        self, grid: QGridLayout, row: int, name: str, title: str, exists: bool, span: str
    ) -> None:
        radio = QRadioButton(title)
        radio.setToolTip(f"Show the surface of {title}: {span}")
        radio.setAccessibleName(f"Show the surface of {title}")
        radio.setEnabled(exists)
        radio.clicked.connect(lambda _=False: self._session.select_group(name))
        assert self._radios is not None
        self._radios.addButton(radio)
        self.shows[name] = radio
        cell = QGridLayout()
        cell.setContentsMargins(0, 0, 0, 0)
        cell.setVerticalSpacing(0)
        cell.setHorizontalSpacing(8)
        cell.addWidget(radio, 0, 0)
        cell.addWidget(ElidedLabel(span, "muted"), 0, 1)
        cell.setColumnStretch(1, 1)
        grid.addLayout(cell, row, 0, 1, 1 if not exists else 2)
        if not exists:
            compute = button("Compute", "link", f"Measure the surface of {title}")
            compute.clicked.connect(lambda _=False: self.compute_requested.emit(name))
            self.computes[name] = compute
            grid.addWidget(compute, row, 1)

    def _add_toggle(self, grid: QGridLayout, row: int, name: str) -> None:
        toggle = QToggleSwitch()
        toggle.setToolTip(f"Put layers “{name}” back to their values before fine-tuning")
        toggle.setAccessibleName(f"Roll back {name}")
        toggle.toggled.connect(lambda on: self._session.set_rolled_back(name, on))
        self.toggles[name] = toggle
        grid.addWidget(toggle, row, 2, Qt.AlignmentFlag.AlignRight)

    # -- state ---------------------------------------------------------------------------------

    def _refresh(self) -> None:
        plot = self._session.plot
        group = plot.group if plot is not None and plot.kind == "surface" else None
        for name, radio in self.shows.items():
            if name == group:
                radio.setChecked(True)
        for name, toggle in self.toggles.items():
            toggle.blockSignals(True)
            toggle.setChecked(name in self._session.rollback)
            toggle.blockSignals(False)
            toggle.update()
        self._refresh_metrics()

    def _refresh_metrics(self) -> None:
        model = self._session.model
        self.setEnabled(model is not None)
        names = self._session.rollback
        self.measure.setVisible(False)
        notes = []
        if model is not None:
            notes = [self._other_examples(model), self._where_the_star_is(model, names)]
        where = "\n".join(filter(None, notes))
        self.where.setText(where)
        self.where.setVisible(bool(where))
        if model is None:
            self.chosen.setText("")
            self.table.set_rows(())
            return
        tuned = fine_tuned(model)
        measured = self._rollback.measurement if names else None
        combination = " + ".join(name for name in model.groups if name in names)
        if not names:
            text = "Nothing is rolled back: the fine-tuned model."
        else:
            text = f"Rolled back: {combination}"
            match self._rollback.state:
                case "measuring":
                    text += " · measuring…"
                case "waiting":
                    text += " · waits for the running job"
                case "unknown":
                    text += " · not measured"
                    self.measure.setVisible(True)
        self.chosen.setText(text)
        self.table.set_rows([_row(metric, tuned, measured) for metric in METRICS])

    def _other_examples(self, model: LandscapeModel) -> str:
        """Numbers from other examples than the surface's are not those on its markers."""
        plot, examples = self._session.plot, model.rollback.examples
        if plot is None or not examples or plot.spec.get("examples") == examples:
            return ""
        return f"Rollback is measured on {examples_text(examples)} examples."

    def _where_the_star_is(self, model: LandscapeModel, names: frozenset[str]) -> str:
        """A rolled-back model lies outside the whole model's plane: say where to see it."""
        plot = self._session.plot
        if plot is None or plot.kind != "surface" or plot.group:
            return ""
        shown = [name for name in model.groups if name in names and self.shows[name].isEnabled()]
        return f"Show the surface of “{shown[0]}” to see its star." if shown else ""


def _row(metric: str, tuned: Measurement | None, measured: Measurement | None) -> list[str]:
    assert metric in METRIC_LABELS
    before = tuned.values.get(metric) if tuned is not None else None
    after = measured.values.get(metric) if measured is not None else None
    change = NO_NUMBER
    if before is not None and after is not None:
        change = metric_difference(metric, after - before)
    return [
        METRIC_LABELS[metric],
        metric_value(metric, before),
        metric_value(metric, after),
        change,
    ]
