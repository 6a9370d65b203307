"""The 3D view of a loss surface; all OpenGL code of the project is in this package."""

from landscape_gui.ui.surface3d.factory import make_surface_view
from landscape_gui.ui.surface3d.picture import SurfaceStyle
from landscape_gui.ui.surface3d.probe import configure_opengl, opengl_available
from landscape_gui.ui.surface3d.view import Surface3DView

__all__ = [
    "Surface3DView",
    "SurfaceStyle",
    "configure_opengl",
    "make_surface_view",
    "opengl_available",
]
