"""The few OpenGL functions that are called directly, bound by ctypes to the current context.

ctypes releases the interpreter while a function runs: a driver that draws on the processor then
does not hold up the window, and no package has to be imported for it.
"""

from __future__ import annotations

import ctypes
from ctypes import c_float, c_int, c_ssize_t, c_ubyte, c_uint, c_void_p
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QOpenGLContext

# Names as in the OpenGL registry, without GL_.
TRIANGLES, POINTS = 0x0004, 0x0000
DEPTH_BUFFER_BIT, STENCIL_BUFFER_BIT, COLOR_BUFFER_BIT = 0x0100, 0x0400, 0x4000
LEQUAL, CW, CCW = 0x0203, 0x0900, 0x0901
ONE, SRC_ALPHA, ONE_MINUS_SRC_ALPHA = 1, 0x0302, 0x0303
CULL_FACE, DEPTH_TEST, STENCIL_TEST, BLEND = 0x0B44, 0x0B71, 0x0B90, 0x0BE2
SCISSOR_TEST, MULTISAMPLE = 0x0C11, 0x809D
POINT_SPRITE, PROGRAM_POINT_SIZE = 0x8861, 0x8642
PACK_ALIGNMENT = 0x0D05
TEXTURE_2D, TEXTURE0 = 0x0DE1, 0x84C0
MAG_FILTER, MIN_FILTER, WRAP_S, WRAP_T = 0x2800, 0x2801, 0x2802, 0x2803
NEAREST, LINEAR, CLAMP_TO_EDGE = 0x2600, 0x2601, 0x812F
UNSIGNED_BYTE, UNSIGNED_INT, FLOAT = 0x1401, 0x1405, 0x1406
RGBA, BGRA = 0x1908, 0x80E1
RENDERER = 0x1F01
ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 0x8892, 0x8893
STATIC_DRAW, DYNAMIC_DRAW = 0x88E4, 0x88E8
OUT_OF_MEMORY = 0x0505

_SIGNATURES: dict[str, tuple[Any, ...]] = {
    # name: result, then arguments
    "ActiveTexture": (None, c_uint),
    "BindBuffer": (None, c_uint, c_uint),
    "BindTexture": (None, c_uint, c_uint),
    "BlendFuncSeparate": (None, c_uint, c_uint, c_uint, c_uint),
    "BufferData": (None, c_uint, c_ssize_t, c_void_p, c_uint),
    "BufferSubData": (None, c_uint, c_ssize_t, c_ssize_t, c_void_p),
    "Clear": (None, c_uint),
    "ClearColor": (None, c_float, c_float, c_float, c_float),
    "DeleteBuffers": (None, c_int, c_void_p),
    "DeleteTextures": (None, c_int, c_void_p),
    "DepthFunc": (None, c_uint),
    "DepthMask": (None, c_ubyte),
    "Disable": (None, c_uint),
    "DisableVertexAttribArray": (None, c_uint),
    "DrawElements": (None, c_uint, c_int, c_uint, c_void_p),
    "Enable": (None, c_uint),
    "EnableVertexAttribArray": (None, c_uint),
    "Finish": (None,),
    "FrontFace": (None, c_uint),
    "GenBuffers": (None, c_int, c_void_p),
    "GenTextures": (None, c_int, c_void_p),
    "GetError": (c_uint,),
    "GetString": (ctypes.c_char_p, c_uint),
    "PixelStorei": (None, c_uint, c_int),
    "ReadPixels": (None, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "TexImage2D": (
        None, c_uint, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p,
    ),
    "TexParameteri": (None, c_uint, c_uint, c_int),
    "Uniform1fv": (None, c_int, c_int, c_void_p),
    "VertexAttribPointer": (None, c_uint, c_int, c_uint, c_ubyte, c_int, c_void_p),
    "Viewport": (None, c_int, c_int, c_int, c_int),
}  # fmt: skip
# Core profiles draw nothing without a vertex array object; OpenGL 2.1 has none.
_OPTIONAL: dict[str, tuple[Any, ...]] = {
    "BindVertexArray": (None, c_uint),
    "GenVertexArrays": (None, c_int, c_void_p),
}


class Gl:
    """Functions of one context, as methods: ``gl.Enable(BLEND)``.

    Raises
    ------
    RuntimeError
        If the context lacks one of them.
    """

    def __init__(self, context: QOpenGLContext) -> None:
        for name, (result, *arguments) in (_SIGNATURES | _OPTIONAL).items():
            address = int(context.getProcAddress(b"gl" + name.encode()))  # type: ignore[arg-type]
            if address:
                prototype = ctypes.CFUNCTYPE(result, *arguments)
                setattr(self, name, prototype(address))
            elif name in _SIGNATURES:
                raise RuntimeError(f"this OpenGL has no gl{name}")
        self.has_vertex_arrays = hasattr(self, "GenVertexArrays")
        self.embedded = context.isOpenGLES()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def renderer(self) -> str:
        """What draws, in the driver's words."""
        name = self.GetString(RENDERER)
        return name.decode(errors="replace") if name else "unknown renderer"

    def generate(self, what: str) -> int:
        """A new name of a buffer, a texture or a vertex array."""
        name = c_uint()
        getattr(self, f"Gen{what}")(1, ctypes.byref(name))
        return int(name.value)

    def delete(self, what: str, name: int) -> None:
        """Give a buffer or a texture back."""
        getattr(self, f"Delete{what}")(1, ctypes.byref(c_uint(name)))


def address(array: npt.NDArray[np.generic]) -> int:
    """Where a contiguous array's data begin."""
    assert array.flags.c_contiguous
    return array.ctypes.data
