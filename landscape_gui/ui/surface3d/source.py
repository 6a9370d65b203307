"""Where a view's renderings come from: the drawing thread, or QPainter where there is no OpenGL."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from landscape_gui.ui.surface3d.drawing import Drawing, Rendering
from landscape_gui.ui.surface3d.painter_renderer import PainterRenderer
from landscape_gui.ui.surface3d.render_service import RenderService, render_service

_log = logging.getLogger(__name__)
Answer = tuple[bool, str]


class RenderSource(QObject):
    """Draws for one view with what there is.

    Parameters
    ----------
    answer
        Whether OpenGL can be had, and the reason; None while that is not known: then ``decide`` is
        called later, and until then nothing is drawn.
    find_out
        Gives the answer at once when a picture cannot wait for it.
    """

    rendered = Signal(object)
    """A Rendering."""

    def __init__(
        self, answer: Answer | None, find_out: Callable[[], Answer], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._find_out = find_out
        self._service: RenderService | None = None
        self._key = 0
        self._painter: PainterRenderer | None = None
        self._waiting: Drawing | None = None
        self._trials: list[Drawing] = []
        self.reason = ""
        if answer is not None:
            self.decide(answer)

    @property
    def decided(self) -> bool:
        """Whether it is known what draws."""
        return self._service is not None or self._painter is not None

    @property
    def words(self) -> str:
        """Why there is no OpenGL, for the picture; empty where there is."""
        return f"Drawn without OpenGL: {self.reason}." if self.reason else ""

    def decide(self, answer: Answer) -> None:
        """Take the answer to the question whether there is OpenGL."""
        if self.decided:
            return
        available, reason = answer
        if available:
            self._service = render_service()
            self._key = key = self._service.join()
            self._service.rendered.connect(self._take)
            # Bound to the key alone: this object is gone by then.
            self.destroyed.connect(partial(self._service.leave, key))
        else:
            self._give_up(reason)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.ask(waiting)

    def ask(self, drawing: Drawing) -> None:
        """Have a picture drawn; ``rendered`` tells when it is."""
        if self._service is not None:
            try:
                self._service.ask(self._key, drawing)
                return
            except RuntimeError as error:
                self._give_up(str(error))
        if self._painter is not None:
            self.rendered.emit(self._painter.render(drawing))
        else:
            self._waiting = drawing

    def draw_now(self, drawing: Drawing) -> Rendering | None:
        """Draw and wait for it."""
        if not self.decided:
            self.decide(self._find_out())
        if self._service is not None:
            try:
                rendering = self._service.draw_now(self._key, drawing)
            except RuntimeError as error:
                rendering = Rendering(drawing, None, 0.0, trouble=str(error))
            if rendering is not None and rendering.image is not None:
                return rendering
            self._give_up(rendering.trouble if rendering is not None else "it does not answer")
        assert self._painter is not None
        return self._painter.render(drawing)

    def try_drawing(self, drawing: Drawing) -> Rendering | None:
        """Draw and wait for it; None if that is too much for what draws, which is not given up."""
        if not self.decided:
            self.decide(self._find_out())
        if self._service is None:
            return self.draw_now(drawing)
        self._trials.append(drawing)
        try:
            rendering = self._service.draw_now(self._key, drawing)
        except RuntimeError as error:
            _log.warning("a large picture could not be drawn: %s", error)
            return None
        return rendering if rendering is not None and rendering.image is not None else None

    def _take(self, key: int, rendering: Rendering) -> None:
        if key != self._key or self._service is None:
            return
        if rendering.drawing in self._trials:  # not for the screen
            self._trials.remove(rendering.drawing)
            return
        if rendering.image is None:
            self._give_up(rendering.trouble)
            self.ask(rendering.drawing)
        else:
            self.rendered.emit(rendering)

    def _give_up(self, reason: str) -> None:
        if self._service is not None:
            self._service.rendered.disconnect(self._take)
            self._service = None
        _log.info("no OpenGL for the 3D view: %s", reason)
        self.reason = reason
        self._painter = PainterRenderer()
