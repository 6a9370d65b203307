"""What the command palette offers: actions, what is open, recent files, samples, settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from landscape_gui.ui.action_tree import MenuEntry
from landscape_gui.ui.fuzzy import match
from landscape_gui.ui.plot_naming import plot_titles
from landscape_gui.ui.run_naming import run_titles
from landscape_gui.ui.session import Selection, Session

SEPARATOR = " ▸ "


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One row of the palette.

    Attributes
    ----------
    title
        What is matched and read first.
    detail
        Where it comes from, e.g. the menus that lead to it; matched as well.
    keys
        Its shortcut, empty if it has none.
    run
        Does it.
    enabled
        Whether it can be done now.
    """

    title: str
    detail: str
    run: Callable[[], object]
    keys: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry that matches, with the matching letters of its title."""

    entry: PaletteEntry
    positions: tuple[int, ...]


def action_entries(entries: Iterable[MenuEntry]) -> list[PaletteEntry]:
    """Every action of the menus; a choice is titled with the menu it is in."""
    found = []
    for entry in entries:
        title = entry.text
        if entry.is_choice and entry.path:
            title = f"{entry.path[-1]}: {title}"
        found.append(
            PaletteEntry(
                title,
                SEPARATOR.join(entry.path),
                entry.action.trigger,
                entry.keys,
                entry.action.isEnabled(),
            )
        )
    return found


def landscape_entries(session: Session) -> list[PaletteEntry]:
    """Every surface, curve and history of the open landscapes."""
    found = []
    names = run_titles(session.landscapes.values())
    for path, model in session.landscapes.items():
        selections = [
            (title, Selection(path, kind, key)) for (kind, key), title in plot_titles(model).items()
        ]
        if len(model.run.history.step):
            selections.append(("Training history", Selection(path, "history")))
        found += [
            PaletteEntry(
                f"{names[path]}: {title}", "Open landscapes", partial(session.select, selection)
            )
            for title, selection in selections
        ]
    return found


def file_entries(
    files: Sequence[tuple[str, Path]], detail: str, open_file: Callable[[Path], object]
) -> list[PaletteEntry]:
    """Files to open, each with what to call it."""
    return [PaletteEntry(f"Open {name}", detail, partial(open_file, path)) for name, path in files]


def rank(query: str, entries: Sequence[PaletteEntry], recent: Sequence[str] = ()) -> list[Ranked]:
    """Entries that match a query, the best first; what cannot be done now comes last.

    Parameters
    ----------
    query
        Searched in titles, and in details where the title alone does not match.
    recent
        Titles used of late, the newest first: with an empty query they come first.
    """
    found: list[tuple[bool, float, int, Ranked]] = []
    for index, entry in enumerate(entries):
        hit = match(query, entry.title)
        penalty = 0.0
        if hit is None:
            # The way through the menus helps to find, but is not what is read.
            hit = match(query, f"{entry.title}  {entry.detail}")
            penalty = 8.0
        if hit is None:
            continue
        score = hit.score - penalty
        if not query.strip() and entry.title in recent:
            score += len(recent) - recent.index(entry.title)
        letters = tuple(place for place in hit.positions if place < len(entry.title))
        found.append((not entry.enabled, -score, index, Ranked(entry, letters)))
    return [ranked for _, _, _, ranked in sorted(found, key=lambda row: row[:3])]
