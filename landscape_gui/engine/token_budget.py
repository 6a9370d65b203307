"""How many tokens a batch should hold: measured once per device, shape of model and format.

The answer is kept in the user's cache directory, as is which kernels compute, so that the same
machine packs and computes the same way every time: timings differ, sums must not. A cache that
cannot be read or written costs a second measurement, nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path

import platformdirs
import torch

# The smallest already lets matrix products dominate; the largest is the most that is worth its
# memory. A GPU wants far more rows at once.
CPU_TOKENS = (512, 1024, 2048, 4096)
CUDA_TOKENS = (8192, 16_384, 32_768, 65_536)
# What to take where nothing can be measured.
DEFAULT = {"cpu": 2048, "cuda": 32_768}

# Seconds after which no further size is tried, and what another than the default must save to be
# taken: near ties would go now this way, now that.
_PATIENCE = 2.0
_WORTH = 0.04
_VERSION = 2


def token_budget(
    module: torch.nn.Module,
    device: torch.device,
    precision: str,
    seconds: Callable[[int], float],
) -> int:
    """The number of tokens per batch, from the cache or measured now.

    Parameters
    ----------
    seconds
        Measures a pass over one batch of so many tokens. Running out of memory in it ends the
        measuring with what is known so far.
    """
    sizes = CUDA_TOKENS if device.type == "cuda" else CPU_TOKENS
    default = DEFAULT.get(device.type, DEFAULT["cpu"])
    return remembered(module, device, precision, sizes, lambda: fastest(sizes, seconds, default))


def remembered(
    module: torch.nn.Module,
    device: torch.device,
    what: str,
    answers: Container[int],
    measure: Callable[[], int],
) -> int:
    """What was measured before for such a module on this device, else what is measured now.

    Parameters
    ----------
    answers
        What can be believed of the cache; anything else is measured again.
    """
    key = _key(module, device, what)
    path = cache_path()
    known = _read(path).get(key)
    if known is not None and known in answers:
        return known
    found = measure()
    _write(path, {**_read(path), key: found})
    return found


def fastest(sizes: Sequence[int], seconds: Callable[[int], float], default: int) -> int:
    """The default if no size beats its time per token by more than a few percent.

    Where it was not tried (out of memory or patience), the smallest of which the same is true.
    """
    times: dict[int, float] = {}
    spent = 0.0
    try:
        seconds(sizes[0])  # the first pass sets things up
        for size in sizes:
            took = seconds(size)
            times[size] = took / size
            spent += took
            if spent > _PATIENCE and len(times) > 1:
                break
    except (torch.OutOfMemoryError, MemoryError):
        pass
    except RuntimeError as error:
        if "DefaultCPUAllocator" not in str(error):
            raise
    if not times:
        return default
    least = min(times.values())
    good = [size for size, time in times.items() if time * (1 - _WORTH) <= least]
    return default if default in good else min(good)


def cache_path() -> Path:
    """The file that keeps what was measured."""
    return platformdirs.user_cache_path("landscape-gui", appauthor=False) / "token-budgets.json"


def _key(module: torch.nn.Module, device: torch.device, precision: str) -> str:
    """Changes with whatever changes the answer: processor, threads, library, shapes, format."""
    if device.type == "cuda":
        machine = torch.cuda.get_device_name(device)
    else:
        machine = f"{_processor()} {torch.get_num_threads()} threads"
    shapes = [(name, tuple(p.shape)) for name, p in module.named_parameters()]
    shape = hashlib.sha256(repr((type(module).__name__, shapes)).encode()).hexdigest()[:16]
    return f"{machine}; torch {torch.__version__}; {shape}; {precision}"


def _processor() -> str:
    capability = torch.backends.cpu.get_cpu_capability()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()} {capability}"
    except (OSError, UnicodeDecodeError):
        pass
    return f"{platform.processor() or platform.machine()} {capability}"


def _read(path: Path) -> dict[str, int]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(held, dict) or held.get("version") != _VERSION:
            return {}
        budgets = held["budgets"]
        return {str(k): v for k, v in budgets.items() if isinstance(v, int)}
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        return {}


def _write(path: Path, budgets: Mapping[str, int]) -> None:
    text = json.dumps({"version": _VERSION, "budgets": dict(budgets)}, indent=1, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError:
        return
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
