"""Writes what is measured of the Hessian at the end point, each result safe once it returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import h5py
import numpy as np
import numpy.typing as npt

from landscape_gui.geometry.ritz import extreme_eigenvalues, mean_and_error
from landscape_gui.store import schema
from landscape_gui.store.checked import Budget, CheckedGroup
from landscape_gui.store.elements import Completion, Elements
from landscape_gui.store.hdf5_access import dataset_at
from landscape_gui.store.records import FloatArray
from landscape_gui.store.set_aside import Exchange


@dataclass(frozen=True)
class DirectionResult:
    """Derivatives along one direction of one region; see ``HessianRecord``."""

    norm: float
    filter_ratio: float
    slope: float
    curvature: float
    differences: Sequence[float]


class HessianWriter:
    """Writes into ``/hessian``.

    Attributes
    ----------
    directions_measured
        bool[r, 2], as of the opening and what was written since.
    lanczos_steps
        int64[r]: 0 where the eigenvalues are still to be found.
    probes_measured
        bool[probes].
    difference_steps
        float64[d]: at which differences are to be taken.
    exchange
        As of a RollbackWriter.
    """

    def __init__(
        self, group: h5py.Group, guard: Callable[[], None], exchange: Exchange | None = None
    ) -> None:
        self.exchange: Final = exchange
        self._guard = guard
        self._elements = Elements(group)
        self._completion = Completion(self._elements)
        checked = CheckedGroup(group, Budget())
        self._regions = len(checked.texts("region"))
        self._parts: Final = checked.texts("part")
        self.difference_steps: Final = checked.floats("difference_step", None)
        flags = checked.integers("directions_measured", self._regions, 2, dtype=schema.FLAG)
        self.directions_measured: Final[npt.NDArray[np.bool_]] = flags != 0
        self.lanczos_steps: Final = checked.integers("lanczos_steps", self._regions).copy()
        probes = checked.integers("probes_measured", None, dtype=schema.FLAG)
        self.probes_measured: Final[npt.NDArray[np.bool_]] = probes != 0

    def bind(self, group: h5py.Group) -> None:
        """Continue in the file that replaced the one this writer was opened on."""
        self._elements.bind(group)

    def write_point(self, loss: float, examples: int) -> None:
        """Write the loss at the end point and on how many examples it is."""
        self._begin()
        self._elements.write("examples", (), examples)
        self._elements.write("loss", (), loss)

    def write_gradient(self, region: int, norm: float) -> None:
        """Write the gradient's norm over a region."""
        self._begin()
        self._elements.write("gradient_norm", (region,), norm)

    def write_direction(self, region: int, column: int, found: DirectionResult) -> None:
        """Write what was found along a direction: column 0 is δ1, column 1 axis 2."""
        self._begin()
        at = region, column
        for name in ("norm", "filter_ratio", "slope", "curvature"):
            self._elements.write(name, at, float(getattr(found, name)))
        for place, value in enumerate(found.differences):
            self._elements.write("difference", (*at, place), value)
        self._elements.write("directions_measured", at, 1)
        self.directions_measured[at] = True

    def write_eigenvalues(
        self, region: int, diagonal: FloatArray, off_diagonal: FloatArray
    ) -> None:
        """Write Lanczos' coefficients of a region and the eigenvalues that follow from them."""
        self._begin()
        steps = len(diagonal)
        for place in range(steps):
            self._elements.write("lanczos_diagonal", (region, place), diagonal[place])
            self._elements.write("lanczos_beside", (region, place), off_diagonal[place])
        smallest, largest = extreme_eigenvalues(diagonal, off_diagonal)
        for name, found in (("smallest", smallest), ("largest", largest)):
            self._elements.write(name, (region, 0), found.value)
            self._elements.write(name, (region, 1), found.residual)
        # Last: what follows is taken to be there where steps were taken.
        self._elements.write("lanczos_steps", (region,), steps)
        self.lanczos_steps[region] = steps

    def write_probe(
        self, probe: int, samples: FloatArray, members: Sequence[Sequence[str]]
    ) -> None:
        """Write one sample of each part's trace, and each region's estimate from all so far.

        Parameters
        ----------
        samples
            float64[parts].
        members
            For each region the parts it consists of.
        """
        self._begin()
        self._elements.write_row("trace_samples", probe, samples)
        self._elements.write("probes_measured", (probe,), 1)
        self.probes_measured[probe] = True
        taken = dataset_at(self._elements.group, "trace_samples")[()][self.probes_measured]
        for region, parts in enumerate(members):
            columns = [self._parts.index(part) for part in parts]
            value, error = mean_and_error(taken[:, columns].sum(axis=1))
            self._elements.write("trace", (region, 0), value)
            self._elements.write("trace", (region, 1), error)

    def flush(self) -> None:
        """Hand everything to the operating system."""
        self._guard()
        self._elements.group.file.flush()

    def finish(self) -> None:
        """Seal with checksums and the status ``complete``; a later write takes both back."""
        self._guard()
        self._completion.finish()
        self.flush()

    def _begin(self) -> None:
        self._guard()
        self._completion.reopen()
