"""Decides when a contour map offers to measure finer points."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from landscape_gui.specs import LatticeSpec
from landscape_gui.ui.finer_part import FinerPart, finer_parts
from landscape_gui.ui.panels.finer_bar import FinerBar
from landscape_gui.ui.session import Session
from landscape_gui.ui.views.contour_plot import ContourPlot

# Not while the wheel turns: an offer that flickers is none.
_QUIET_MILLISECONDS = 250
# Points closer together than this are as fine as one can see.
_COARSE_PIXELS = 14.0


class FinerOffer(QObject):
    """Watches a map; what it offers is on ``bar``.

    Signals
    -------
    requested
        The LatticeSpec of the part that the user wants measured.
    """

    requested = Signal(object)

    def __init__(self, session: Session, plot: ContourPlot) -> None:
        super().__init__(plot)
        self._session = session
        self._plot = plot
        self._asked: LatticeSpec | None = None
        self.bar = FinerBar()
        self.bar.requested.connect(self._ask)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_QUIET_MILLISECONDS)
        self._timer.timeout.connect(self.update)
        plot.arranged.connect(self._view_moved)
        session.selection_changed.connect(self._forget)
        session.data_changed.connect(self._timer.start)

    def update(self) -> None:
        """Offer what makes sense now."""
        self.bar.offer(self._choices())

    def _choices(self) -> list[FinerPart]:
        view, plot = self._plot, self._session.plot
        if plot is None or plot.kind != "surface" or not view.axes_visible:
            return []
        if view.trajectory_alone or view.at_home():
            return []
        shown = view.shown
        choices = finer_parts(
            plot, self._session.parts, (shown.left, shown.right), (shown.bottom, shown.top)
        )
        if not choices or self._is_asked(choices[0].lattice):
            return []
        low, high = choices[0].lattice.alpha_range
        step = (high - low) / (choices[0].lattice.alpha_points - 1) * choices[0].factor
        pixels = step / shown.width * view.plot_rect.width()
        return choices if pixels >= _COARSE_PIXELS else []

    def _is_asked(self, lattice: LatticeSpec) -> bool:
        """Whether it lies in a part that was asked for and is not in the file yet."""
        asked = self._asked
        if asked is None or any(_same(part.spec, asked) for part in self._session.parts):
            return False
        return all(
            wide[0] <= narrow[0] and narrow[1] <= wide[1]
            for wide, narrow in (
                (asked.alpha_range, lattice.alpha_range),
                (asked.beta_range, lattice.beta_range),
            )
        )

    def _ask(self, lattice: LatticeSpec) -> None:
        self._asked = lattice
        self.requested.emit(lattice)

    def _forget(self) -> None:
        self._asked = None
        self._timer.start()

    def _view_moved(self) -> None:
        if self._plot.at_home():
            self._asked = None
            self.bar.offer(())
        self._timer.start()


def _same(spec: dict[str, object], lattice: LatticeSpec) -> bool:
    return spec.get("lattice") == lattice.model_dump(mode="json")
