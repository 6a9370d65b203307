"""Paths as people type them."""

from __future__ import annotations

from pathlib import Path

from landscape_gui.specs import UserError


def expanded(path: str | Path) -> Path:
    """A path with ``~`` and ``~name`` replaced by that user's home directory.

    Raises
    ------
    UserError
        If there is no such user.
    """
    path = Path(path)
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise UserError(
            f"{path} cannot be found: there is no user {path.parts[0][1:] or 'here with a home'}.",
            f"Give the whole path, or ./{path} for what has that name.",
        ) from error
