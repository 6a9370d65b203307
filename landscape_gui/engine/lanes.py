"""Several batches at once on the processor, each computed by one thread.

Torch parts every operation among all threads, and waits for the slowest after each: where other
programs take a core now and then, all wait for it thousands of times. Batches side by side wait
once, at the end (``benchmarks/side_by_side.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from threading import Barrier, Lock
from typing import TypeAlias, TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")

# Takes back a change.
Undo: TypeAlias = Callable[[], None]


def _alone() -> None:
    """Have torch compute with one thread in the thread that calls this."""
    torch.get_num_threads()  # a thread takes over the number of the process when it first asks
    torch.set_num_threads(1)


class Lanes:
    """Threads, at least two, for which torch computes with one thread each.

    Parameters
    ----------
    count
        How many there are.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        threads = torch.get_num_threads()
        self._pool = ThreadPoolExecutor(count, "lane", initializer=_alone)
        together = Barrier(count)
        wait([self._pool.submit(together.wait) for _ in range(count)])
        # What was set last is also what threads to come begin with.
        torch.set_num_threads(threads)

    def map(
        self,
        compute: Callable[[Item], Result],
        items: Sequence[Item],
        size: Callable[[Item], int],
        setting: Callable[[], AbstractContextManager[object]],
    ) -> list[Result]:
        """What ``compute`` makes of each item, in their order.

        Parameters
        ----------
        size
            Of an item: the largest are begun first, so that no lane is left with one at the end.
        setting
            Entered around each: torch keeps what is switched on per thread.

        Raises
        ------
        Exception
            The first that ``compute`` raised, once all have come to an end.
        """

        def run(item: Item) -> Result:
            with setting():
                return compute(item)

        order = sorted(range(len(items)), key=lambda k: -size(items[k]))
        futures = {k: self._pool.submit(run, items[k]) for k in order}
        wait(futures.values())
        results: list[Result] = []
        try:
            for k in range(len(items)):
                results.append(futures.pop(k).result())
        finally:
            # The traceback of an exception leads here, and from here to the exception.
            futures.clear()
        return results


class Shared:
    """A change to what all threads compute with: the first in makes it, the last out undoes it.

    Parameters
    ----------
    change
        Makes the change and returns what takes it back.
    """

    def __init__(self, change: Callable[[], Undo]) -> None:
        self._change = change
        self._lock = Lock()
        self._inside = 0
        self._undo: Undo = lambda: None

    @contextmanager
    def made(self) -> Iterator[None]:
        """Inside, the change is made."""
        with self._lock:
            if not self._inside:
                self._undo = self._change()
            self._inside += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    self._undo()
