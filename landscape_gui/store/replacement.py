"""Writes and changes files in a draft that then takes their place: all of it or nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py

from landscape_gui.specs import UserError
from landscape_gui.store.file_errors import explain_os_error
from landscape_gui.store.hdf5_access import image_of, open_in_memory

# With a draft's dots, number and suffix, a name of 255 bytes, the most that file systems take.
_LONGEST_STEM = 255 - len("..0123456789ab.tmp")


@contextmanager
def replaced(path: Path) -> Iterator[h5py.File]:
    """Give a copy of the file at ``path`` (or a new one) to change, then put it in its place.

    The old file stays complete and open to readers until the new one is safely on the disk; if
    anything fails the old one is untouched and the copy is removed.

    Raises
    ------
    UserError
        If the disk is full or the folder cannot be written to.
    """
    try:
        with open_in_memory(path) as file:
            yield file
            image = image_of(file)
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    write_whole(path, image)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file at once: on the disk it is there as a whole, or as it was before.

    Raises
    ------
    UserError
        If the disk is full or the folder cannot be written to.
    """
    draft = path.with_name(f".{draft_stem(path)}.{uuid.uuid4().hex[:12]}.tmp")
    try:
        draft.write_bytes(content)
        _sync(draft)
        if path.exists():
            with contextlib.suppress(OSError):
                shutil.copymode(path, draft)
        draft.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    finally:
        # Where there cannot be a draft, e.g. in a file instead of a folder, that has been said.
        with contextlib.suppress(OSError):
            draft.unlink()


def require_other(out: Path, sources: Iterable[Path]) -> None:
    """Check that what is to be written is none of the landscape files that it is made from.

    Raises
    ------
    UserError
        If it is one.
    """
    for source in sources:
        with contextlib.suppress(OSError):  # one of them is not there
            if source.samefile(out):
                raise UserError(
                    f"{out} is the landscape file itself.",
                    "Choose another name for what is written.",
                )


def draft_stem(path: Path) -> str:
    """What of a file's name goes into its draft's, which has to be no longer than a name may be."""
    encoded = os.fsencode(path.name)
    if len(encoded) <= _LONGEST_STEM:
        return path.name
    return encoded[:_LONGEST_STEM].decode(errors="ignore")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems cannot; the rename itself has been done
    finally:
        os.close(descriptor)
