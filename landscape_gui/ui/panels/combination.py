"""The metrics of the chosen combination of rolled-back groups, against the fine-tuned model."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from landscape_gui.specs import METRICS, Metric
from landscape_gui.ui.landscape_model import LandscapeModel
from landscape_gui.ui.panels.parts import SPACING, NumberTable, button, label
from landscape_gui.ui.rollback_control import RollbackControl
from landscape_gui.ui.rollback_table import Quantity, change, quantity
from landscape_gui.ui.scene_building import fine_tuned
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import (
    METRIC_LABELS,
    NO_NUMBER,
    examples_text,
    metric_difference,
    metric_value,
)

COLUMNS = ("", "Before", "After", "Change")


class CombinationPanel(QWidget):
    """Says what is rolled back, and what was measured for exactly that."""

    def __init__(
        self, session: Session, rollback: RollbackControl, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._rollback = session, rollback
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        self.chosen = label(wrap=True)
        column.addWidget(self.chosen)
        self.where = label(role="muted", wrap=True)
        column.addWidget(self.where)
        self.table = NumberTable(COLUMNS, "Metrics of the chosen combination")
        column.addWidget(self.table)
        self.measure = button("Measure", "", "Measure exactly this combination", "play")
        self.measure.clicked.connect(rollback.measure)
        column.addWidget(self.measure, 0, Qt.AlignmentFlag.AlignLeft)
        for signal in (
            session.landscapes_changed,
            session.selection_changed,
            session.rollback_changed,
            session.data_changed,
            rollback.changed,
        ):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        model = self._session.model
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
        self.table.set_rows([self._row(model, names, metric) for metric in METRICS])
        self.table.setToolTip(_about_errors(model, names))

    def _row(self, model: LandscapeModel, names: frozenset[str], metric: Metric) -> list[str]:
        before = quantity(fine_tuned(model), metric)
        after = quantity(self._rollback.measurement if names else None, metric)
        return [
            METRIC_LABELS[metric],
            _with_error(metric, before),
            _with_error(metric, after),
            _change(metric, change(model, names, metric)) if names else NO_NUMBER,
        ]

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
        surfaces = {p.group for p in model.of_kind("surface")}
        shown = [name for name in model.groups if name in names and name in surfaces]
        return f"Show the surface of “{shown[0]}” to see its star." if shown else ""


def _about_errors(model: LandscapeModel, names: frozenset[str]) -> str:
    text = "± is the standard error over the examples."
    if not names:
        return text
    if any(change(model, names, metric).paired for metric in METRICS):
        return f"{text} That of a change is from the differences of the single examples."
    return f"{text} That of a change is as of independent samples, so too large."


def _with_error(metric: Metric, of: Quantity) -> str:
    """``0.2104`` and below it ``± 0.0042``."""
    text = metric_value(metric, of.value)
    if math.isnan(of.value) or math.isnan(of.error):
        return text
    return f"{text}\n± {metric_value(metric, of.error).removesuffix(' %')}"


def _change(metric: Metric, of: Quantity) -> str:
    text = metric_difference(metric, of.value)
    if math.isnan(of.value):
        return NO_NUMBER
    if metric.endswith("_error"):
        text += " pp"
    if math.isnan(of.error):
        return text
    return f"{text}\n± {metric_value(metric, of.error).removesuffix(' %')}"
