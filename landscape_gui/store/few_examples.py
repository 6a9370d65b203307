"""Writes what the second fidelity needs: points measured on few examples, and which those are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup
from landscape_gui.store.elements import Elements
from landscape_gui.store.reading_refinement import (
    read_example_shapes,
    read_subset,
    subset_problem,
)
from landscape_gui.store.records import FloatArray, IntArray, Subset

ExampleRows: TypeAlias = dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]


class FewExamples:
    """The part of a surface that exists where points may be measured on few examples.

    Attributes
    ----------
    order
        int64[m, n]: what was measured on few when the writer was opened (−1: not).
    next_order
        Place of the next such point in their sequence.
    shapes
        Split → (rows, N) of the results kept by example.
    rows
        The same number of every split.
    subset
        Split → (int64[k] examples, float64[k] weights); empty until written.
    """

    def __init__(self, group: CheckedGroup, elements: Elements, metrics: tuple[str, ...]) -> None:
        self._elements = elements
        self.order: Final[IntArray] = group.integers(schema.FEW_ORDER, None, None)
        self.next_order = int(self.order.max(initial=-1)) + 1
        self.shapes: Final = read_example_shapes(group, metrics)
        self.rows: Final = min((rows for rows, _ in self.shapes.values()), default=0)
        self.subset: Subset = read_subset(group, self.shapes)

    def write_point(
        self, index: tuple[int, ...], values: Mapping[str, float], examples: Mapping[str, int]
    ) -> int:
        """Write a point's values and counts, then its place in the sequence, which is returned."""
        for split, count in examples.items():
            self._elements.write(schema.few_examples_name(split), index, count)
        for metric, value in values.items():
            self._elements.write(schema.few_name(metric), index, value)
        order = self.next_order
        self._elements.write(schema.FEW_ORDER, index, order)
        self.next_order = order + 1
        return order

    def check_subset(self, subset: Mapping[str, tuple[IntArray, FloatArray]]) -> None:
        """Make sure that ``write_subset`` can take it.

        Raises
        ------
        ValueError
            If there is one already, a split is missing, or examples or weights make no sense.
        """
        if self.subset:
            raise ValueError("the few examples were chosen before and cannot change")
        if set(subset) != set(self.shapes):
            raise ValueError(f"few examples are needed of {', '.join(self.shapes)}")
        for split, (index, weight) in subset.items():
            count = self.shapes[split][1]
            problem = subset_problem(np.asarray(index), np.asarray(weight), count)
            if problem:
                raise ValueError(f"few examples of {split}: {problem}")

    def write_subset(self, subset: Mapping[str, tuple[IntArray, FloatArray]]) -> None:
        """Write the examples and weights, then, last, that they are there."""
        found: Subset = {}
        for split, (index, weight) in subset.items():
            room = min(self.shapes[split][1], schema.SUBSET_ROOM)
            padding = (0, room - len(index))
            found[split] = np.array(index, dtype=np.int64), np.array(weight, dtype=np.float64)
            name = schema.subset_name(split)
            for part, values, fill in zip(("index", "weight"), found[split], (-1, 0), strict=True):
                padded = np.pad(values, padding, constant_values=fill)
                self._elements.write_array(f"{name}/{part}", padded)
        for split, (index, _) in found.items():
            self._elements.write(f"{schema.subset_name(split)}/used", (), len(index))
        self.subset = found

    def check_results(
        self, row: int, results: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]
    ) -> None:
        """Make sure that ``write_results`` can take them.

        Raises
        ------
        IndexError
            If there is no such row.
        ValueError
            If a split is missing or has another number of examples.
        """
        if not 0 <= row < self.rows:
            raise IndexError(f"there is room for the examples of {self.rows} points, not of {row}")
        if set(results) != set(self.shapes):
            raise ValueError(f"results of the examples of {', '.join(self.shapes)} are needed")
        for split, arrays in results.items():
            wanted = (self.shapes[split][1],)
            if any(np.shape(array) != wanted for array in arrays):
                raise ValueError(f"{split} has {wanted[0]} examples")

    def write_results(
        self, row: int, results: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]
    ) -> None:
        """Write one row of every split."""
        for split, (losses, margins) in results.items():
            self._elements.write_row(schema.example_losses_name(split), row, losses)
            self._elements.write_row(schema.example_margins_name(split), row, margins)

    def read_results(self, count: int) -> ExampleRows:
        """The first ``count`` rows, or as many as there are, by split."""
        return {
            split: (
                self._elements.read(schema.example_losses_name(split), count).astype(np.float32),
                self._elements.read(schema.example_margins_name(split), count).astype(np.float32),
            )
            for split in self.shapes
        }
