"""All choices of a figure, and from them its spec."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from landscape_gui.figures.formats import LEAST_DPI, MOST_DPI, PNG_DPI, suffixes_of, tex_systems
from landscape_gui.figures.presets import PRESETS, length_in
from landscape_gui.figures.spec import FigureKind, FigureSpec, Look
from landscape_gui.specs import METRICS, UserError
from landscape_gui.ui.color_maps import COLOR_MAP_TITLES
from landscape_gui.ui.dialogs.fields import add_row, form
from landscape_gui.ui.figure_export.fields import LimitsField, NumberPair, SourceList
from landscape_gui.ui.figure_export.kinds import fields_of, tidy
from landscape_gui.ui.figure_export.screen import Screen, entries, first_limits, first_spec
from landscape_gui.ui.icons import SWATCH, color_map_icon
from landscape_gui.ui.menus import FILLS
from landscape_gui.ui.panels.parts import label, rule
from landscape_gui.ui.wording import METRIC_LABELS, PROJECTION_TITLES

_SMALLEST_CM, _LARGEST_CM = 2.54, 152.4
_STEP_CM = 0.01
LABEL_WIDTH = 96
_LINE_KINDS = ("2", "5", "curve", "history")
_STORIES = (
    ("trajectory", "The path is walked"),
    ("growth", "The surface is measured"),
    ("turn", "The surface is turned"),
)
_PATHS = (("", "As usual for the figure"), ("shown", "Shown"), ("hidden", "Hidden"))
_UNITS = (
    ("", "As usual for the figure"),
    ("alpha", "α"),
    ("distance", "Distance"),
    ("filter", "Filter-normalised"),
)
_FORMAT_TITLES = {
    ".pdf": "PDF", ".svg": "SVG", ".png": "PNG", ".pgf": "PGF (for LaTeX)",
    ".tex": "LaTeX table", ".md": "Markdown table", ".csv": "CSV table",
}  # fmt: skip
_TITLES_HELP = "One for each panel, with semicolons between them; \\; is a semicolon in a title."
_OPTION_WORDS = {"levels": "Lines", "width_in": "Width", "height_in": "Height"}


class FigureForm(QWidget):
    """Rows that a kind of figure does not know are hidden, and have no effect.

    Attributes
    ----------
    edited
        Something was changed.
    """

    edited = Signal()

    def __init__(self, screen: Screen, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._screen = screen
        self._kind: FigureKind = screen.kind
        self._rows: list[tuple[QFormLayout, QWidget, frozenset[str]]] = []
        self._heads: dict[QFormLayout, tuple[QWidget, ...]] = {}
        self._quiet = False
        self._look = screen.look
        self.trouble = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        self._what(self._section(column, ""))
        self._page(self._section(column, "Page"))
        self._values(self._section(column, "Values and colours"))
        self._drawing(self._section(column, "Drawing"))
        column.addStretch(1)
        self.choose(screen.kind)

    # -- what the form says --------------------------------------------------------------------

    @property
    def kind(self) -> FigureKind:
        """The kind of figure."""
        return self._kind

    @property
    def suffix(self) -> str:
        """What the file's name ends with."""
        return str(self.format.currentData())

    def spec(self) -> FigureSpec:
        """The figure as chosen.

        Raises
        ------
        UserError
            If the choices make no sense.
        """
        if self.trouble:
            raise UserError(self.trouble)
        sources = self.sources.chosen()
        if not sources:
            raise UserError("Nothing is in the figure.", "Tick at least one landscape.")
        try:
            look = Look(
                color_map=self.color_map.currentData(),
                log=self.log.isChecked(),
                limits=self.limits.span(),
                own_scales=self.own_scales.isChecked(),
                fill=self.fill.currentData(),
                lines=self.lines.isChecked(),
                labels=self.labels.isChecked(),
                levels=self.levels.value(),
                floor=self.floor.isChecked(),
                dots=self.dots.isChecked(),
                remarks=self.remarks.isChecked(),
                projection=self.projection.currentData(),
                trajectory={"shown": True, "hidden": False}.get(self.trajectory.currentData()),
                azimuth=round(self.azimuth.value(), 1),
                elevation=round(self.elevation.value(), 1),
                parallel=self.parallel.isChecked(),
                crop=self._look.crop if self.crop.isChecked() else None,
                alpha=self.alpha.span(),
                beta=self.beta.span(),
                unit=self.unit.currentData() or None,
            )
            spec = FigureSpec(
                kind=self._kind,
                sources=sources,
                metric=self.metric_box.currentData(),
                preset=self.preset.currentData(),
                width_in=_inches(self.width_box),
                height_in=_inches(self.height_box),
                titles=titles_of(self.titles.text()),
                mixed_models=self.mixed.isChecked(),
                frames=self.frames.value(),
                story=self.story.currentData(),
                look=look,
            )
        except ValidationError as error:
            first = error.errors()[0]
            said = first["msg"].removeprefix("Value error, ")
            field = next((f for f in first["loc"] if isinstance(f, str)), "")
            words = f"{_OPTION_WORDS[field]}: {said}" if field in _OPTION_WORDS else said
            raise UserError(f"{words[0].upper()}{words[1:]}.") from error
        return tidy(spec)

    def choose(self, kind: FigureKind) -> None:
        """Make another kind of figure, of what the screen shows; how it looks stays."""
        self._quiet = True
        lines_before = self._kind in _LINE_KINDS
        self._kind = kind
        try:
            first = first_spec(self._screen, kind)
            self.trouble = ""
        except ValueError as error:
            first, words = None, str(error)
            self.trouble = f"{words[0].upper()}{words[1:]}."
        chosen = first.sources if first is not None else ()
        self.sources.offer(entries(self._screen, kind), chosen)
        self._offer_metrics(kind, first)
        self._offer_formats(kind)
        self.limits.offer(first_limits(self._screen, kind))
        if first is not None:
            look = first.look
            self.alpha.show_span(look.alpha)
            self.beta.show_span(look.beta)
            shown = {None: "", True: "shown", False: "hidden"}[look.trajectory]
            _select(self.trajectory, shown)
            _select(self.unit, look.unit or "")
            self.mixed.setChecked(first.mixed_models)
            if lines_before != (kind in _LINE_KINDS):  # another quantity on another axis
                self.log.setChecked(look.log)
        self._show_rows()
        self._quiet = False
        self.edited.emit()

    # -- rows ----------------------------------------------------------------------------------

    def _section(self, column: QVBoxLayout, title: str) -> QFormLayout:
        rows = form()
        if title:
            self._heads[rows] = (rule(), label(title, "heading"))
            for head in self._heads[rows]:
                column.addWidget(head)
        column.addLayout(rows)
        return rows

    def _add(self, rows: QFormLayout, text: str, field: QWidget, *needs: str) -> None:
        """A row, shown for figures that know one of these fields; without any for all."""
        if not field.accessibleName():
            field.setAccessibleName(text)
        field.ensurePolished()  # or its height, and that of its name, would be another
        add_row(rows, text, field)
        narrow_label(rows, field)
        self._rows.append((rows, field, frozenset(needs)))

    def _what(self, rows: QFormLayout) -> None:
        self.sources = SourceList()
        self.sources.edited.connect(self._edit)
        self._add(rows, "Landscapes", self.sources)
        name = rows.labelForField(self.sources)
        assert isinstance(name, QLabel)
        # At the first of the rows, however many there are.
        name.setFixedHeight(name.fontMetrics().height() + 16)
        self.mixed = self._check("May be about different models")
        self._add(rows, "", self.mixed, "mixed_models")
        self.metric_box = self._choice(())
        self._add(rows, "Metric", self.metric_box, "metric")
        self.story = self._choice(_STORIES)
        self.story.currentIndexChanged.connect(self._show_rows)
        self._add(rows, "Story", self.story, "story")
        self.frames = self._count(1, 2000, FigureSpec.model_fields["frames"].default, " files")
        self._add(rows, "Frames", self.frames, "frames")

    def _page(self, rows: QFormLayout) -> None:
        self.preset = self._choice(
            [
                (None, "*ACL, as wide as the figure needs"),
                *((preset.name, preset.title) for preset in PRESETS.values()),
            ]
        )
        self._add(rows, "Page", self.preset)
        self.width_box = self._length("As the page")
        self._add(rows, "Width", self.width_box)
        self.height_box = self._length("As the figure needs")
        self._add(rows, "Height", self.height_box)
        self.format = self._choice(())
        self.format.currentIndexChanged.connect(self._show_rows)
        self._add(rows, "Format", self.format)
        self.dpi = self._count(LEAST_DPI, MOST_DPI, PNG_DPI, " dots per inch")
        self._add(rows, "Resolution", self.dpi, "dpi")
        self.titles = QLineEdit()
        self.titles.setPlaceholderText("of the panels: a; b; c")
        self.titles.setToolTip(f"<p>{_TITLES_HELP}</p>")
        self.titles.setAccessibleDescription(_TITLES_HELP)
        self.titles.textEdited.connect(self._edit)
        self._add(rows, "Titles", self.titles, "titles")
        self.remarks = self._check("Say how much is measured or cut off", self._look.remarks)
        self._add(rows, "", self.remarks, "remarks")

    def _values(self, rows: QFormLayout) -> None:
        self.limits = LimitsField()
        self.limits.edited.connect(self._edit)
        self._add(rows, "Limits", self.limits, "limits")
        self.log = self._check("Logarithmic", self._look.log)
        self._add(rows, "", self.log, "log")
        self.own_scales = self._check("A scale for each panel", self._look.own_scales)
        self._add(rows, "", self.own_scales, "own_scales")
        self.color_map = self._choice(tuple(COLOR_MAP_TITLES.items()))
        self.color_map.setIconSize(QSize(SWATCH.width() // 2, SWATCH.height() // 2))
        for index, name in enumerate(COLOR_MAP_TITLES):
            self.color_map.setItemIcon(index, color_map_icon(name))
        _select(self.color_map, self._look.color_map)
        self._add(rows, "Colour map", self.color_map, "color_map")
        self.unit = self._choice(_UNITS)
        self._add(rows, "Unit", self.unit, "unit")
        self.alpha, self.beta = NumberPair("α"), NumberPair("β")
        for pair, text, name in ((self.alpha, "α", "alpha"), (self.beta, "β", "beta")):
            pair.edited.connect(self._edit)
            self._add(rows, text, pair, name)

    def _drawing(self, rows: QFormLayout) -> None:
        look = self._look
        self.fill = self._choice(FILLS)
        _select(self.fill, look.fill)
        self._add(rows, "Map", self.fill, "fill")
        self.lines = self._check("Lines", look.lines)
        self.labels = self._check("Numbers", look.labels)
        self.levels = self._count(1, 60, Look().levels, " levels")
        self.levels.setAccessibleName("Number of levels")
        self._add(rows, "Contours", _beside(self.lines, self.labels, self.levels), "lines")
        self.dots = self._check("Measured points", look.dots)
        self._add(rows, "", self.dots, "dots")
        self.floor = self._check("Lines on the floor", look.floor)
        self._add(rows, "", self.floor, "floor")
        self.azimuth, self.elevation = (
            self._angle("Azimuth", -360, look.azimuth),
            self._angle("Elevation", -90, look.elevation),
        )
        view = _beside(
            self.azimuth, label("around,", "muted"), self.elevation, label("up", "muted")
        )
        self._add(rows, "Viewpoint", view, "view")
        self.parallel = self._check("Without perspective", look.parallel)
        self._add(rows, "", self.parallel, "view")
        self.crop = self._check("Only the part that the 3D view shows", look.crop is not None)
        self._add(rows, "", self.crop, "crop")
        self.trajectory = self._choice(_PATHS)
        self._add(rows, "Trajectory", self.trajectory, "trajectory")
        self.projection = self._choice(tuple(PROJECTION_TITLES.items()))
        _select(self.projection, look.projection)
        self._add(rows, "Projection", self.projection, "projection")

    # -- state of rows -------------------------------------------------------------------------

    def _show_rows(self) -> None:
        known = fields_of(self._kind, self.story.currentData())
        if self.suffix == ".png":
            known |= {"dpi"}
        if self._look.crop is None:  # the screen shows all
            known -= {"crop"}
        used: set[QFormLayout] = set()
        for rows, field, needs in self._rows:
            shown = not needs or bool(needs & known)
            rows.setRowVisible(field, shown)
            used |= {rows} if shown else set()
        for rows, heads in self._heads.items():
            for head in heads:
                head.setVisible(rows in used)
        self.labels.setVisible("labels" in known)

    def _offer_metrics(self, kind: FigureKind, first: FigureSpec | None) -> None:
        box = self.metric_box
        box.clear()
        if kind.isdigit():
            box.addItem("The figure's own", None)
        for metric in METRICS:
            if not (kind in ("2", "history") and metric == "train_error"):
                box.addItem(METRIC_LABELS[metric], metric)
        _select(box, first.metric if first is not None else None)

    def _offer_formats(self, kind: FigureKind) -> None:
        before = self.suffix if self.format.count() else ""
        self.format.clear()
        for suffix in suffixes_of(kind):
            if suffix == ".pgf" and not tex_systems():
                continue
            self.format.addItem(_FORMAT_TITLES[suffix], suffix)
        _select(self.format, before)

    # -- making fields -------------------------------------------------------------------------

    def _edit(self) -> None:
        if not self._quiet:
            self.edited.emit()

    def _choice(self, choices: Sequence[tuple[Any, str]]) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        for value, words in choices:
            box.addItem(words, value)
        box.currentIndexChanged.connect(self._edit)
        return box

    def _check(self, words: str, on: bool = False) -> QCheckBox:
        box = QCheckBox(words)
        box.setAccessibleName(words)
        box.setChecked(on)
        box.toggled.connect(self._edit)
        return box

    def _count(self, low: int, high: int, value: Any, unit: str) -> QSpinBox:
        box = QSpinBox()
        box.setRange(low, high)
        box.setValue(int(value))
        box.setSuffix(unit)
        box.valueChanged.connect(self._edit)
        return box

    def _length(self, usual: str) -> QDoubleSpinBox:
        """Centimetres, whose lowest value stands for what is usual."""
        box = QDoubleSpinBox()
        box.setDecimals(2)
        box.setRange(_SMALLEST_CM - _STEP_CM, _LARGEST_CM)
        box.setSingleStep(0.5)
        box.setSpecialValueText(usual)
        box.setSuffix(" cm")
        box.setValue(box.minimum())
        box.valueChanged.connect(self._edit)
        return box

    def _angle(self, name: str, low: float, value: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setAccessibleName(name)
        box.setDecimals(1)
        box.setRange(low, -low)
        box.setSingleStep(5)
        box.setSuffix("°")
        box.setValue(value)
        box.valueChanged.connect(self._edit)
        return box


def titles_of(text: str) -> tuple[str, ...]:
    r"""Titles with semicolons between them; ``\;`` is a semicolon of a title, not an end.

    An empty one before others keeps its place, so that those stand over their own panels.
    """
    parts = [part.replace(r"\;", ";").strip() for part in re.split(r"(?<!\\);", text)]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def narrow_label(rows: QFormLayout, field: QWidget) -> None:
    """Less room for a name than in other dialogs: the figure beside it needs it."""
    name = rows.labelForField(field)
    if name is not None:
        name.setFixedWidth(LABEL_WIDTH)


def _inches(box: QDoubleSpinBox) -> float | None:
    return None if box.value() == box.minimum() else length_in(f"{box.value():.2f}cm")


def _select(box: QComboBox, value: object) -> None:
    box.setCurrentIndex(max(0, box.findData(value)))


def _beside(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return made
