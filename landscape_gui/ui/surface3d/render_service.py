"""One thread that draws for all views: however long a picture takes, the window stays prompt."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import sys
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, SignalInstance
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext, QSurfaceFormat

from landscape_gui.ui.surface3d.drawing import Drawing, Rendering

if TYPE_CHECKING:
    from landscape_gui.ui.surface3d.gl_renderer import GlRenderer

_log = logging.getLogger(__name__)
# A window's own thread goes first where pictures are drawn by the processor.
_NICE = 5
_PATIENCE_S = 30.0


class _Thread(QThread):
    """Owns the context; draws the latest wish of each view, the oldest wish first."""

    def __init__(self, rendered: SignalInstance, surface: QOffscreenSurface) -> None:
        super().__init__()
        self.setObjectName("surface renderer")
        self._surface = surface
        self._wishes: OrderedDict[int, Drawing] = OrderedDict()
        self._gone: list[int] = []
        self._changed = threading.Condition()
        self._end = False
        self._tell = rendered
        self._awaited: set[int] = set()
        self._finished: dict[int, Rendering] = {}

    def ask(self, key: int, drawing: Drawing) -> None:
        """Replace what a view wished."""
        with self._changed:
            self._wishes[key] = drawing
            self._changed.notify_all()

    def wait_for(self, key: int, drawing: Drawing, patience_s: float) -> Rendering | None:
        """Block until this very drawing is done; None if it takes far too long."""
        with self._changed:
            self._finished.pop(key, None)
            self._awaited.add(key)
            self._wishes[key] = drawing
            self._wishes.move_to_end(key, last=False)
            self._changed.notify_all()

            def done() -> bool:
                found = self._finished.get(key)
                return self._end or (found is not None and found.drawing is drawing)

            self._changed.wait_for(done, patience_s)
            self._awaited.discard(key)
            return self._finished.pop(key, None)

    def forget(self, key: int) -> None:
        """A view is gone."""
        with self._changed:
            self._wishes.pop(key, None)
            self._finished.pop(key, None)
            self._gone.append(key)
            self._changed.notify_all()

    def stop(self, patience_s: float) -> bool:
        """End after the picture in hand, and wait for it; False if a driver does not return."""
        with self._changed:
            self._end = True
            self._changed.notify_all()
        return self.wait(round(1000 * patience_s))

    def run(self) -> None:
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                thread = threading.get_native_id()
                nice = os.getpriority(os.PRIO_PROCESS, thread) + _NICE
                os.setpriority(os.PRIO_PROCESS, thread, min(nice, 19))
        renderer: GlRenderer | None = None
        trouble = ""
        try:
            # Not at the top: the window opens sooner without it.
            from landscape_gui.ui.surface3d.gl_renderer import GlRenderer

            renderer = GlRenderer(self._surface)
        except Exception as error:
            _log.warning("no OpenGL context for the 3D view: %s", error)
            trouble = str(error)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wishes or self._gone or self._end)
                if self._end:
                    break
                gone, self._gone = self._gone, []
                wish = self._wishes.popitem(last=False) if self._wishes else None
            if renderer is not None:
                for key in gone:
                    renderer.forget(key)
            if wish is not None:
                self._draw(renderer, *wish, trouble)
        if renderer is not None:
            renderer.close()

    def _draw(self, renderer: GlRenderer | None, key: int, drawing: Drawing, trouble: str) -> None:
        try:
            if renderer is None:
                raise RuntimeError(trouble)
            rendering = renderer.render(drawing, key)
        except Exception as error:
            _log.exception("the surface could not be drawn")
            rendering = Rendering(drawing, None, 0.0, trouble=str(error) or repr(error))
        with self._changed:
            if key in self._awaited:
                self._finished[key] = rendering
                self._changed.notify_all()
        self._tell.emit(key, rendering)


def make_surface() -> QOffscreenSurface:
    """Something to make a context current on; only the window's own thread may make one."""
    surface = QOffscreenSurface()
    surface.setFormat(QSurfaceFormat.defaultFormat())
    surface.create()
    return surface


class RenderService(QObject):
    """Begins the thread with the first view and ends it with the last."""

    rendered = Signal(int, object)
    """(key, Rendering), in the thread of the window."""
    patience_s = _PATIENCE_S
    """A driver that takes longer is taken for broken: the window goes on without it."""

    def __init__(self) -> None:
        super().__init__()
        self._thread: _Thread | None = None
        self._surface: QOffscreenSurface | None = None
        self._keys: set[int] = set()
        self._next = 0
        # Threads in a driver that never came back: Qt aborts if they are deleted.
        self._lost: list[tuple[_Thread, QOffscreenSurface | None]] = []

    def join(self) -> int:
        """A key for a new view."""
        self._next += 1
        self._keys.add(self._next)
        return self._next

    def leave(self, key: int) -> None:
        """The view with this key is gone."""
        self._keys.discard(key)
        if not self._keys:
            self.stop()
        elif self._thread is not None:
            self._thread.forget(key)

    def ask(self, key: int, drawing: Drawing) -> None:
        """Have a picture drawn; of several wishes of one view only the last counts."""
        self._running().ask(key, drawing)

    def draw_now(self, key: int, drawing: Drawing) -> Rendering | None:
        """Have a picture drawn and wait for it."""
        return self._running().wait_for(key, drawing, self.patience_s)

    def stop(self) -> None:
        """End the thread; it begins again when something is to be drawn."""
        if self._thread is not None:
            if not self._thread.stop(self.patience_s):
                _log.error("the OpenGL driver does not answer; surfaces are drawn without it")
                self._lost.append((self._thread, self._surface))
            self._thread = None
            self._surface = None

    def _running(self) -> _Thread:
        if self._lost:
            raise RuntimeError("the OpenGL driver does not answer")
        if self._thread is None:
            if not QOpenGLContext.supportsThreadedOpenGL():
                raise RuntimeError("OpenGL cannot be used beside the window here")
            self._surface = make_surface()
            self._thread = _Thread(self.rendered, self._surface)
            self._thread.start()
        return self._thread


_service: RenderService | None = None


def render_service() -> RenderService:
    """The service of this process."""
    global _service
    if _service is None:
        _service = RenderService()
        # Qt aborts where a thread outlives it.
        atexit.register(_service.stop)
    return _service
