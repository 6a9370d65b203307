"""The best surface view that can be had here."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from landscape_gui.ui.surface3d.fallback import FallbackSurfaceView
from landscape_gui.ui.surface3d.probe import opengl_available

if TYPE_CHECKING:
    from landscape_gui.ui.surface3d.view import Surface3DView

_log = logging.getLogger(__name__)


def make_surface_view(parent: QWidget | None = None) -> Surface3DView | FallbackSurfaceView:
    """The 3D view, or where OpenGL cannot be had a relief from above that says why."""
    available, reason = opengl_available()
    if available:
        try:
            # Not at the top: without a driver already the import of PyOpenGL fails.
            from landscape_gui.ui.surface3d.view import Surface3DView
        except Exception as error:
            _log.warning("OpenGL cannot be used although it answered: %s", error)
            return FallbackSurfaceView(f"PyOpenGL cannot be used here ({error})", parent)
        return Surface3DView(parent)
    _log.info("no 3D view: %s", reason)
    return FallbackSurfaceView(reason, parent)
