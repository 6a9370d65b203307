"""No export tells where run, model and data lay on the machine that measured them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from landscape_gui.export.arrays import npz
from landscape_gui.export.csv_rows import points_csv
from landscape_gui.export.html_page import page
from landscape_gui.export.tables import tables_of
from landscape_gui.export.text_tables import markdown
from landscape_gui.export.vtk_files import surface_grid, surface_mesh, trajectory_line

HOME = "/home/somebody"


@pytest.fixture(scope="module")
def at_home(whole):
    spec = {"run": f"{HOME}/runs/a", "base": f"{HOME}/b", "task": {"data": f"{HOME}/glue/mrpc"}}
    return replace(
        whole,
        path=Path(f"{HOME}/a.landscape.h5"),
        run=replace(whole.run, path=f"{HOME}/runs/a", model=f"{HOME}/minilm/model"),
        surfaces={k: replace(s, spec=s.spec | spec) for k, s in whole.surfaces.items()},
        curves={k: replace(c, spec=c.spec | spec) for k, c in whole.curves.items()},
    )


def unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # Texts in NumPy's files have four bytes a letter.
        return b"".join(archive.read(name) for name in archive.namelist()).replace(b"\0", b"")


def told(content: bytes) -> bytes:
    """The texts of a VTK file, which keeps them as the numbers of their bytes."""
    elements = ElementTree.fromstring(content).iter("DataArray")
    texts = [str(e.text).split() for e in elements if e.get("type") == "String"]
    return b"\n".join(bytes(map(int, text)) for text in texts)


def test_no_format_holds_a_path(at_home):
    surface = next(iter(at_home.surfaces.values()))
    metric = next(iter(surface.values))
    arrays = unzipped(npz(at_home))
    made = (surface_grid, surface_mesh, trajectory_line)
    grids = [told(make(at_home, surface, metric)) for make in made]
    written = [
        arrays,
        *grids,
        page(at_home, surface, metric),
        points_csv(at_home).encode(),
        markdown("x", tables_of(at_home, ("summary", "rollback"))).encode(),
    ]
    for content in written:
        assert b"somebody" not in content
    for content in (arrays, *grids):
        assert b"minilm/model" in content
        assert b'"data": "mrpc"' in content or b"&quot;data&quot;: &quot;mrpc&quot;" in content
