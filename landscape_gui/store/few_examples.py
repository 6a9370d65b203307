"""Writes what the second fidelity needs: points measured on few examples, and what each gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from landscape_gui.store import schema
from landscape_gui.store.checked import CheckedGroup
from landscape_gui.store.elements import Elements
from landscape_gui.store.reading_refinement import read_example_shapes
from landscape_gui.store.records import IntArray

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
    """

    def __init__(self, group: CheckedGroup, elements: Elements, metrics: tuple[str, ...]) -> None:
        self._elements = elements
        self.order: Final[IntArray] = group.integers(schema.FEW_ORDER, None, None)
        self.next_order = int(self.order.max(initial=-1)) + 1
        self.shapes: Final = read_example_shapes(group, metrics)
        self.rows: Final = min((rows for rows, _ in self.shapes.values()), default=0)

    def write_point(self, index: tuple[int, ...], examples: Mapping[str, int]) -> int:
        """Write a point's counts, then its place in the sequence, which is returned."""
        for split, count in examples.items():
            self._elements.write(schema.few_examples_name(split), index, count)
        order = self.next_order
        self._elements.write(schema.FEW_ORDER, index, order)
        self.next_order = order + 1
        return order

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
