"""What each kind of figure is made of and which choices it knows. No Qt, no matplotlib."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from landscape_gui.figures.spec import FIGURE_TITLES, FigureKind, FigureSpec, Look, Story

Material: TypeAlias = Literal["files", "surfaces", "curves"]
"""What is listed to choose from."""

KINDS: Final[tuple[FigureKind, ...]] = get_args(FigureKind)

_SCALED: Final = frozenset({"color_map", "log", "limits", "own_scales", "lines", "levels"})
_GRID: Final = _SCALED | {"alpha", "beta", "remarks", "metric", "titles"}
_SOLID: Final = _GRID | {"view", "crop", "floor"}
_MAP: Final = _GRID | {"fill", "labels", "dots", "projection"}
_LINES: Final = frozenset({"log", "limits", "metric", "mixed_models"})
_PAPER: Final = frozenset({"mixed_models"})

_FIELDS: Final[dict[str, frozenset[str]]] = {
    "1": _SOLID | _PAPER | {"trajectory", "projection"},
    "2": _LINES,
    "3": _MAP | _PAPER,
    "4": _MAP | _PAPER,
    "5": _LINES | {"unit", "alpha", "remarks"},
    "6": _SOLID | _PAPER | {"trajectory", "projection"},
    "7": (_SOLID | _PAPER) - {"titles"},
    "table1": _PAPER,
    "surface": _SOLID | {"trajectory", "projection"},
    "contour": _MAP | {"trajectory"},
    "landscape": _SOLID | _MAP | {"trajectory"},
    "curve": _LINES | {"unit", "alpha", "remarks"},
    "trajectory": _MAP,
    "history": _LINES,
    "rollback": frozenset(),
    "difference": (_MAP | {"mixed_models"}) - {"log", "color_map", "own_scales", "projection"},
}
_FRAMES: Final[dict[Story, frozenset[str]]] = {
    "trajectory": _MAP - {"own_scales"},
    "growth": (_MAP | {"trajectory"}) - {"own_scales", "dots", "remarks"},
    "turn": (_SOLID | {"trajectory", "projection"}) - {"own_scales", "crop"},
}
_OF_LOOK: Final = frozenset(Look.model_fields)


def title_of(kind: FigureKind) -> str:
    """Its name as a choice: as the command's help has it, with a capital letter."""
    title = FIGURE_TITLES[kind]
    return title[0].upper() + title[1:]


def material_of(kind: FigureKind) -> Material:
    """What it is made of: whole files, or some of the surfaces or curves in them."""
    if kind in ("surface", "contour", "landscape", "trajectory", "difference", "frames"):
        return "surfaces"
    return "curves" if kind == "curve" else "files"


def fields_of(kind: FigureKind, story: Story = "trajectory") -> frozenset[str]:
    """The choices that make a difference: fields of the spec and of its look.

    ``view`` stands for azimuth, elevation and ``parallel``.
    """
    if kind == "frames":
        return _FRAMES[story] | {"story", "frames"}
    return _FIELDS[kind]


def tidy(spec: FigureSpec) -> FigureSpec:
    """The same figure without choices that make no difference to it."""
    known = fields_of(spec.kind, spec.story)
    if "view" in known:
        known |= {"azimuth", "elevation", "parallel"}
    if spec.kind == "trajectory" and spec.look.projection == "pca":
        known = frozenset({"projection"})  # has axes of its own, and no surface
    look = {name: getattr(spec.look, name) for name in _OF_LOOK & known}
    usual = FigureSpec.model_fields
    rest = {
        name: getattr(spec, name) if name in known else usual[name].default
        for name in ("metric", "titles", "mixed_models", "story", "frames")
    }
    return spec.model_copy(update={"look": Look(**look), **rest})
