"""VTK's XML formats, written by hand: structured grid (``.vts``) and polydata (``.vtp``).

Arrays are inline, base64, little-endian, behind a 64-bit count of their bytes (VTK File Formats,
version 1.0), so that NaN survives and no number is rounded.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64] | npt.NDArray[np.uint8] | npt.NDArray[np.int64]

_TYPES = {"f8": "Float64", "u1": "UInt8", "i8": "Int64"}


def structured_grid(
    points: npt.NDArray[np.float64],
    shape: tuple[int, int],
    point_data: Mapping[str, Array],
    facts: Mapping[str, str],
    active: str,
) -> bytes:
    """A ``.vts`` file.

    Parameters
    ----------
    points
        float64[m * n, 3], α running fastest.
    shape
        m, n: points along β and α.
    point_data
        Name → array of length m * n.
    facts
        Name → text, kept as field data.
    active
        The array that viewers colour by at first.
    """
    rows, columns = shape
    extent = f"0 {columns - 1} 0 {rows - 1} 0 0"
    root, grid = _document("StructuredGrid", facts)
    grid.set("WholeExtent", extent)
    piece = ElementTree.SubElement(grid, "Piece", Extent=extent)
    _add_point_data(piece, point_data, active)
    _add_points(piece, points)
    return _bytes(root)


def polydata(
    points: npt.NDArray[np.float64],
    point_data: Mapping[str, Array],
    facts: Mapping[str, str],
    active: str,
    *,
    lines: Sequence[Sequence[int]] = (),
    polygons: npt.NDArray[np.int64] | None = None,
) -> bytes:
    """A ``.vtp`` file of polygons, int64[p, corners], or of lines through the points."""
    polygons = np.empty((0, 4), dtype=np.int64) if polygons is None else polygons
    root, whole = _document("PolyData", facts)
    piece = ElementTree.SubElement(
        whole,
        "Piece",
        NumberOfPoints=str(len(points)),
        NumberOfVerts="0",
        NumberOfLines=str(len(lines)),
        NumberOfStrips="0",
        NumberOfPolys=str(len(polygons)),
    )
    _add_point_data(piece, point_data, active)
    _add_points(piece, points)
    ends = np.cumsum([len(line) for line in lines], dtype=np.int64)
    joined = np.array([index for line in lines for index in line], dtype=np.int64)
    _add_cells(piece, "Lines", joined, ends)
    corners = polygons.shape[1]
    _add_cells(
        piece,
        "Polys",
        polygons.reshape(-1),
        np.arange(1, len(polygons) + 1, dtype=np.int64) * corners,
    )
    return _bytes(root)


def _document(kind: str, facts: Mapping[str, str]) -> tuple[Element, Element]:
    root = ElementTree.Element(
        "VTKFile", type=kind, version="1.0", byte_order="LittleEndian", header_type="UInt64"
    )
    whole = ElementTree.SubElement(root, kind)
    field = ElementTree.SubElement(whole, "FieldData")
    for name, text in facts.items():
        # VTK keeps a string as the numbers of its bytes, up to a zero.
        element = ElementTree.SubElement(
            field, "DataArray", type="String", Name=name, NumberOfTuples="1", format="ascii"
        )
        content = text.encode("utf-8", "replace").replace(b"\0", b"")
        element.text = " ".join(str(byte) for byte in (*content, 0))
    return root, whole


def _add_point_data(piece: Element, data: Mapping[str, Array], active: str) -> None:
    parent = ElementTree.SubElement(piece, "PointData", Scalars=active)
    for name, array in data.items():
        _add_array(parent, name, array)


def _add_points(piece: Element, points: npt.NDArray[np.float64]) -> None:
    parent = ElementTree.SubElement(piece, "Points")
    _add_array(parent, "Points", points)


def _add_cells(
    piece: Element,
    kind: str,
    connectivity: npt.NDArray[np.int64],
    offsets: npt.NDArray[np.int64],
) -> None:
    parent = ElementTree.SubElement(piece, kind)
    _add_array(parent, "connectivity", connectivity)
    _add_array(parent, "offsets", offsets)


def _add_array(parent: Element, name: str, array: Array) -> None:
    little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    element = ElementTree.SubElement(
        parent, "DataArray", type=_TYPES[little.dtype.str[1:]], Name=name, format="binary"
    )
    if little.ndim == 2:
        element.set("NumberOfComponents", str(little.shape[1]))
    data = little.tobytes()
    element.text = base64.b64encode(struct.pack("<Q", len(data)) + data).decode("ascii")


def _bytes(root: Element) -> bytes:
    ElementTree.indent(root, space=" ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
