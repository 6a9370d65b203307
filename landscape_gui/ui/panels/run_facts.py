"""What is known of the run and of the plane that is shown, as numbers."""

from __future__ import annotations

import math
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from landscape_gui.figures.report.document import number as report_number
from landscape_gui.figures.report.document import plain_powers, with_error
from landscape_gui.specs import Metric
from landscape_gui.store.records import Anchor, FloatArray, HessianRecord
from landscape_gui.ui.accuracy import accuracy_facts
from landscape_gui.ui.landscape_model import LandscapeModel, LivePlot
from landscape_gui.ui.panels.parts import ElidedLabel, Section, label
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import NO_NUMBER, examples_text, metric_value, number


class RunFactsPanel(Section):
    """A list of facts: name to the left, value to the right."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("Run", parent)
        self._session = session
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self.body.addLayout(self._rows)
        self._labels: list[tuple[QWidget, ElidedLabel]] = []
        session.selection_changed.connect(self._refresh)
        session.view_changed.connect(self._refresh)
        session.data_changed.connect(self._refresh)
        self._refresh()

    def facts(self) -> list[tuple[str, str]]:
        """What is shown, as name and value."""
        model, plot = self._session.model, self._session.plot
        if model is None:
            return []
        facts = run_facts(model)
        if plot is not None:
            facts += plot_facts(plot, self._session.metric)
        if model.hessian is not None:
            facts += curvature_facts(model.hessian, plot.group if plot is not None else "")
        return facts

    def _refresh(self) -> None:
        facts = self.facts()
        while len(self._labels) < len(facts):
            name, value = label(role="muted"), ElidedLabel()
            value.setAlignment(Qt.AlignmentFlag.AlignRight)
            # No grid: beside a short name a long value has all the room that is left.
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(name)
            row.addWidget(value, 1)
            self._rows.addLayout(row)
            self._labels.append((name, value))
        for index, (name, value) in enumerate(self._labels):
            shown = index < len(facts)
            name.setVisible(shown)
            value.setVisible(shown)
            if shown:
                name.setText(facts[index][0])  # type: ignore[attr-defined]
                value.setText(facts[index][1])


def run_facts(model: LandscapeModel) -> list[tuple[str, str]]:
    """Model, task and start of a run."""
    starts = {"pretrained": "pre-trained", "scratch": "from scratch"}
    facts = [
        ("Run", model.run.name),
        ("Model", Path(model.run.model).name or model.run.model),
        ("Task", model.run.task),
        ("Initial weights", starts.get(model.run.init, model.run.init)),
    ]
    if model.run.checkpoints:
        facts.append(("Checkpoints", str(len(model.run.checkpoints))))
    return [(name, value) for name, value in facts if value]


def plot_facts(plot: LivePlot, metric: Metric) -> list[tuple[str, str]]:
    """Geometry and named points of a surface or curve."""
    plane = plot.plane
    part = f" ({plot.group})" if plot.group else ""
    facts = [(f"‖δ1‖{part}", number(plane.axis1_norm))]
    if not math.isnan(plane.axis2_norm):
        facts.append((f"‖δ2‖{part}", number(plane.axis2_norm)))
    if not math.isnan(plane.cosine):
        facts.append(("cos(δ1, δ2)", number(plane.cosine)))
    names = {"start": "Start", "end": "Fine-tuned", "rolled_back": "Rolled back"}
    for key, words in names.items():
        anchor = plot.anchors.get(key)
        if anchor is not None and metric in anchor.values:
            facts.append((words, _anchor_value(anchor, metric)))
    precision = _precision(plot)
    if precision:
        facts.append(("Precision", precision))
    examples = plot.spec.get("examples") or {}
    if examples:
        facts.append(("Examples", examples_text(examples)))
    return facts + accuracy_facts(plot, metric)


def curvature_facts(record: HessianRecord, group: str) -> list[tuple[str, str]]:
    """Curvature at the fine-tuned model, of the layers that are looked at where it is known."""
    region = record.regions.index(group) if group in record.regions else 0
    part = f" ({record.regions[region]})" if region else ""

    def told(pair: FloatArray) -> str:
        return plain_powers(with_error(float(pair[0]), float(pair[1])))

    facts = [
        (f"λ max{part}", told(record.largest[region])),
        (f"Hessian trace{part}", told(record.traces[region])),
    ]
    for name, value in zip(("δ1", "axis 2"), record.curvatures[region].tolist(), strict=True):
        facts.append((f"Curvature, {name}{part}", plain_powers(report_number(value))))
    return [(name, value) for name, value in facts if value != NO_NUMBER]


def _precision(plot: LivePlot) -> str:
    """What was measured in; ``auto`` is known by its choice."""
    note = plot.notes.get("precision")
    if isinstance(note, dict):
        note = note.get("chosen")
    return str(note or plot.spec.get("precision") or "")


def _anchor_value(anchor: Anchor, metric: Metric) -> str:
    value = metric_value(metric, anchor.values[metric])
    error = anchor.standard_errors.get(metric)
    if error is None or math.isnan(error):
        return value
    if metric.endswith("_error"):
        return f"{value.removesuffix(' %')} ± {100 * error:.2f} %"
    return f"{value} ± {number(error)}"
