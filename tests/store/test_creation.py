"""The file explains itself to other programs: NeXus attributes, scales, plain strings."""

import h5py
import numpy as np
import pytest

SURFACE, CURVE = "surfaces/full-random0", "curves/full"


def attribute(item, name):
    value = item.attrs[name]
    if isinstance(value, np.ndarray):
        return [element.decode() for element in value]
    return value.decode() if isinstance(value, bytes) else str(value)


@pytest.fixture
def file(complete_file):
    with h5py.File(complete_file, "r") as file:
        yield file


def test_default_leads_from_the_root_to_a_plot(file):
    group = file
    while attribute(group, "NX_class") != "NXdata":
        group = group[attribute(group, "default")]
    assert group.name in (f"/{SURFACE}", f"/{CURVE}")
    assert [attribute(file[n], "NX_class") for n in ("/", "run", "surfaces", "curves")] == [
        "NXroot", "NXentry", "NXentry", "NXentry",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "axes"),
    [(SURFACE, ["beta", "alpha"]), (CURVE, ["alpha"]), ("run/history", ["epoch"]),
     ("rollback", ["mask"])],
)  # fmt: skip
def test_nxdata_names_signal_and_axes(file, name, axes):
    group = file[name]
    assert attribute(group, "NX_class") == "NXdata"
    found = attribute(group, "axes")
    assert (found if isinstance(found, list) else [found]) == axes
    signals = [attribute(group, "signal"), *np.atleast_1d(attribute(group, "auxiliary_signals"))]
    for signal in signals:
        assert group[signal].shape == tuple(group[axis].size for axis in axes)
    for dimension, axis in enumerate(axes):
        assert group.attrs[f"{axis}_indices"] == dimension
        assert group[signals[0]].dims[dimension][0] == group[axis]
        assert group[axis].is_scale


def test_every_array_over_the_lattice_has_scales(file):
    group = file[SURFACE]
    over_lattice = [item for item in group.values() if getattr(item, "shape", None) == (5, 5)]
    assert len(over_lattice) == 4 + 4 + 1 + 2
    for dataset in over_lattice:
        assert [dimension[0].name for dimension in dataset.dims] == [
            f"/{SURFACE}/beta", f"/{SURFACE}/alpha",
        ]  # fmt: skip


def test_all_data_is_contiguous_and_without_python_objects(file):
    def check(name, item):
        if isinstance(item, h5py.Dataset):
            assert item.chunks is None, name
            assert item.dtype.kind in "fiuS", name
            assert item.id.get_storage_size() == item.nbytes, name

    file.visititems(check)


def test_examples_and_axis_titles(file):
    assert file[f"{SURFACE}/examples_train"][0, 0] == 64
    assert file[f"{SURFACE}/examples_dev"][0, 0] == 32
    assert attribute(file[f"{SURFACE}/beta"], "long_name") == "β (second direction: random 0)"
    assert attribute(file[f"{SURFACE}/dev_error"], "long_name") == "development error"
    assert attribute(file, "creator").startswith("landscape-gui ")
