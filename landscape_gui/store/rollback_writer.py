"""Writes the metrics of sets of rolled-back layer groups (Hao et al. 2019, §7, Table 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import h5py
import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.checked import Budget, CheckedGroup
from landscape_gui.store.elements import Completion, Elements
from landscape_gui.store.hdf5_access import dataset_at
from landscape_gui.store.reading import metrics_of
from landscape_gui.store.set_aside import Exchange


class RollbackWriter:
    """Writes rows of ``/rollback``; bit b of a row's number says that group b is rolled back.

    Attributes
    ----------
    measured
        bool[2**groups]: the rows measured so far.
    metrics
        Metrics it holds.
    intervals_known
        bool[2**groups]: the rows measured so far whose changes have their intervals.
    groups
        Names of its groups in the order of their bits; may be more than were asked for.
    exchange
        What it took the place of when it was asked for, or where it came back from; None if it was
        there already, or is the first.
    """

    def __init__(
        self, group: h5py.Group, guard: Callable[[], None], exchange: Exchange | None = None
    ) -> None:
        self.exchange: Final = exchange
        self._guard = guard
        self._elements = Elements(group)
        self._completion = Completion(self._elements)
        checked = CheckedGroup(group, Budget())
        self.metrics: Final = metrics_of(checked)
        listed = checked.json("groups")["groups"]
        self.groups: Final = tuple(str(item["name"]) for item in listed)
        self.measured: Final[npt.NDArray[np.bool_]] = (
            np.asarray(dataset_at(group, "measured")[()]) != 0
        )
        names = [schema.change_interval_name(metric) for metric in self.metrics]
        known = [np.isfinite(dataset_at(group, n)[()]).all(axis=1) for n in names if n in group]
        every = np.logical_and.reduce(known) if len(known) == len(names) else False
        self.intervals_known: Final[npt.NDArray[np.bool_]] = self.measured & every

    def bind(self, group: h5py.Group) -> None:
        """Continue in the file that replaced the one this writer was opened on."""
        self._elements.bind(group)

    def write(
        self,
        mask: int,
        values: Mapping[str, float],
        standard_errors: Mapping[str, float],
        change_errors: Mapping[str, float] | None = None,
        change_intervals: Mapping[str, tuple[float, float]] | None = None,
    ) -> None:
        """Write one row; ``change_errors`` and ``change_intervals`` as in a RollbackRecord.

        Raises
        ------
        IndexError
            If there is no such combination.
        KeyError
            If a metric is not one of ``metrics``.
        """
        self._guard()
        if not 0 <= mask < len(self.measured):
            raise IndexError(f"no combination {mask} of {len(self.measured)}")
        paired, intervals = change_errors or {}, change_intervals or {}
        named = set(values) | set(standard_errors) | set(paired) | set(intervals)
        unknown = named - set(self.metrics)
        if unknown:
            raise KeyError(f"the rollback does not hold {', '.join(sorted(unknown))}")
        self._completion.reopen()
        for metric, value in values.items():
            self._elements.write(metric, (mask,), value)
        for metric, error in standard_errors.items():
            self._elements.write(schema.errors_name(metric), (mask,), error)
        for metric, error in paired.items():
            self._elements.write(schema.change_errors_name(metric), (mask,), error)
        for metric, interval in intervals.items():
            self._elements.write_row(schema.change_interval_name(metric), mask, interval)
        self._elements.write("measured", (mask,), 1)
        self.measured[mask] = True

    def flush(self) -> None:
        """Hand everything to the operating system; rows written before are there already."""
        self._guard()
        self._elements.group.file.flush()

    def finish(self) -> None:
        """Seal with checksums and the status ``complete``; a later write takes both back."""
        self._guard()
        self._completion.finish()
        self.flush()
