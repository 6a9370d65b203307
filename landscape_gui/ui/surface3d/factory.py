"""A surface view that finds out by itself what it can be drawn with."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from landscape_gui.ui.surface3d.probe import Inquiry, known_answer
from landscape_gui.ui.surface3d.view import Surface3DView


def make_surface_view(parent: QWidget | None = None) -> Surface3DView:
    """The 3D view; whether there is OpenGL is found out while the window opens."""
    view = Surface3DView(parent, known_answer())
    if known_answer() is None:
        inquiry = Inquiry(view)
        inquiry.answered.connect(view.decide)
        inquiry.begin()
    return view
