"""Extreme eigenvalues and trace of a symmetric matrix that can only be multiplied with."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np
import numpy.typing as npt
import torch

from landscape_gui.geometry.ritz import extreme_eigenvalues

FloatArray = npt.NDArray[np.float64]
Product = Callable[[torch.Tensor], torch.Tensor]

# Fewer steps may have missed the largest eigenvalue and found another one exactly.
_FEWEST_STEPS = 5
# A vector whose norm is this share of the matrix's is what rounding left.
_NOTHING = 1e-6


def lanczos(
    product: Product, start: torch.Tensor, steps: int, tolerance: float
) -> Generator[None, None, tuple[FloatArray, FloatArray]]:
    """Coefficients of Lanczos' iteration; yields after every product.

    Vectors are not made orthogonal to all before them: that would keep them all in memory, and is
    not needed for the extreme eigenvalues, of which it only gives copies (Paige 1971).

    Parameters
    ----------
    start
        float32[n], not zero.
    steps
        The most products.
    tolerance
        Stop where the largest eigenvalue's residual is this share of it.

    Returns
    -------
    float64[k], float64[k]
        Diagonal, and what is below it, as for ``extreme_eigenvalues``.
    """
    vector = start / norm(start)
    previous = torch.zeros_like(vector)
    diagonal, beside = np.zeros(0), np.zeros(0)
    length = 0.0
    for step in range(min(steps, len(start))):
        found = product(vector).sub_(previous, alpha=length)
        along = dot(found, vector)
        found.sub_(vector, alpha=along)
        length = norm(found)
        scale = max(np.abs(diagonal).max(initial=abs(along)), beside.max(initial=0.0))
        if length <= _NOTHING * scale:
            length = 0.0
        diagonal, beside = np.append(diagonal, along), np.append(beside, length)
        yield
        if length == 0.0 or not np.isfinite(length):
            break
        _, largest = extreme_eigenvalues(diagonal, beside)
        if step + 1 >= _FEWEST_STEPS and largest.residual <= tolerance * abs(largest.value):
            break
        previous, vector = vector, found.div_(length)
    return diagonal, beside


def signs(size: int, seed: tuple[int, ...], device: torch.device) -> torch.Tensor:
    """Rademacher vector, float32[size] of ±1, the same on every device."""
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, 2, size, dtype=np.int8)
    return torch.from_numpy(drawn).to(device).float().mul_(2).sub_(1)


def gaussian(size: int, seed: tuple[int, ...], device: torch.device) -> torch.Tensor:
    """Independent normal numbers, float32[size], the same on every device."""
    drawn = np.random.default_rng(seed).standard_normal(size, dtype=np.float32)
    return torch.from_numpy(drawn).to(device)


def dot(one: torch.Tensor, other: torch.Tensor) -> float:
    """Inner product, summed in float64."""
    return float((one * other).sum(dtype=torch.float64))


def norm(vector: torch.Tensor) -> float:
    """Length, from a float64 sum."""
    return dot(vector, vector) ** 0.5
