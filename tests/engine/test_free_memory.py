"""Free memory is the least of what the machine and its container have left."""

import pytest
import torch

from landscape_gui.engine import free_memory as module
from landscape_gui.engine.free_memory import UNKNOWN, free_memory

CPU = torch.device("cpu")
MIB = 2**20


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Write what the system says; nothing is said of what is not written."""
    meminfo, limit, used = (tmp_path / name for name in ("meminfo", "limit", "used"))
    monkeypatch.setattr(module, "_MEMINFO", meminfo)
    monkeypatch.setattr(module, "_CONTAINER", ((limit, used),))

    def write(available=None, container=None):
        if available is not None:
            meminfo.write_text(f"MemTotal: 9999999 kB\nMemAvailable: {available // 1024} kB\n")
        if container is not None:
            limit.write_text(f"{container[0]}\n")
            used.write_text(f"{container[1]}\n")

    return write


@pytest.mark.parametrize(
    ("available", "container", "free"),
    [
        (800 * MIB, None, 800 * MIB),
        (800 * MIB, ("max", 100 * MIB), 800 * MIB),
        (800 * MIB, (500 * MIB, 100 * MIB), 400 * MIB),
        (200 * MIB, (500 * MIB, 100 * MIB), 200 * MIB),
        (800 * MIB, (100 * MIB, 101 * MIB), 0),
        (None, (500 * MIB, 100 * MIB), 400 * MIB),
        (None, None, UNKNOWN),
    ],
)
def test_the_least_counts(system, available, container, free):
    system(available, container)
    assert free_memory(CPU) == free


def test_nonsense_counts_as_unknown(system):
    module._MEMINFO.write_text("MemAvailable: much\n")
    assert free_memory(CPU) == UNKNOWN


@pytest.mark.gpu
def test_what_torch_holds_in_reserve_is_free():
    device = torch.device("cuda")
    before = free_memory(device)
    held = torch.empty(64 * MIB, dtype=torch.uint8, device=device)
    assert free_memory(device) <= before - 32 * MIB
    del held
    assert free_memory(device) > before - 32 * MIB
