"""Writes the points of one surface or curve, each of them safe once the call returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import h5py
import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.checked import Budget, CheckedGroup
from landscape_gui.store.elements import Completion, Elements, encode_notes
from landscape_gui.store.hdf5_access import dataset_at
from landscape_gui.store.reading import metrics_of, read_anchors, read_notes
from landscape_gui.store.records import Anchor, FloatArray, IntArray


class PointWriter:
    """Writes into a surface or curve that exists at full size.

    Attributes
    ----------
    name
        Of the group below ``/surfaces`` or ``/curves``.
    metrics
        Metrics it holds.
    order
        int64[m, n] or int64[n]: what was measured when the writer was opened (−1: not yet).
    next_order
        Place of the next point in the sequence of measurements.
    anchors
        Name → anchor measured so far.
    checkpoint_values
        Metric → float64[k + 1], NaN where not measured, as of the opening.
    checkpoint_measured
        bool[k + 1]: whether the values were measured, whatever they are, as of the opening.
    notes
        What was noted so far.
    """

    def __init__(self, group: h5py.Group, guard: Callable[[], None]) -> None:
        self._guard = guard
        self._elements = Elements(group)
        self._completion = Completion(self._elements)
        checked = CheckedGroup(group, Budget())
        self.name: Final = str(group.name).rpartition("/")[2]
        self.metrics: Final = metrics_of(checked)
        self.order: Final[IntArray] = np.asarray(dataset_at(group, "order")[()], dtype=np.int64)
        self.next_order = int(self.order.max(initial=-1)) + 1
        self.anchors: dict[str, Anchor] = {
            anchor.name: anchor for anchor in read_anchors(checked.group("anchors"), self.metrics)
        }
        self._anchor_slots = {
            name: slot for slot, name in enumerate(checked.group("anchors").texts("name")) if name
        }
        checkpoints = checked.group("checkpoints")
        self.checkpoint_values: dict[str, FloatArray] = {
            metric: checkpoints.floats(metric, None) for metric in self.metrics
        }
        self.checkpoint_measured: npt.NDArray[np.bool_] = checkpoints.integers(
            "measured", None, dtype=schema.FLAG
        ).astype(np.bool_)
        self._serial, self.notes = read_notes(checked)

    def bind(self, group: h5py.Group) -> None:
        """Continue in the file that replaced the one this writer was opened on."""
        self._elements.bind(group)

    def write_point(
        self,
        j: int,
        i: int,
        values: Mapping[str, float],
        standard_errors: Mapping[str, float],
        examples: Mapping[str, int] | None = None,
    ) -> int:
        """Write value[j, i]; for a curve j is 0. A metric that is absent stays NaN.

        Parameters
        ----------
        examples
            Split (``train``, ``dev``) → number of examples the metrics are means over.

        Returns
        -------
        int
            The point's ``order``.

        Raises
        ------
        IndexError
            If the surface has no such point.
        KeyError
            If a metric is not one of ``metrics``.
        """
        index = self._index(j, i)
        self._begin(values, standard_errors)
        for split, count in (examples or {}).items():
            self._elements.write(schema.examples_name(split), index, count)
        self._write_metrics("", index, values, standard_errors)
        order = self.next_order
        # Last: readers take a point for measured by its order.
        self._elements.write("order", index, order)
        self.next_order = order + 1
        return order

    def write_anchor(
        self,
        name: str,
        alpha: float,
        beta: float,
        values: Mapping[str, float],
        standard_errors: Mapping[str, float],
    ) -> None:
        """Write a named point; of the same name, in place of the earlier one.

        Raises
        ------
        ValueError
            If all slots are taken or the name is empty or too long.
        """
        encoded = name.encode()
        if not 0 < len(encoded) <= schema.ANCHOR_NAME_BYTES:
            raise ValueError(f"anchor name {name!r} is empty or too long")
        slot = self._anchor_slots.get(name, len(self._anchor_slots))
        if slot >= schema.ANCHOR_SLOTS:
            raise ValueError(f"no slot left for anchor {name!r}")
        self._begin(values, standard_errors)
        self._elements.write("anchors/alpha", (slot,), alpha)
        self._elements.write("anchors/beta", (slot,), beta)
        self._write_metrics("anchors/", (slot,), values, standard_errors)
        self._elements.write("anchors/name", (slot,), encoded)
        self._anchor_slots[name] = slot
        self.anchors[name] = Anchor(name, alpha, beta, dict(values), dict(standard_errors))

    def write_checkpoint(
        self, index: int, values: Mapping[str, float], standard_errors: Mapping[str, float]
    ) -> None:
        """Write a checkpoint's own metrics; index 0 is the start point.

        Raises
        ------
        IndexError
            If there is no such checkpoint.
        """
        if not 0 <= index < len(self.checkpoint_measured):
            raise IndexError(f"no checkpoint {index} of {len(self.checkpoint_measured)}")
        self._begin(values, standard_errors)
        self._write_metrics("checkpoints/", (index,), values, standard_errors)
        self._elements.write("checkpoints/measured", (index,), 1)

    def note(self, key: str, value: Any) -> None:
        """Keep a JSON-able fact found on the way, in place of an earlier one of the same key.

        Raises
        ------
        ValueError
            If all notes together do not fit into 16 KiB of JSON.
        """
        notes = {**self.notes, key: value}
        slot = encode_notes(self._serial + 1, notes)
        self._begin({}, {})
        self._serial += 1
        self._elements.write(schema.NOTES, (self._serial % 2,), slot)
        self.notes = notes

    def flush(self) -> None:
        """Hand everything to the operating system; values written before are there already."""
        self._guard()
        self._elements.group.file.flush()

    def finish(self) -> None:
        """Seal with checksums and the status ``complete``; a later write takes both back."""
        self._guard()
        self._completion.finish()
        self.flush()

    def _begin(self, values: Mapping[str, float], standard_errors: Mapping[str, float]) -> None:
        self._guard()
        unknown = (set(values) | set(standard_errors)) - set(self.metrics)
        if unknown:
            raise KeyError(f"{self.name} does not hold {', '.join(sorted(unknown))}")
        self._completion.reopen()

    def _write_metrics(
        self,
        prefix: str,
        index: tuple[int, ...],
        values: Mapping[str, float],
        standard_errors: Mapping[str, float],
    ) -> None:
        for metric, value in values.items():
            self._elements.write(prefix + metric, index, value)
        for metric, error in standard_errors.items():
            self._elements.write(prefix + schema.errors_name(metric), index, error)

    def _index(self, j: int, i: int) -> tuple[int, ...]:
        shape = self.order.shape if self.order.ndim == 2 else (1, *self.order.shape)
        if not (0 <= j < shape[0] and 0 <= i < shape[1]):
            raise IndexError(f"{self.name} has no point ({j}, {i}); its shape is {shape}")
        return (j, i) if self.order.ndim == 2 else (i,)
