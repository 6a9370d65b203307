"""The one mesh on the GPU: static x and y, a small buffer of heights, a colour table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from OpenGL import GL
from pyqtgraph.opengl.GLGraphicsItem import GLGraphicsItem
from PySide6.QtGui import QColor, QMatrix4x4, QOpenGLContext, QSurfaceFormat
from PySide6.QtOpenGL import QOpenGLBuffer, QOpenGLShader, QOpenGLShaderProgram

from landscape_gui.ui.surface3d import shaders
from landscape_gui.ui.surface3d.box import HEIGHT, Box
from landscape_gui.ui.surface3d.mesh import BoolArray, DrawnLattice, FloatArray

_INDEX_BYTES = 4
# glEnable names it so in every profile; GL_VERTEX_PROGRAM_POINT_SIZE is the same number.
_PROGRAM_POINT_SIZE = 0x8642
_POINT_SPRITE = 0x8861


class SurfaceItem(GLGraphicsItem):
    """Draws a height field with a colour table, soft light, contour lines and measured points.

    The item keeps its data in memory and uploads what changed when it is painted, so that it can
    be filled before there is a context and survives the loss of one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.box = Box((0.0, 1.0), (0.0, 1.0), 0.0, 1.0)
        self.canvas_color = QColor("#ffffff")
        self.dot_color = QColor("#1c2430")
        self.dot_diameter = 0.0
        self.dots_on_whole_cells = False
        self.lone_nodes = 0
        self.ring_diameter = 0.0
        self.light = (0.0, 0.0, 1.0)
        self.contour_step = 0.0
        self.pixel_ratio = 1.0
        self._lattice: DrawnLattice | None = None
        self._base = 0.0
        self._field = np.empty((0, 0, 4), dtype=np.float32)
        self._nodes = np.empty(0, dtype=np.uint32)
        self._ringed = np.empty(0, dtype=np.uint32)
        self._colors = np.zeros((256, 4), dtype=np.uint8)
        self._geometry_dirty = self._nodes_dirty = self._colors_dirty = True
        self._dirty_rows = (0, 0)
        self._forget()

    @property
    def ringed_nodes(self) -> int:
        """How many points are measured on few examples only."""
        return len(self._ringed)

    @property
    def lattice(self) -> DrawnLattice | None:
        """The drawn lattice, None while there is no surface."""
        return self._lattice

    def clear_surface(self) -> None:
        """Draw nothing."""
        self._lattice = None
        self.update()

    def set_lattice(self, x: FloatArray, y: FloatArray, base: float) -> None:
        """Take a new lattice in box coordinates; ``base`` is taken off all heights to come."""
        self._lattice = DrawnLattice(x, y)
        self._base = base
        self._field = np.full((*self._lattice.shape, 4), np.nan, dtype=np.float32)
        self._geometry_dirty = True
        self._lids_for = None

    def set_heights(
        self, height: FloatArray, measured: BoolArray, trust: FloatArray | None = None
    ) -> None:
        """Take heights float64[m, n] over the lattice; only rows that differ are uploaded."""
        assert self._lattice is not None
        drawn = self._lattice.field(height, measured, self._base, trust)
        changed = np.flatnonzero((drawn != self._field).any(axis=(1, 2)))
        if len(changed):
            first, last = self._dirty_rows
            if last > first:
                changed = np.append(changed, [first, last - 1])
            self._dirty_rows = (int(changed.min()), int(changed.max()) + 1)
            self._field = drawn
            self._lids_for = None
        shown = measured if not measured.all() else np.zeros_like(measured)
        self._nodes, self.lone_nodes = self._lattice.nodes(shown)
        self._nodes_dirty = True
        self.update()

    def set_sampled(self, sampled: BoolArray | None) -> None:
        """Take which points, bool[m, n], get a ring; after the heights."""
        assert self._lattice is not None
        old, self._ringed = self._ringed, np.empty(0, dtype=np.uint32)
        if sampled is not None:
            self._ringed = self._lattice.nodes(sampled)[0]
        self._nodes_dirty = self._nodes_dirty or not np.array_equal(old, self._ringed)

    def set_colors(self, table: npt.NDArray[np.uint8]) -> None:
        """Take a colour table uint8[256, 4]."""
        self._colors = np.ascontiguousarray(table, dtype=np.uint8)
        self._colors_dirty = True
        self.update()

    def initializeGL(self) -> None:
        """Compile for the current context; everything is uploaded again on the next paint."""
        context = QOpenGLContext.currentContext()
        self._forget()
        self._surface_program = _program(context, shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT)
        self._dot_program = _program(context, shaders.DOT_VERTEX, shaders.DOT_FRAGMENT)
        self._geometry_dirty = self._nodes_dirty = self._colors_dirty = True

    def paint(self) -> None:
        """Upload what changed and draw: surface, lids where it is cut off, measured points."""
        if self._lattice is None or self._surface_program is None or self._dot_program is None:
            return
        self._upload()
        assert self._texture is not None
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glDepthFunc(GL.GL_LEQUAL)
        GL.glDepthMask(GL.GL_TRUE)
        GL.glDisable(GL.GL_BLEND)
        GL.glDisable(GL.GL_CULL_FACE)

        program = self._surface_program
        program.bind()
        self._set_shared(program)
        span = self.box.high - self.box.low
        canvas = self.canvas_color
        program.setUniformValue(_at(program, "u_light"), *self.light)
        program.setUniformValue(
            _at(program, "u_canvas"), canvas.redF(), canvas.greenF(), canvas.blueF()
        )
        bands = span / self.contour_step if self.contour_step > 0 else 0.0
        phase = self.box.low / self.contour_step % 1.0 if self.contour_step > 0 else 0.0
        program.setUniformValue1f(_at(program, "u_bands"), bands)
        program.setUniformValue1f(_at(program, "u_phase"), phase)
        program.setUniformValue1f(_at(program, "u_pixel"), self.pixel_ratio)
        GL.glActiveTexture(GL.GL_TEXTURE0)
        GL.glBindTexture(GL.GL_TEXTURE_2D, self._texture)
        program.setUniformValue1i(_at(program, "u_colors"), 0)

        for lid, faces in ((0, self._faces), (1, self._lids[0]), (-1, self._lids[1])):
            if faces is None:
                continue
            _blend(lid != 0)
            program.setUniformValue1f(_at(program, "u_lid"), float(lid))
            faces.bind()
            count = faces.size() // _INDEX_BYTES
            GL.glDrawElements(GL.GL_TRIANGLES, count, GL.GL_UNSIGNED_INT, GL.GLvoidp(0))
            faces.release()
        _blend(False)
        GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
        self._finish(program)
        dots = len(self._nodes) if self.dots_on_whole_cells else self.lone_nodes
        assert self._points is not None
        assert self._rings is not None
        if len(self._ringed) and self.ring_diameter > 0:
            self._paint_dots(self._rings, len(self._ringed), self.ring_diameter, hole=0.48)
        if dots and self.dot_diameter > 0:
            self._paint_dots(self._points, dots, self.dot_diameter)

    def _paint_dots(
        self, points: QOpenGLBuffer, count: int, diameter: float, hole: float = 0.0
    ) -> None:
        assert self._dot_program is not None
        program = self._dot_program
        program.bind()
        self._set_shared(program)
        ink, halo = self.dot_color, self.canvas_color
        program.setUniformValue(
            _at(program, "u_ink"), ink.redF(), ink.greenF(), ink.blueF(), ink.alphaF()
        )
        program.setUniformValue(_at(program, "u_halo"), halo.redF(), halo.greenF(), halo.blueF())
        program.setUniformValue1f(_at(program, "u_size"), diameter * self.pixel_ratio)
        program.setUniformValue1f(_at(program, "u_hole"), hole)
        _blend(True)
        GL.glEnable(_PROGRAM_POINT_SIZE)
        context = QOpenGLContext.currentContext()
        core = QSurfaceFormat.OpenGLContextProfile.CoreProfile
        legacy = not context.isOpenGLES() and context.format().profile() != core
        if legacy:
            GL.glEnable(_POINT_SPRITE)
        points.bind()
        GL.glDrawElements(GL.GL_POINTS, count, GL.GL_UNSIGNED_INT, GL.GLvoidp(0))
        points.release()
        if legacy:
            GL.glDisable(_POINT_SPRITE)
        GL.glDisable(_PROGRAM_POINT_SIZE)
        _blend(False)
        self._finish(program)

    def _set_shared(self, program: QOpenGLShaderProgram) -> None:
        assert self._xy is not None
        assert self._heights is not None
        program.setUniformValue(_at(program, "u_matrix"), QMatrix4x4(self.mvpMatrix()))
        program.setUniformValue1f(_at(program, "u_low"), self.box.low - self._base)
        program.setUniformValue1f(_at(program, "u_span"), self.box.high - self.box.low)
        program.setUniformValue1f(_at(program, "u_box_height"), HEIGHT)
        for location, buffer, size in (
            (shaders.POSITION, self._xy, 2),
            (shaders.FIELD, self._heights, 4),
        ):
            buffer.bind()
            program.enableAttributeArray(location)
            program.setAttributeBuffer(location, GL.GL_FLOAT, 0, size, 0)
            buffer.release()

    def _finish(self, program: QOpenGLShaderProgram) -> None:
        program.disableAttributeArray(shaders.POSITION)
        program.disableAttributeArray(shaders.FIELD)
        program.release()

    def _upload(self) -> None:
        assert self._lattice is not None
        kind = QOpenGLBuffer.Type
        if self._geometry_dirty or self._xy is None:
            self._xy = _buffer(self._xy, kind.VertexBuffer, self._lattice.positions())
            self._faces = _buffer(self._faces, kind.IndexBuffer, self._lattice.faces)
            self._heights = _buffer(self._heights, kind.VertexBuffer, self._field)
        elif self._dirty_rows[1] > self._dirty_rows[0]:
            assert self._heights is not None
            first, last = self._dirty_rows
            rows = self._field[first:last]
            self._heights.bind()
            self._heights.write(first * self._field[0].nbytes, rows, rows.nbytes)  # pyright: ignore
            self._heights.release()
        if self._lids_for != self.box:
            self._upload_lids(kind.IndexBuffer)
        if self._nodes_dirty:
            self._points = _buffer(self._points, kind.IndexBuffer, _not_empty(self._nodes))
            self._rings = _buffer(self._rings, kind.IndexBuffer, _not_empty(self._ringed))
        if self._colors_dirty or self._texture is None:
            self._texture = _color_texture(self._texture, self._colors)
        self._geometry_dirty = self._nodes_dirty = self._colors_dirty = False
        self._dirty_rows = (0, 0)

    def _upload_lids(self, kind: QOpenGLBuffer.Type) -> None:
        """Faces that reach beyond the top and beyond the floor."""
        assert self._lattice is not None
        faces = self._lattice.faces
        height = self._field[..., 0].ravel()
        lids: list[QOpenGLBuffer | None] = []
        for beyond, old in (
            (height > self.box.high - self._base, self._lids[0]),
            (height < self.box.low - self._base, self._lids[1]),
        ):
            if beyond.any():
                lids.append(_buffer(old, kind, faces[beyond[faces].any(axis=1)]))
            else:
                lids.append(None)
        self._lids = (lids[0], lids[1])
        self._lids_for = self.box

    def _forget(self) -> None:
        self._lids: tuple[QOpenGLBuffer | None, QOpenGLBuffer | None] = (None, None)
        self._lids_for: Box | None = None
        self._surface_program: QOpenGLShaderProgram | None = None
        self._dot_program: QOpenGLShaderProgram | None = None
        self._xy: QOpenGLBuffer | None = None
        self._heights: QOpenGLBuffer | None = None
        self._faces: QOpenGLBuffer | None = None
        self._points: QOpenGLBuffer | None = None
        self._rings: QOpenGLBuffer | None = None
        self._texture: int | None = None


def _not_empty(nodes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """OpenGL takes no buffer of no bytes."""
    return nodes if len(nodes) else np.zeros(1, dtype=np.uint32)


def _blend(on: bool) -> None:
    """Translucent drawing, which must not hide what is drawn after it."""
    if on:
        GL.glEnable(GL.GL_BLEND)
        GL.glBlendFuncSeparate(
            GL.GL_SRC_ALPHA, GL.GL_ONE_MINUS_SRC_ALPHA, GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA
        )
        GL.glDepthMask(GL.GL_FALSE)
    else:
        GL.glDisable(GL.GL_BLEND)
        GL.glDepthMask(GL.GL_TRUE)


def _at(program: QOpenGLShaderProgram, name: str) -> int:
    return program.uniformLocation(name.encode())


def _program(context: QOpenGLContext, vertex: str, fragment: str) -> QOpenGLShaderProgram:
    kind = QOpenGLShader.ShaderTypeBit
    program = QOpenGLShaderProgram()
    vertex, fragment = shaders.sources(context, vertex, fragment)
    compiled = program.addShaderFromSourceCode(kind.Vertex, vertex.encode())
    compiled = compiled and program.addShaderFromSourceCode(kind.Fragment, fragment.encode())
    program.bindAttributeLocation(b"a_position", shaders.POSITION)
    program.bindAttributeLocation(b"a_field", shaders.FIELD)
    if not (compiled and program.link()):
        raise RuntimeError(f"the surface's shader does not compile here: {program.log()}")
    return program


def _buffer(
    buffer: QOpenGLBuffer | None, kind: QOpenGLBuffer.Type, data: npt.NDArray[np.generic]
) -> QOpenGLBuffer:
    if buffer is None:
        buffer = QOpenGLBuffer(kind)
        buffer.create()
    data = np.ascontiguousarray(data)
    buffer.bind()
    buffer.allocate(data, data.nbytes)  # pyright: ignore[reportCallIssue, reportArgumentType]
    buffer.release()
    return buffer


def _color_texture(texture: int | None, table: npt.NDArray[np.uint8]) -> int:
    # Not a QOpenGLTexture: one that outlives its context crashes when it is collected. What a
    # lost context leaves behind of this one is a kilobyte; buffers and programs Qt frees itself.
    if texture is None:
        texture = int(GL.glGenTextures(1))
    GL.glBindTexture(GL.GL_TEXTURE_2D, texture)
    for parameter, value in (
        (GL.GL_TEXTURE_MIN_FILTER, GL.GL_LINEAR),
        (GL.GL_TEXTURE_MAG_FILTER, GL.GL_LINEAR),
        (GL.GL_TEXTURE_WRAP_S, GL.GL_CLAMP_TO_EDGE),
        (GL.GL_TEXTURE_WRAP_T, GL.GL_CLAMP_TO_EDGE),
    ):
        GL.glTexParameteri(GL.GL_TEXTURE_2D, parameter, value)
    GL.glTexImage2D(
        GL.GL_TEXTURE_2D, 0, GL.GL_RGBA, 256, 1, 0, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, table
    )
    GL.glBindTexture(GL.GL_TEXTURE_2D, 0)
    return texture
