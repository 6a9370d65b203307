"""Fields of a dialog made from the fields of a spec: title, help, default and range are its own."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.specs import Spec
from landscape_gui.ui.dialogs.fields import row_label
from landscape_gui.ui.panels.parts import label

# Tags of unions and the like, which are in an error's path but in no field's.
_TAGS = {"random", "other_run", "pca"}
_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """What a spec says of one of its fields.

    ``low`` and ``high`` are None where there is no bound; ``optional``: it may be None.
    """

    name: str
    title: str
    help: str
    default: Any
    low: float | None
    high: float | None
    optional: bool
    choices: tuple[str, ...]


def facts(model: type[Spec], name: str) -> FieldFacts:
    """What a field of a spec is.

    Parameters
    ----------
    name
        A field, or one of a nested spec: ``lattice.alpha_points``.
    """
    first, _, rest = name.partition(".")
    field = model.model_fields[first]
    if rest:
        return facts(_nested(field), rest)
    bounds = {type(limit): limit for limit in field.metadata}
    low = next((getattr(bounds[k], v) for k, v in ((Ge, "ge"), (Gt, "gt")) if k in bounds), None)
    high = bounds[Le].le if Le in bounds else None
    if high is None and Lt in bounds:
        high = bounds[Lt].lt - 1
    default = None if field.default is PydanticUndefined else field.default
    annotation = field.annotation
    optional = type(None) in get_args(annotation)
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    title = field.title or first.replace("_", " ").capitalize()
    text = field.description or ""
    return FieldFacts(first, title, text, default, low, high, optional, choices)


def _nested(field: FieldInfo) -> type[Spec]:
    kinds = [field.annotation]
    if get_origin(field.annotation) in (Union, types.UnionType):
        kinds = list(get_args(field.annotation))
    return next(k for k in kinds if isinstance(k, type) and issubclass(k, Spec))


def whole_number(of: FieldFacts, nothing: str = "") -> QSpinBox:
    """A field for an integer; where it may be None, the lowest value stands for that."""
    spin = QSpinBox()
    low = int(of.low or 0)
    spin.setRange(low - 1 if of.optional else low, int(min(of.high or _LARGEST, _LARGEST)))
    spin.setGroupSeparatorShown((of.high or _LARGEST) < _LARGEST)
    if of.optional:
        spin.setSpecialValueText(nothing)
        spin.setValue(spin.minimum())
    elif of.default is not None:
        spin.setValue(int(of.default))
    return spin


def whole_value(spin: QSpinBox) -> int | None:
    """What is typed; None where that is written out."""
    nothing = spin.specialValueText() and spin.value() == spin.minimum()
    return None if nothing else spin.value()


def fraction(of: FieldFacts, nothing: str, decimals: int, step: float) -> QDoubleSpinBox:
    """A field for a positive number that may be None, for which 0 stands."""
    spin = QDoubleSpinBox()
    spin.setDecimals(decimals)
    spin.setRange(0.0, of.high or 1e9)
    spin.setSingleStep(step)
    spin.setSpecialValueText(nothing)
    return spin


def choice(of: FieldFacts, words: Mapping[str, str]) -> QComboBox:
    """A field for one of a few values, in these words and the spec's order."""
    box = QComboBox()
    for value in of.choices:
        box.addItem(words.get(value, value), value)
    box.setCurrentIndex(max(0, box.findData(of.default)))
    return box


class SpecForm(QWidget):
    """Rows of fields, each with its title, its help, and below it what is wrong with it.

    Parameters
    ----------
    prefix
        Of the fields' names in the spec that is asked for, e.g. ``task.``.

    Attributes
    ----------
    edited
        The user changed something.
    """

    edited = Signal()

    def __init__(self, model: type[Spec], prefix: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._prefix = model, prefix
        self.rows = QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        # Beside its editor, also where a problem is said below that.
        self.rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.rows.setHorizontalSpacing(16)
        self.rows.setVerticalSpacing(8)
        self._cells: dict[str, QWidget] = {}
        self._problems: dict[str, Any] = {}
        self._touched: set[str] = set()

    def add(self, name: str, editor: QWidget, title: str = "") -> QWidget:
        """Add a row for a field of the spec, named as in ``facts``; says ``edited`` with it."""
        of = facts(self._model, name)
        text = row_label(title or of.title, editor)
        cell = QWidget()
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(editor)
        problem = label(role="warning", wrap=True)
        problem.hide()
        column.addWidget(problem)
        for widget in (text, editor, *editor.findChildren(QWidget)):
            if not widget.toolTip():
                widget.setToolTip(f"<p>{of.help}</p>" if of.help else "")
            widget.setProperty(HELP, of.help)
            if not widget.whatsThis():
                widget.setWhatsThis(of.help)
        for widget in (editor, *editor.findChildren(QWidget)):
            if not widget.accessibleName():
                widget.setAccessibleName(title or of.title)
            widget.setAccessibleDescription(of.help)
        self.rows.addRow(text, cell)
        self._cells[name] = cell
        self._problems[name] = problem
        for signal in _signals(editor):
            signal.connect(lambda *_, name=name: self._edit(name))
        return editor

    def show_row(self, name: str, shown: bool) -> None:
        """Show or hide a field."""
        self.rows.setRowVisible(self._cells[name], shown)

    def is_shown(self, name: str) -> bool:
        """Whether a field is shown."""
        return self.rows.isRowVisible(self._cells[name])

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say beside each field what is wrong with it, once the user has been there."""
        for name, shown in self._problems.items():
            text = problems.get(self._prefix + name, "") if name in self._touched else ""
            shown.setText(text)
            shown.setVisible(bool(text))

    def problem_text(self, name: str) -> str:
        """What is said beside a field now."""
        return self._problems[name].text()

    def _edit(self, name: str) -> None:
        self._touched.add(name)
        self.edited.emit()


HELP = "spec_help"


def _signals(editor: QObject) -> list[Any]:
    for names in (("edited",), ("valueChanged",), ("currentIndexChanged",), ("textChanged",)):
        found = [getattr(editor, name) for name in names if hasattr(editor, name)]
        if found:
            return found
    return []


def problems_of(error: ValidationError) -> dict[str, str]:
    """Field → what is wrong with it, in words; "" for what belongs to no field."""
    found: dict[str, str] = {}
    for problem in error.errors(include_url=False):
        path = [str(part) for part in problem["loc"] if not isinstance(part, int)]
        name = ".".join(part for part in path if part not in _TAGS)
        text = str(problem["msg"]).removeprefix("Value error, ")
        found.setdefault(name, f"{text[:1].upper()}{text[1:]}.")
    return found
