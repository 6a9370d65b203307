"""The mesh on the GPU: static positions, a small buffer of heights, a colour table."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QMatrix4x4, QOpenGLContext, QSurfaceFormat

from landscape_gui.ui.scene import in_whole_cells
from landscape_gui.ui.surface3d import gl_functions as g
from landscape_gui.ui.surface3d import shaders
from landscape_gui.ui.surface3d.box import HALF_SIDE, Box
from landscape_gui.ui.surface3d.drawing import Drawing, light
from landscape_gui.ui.surface3d.gl_functions import Gl, address
from landscape_gui.ui.surface3d.gl_objects import Buffer, Program, color_texture
from landscape_gui.ui.surface3d.surface_field import SurfaceField

_SURFACE, _TOP, _FOOT, _FLOOR = 0.0, 1.0, -1.0, 2.0
# Dots closer together than this (pixels) would be noise, not information.
_CLOSEST_DOTS = 10.0
# A lattice with cells of this many pixels is coarse: all its measured points get a dot.
_COARSE = 18.0
_LARGEST_DOT = 5.0
_UPSIDE_DOWN = np.diag([1.0, -1.0, 1.0, 1.0])


class GlSurface:
    """Draws a ``Drawing`` into whatever is bound in one context; uploads only what changed.

    Attributes
    ----------
    uploaded_rows
        Rows of the vertex buffer that the last drawing had to upload.
    dots, rings
        How many of each it drew.
    """

    def __init__(self, context: QOpenGLContext) -> None:
        self._gl = gl = Gl(context)
        self.renderer = gl.renderer()
        surface_format = context.format()
        core = surface_format.profile() == QSurfaceFormat.OpenGLContextProfile.CoreProfile
        self._legacy_points = not gl.embedded and not core
        self._surface = Program(gl, context, shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT)
        self._dots = Program(gl, context, shaders.DOT_VERTEX, shaders.DOT_FRAGMENT)
        if gl.has_vertex_arrays:
            gl.BindVertexArray(gl.generate("VertexArrays"))
        self._positions, self._layers, self._faces, self._lid, self._points = (
            Buffer(gl, target)
            for target in (g.ARRAY_BUFFER, g.ARRAY_BUFFER, *3 * (g.ELEMENT_ARRAY_BUFFER,))
        )
        self._texture = color_texture(gl)
        self._field: SurfaceField | None = None
        self._version = 0
        self._most = 0
        self._pixel = 1.0
        self._colors: npt.NDArray[np.uint8] | None = None
        self.uploaded_rows = 0
        self.dots = self.rings = 0

    def draw(self, drawing: Drawing, scale: int = 1) -> None:
        """Draw over a transparent ground, upside down: the first row of pixels is the top one.

        With ``scale`` as many times as wide and as high, to be reduced again.
        """
        gl = self._gl
        self._pixel = drawing.pixel_ratio * scale
        self._upload(drawing)
        gl.Viewport(0, 0, drawing.size[0] * scale, drawing.size[1] * scale)
        gl.Disable(g.SCISSOR_TEST)
        gl.Disable(g.STENCIL_TEST)
        gl.Disable(g.CULL_FACE)
        gl.Enable(g.DEPTH_TEST)
        gl.DepthFunc(g.LEQUAL)
        gl.DepthMask(1)
        gl.ClearColor(0.0, 0.0, 0.0, 0.0)
        gl.Clear(g.COLOR_BUFFER_BIT | g.DEPTH_BUFFER_BIT | g.STENCIL_BUFFER_BIT)

        program = self._surface
        with program:
            self._set_surface(program, drawing)
            from_below = drawing.projection.eye[2] < 0
            if drawing.floor and not from_below:
                self._draw_part(program, _FLOOR, self._faces)
            self._draw_part(program, _SURFACE, self._faces)
            for part in (_TOP, _FOOT):
                if self._upload_lid(drawing, part):
                    self._draw_part(program, part, self._lid)
            if drawing.floor and from_below:
                self._draw_part(program, _FLOOR, self._faces)
        self._draw_points(drawing)

    def free(self) -> None:
        """Give back what is on the GPU; the context has to be current."""
        for buffer in (self._positions, self._layers, self._faces, self._lid, self._points):
            buffer.free()
        self._gl.delete("Textures", self._texture)

    # -- uploading -----------------------------------------------------------------------------

    def _upload(self, drawing: Drawing) -> None:
        field, gl = drawing.field, self._gl
        new = field is not self._field
        if new:
            self._field, self._version = field, 0
            self._positions.fill(field.lattice.positions())
        version, first, rows = field.changes_since(self._version)
        self.uploaded_rows = len(rows)
        if new:
            self._layers.fill(rows, g.DYNAMIC_DRAW)
        elif len(rows):
            self._layers.write(first * rows[0].nbytes, rows)
        self._version = version
        if new or drawing.quality.points != self._most:
            self._most = drawing.quality.points
            self._faces.fill(field.lattice.faces(self._most))
        if drawing.colors is not self._colors:
            self._colors = drawing.colors
            gl.BindTexture(g.TEXTURE_2D, self._texture)
            gl.TexImage2D(
                g.TEXTURE_2D, 0, g.RGBA, 256, 1, 0, g.RGBA, g.UNSIGNED_BYTE,
                address(np.ascontiguousarray(drawing.colors)),
            )  # fmt: skip
            gl.BindTexture(g.TEXTURE_2D, 0)

    def _upload_lid(self, drawing: Drawing, part: float) -> bool:
        """Faces that reach beyond the top or below the foot; False if none do."""
        field, box = drawing.field, drawing.box
        height = field.heights()
        beyond = height > box.high - field.base if part == _TOP else height < box.low - field.base
        if not beyond.any():
            return False
        self._lid.fill(field.lattice.faces_beyond(beyond, self._most), g.DYNAMIC_DRAW)
        return self._lid.count > 0

    # -- drawing -------------------------------------------------------------------------------

    def _set_surface(self, program: Program, drawing: Drawing) -> None:
        self._set_shared(program, drawing)
        base = drawing.field.base
        program.set("u_light", *light(drawing.camera))
        program.set("u_canvas", *drawing.canvas)
        levels = drawing.levels[: shaders.MOST_LEVELS] - base
        program.set_array("u_levels", levels)
        program.set("u_level_count", float(len(levels)))
        program.set("u_lines", float(drawing.lines))
        program.set("u_bands", float(drawing.bands and len(levels) > 0))
        program.set("u_pixel", self._pixel)
        self._gl.ActiveTexture(g.TEXTURE0)
        self._gl.BindTexture(g.TEXTURE_2D, self._texture)
        program.set_unit("u_colors", 0)

    def _draw_part(self, program: Program, part: float, faces: Buffer) -> None:
        self._blend(part != _SURFACE)
        program.set("u_part", part)
        faces.draw(g.TRIANGLES)
        self._blend(False)

    def _draw_points(self, drawing: Drawing) -> None:
        self.dots = self.rings = 0
        lattice = drawing.field.lattice
        side = _side_in_pixels(drawing)
        spacing = side / max(len(lattice.x) - 1, len(lattice.y) - 1)
        measured, sampled = drawing.measured, drawing.sampled
        lone = 0
        if measured is not None and not measured.all():
            alone = measured & ~in_whole_cells(measured)
            lone = int(alone.sum())
            # On measured surface only if it is coarse.
            shown = measured if spacing >= _COARSE else alone
            between = spacing if spacing >= _COARSE else side / max(math.sqrt(lone), 1.0)
        else:
            shown, between = None, 0.0
        if sampled is not None:
            count = int(sampled.sum())
            apart = side / max(math.sqrt(lone + count), 1.0)
            if count and apart >= _CLOSEST_DOTS:
                self._draw_dots(drawing, lattice.nodes(sampled), apart, "ring")
                self.rings = count
        if shown is not None and shown.any() and between >= _CLOSEST_DOTS:
            nodes = lattice.nodes(shown)
            self._draw_dots(drawing, nodes, between, "dot")
            self.dots = len(nodes)

    def _draw_dots(
        self,
        drawing: Drawing,
        nodes: npt.NDArray[np.uint32],
        spacing: float,
        kind: Literal["dot", "ring"],
    ) -> None:
        gl, program = self._gl, self._dots
        self._points.fill(nodes, g.DYNAMIC_DRAW)
        with program:
            self._set_shared(program, drawing)
            program.set("u_ink", *drawing.ink, 1.0)
            program.set("u_halo", *drawing.canvas)
            program.set("u_size", min(_LARGEST_DOT, 0.40 * spacing) * self._pixel)
            program.set("u_hole", 0.48 if kind == "ring" else 0.0)
            self._blend(True)
            if not gl.embedded:
                gl.Enable(g.PROGRAM_POINT_SIZE)
            if self._legacy_points:
                gl.Enable(g.POINT_SPRITE)
            self._points.draw(g.POINTS)
            self._blend(False)

    def _set_shared(self, program: Program, drawing: Drawing) -> None:
        box: Box = drawing.box
        matrix = _UPSIDE_DOWN @ drawing.projection.matrix
        program.set_matrix("u_matrix", QMatrix4x4(*matrix.ravel().tolist()))
        program.set("u_low", box.low - drawing.field.base)
        program.set("u_span", box.high - box.low)
        program.set("u_base", drawing.field.base)
        program.set("u_log", box.log_ratio)
        program.set("u_foot", box.foot)
        program.set("u_room", box.room)
        self._positions.attribute(shaders.POSITION, 2)
        self._layers.attribute(shaders.FIELD, 4)

    def _blend(self, on: bool) -> None:
        """Translucent drawing, which must not hide what is drawn after it."""
        gl = self._gl
        if on:
            gl.Enable(g.BLEND)
            gl.BlendFuncSeparate(g.SRC_ALPHA, g.ONE_MINUS_SRC_ALPHA, g.ONE, g.ONE_MINUS_SRC_ALPHA)
        else:
            gl.Disable(g.BLEND)
        gl.DepthMask(0 if on else 1)


def _side_in_pixels(drawing: Drawing) -> float:
    """Logical pixels of the base's side, as if it were seen square on."""
    projection = drawing.projection
    across = np.array([drawing.camera.center, drawing.camera.center])
    across[1] += projection.view[0, :3] * 2 * HALF_SIDE
    left, right = projection.project(across)
    return float(abs(right[0] - left[0]))
