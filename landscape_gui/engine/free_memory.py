"""How much memory a device has left, to tell what may be kept."""

from __future__ import annotations

from pathlib import Path

import torch

# Taken where the system does not say: what any machine that fine-tunes a transformer has left.
UNKNOWN = 2**30

_MEMINFO = Path("/proc/meminfo")
# What a container may use and uses: versions 2 and 1 of Linux's control groups.
_CONTAINER = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def free_memory(device: torch.device) -> int:
    """Bytes that can be allocated on a device without pressing anything else out."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch holds in reserve counts as taken for the driver, but is ours to use.
        reserve = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return free + reserve
    left = [found for found in (_machine(), *_containers()) if found is not None]
    return max(0, min(left, default=UNKNOWN))


def _machine() -> int | None:
    try:
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return None


def _containers() -> list[int]:
    left: list[int] = []
    for limit, used in _CONTAINER:
        try:
            # "max" where there is no limit.
            left.append(int(limit.read_text()) - int(used.read_text()))
        except (OSError, ValueError):
            continue
    return left
