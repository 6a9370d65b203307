"""The parts of the view's state that can be undone and are remembered: one facet each.

A facet knows how to read its part of the state, how to put it back, and how to write it as JSON.
Whoever adds a choice of how things are shown adds a facet here, and has undo and restore.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, get_args

from landscape_gui.specs import METRICS
from landscape_gui.ui.color_maps import COLOR_MAPS
from landscape_gui.ui.scene import FillStyle, Limits, ValueScale
from landscape_gui.ui.session import Selection, Session
from landscape_gui.ui.surface3d.camera import Camera
from landscape_gui.ui.view_choices import DotsMode
from landscape_gui.ui.views.plot_range import PlotRange
from landscape_gui.ui.wording import PROJECTIONS

State = dict[str, Any]
"""Value of every facet, by key; the values are immutable."""


class CameraHolder(Protocol):
    """A view that looks from somewhere."""

    def camera(self) -> Camera:
        """Where it looks from."""
        ...

    def set_camera(self, camera: Camera) -> None:
        """Look from there."""
        ...


class MapHolder(Protocol):
    """A map that may be zoomed."""

    @property
    def view(self) -> PlotRange | None:
        """The range that is looked at; None while that is all."""
        ...

    def set_view(self, view: PlotRange | None) -> None:
        """Look at a range, or at all."""
        ...


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of how things are shown.

    Attributes
    ----------
    key
        Its name in files.
    words
        Its name in the menu: "Undo colour map".
    read, write
        Between the state and an immutable value.
    to_json, from_json
        Between the value and what JSON can hold; ``from_json`` may raise ValueError, TypeError or
        KeyError on anything that is not its own.
    continuous
        Whether it changes in many small steps, of which only the rest after a pause counts.
    fits
        Whether a value can be put back now, e.g. its file is still open.
    """

    key: str
    words: str
    read: Callable[[], Any]
    write: Callable[[Any], None]
    to_json: Callable[[Any], Any] = lambda value: value
    from_json: Callable[[Any], Any] = lambda value: value
    continuous: bool = False
    fits: Callable[[Any], bool] = lambda value: True


def view_facets(session: Session, camera: CameraHolder, plane: MapHolder) -> tuple[Facet, ...]:
    """All facets, in the order in which they are put back: the selection decides the rest."""

    def attribute(key: str, words: str, name: str, choices: tuple[Any, ...]) -> Facet:
        return Facet(
            key,
            words,
            read=lambda: getattr(session, name),
            write=lambda value: setattr(session, name, value),
            from_json=lambda value: _one_of(value, choices),
        )

    return (
        Facet(
            "selection",
            "selection",
            read=lambda: session.selection,
            write=lambda value: session.select(value) if value is not None else None,
            to_json=_selection_to_json,
            from_json=_selection_from_json,
            fits=lambda value: value is None or value.path in session.landscapes,
        ),
        attribute("comparing", "page", "comparing", (True, False)),
        attribute("metric", "metric", "metric", METRICS),
        Facet(
            "limits",
            "colour limits",
            read=lambda: session.limits_by_metric,
            write=session.set_limits_by_metric,
            to_json=lambda value: {metric: [lim.low, lim.high] for metric, lim in value},
            from_json=_limits_from_json,
            continuous=True,
        ),
        attribute("color_map", "colour map", "color_map", COLOR_MAPS),
        attribute("projection", "projection", "projection", PROJECTIONS),
        attribute("lift", "height of the trajectory", "lift", ("surface", "measured")),
        attribute("trajectory", "trajectory", "show_trajectory", (True, False)),
        attribute("dots", "measured points", "measured_dots", get_args(DotsMode)),
        attribute("scale", "scale", "value_scale", get_args(ValueScale)),
        attribute("fill", "contour fill", "fill", get_args(FillStyle)),
        attribute("floor", "contour lines on the floor", "floor_lines", (True, False)),
        attribute("lines", "contour lines", "contour_lines", (True, False)),
        Facet(
            "rollback",
            "rollback",
            read=lambda: session.rollback_by_path,
            write=session.set_rollback_by_path,
            to_json=lambda value: [[str(path), sorted(names)] for path, names in value],
            from_json=_rollback_from_json,
        ),
        Facet(
            "camera",
            "viewpoint",
            read=camera.camera,
            write=camera.set_camera,
            to_json=asdict,
            from_json=_camera_from_json,
            continuous=True,
        ),
        Facet(
            "map",
            "zoom of the map",
            read=lambda: plane.view,
            write=plane.set_view,
            to_json=lambda value: None if value is None else asdict(value),
            from_json=_range_from_json,
            continuous=True,
        ),
    )


def read_state(facets: tuple[Facet, ...]) -> State:
    """The value of every facet now."""
    return {facet.key: facet.read() for facet in facets}


def state_to_json(facets: tuple[Facet, ...], state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return {facet.key: facet.to_json(state[facet.key]) for facet in facets}


def state_from_json(facets: tuple[Facet, ...], data: Any) -> State:
    """As much of a state as the data hold; what is missing or damaged is left out."""
    state: State = {}
    if not isinstance(data, dict):
        return state
    for facet in facets:
        if facet.key in data:
            try:
                state[facet.key] = facet.from_json(data[facet.key])
            except (ValueError, TypeError, KeyError, AttributeError):
                continue
    return state


# JSON


def _one_of(value: Any, choices: tuple[Any, ...]) -> Any:
    # By type as well: True is 1 to Python.
    if not any(value == choice and type(value) is type(choice) for choice in choices):
        raise ValueError(f"{value!r} is not one of {choices}")
    return value


def _selection_to_json(value: Selection | None) -> Any:
    return None if value is None else [str(value.path), value.kind, value.name]


def _selection_from_json(value: Any) -> Selection | None:
    if value is None:
        return None
    path, kind, name = value
    if not (isinstance(path, str) and isinstance(name, str)):
        raise TypeError("a selection is a path, a kind and a name")
    return Selection(Path(path), _one_of(kind, ("surface", "curve", "history")), name)


def _limits_from_json(value: Any) -> tuple[tuple[Any, Limits], ...]:
    found = []
    for metric, (low, high) in value.items():
        if not float(low) < float(high):
            raise ValueError("limits ascend")
        found.append((_one_of(metric, METRICS), Limits(float(low), float(high))))
    return tuple(found)


def _rollback_from_json(value: Any) -> tuple[tuple[Path, frozenset[str]], ...]:
    return tuple((Path(path), frozenset(str(name) for name in names)) for path, names in value)


def _camera_from_json(value: Any) -> Camera:
    known = {field.name: value[field.name] for field in fields(Camera) if field.name in value}
    first = Camera()
    for name, given in known.items():
        default = getattr(first, name)
        if isinstance(default, tuple):
            given = tuple(float(number) for number in given)
            if len(given) != len(default):
                raise ValueError("a point has as many numbers as before")
        elif isinstance(default, bool | str):
            if type(given) is not type(default):
                raise TypeError(f"{name} cannot be {given!r}")
        else:
            given = float(given)
        known[name] = given
    numbers = [n for v in known.values() for n in (v if isinstance(v, tuple) else (v,))]
    if not all(abs(n) < 1e6 for n in numbers if isinstance(n, float)):
        raise ValueError("a camera is near")
    return Camera(**known)


def _range_from_json(value: Any) -> PlotRange | None:
    if value is None:
        return None
    found = PlotRange(**{name: float(number) for name, number in value.items()})
    if not (found.left < found.right and found.bottom < found.top):
        raise ValueError("a range ascends")
    if not all(abs(number) < 1e6 for number in asdict(found).values()):
        raise ValueError("a range is near")
    return found
