"""The 3D view of a loss surface; all OpenGL code of the project is in this package."""

from landscape_gui.ui.surface3d.factory import make_surface_view
from landscape_gui.ui.surface3d.fallback import FallbackSurfaceView
from landscape_gui.ui.surface3d.probe import configure_opengl, opengl_available

__all__ = ["FallbackSurfaceView", "configure_opengl", "make_surface_view", "opengl_available"]
