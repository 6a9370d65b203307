"""Says in words what went wrong with a file."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Literal

from landscape_gui.specs import UserError


def explain_os_error(error: OSError, path: Path, wish: Literal["read", "write"]) -> UserError:
    """Turn an operating-system error on ``path`` into one that the user can act upon."""
    # HDF5 puts the errno into its text only.
    text = str(error)
    number = error.errno
    for known in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS):
        if number is None and f"errno = {known}," in text:
            number = known
    match number:
        case errno.ENOENT if wish == "read":
            return UserError(f"{path} does not exist.", "Check the path.")
        case errno.ENOTDIR if (file := _file_above(path)) is not None:
            return UserError(f"{file} is a file, not a folder.", "Check the path.")
        case errno.ENOENT if path.parent.is_dir():
            # Folders that the system itself fills, such as /proc, answer so.
            return UserError(f"No file can be made in {path.parent}.", "Choose another folder.")
        case errno.ENOENT | errno.ENOTDIR:
            return UserError(f"The folder {path.parent} does not exist.", "Create it first.")
        case errno.EISDIR if wish == "read":
            return UserError(f"{path} is a folder.", "Choose a *.landscape.h5 file.")
        case errno.EISDIR:
            return UserError(f"{path} is a folder.", "Give the name of a file, e.g. one in it.")
        case errno.ENAMETOOLONG:
            return UserError(
                f"{path} is longer than a name or a path may be here.", "Give a shorter one."
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return UserError(
                f"No permission to {wish} {path}.",
                "Change its permissions or choose another folder.",
            )
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return UserError(
                f"No space left for {path}; what was there is unchanged.",
                "Free some space, choose another disk or fewer points.",
            )
    return UserError(f"Cannot {wish} {path}: {error.strerror or text}.", "Try another file.")


def _file_above(path: Path) -> Path | None:
    """What a path treats as a folder although it is none."""
    for parent in path.parents:
        try:
            if parent.exists():
                return None if parent.is_dir() else parent
        except OSError:
            continue
    return None
