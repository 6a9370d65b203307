"""Draws surfaces with OpenGL into memory: no window has a part in it.

What is on the screen is an ordinary image, so other repaints of the window do not touch the scene,
and a view can be floated, hidden, moved or grabbed like any widget.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from landscape_gui.ui.surface3d import gl_functions as g
from landscape_gui.ui.surface3d.drawing import Drawing, Rendering
from landscape_gui.ui.surface3d.gl_functions import Gl
from landscape_gui.ui.surface3d.gl_surface import GlSurface

# Meshes kept on the GPU: as many views as can be compared, and some to come back to.
_MOST_SURFACES = 8
_BY_PROCESSOR = ("llvmpipe", "softpipe", "swiftshader", "software", "basic render")


class GlRenderer:
    """One context and its frame buffers, for the thread that makes it.

    Raises
    ------
    RuntimeError
        If OpenGL cannot be had.
    """

    def __init__(
        self, surface: QOffscreenSurface, surface_format: QSurfaceFormat | None = None
    ) -> None:
        self._surface = surface
        self._context = QOpenGLContext()
        self._context.setFormat(surface_format or surface.format())
        if not self._context.create():
            raise RuntimeError("this display offers no OpenGL context")
        if not self._context.makeCurrent(surface):
            raise RuntimeError("an OpenGL context exists but cannot be used")
        version = self._context.format().version()
        if not self._context.isOpenGLES() and tuple(version) < (2, 1):
            raise RuntimeError(f"OpenGL 2.1 is needed, this is {version[0]}.{version[1]}")
        self._gl = Gl(self._context)
        self._surfaces: OrderedDict[int, GlSurface] = OrderedDict()
        self._targets: dict[str, QOpenGLFramebufferObject] = {}
        renderer = self._gl.renderer()
        # Multisampling triples what a processor needs for a triangle; more pixels cost it less.
        self._by_processor = any(name in renderer.lower() for name in _BY_PROCESSOR)
        self.words = f"OpenGL {version[0]}.{version[1]}, {renderer}"

    @property
    def format(self) -> QSurfaceFormat:
        """Of the context."""
        return self._context.format()

    def render(self, drawing: Drawing, key: int = 0) -> Rendering:
        """Draw a picture; what ``key`` names keeps its mesh on the GPU."""
        began = time.perf_counter()
        self._make_current()
        width, height = drawing.size
        samples = drawing.quality.samples
        scale = max(1, round(math.sqrt(samples))) if self._by_processor else 1
        plain = self._target("plain", width, height)
        target = plain
        if scale > 1:
            target = self._target("large", width * scale, height * scale)
        elif samples:
            target = self._target("smooth", width, height, samples)
        target.bind()
        self.surface(key).draw(drawing, scale)
        # Qt's own calls hold the interpreter, and a driver that draws on the processor does all of
        # the drawing in the first of them that needs it: the window would wait for that.
        self._gl.Finish()
        if target is not plain:
            whole = QRect(QPoint(0, 0), plain.size()), QRect(QPoint(0, 0), target.size())
            way = g.LINEAR if scale > 1 else g.NEAREST
            QOpenGLFramebufferObject.blitFramebuffer(
                plain, whole[0], target, whole[1], g.COLOR_BUFFER_BIT, way
            )
        plain.bind()
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        self._gl.PixelStorei(g.PACK_ALIGNMENT, 4)
        layout = g.RGBA if self._gl.embedded else g.BGRA
        self._gl.ReadPixels(0, 0, width, height, layout, g.UNSIGNED_BYTE, g.address(pixels))
        plain.release()
        kind = QImage.Format.Format_ARGB32_Premultiplied
        if self._gl.embedded:
            kind = QImage.Format.Format_RGBA8888_Premultiplied
        image = QImage(pixels.data, width, height, 4 * width, kind)  # pyright: ignore
        return Rendering(drawing, image, time.perf_counter() - began, pixels)

    def surface(self, key: int) -> GlSurface:
        """The mesh of a view, made if there is none."""
        if key not in self._surfaces:
            while len(self._surfaces) >= _MOST_SURFACES:
                self._surfaces.popitem(last=False)[1].free()
            self._surfaces[key] = GlSurface(self._context)
        self._surfaces.move_to_end(key)
        return self._surfaces[key]

    def forget(self, key: int) -> None:
        """A view is gone."""
        self._make_current()
        found = self._surfaces.pop(key, None)
        if found is not None:
            found.free()

    def close(self) -> None:
        """Give everything back, in the thread that made it."""
        self._make_current()
        for surface in self._surfaces.values():
            surface.free()
        self._surfaces.clear()
        self._targets.clear()
        self._context.doneCurrent()

    def _make_current(self) -> None:
        # Asks the display server, so not without need.
        if QOpenGLContext.currentContext() is not self._context:
            self._context.makeCurrent(self._surface)

    def _target(
        self, name: str, width: int, height: int, samples: int = 0
    ) -> QOpenGLFramebufferObject:
        target = self._targets.get(name)
        if target is None or target.size() != QSize(width, height):
            shape = QOpenGLFramebufferObjectFormat()
            shape.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            shape.setSamples(samples)
            target = QOpenGLFramebufferObject(QSize(width, height), shape)
            if not target.isValid():
                raise RuntimeError(f"no room for a picture of {width} × {height} pixels")
            self._targets[name] = target
        return target
