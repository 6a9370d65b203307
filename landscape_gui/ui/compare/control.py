"""What the menus and the landscapes panel ask of the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QObject

from landscape_gui.ui.compare.grids import FigureName, paper_figure
from landscape_gui.ui.compare.items import another, as_source, begun_items
from landscape_gui.ui.session import Selection, Session

_ABOUT = {
    "1": "a surface of a whole model's training loss",
    "6": "a surface of a whole model's development error",
    "7": "a surface of the low, middle or high layers",
}


class CompareControl(QObject):
    """Fills the comparison and shows it."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def begin(self) -> None:
        """Compare; what was compared before is still there."""
        session = self._session
        items = begun_items(session, session.comparison.items)
        if items != session.comparison.items:
            session.comparison.set_items(items)
        session.comparing = True

    def show_selections(self, selections: Sequence[Selection]) -> None:
        """Compare chosen surfaces, up to as many as fit; one alone with what it is best set to."""
        session = self._session
        items = []
        for chosen in selections:
            model = session.landscapes.get(chosen.path)
            plot = model.plots.get(("surface", chosen.name)) if model is not None else None
            if model is not None and plot is not None:
                items.append(as_source(model, plot, session.metric))
        if len(items) == 1:
            other = another(session, tuple(items))
            items += [other] if other is not None else []
        if items:
            session.comparison.set_items(items)
            session.comparing = True

    def add_panel(self) -> None:
        """One more panel, beginning a comparison if there is none."""
        session = self._session
        if not session.comparing or not session.comparison.items:
            self.begin()
            return
        item = another(session, session.comparison.items)
        if item is not None:
            session.comparison.add(item)

    def add_difference(self) -> None:
        """The difference of the first two surfaces that can be subtracted."""
        session = self._session
        self.begin()
        comparison = session.comparison
        if comparison.add_difference():
            return
        if not comparison.can_add:
            session.problem.emit("There is no room for another panel.", "Remove one first.")
        else:
            session.problem.emit(
                "A difference needs two panels with the same kind of metric.",
                "Show two losses, or two errors.",
            )

    def show_figure(self, name: FigureName) -> None:
        """Lay out one of the paper's figures."""
        assert name in get_args(FigureName)
        session = self._session
        grid = paper_figure(name, list(session.landscapes.values()))
        if grid is None:
            session.problem.emit(
                f"Nothing that is open belongs to Figure {name}.",
                f"It needs {_ABOUT[name]}: open or measure one.",
            )
            return
        session.comparison.set_items(
            grid.items, columns=grid.columns, title=grid.title, note=grid.note
        )
        session.comparing = True
