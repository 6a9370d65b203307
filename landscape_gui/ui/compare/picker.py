"""Chooses what a panel shows: a surface of any open file, and its metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy

from landscape_gui.specs import Metric
from landscape_gui.ui.compare.items import (
    Contrast,
    Item,
    Missing,
    Source,
    all_surfaces,
    as_source,
    kind_of,
    look_up,
)
from landscape_gui.ui.compare.naming import surface_words
from landscape_gui.ui.plot_naming import telling_apart
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.session import Session
from landscape_gui.ui.wording import METRIC_LABELS


class MenuButton(QPushButton):
    """A flat button with a menu that is made when it opens; a long text is cut in the middle."""

    def __init__(self, name: str, fill: Callable[[QMenu], None], *, elided: bool = False) -> None:
        super().__init__()
        self._name, self._elided, self._full = name, elided, ""
        self.setAccessibleName(name)
        self.setProperty("role", "picker")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if elided:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self.setMinimumWidth(64)
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: (menu.clear(), fill(menu)))
        self.setMenu(menu)

    def set_text(self, text: str, tip: str = "") -> None:
        """Show a text; the whole of it is in the tool tip."""
        self._full = text
        self.setToolTip(tip or text)
        self.setAccessibleName(f"{self._name}: {text}")
        self._fit()

    @property
    def full_text(self) -> str:
        """The text as it was given."""
        return self._full

    def minimumSizeHint(self) -> QSize:
        """An elided one gives way."""
        hint = super().minimumSizeHint()
        return QSize(64, hint.height()) if self._elided else hint

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text to what fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        text = self._full
        if self._elided:
            room = self.width() - 30
            text = _elided(text, self.fontMetrics(), room)
        text = text.replace("&", "&&")
        if text != self.text():
            self.setText(text)


class Picker(QObject):
    """Two buttons, surface and metric, to be put into a panel's header.

    Signals
    -------
    picked
        The item that is to be shown instead.
    """

    picked = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._item: Item | None = None
        self.surface_button = MenuButton("Surface", self._fill_surfaces, elided=True)
        self.metric_button = MenuButton("Metric", self._fill_metrics)

    def show_item(self, item: Item, title: str) -> None:
        """Name what is shown."""
        self._item = item
        self.surface_button.set_text(title)
        match item:
            case Source():
                self.metric_button.set_text(METRIC_LABELS[item.metric])
            case Contrast(first, second):
                same = first.metric == second.metric
                words = METRIC_LABELS[first.metric] if same else kind_of(first.metric)
                self.metric_button.set_text(f"Δ {words}")
        self.metric_button.setVisible(not isinstance(item, Missing))

    # -- surfaces ------------------------------------------------------------------------------

    def _fill_surfaces(self, menu: QMenu) -> None:
        item = self._item
        if isinstance(item, Contrast):
            for letter, part in (("A", item.first), ("B", item.second)):
                sub = menu.addMenu(f"{letter}:  {self._words(part)}")
                self._add_surfaces(sub, part, self._setter(letter))
            menu.addSeparator()
            swap = Contrast(item.second, item.first)
            menu.addAction("Swap A and B", lambda: self.picked.emit(swap))
            menu.addAction("Show A alone", lambda: self.picked.emit(item.first))
            return
        shown = item if isinstance(item, Source) else None
        self._add_surfaces(menu, shown, self.picked.emit)

    def _setter(self, letter: str) -> Callable[[Source], None]:
        def choose(source: Source) -> None:
            item = self._item
            if isinstance(item, Contrast):
                part = "first" if letter == "A" else "second"
                self.picked.emit(replace(item, **{part: source}))

        return choose

    def _add_surfaces(
        self, menu: QMenu, shown: Source | None, chosen: Callable[[Source], None]
    ) -> None:
        metric: Metric = shown.metric if shown is not None else self._session.metric
        group = QActionGroup(menu)
        path = None
        surfaces = list(all_surfaces(self._session))
        titles = run_titles(self._session.landscapes.values())
        owner = {id(plot): model.path for model, plot in surfaces}
        details = telling_apart(
            (plot for _, plot in surfaces), lambda plot: (owner[id(plot)], surface_words(plot))
        )
        for model, plot in surfaces:
            if model.path != path:
                path = model.path
                menu.addSection(_short(titles[model.path]))
            source = as_source(model, plot, metric)
            words = surface_words(plot), details[id(plot)]
            action = _add_choice(menu, group, ", ".join(filter(None, words)))
            action.setToolTip(str(model.path))
            action.setChecked(
                shown is not None and (source.path, source.name) == (shown.path, shown.name)
            )
            action.triggered.connect(lambda _=False, s=source: chosen(s))
        if menu.isEmpty():
            menu.addAction("No surface is open").setEnabled(False)

    def _words(self, source: Source) -> str:
        found = look_up(self._session, source)
        if found is None:
            return source.name
        model, plot = found
        title = run_titles(self._session.landscapes.values())[model.path]
        return f"{_short(title)}, {surface_words(plot)}"

    # -- metrics -------------------------------------------------------------------------------

    def _fill_metrics(self, menu: QMenu) -> None:
        item = self._item
        if isinstance(item, Contrast):
            others = self._metrics(item.second)
            group = QActionGroup(menu)
            for metric in self._metrics(item.first):
                if metric not in others:
                    continue
                action = _add_choice(menu, group, f"{METRIC_LABELS[metric]} in both")
                action.setChecked(metric == item.first.metric == item.second.metric)
                changed = Contrast(
                    replace(item.first, metric=metric), replace(item.second, metric=metric)
                )
                action.triggered.connect(lambda _=False, c=changed: self.picked.emit(c))
            menu.addSeparator()
            pairs: tuple[tuple[Metric, Metric], ...] = (
                ("train_loss", "dev_loss"),
                ("train_error", "dev_error"),
            )
            for first, second in pairs:
                if first in self._metrics(item.first) and second in self._metrics(item.second):
                    changed = Contrast(
                        replace(item.first, metric=first), replace(item.second, metric=second)
                    )
                    words = f"A: {METRIC_LABELS[first]},  B: {METRIC_LABELS[second]}"
                    action = _add_choice(menu, group, words)
                    action.setChecked(changed == item)
                    action.triggered.connect(lambda _=False, c=changed: self.picked.emit(c))
        elif isinstance(item, Source):
            group = QActionGroup(menu)
            for metric in self._metrics(item):
                action = _add_choice(menu, group, METRIC_LABELS[metric])
                action.setChecked(metric == item.metric)
                changed_source = replace(item, metric=metric)
                action.triggered.connect(lambda _=False, s=changed_source: self.picked.emit(s))

    def _metrics(self, source: Source) -> tuple[Metric, ...]:
        found = look_up(self._session, source)
        return found[1].metrics() if found is not None else ()


def _elided(text: str, metrics: QFontMetrics, room: int) -> str:
    """Cut in the middle; of a difference both sides, so that the sign stays."""
    middle = Qt.TextElideMode.ElideMiddle
    first, sign, second = text.partition(" − ")
    if not sign or metrics.horizontalAdvance(text) <= room:
        return metrics.elidedText(text, middle, room)
    side = max(0, room - metrics.horizontalAdvance(sign)) // 2
    widths = [metrics.horizontalAdvance(part) for part in (first, second)]
    # What the shorter one leaves is the other's.
    rooms = [max(side, 2 * side - widths[1]), max(side, 2 * side - widths[0])]
    parts = [
        metrics.elidedText(part, middle, width)
        for part, width in zip((first, second), rooms, strict=True)
    ]
    return sign.join(parts)


def _add_choice(menu: QMenu, group: QActionGroup, text: str) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    action.setCheckable(True)
    group.addAction(action)
    return action


def _short(text: str, longest: int = 44) -> str:
    """A menu as wide as a long file name would cover the window."""
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half]}…{text[-half:]}"
