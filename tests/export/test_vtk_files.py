"""VTK files, read back by VTK where it is installed, and always by a parser of the test's own."""

from __future__ import annotations

import base64
import json
import struct
from xml.etree import ElementTree

import numpy as np
import pytest

from landscape_gui.export.points import known
from landscape_gui.export.vtk_files import surface_grid, surface_mesh, trajectory_line

_TYPES = {"Float64": "<f8", "UInt8": "u1", "Int64": "<i8"}


def arrays(content: bytes) -> dict[str, np.ndarray]:
    found = {}
    for element in ElementTree.fromstring(content).iter("DataArray"):
        if element.get("format") != "binary":
            continue
        data = base64.b64decode(element.text or "", validate=True)
        (length,) = struct.unpack("<Q", data[:8])
        assert length == len(data) - 8
        array = np.frombuffer(data[8:], dtype=_TYPES[element.attrib["type"]])
        parts = int(element.get("NumberOfComponents", "1"))
        found[element.attrib["Name"]] = array.reshape(-1, parts) if parts > 1 else array
    return found


def facts(content: bytes) -> dict[str, str]:
    found = {}
    for element in ElementTree.fromstring(content).iter("DataArray"):
        if element.get("type") == "String":
            codes = [int(word) for word in (element.text or "").split()]
            assert codes.pop() == 0
            found[element.attrib["Name"]] = bytes(codes).decode()
    return found


def test_grid_holds_every_metric_as_the_file_has_it(estimated):
    surface = estimated.surfaces["full-random0"]
    content = surface_grid(estimated, surface, "dev_loss")
    root = ElementTree.fromstring(content)
    assert (root.get("type"), root.get("byte_order")) == ("StructuredGrid", "LittleEndian")
    grid = root.find("StructuredGrid")
    assert grid is not None
    assert grid.get("WholeExtent") == "0 20 0 20 0 0"
    assert grid.find("Piece/PointData").get("Scalars") == "dev_loss"
    found = arrays(content)
    for metric in surface.values:
        known_ = known(surface, metric)
        assert np.array_equal(found[metric].reshape(21, 21), known_.values)
        assert np.array_equal(found[f"{metric}_bound"].reshape(21, 21), known_.bounds)
        assert np.array_equal(found[f"{metric}_kind"].reshape(21, 21), known_.kinds)
    points = found["Points"].reshape(21, 21, 3)
    assert np.array_equal(points[0, :, 0], surface.alpha)
    assert np.array_equal(points[:, 0, 1], surface.beta)
    assert np.array_equal(points[..., 2], known(surface, "dev_loss").values)


def test_mesh_has_a_quadrilateral_for_every_cell(whole):
    surface = whole.surfaces["low-random0"]
    found = arrays(surface_mesh(whole, surface, "train_loss"))
    cells = found["connectivity"][-400:].reshape(-1, 4)
    corners = found["Points"][cells]
    assert len(cells) == 100
    assert np.allclose(np.ptp(corners[..., 0], axis=1), 0.8)
    assert np.allclose(np.ptp(corners[..., 1], axis=1), 0.8)
    # Around each cell, not across it.
    sides = np.linalg.norm(np.diff(corners[..., :2], axis=1), axis=2)
    assert np.allclose(sides, 0.8)


def test_trajectory_goes_through_the_checkpoints_own_values(whole):
    surface = whole.surfaces["full-random0"]
    found = arrays(trajectory_line(whole, surface, "train_loss"))
    assert np.array_equal(found["Points"][:, 2], surface.checkpoint_values["train_loss"])
    assert found["Points"][-1, :2] == pytest.approx([1, 0])


def test_text_stays_text(hostile):
    surface = next(iter(hostile.surfaces.values()))
    content = surface_grid(hostile, surface, "train_loss")
    assert b"<img" not in content
    assert json.loads(facts(content)["run"])["name"] == hostile.run.name
    assert facts(content)["surface"] == surface.name


def test_vtk_reads_what_was_written(estimated, hostile, tmp_path):
    vtk = pytest.importorskip("vtk", reason="the package vtk is not installed")
    from vtk.util.numpy_support import vtk_to_numpy

    surface = estimated.surfaces["full-random0"]
    made = {
        "grid.vts": (vtk.vtkXMLStructuredGridReader, surface_grid(estimated, surface, "dev_error")),
        "mesh.vtp": (vtk.vtkXMLPolyDataReader, surface_mesh(estimated, surface, "dev_error")),
    }
    for name, (kind, content) in made.items():
        (tmp_path / name).write_bytes(content)
        reader = kind()
        reader.SetFileName(str(tmp_path / name))
        assert reader.CanReadFile(str(tmp_path / name))
        reader.Update()
        whole = reader.GetOutput()
        assert whole.GetNumberOfPoints() == 441
        assert whole.GetNumberOfCells() == 400
        assert whole.GetPointData().GetScalars().GetName() == "dev_error"
        for metric in surface.values:
            known_ = known(surface, metric)
            for suffix, array in (("", known_.values), ("_errors", known_.errors)):
                read = vtk_to_numpy(whole.GetPointData().GetArray(metric + suffix))
                assert np.array_equal(read.reshape(21, 21), array, equal_nan=True)
        points = vtk_to_numpy(whole.GetPoints().GetData())
        assert np.array_equal(points[:21, 0], surface.alpha)
        said = whole.GetFieldData().GetAbstractArray("surface").GetValue(0)
        assert said == surface.name
    surface = next(iter(hostile.surfaces.values()))
    path = tmp_path / "line.vtp"
    path.write_bytes(trajectory_line(hostile, surface, "train_loss"))
    reader = vtk.vtkXMLPolyDataReader()
    reader.SetFileName(str(path))
    reader.Update()
    assert reader.GetOutput().GetNumberOfLines() == 1
    assert reader.GetOutput().GetNumberOfPoints() == 6
