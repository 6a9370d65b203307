"""When what a subject is read from was last written, which tells whether it still reads so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

_Stamp: TypeAlias = tuple[str, int, int]

# What a job writes, drafts and locks with it; it may lie beside what the job reads.
_WRITTEN = ".landscape.h5"


@dataclass(frozen=True)
class FileStamps:
    """Path, time and size of the files at some places: of the place, or directly within it.

    Stamps taken before the files are read name what was read; those taken afterwards may name
    what came in the meantime.
    """

    places: frozenset[Path]
    stamps: frozenset[_Stamp]

    @classmethod
    def of(cls, *places: Path) -> FileStamps:
        """The stamps as they are now."""
        return cls(frozenset(places), frozenset(s for place in places for s in _stamps(place)))

    def joined(self, other: FileStamps) -> FileStamps:
        """Both; where they do not agree on a file, that counts as changed from now on."""
        return FileStamps(self.places | other.places, self.stamps | other.stamps)

    def still_hold(self) -> bool:
        """Whether all files are as they were, and no others have come."""
        return FileStamps.of(*self.places) == self


def _stamps(place: Path) -> Iterator[_Stamp]:
    for path in (place, *(sorted(place.iterdir()) if place.is_dir() else ())):
        if _WRITTEN not in path.name or path == place:
            yield _stamp(path)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return str(path), -1, -1
    if path.is_dir():
        return str(path), 0, 0  # its time is that of the last name that came or went
    return str(path), found.st_mtime_ns, found.st_size
