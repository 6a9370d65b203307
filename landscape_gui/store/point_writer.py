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
from landscape_gui.store.few_examples import ExampleRows, FewExamples
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
    few_order
        As ``order``, of points measured on few examples; −1 throughout where none may be.
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
        surface = self.order.ndim == 2
        self._estimated = surface and checked.has(schema.estimate_name(self.metrics[0]))
        self._few = (
            FewExamples(checked, self._elements, self.metrics)
            if surface and checked.has(schema.FEW_ORDER)
            else None
        )
        self.few_order: Final[IntArray] = (
            self._few.order if self._few else np.full_like(self.order, -1)
        )

    @property
    def example_rows(self) -> int:
        """At how many first points there is room for the results of every example."""
        return self._few.rows if self._few else 0

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

    def read(self, metric: str) -> FloatArray:
        """A metric as it stands in the file: float64[m, n] or float64[n], NaN where not measured.

        Raises
        ------
        KeyError
            If it is not one of ``metrics``.
        """
        self._check(metric)
        return self._elements.read(metric).astype(np.float64)

    def read_errors(self, metric: str) -> FloatArray:
        """Standard errors of a metric as they stand in the file, shaped like its values.

        Raises
        ------
        KeyError
            If it is not one of ``metrics``.
        """
        self._check(metric)
        return self._elements.read(schema.errors_name(metric)).astype(np.float64)

    def write_estimates(
        self, estimates: Mapping[str, FloatArray], bounds: Mapping[str, FloatArray]
    ) -> None:
        """Write what is believed of every point, in place of what was believed before.

        Parameters
        ----------
        estimates, bounds
            Metric → float64[m, n]; the measured value and 0 where measured.

        Raises
        ------
        KeyError
            If a metric is not one of ``metrics``, or has an estimate or a bound only.
        ValueError
            If a shape differs from the lattice's, or all points are to be measured.
        """
        self._check(*estimates, *bounds)
        if not self._estimated:
            raise ValueError(f"{self.name} has no room for estimates")
        if set(estimates) != set(bounds):
            raise KeyError("every estimate needs a bound")
        if any(np.shape(a) != self.order.shape for a in (*estimates.values(), *bounds.values())):
            raise ValueError(f"estimates and bounds of {self.name} have shape {self.order.shape}")
        self._completion.reopen()
        for metric, estimate in estimates.items():
            name, bound = schema.bound_name(metric), np.asarray(bounds[metric], dtype=np.float64)
            # Killed anywhere in here, no estimate stands beside a bound that is too small for it.
            self._elements.write_array(name, np.maximum(bound, self._elements.read(name)))
            self._elements.write_array(schema.estimate_name(metric), estimate)
            self._elements.write_array(name, bound)

    def write_sampled(self, j: int, i: int, examples: Mapping[str, int]) -> int:
        """Write that a point was measured on few examples; what each gave is written before.

        Parameters
        ----------
        examples
            Split → on how many examples.

        Returns
        -------
        int
            The point's ``few_order``: its place among the points measured on few.

        Raises
        ------
        IndexError
            If the surface has no such point.
        KeyError
            If a split is not one that the metrics are taken on.
        ValueError
            If the spec does not let points be measured on few examples.
        """
        few, index = self._sampled(), self._index(j, i)
        unknown = set(examples) - set(few.shapes)
        if unknown:
            raise KeyError(f"{self.name} has no examples of {', '.join(sorted(unknown))}")
        self._begin({}, {})
        return few.write_point(index, examples)

    def write_example_results(
        self, row: int, results: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]
    ) -> None:
        """Write the losses and margins of the single examples at one point.

        To be written before the point itself, so that a point that reads as measured has them.

        Parameters
        ----------
        row
            How many points were visited before this one, in full or on few examples.
        results
            Split → (losses[N], margins[N]), NaN for examples that were not measured; kept as
            float32.

        Raises
        ------
        IndexError
            If there is no room for so many points.
        ValueError
            If a split is missing or has another number of examples, or the spec does not let
            points be measured on few examples.
        """
        few = self._sampled()
        few.check_results(row, results)
        self._begin({}, {})
        few.write_results(row, results)

    def read_example_results(self, count: int) -> ExampleRows:
        """Results by example at the first ``count`` points, or as many as there is room for.

        Returns
        -------
        dict
            Split → (float32[count, N] losses, float32[count, N] margins); NaN where not measured.

        Raises
        ------
        ValueError
            If the spec does not let points be measured on few examples.
        """
        few = self._sampled()
        self._guard()
        return few.read_results(count)

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
        self._check(*values, *standard_errors)
        self._completion.reopen()

    def _check(self, *metrics: str) -> None:
        self._guard()
        unknown = set(metrics) - set(self.metrics)
        if unknown:
            raise KeyError(f"{self.name} does not hold {', '.join(sorted(unknown))}")

    def _sampled(self) -> FewExamples:
        if self._few is None:
            raise ValueError(f"{self.name} has no room for points on few examples")
        return self._few

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
