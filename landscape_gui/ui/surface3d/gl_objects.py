"""Buffers, shader programs and textures of one OpenGL context."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QMatrix4x4, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLShader, QOpenGLShaderProgram

from landscape_gui.ui.surface3d import gl_functions as g
from landscape_gui.ui.surface3d import shaders
from landscape_gui.ui.surface3d.gl_functions import Gl, address


class Buffer:
    """Memory on the GPU for vertices or for the triangles between them."""

    def __init__(self, gl: Gl, target: int) -> None:
        self._gl, self._target = gl, target
        self._name = gl.generate("Buffers")
        self.count = 0

    def fill(self, data: npt.NDArray[np.generic], usage: int = g.STATIC_DRAW) -> None:
        """Take new data."""
        self.count = data.size
        data = np.ascontiguousarray(data)
        self._gl.BindBuffer(self._target, self._name)
        self._gl.BufferData(self._target, data.nbytes, address(data), usage)

    def write(self, offset: int, data: npt.NDArray[np.generic]) -> None:
        """Replace bytes from ``offset`` on."""
        self._gl.BindBuffer(self._target, self._name)
        self._gl.BufferSubData(self._target, offset, data.nbytes, address(data))

    def attribute(self, location: int, size: int) -> None:
        """Feed a vertex attribute of ``size`` floats."""
        self._gl.BindBuffer(self._target, self._name)
        self._gl.EnableVertexAttribArray(location)
        self._gl.VertexAttribPointer(location, size, g.FLOAT, 0, 0, None)

    def draw(self, mode: int) -> None:
        """Draw the vertices that this buffer names."""
        self._gl.BindBuffer(self._target, self._name)
        self._gl.DrawElements(mode, self.count, g.UNSIGNED_INT, None)

    def free(self) -> None:
        """Give the memory back."""
        self._gl.delete("Buffers", self._name)


class Program:
    """A shader program with uniforms by name."""

    def __init__(self, gl: Gl, context: QOpenGLContext, vertex: str, fragment: str) -> None:
        self._gl = gl
        self._program = program = QOpenGLShaderProgram()
        kind = QOpenGLShader.ShaderTypeBit
        vertex, fragment = shaders.sources(context, vertex, fragment)
        compiled = program.addShaderFromSourceCode(kind.Vertex, vertex.encode())
        compiled = compiled and program.addShaderFromSourceCode(kind.Fragment, fragment.encode())
        program.bindAttributeLocation(b"a_position", shaders.POSITION)
        program.bindAttributeLocation(b"a_field", shaders.FIELD)
        if not (compiled and program.link()):
            raise RuntimeError(f"the surface's shader does not compile here: {program.log()}")
        self._places: dict[str, int] = {}

    def __enter__(self) -> None:
        self._program.bind()

    def __exit__(self, *_: object) -> None:
        for location in (shaders.POSITION, shaders.FIELD):
            self._gl.DisableVertexAttribArray(location)
        self._program.release()

    def set(self, name: str, *values: float) -> None:
        """A float or a vector of floats."""
        if len(values) == 1:
            self._program.setUniformValue1f(self._at(name), values[0])
        else:
            self._program.setUniformValue(self._at(name), *values)

    def set_unit(self, name: str, unit: int) -> None:
        """The texture unit of a sampler."""
        self._program.setUniformValue1i(self._at(name), unit)

    def set_matrix(self, name: str, matrix: QMatrix4x4) -> None:
        """A matrix."""
        self._program.setUniformValue(self._at(name), matrix)

    def set_array(self, name: str, values: npt.NDArray[np.float64]) -> None:
        """The first elements of an array of floats."""
        data = np.ascontiguousarray(values, dtype=np.float32)
        if len(data):
            self._gl.Uniform1fv(self._at(name), len(data), address(data))

    def _at(self, name: str) -> int:
        if name not in self._places:
            self._places[name] = self._program.uniformLocation(name.encode())
        return self._places[name]


def color_texture(gl: Gl) -> int:
    """A texture for a colour table, still without colours."""
    texture = gl.generate("Textures")
    gl.BindTexture(g.TEXTURE_2D, texture)
    for parameter, value in (
        (g.MIN_FILTER, g.LINEAR),
        (g.MAG_FILTER, g.LINEAR),
        (g.WRAP_S, g.CLAMP_TO_EDGE),
        (g.WRAP_T, g.CLAMP_TO_EDGE),
    ):
        gl.TexParameteri(g.TEXTURE_2D, parameter, value)
    gl.BindTexture(g.TEXTURE_2D, 0)
    return texture
