"""Draws surfaces with OpenGL into memory: no window has a part in it.

What is on the screen is an ordinary image, so other repaints of the window do not touch the scene,
and a view can be floated, hidden, moved or grabbed like any widget.
"""

from __future__ import annotations

import time
from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QOffscreenSurface, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLFramebufferObjectFormat

from landscape_gui.ui.surface3d import gl_functions as g
from landscape_gui.ui.surface3d.drawing import Drawing, Rendering
from landscape_gui.ui.surface3d.gl_functions import Gl
from landscape_gui.ui.surface3d.gl_surface import GlSurface

SAMPLES = 4
# Meshes kept on the GPU: as many views as can be compared, and some to come back to.
_MOST_SURFACES = 8


def make_surface() -> QOffscreenSurface:
    """Something to make a context current on; only the window's own thread may make one."""
    surface = QOffscreenSurface()
    surface.setFormat(QSurfaceFormat.defaultFormat())
    surface.create()
    return surface


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
        self._targets: dict[int, QOpenGLFramebufferObject] = {}
        self.words = f"OpenGL {version[0]}.{version[1]}, {self._gl.renderer()}"

    @property
    def format(self) -> QSurfaceFormat:
        """Of the context."""
        return self._context.format()

    def render(self, drawing: Drawing, key: int = 0) -> Rendering:
        """Draw a picture; what ``key`` names keeps its mesh on the GPU."""
        began = time.perf_counter()
        self._context.makeCurrent(self._surface)
        width, height = drawing.size
        plain = self._target(0, width, height)
        smooth = None if drawing.draft else self._target(SAMPLES, width, height)
        target = smooth or plain
        target.bind()
        self.surface(key).draw(drawing)
        if smooth is not None:
            QOpenGLFramebufferObject.blitFramebuffer(plain, smooth)
        plain.bind()
        pixels = np.empty((height, width, 4), dtype=np.uint8)
        self._gl.PixelStorei(g.PACK_ALIGNMENT, 4)
        layout = g.RGBA if self._gl.embedded else g.BGRA
        self._gl.ReadPixels(
            0, 0, width, height, layout, g.UNSIGNED_BYTE, g.address(pixels)
        )
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
        self._context.makeCurrent(self._surface)
        found = self._surfaces.pop(key, None)
        if found is not None:
            found.free()

    def close(self) -> None:
        """Give everything back, in the thread that made it."""
        self._context.makeCurrent(self._surface)
        self._surfaces.clear()
        self._targets.clear()
        self._context.doneCurrent()

    def _target(self, samples: int, width: int, height: int) -> QOpenGLFramebufferObject:
        target = self._targets.get(samples)
        if target is None or target.size() != QSize(width, height):
            shape = QOpenGLFramebufferObjectFormat()
            shape.setAttachment(QOpenGLFramebufferObject.Attachment.CombinedDepthStencil)
            shape.setSamples(samples)
            target = QOpenGLFramebufferObject(QSize(width, height), shape)
            if not target.isValid():
                raise RuntimeError(f"no room for a picture of {width} × {height} pixels")
            self._targets[samples] = target
        return target
