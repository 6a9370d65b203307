"""How fast this machine multiplies, for estimates before anything was measured."""

from __future__ import annotations

import time
from functools import cache

from landscape_gui.engine.thread_count import limited_threads


@cache
def product_speed(device: str, threads: int) -> tuple[str, float]:
    """Time a matrix product of a layer's size, for some hundredths of a second.

    Parameters
    ----------
    device
        As in a spec; ``auto`` is the first CUDA device, else the CPU.
    threads
        Of the processor; 0 are torch's own.

    Returns
    -------
    What the device is called, and multiply-adds a second on it.
    """
    import torch

    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    rows, inner, columns = (8192, 1024, 4096) if device != "cpu" else (512, 384, 1536)
    with limited_threads(threads or torch.get_num_threads()):
        a, b = torch.ones(rows, inner, device=device), torch.ones(inner, columns, device=device)
        times = []
        for _ in range(60):  # the best of them: others may be at work
            began = time.perf_counter()
            (a @ b).sum().item()  # waits for the device
            times.append(time.perf_counter() - began)
    name = torch.cuda.get_device_name(device) if device != "cpu" else "the processor"
    return name, rows * inner * columns / min(times)
