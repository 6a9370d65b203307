"""Tells that a rollback or Hessian took the place of another in its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from landscape_gui.engine.events import Notice
from landscape_gui.store.set_aside import Exchange, measured_on

_TITLES = {"rollback": "rollback", "hessian": "Hessian"}


def exchange_notices(exchange: Exchange | None, out: Path) -> Iterator[Notice]:
    """What a job says of it, if there was an exchange."""
    if exchange is None:
        return
    title, name = _TITLES[exchange.kind], exchange.name
    if exchange.taken_back is not None:
        yield Notice(
            f"The {title} on {measured_on(exchange.taken_back)}, which was kept as {name}, "
            "is shown again and goes on.",
            out,
        )
    if exchange.earlier is not None:
        yield Notice(
            f"The earlier {title}, on {measured_on(exchange.earlier)}, is kept in the file as "
            f"{name} and is no longer what is shown; the command that measured it brings it back.",
            out,
        )
