"""One surface in three dimensions: shaded, with contour lines, markers and path on it."""

from __future__ import annotations

from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, TriMesh
from matplotlib.patheffects import withStroke
from matplotlib.tri import Triangulation

from landscape_gui.figures import style
from landscape_gui.figures.arrays import FloatArray
from landscape_gui.figures.box3d import HEIGHT, HeightField, View, seen_runs
from landscape_gui.figures.box_axes import cut_off, draw_box, frame, height_ticks, plane_ticks
from landscape_gui.figures.markers import NARROW_IN, marker
from landscape_gui.figures.panel import Field, Panel
from landscape_gui.figures.scale import Scale
from landscape_gui.figures.spec import Crop, Look

_CELLS = 112
# A panel as small as this has room for two numbers along its height.
_TINY_IN = 1.3
_MOST_MAGNIFIED = 3.0
_HIDDEN = 0.4
_FOOT = 0.3
# What lies on the surface is not hidden by it.
_LIFT = np.array([0.0, 0.0, 0.012])
# How much slopes differ from level ground in brightness.
_RELIEF = 0.5


def draw_surface(axes: Axes, panel: Panel, scale: Scale, look: Look, width_in: float) -> None:
    """Draw a panel into axes that are about so wide."""
    view = View(look.azimuth, look.elevation, look.parallel)
    cells = _cells(look.crop)
    field = panel.field(scale.low, scale.high, look.alpha, look.beta, cells)
    foot = _FOOT if look.floor else 0.0
    box = _Box(field, scale, foot)
    heights = box.heights
    frame(axes, view, look.crop)
    narrow = width_in < style.pt(NARROW_IN)
    draw_box(
        axes,
        view,
        plane_ticks(field.alpha[0], field.alpha[-1], 2 if narrow else 4),
        plane_ticks(field.beta[0], field.beta[-1], 2 if narrow else 4),
        height_ticks(scale, 2 if width_in < style.pt(_TINY_IN) else 3 if narrow else 5, foot),
    )
    axes.add_collection(_mesh(heights, scale, foot, view), autolim=False)
    if look.lines or look.floor:
        _draw_lines(axes, box, view, look, 0.35 if narrow else 0.5)
    if panel.trajectory is not None and look.trajectory is not False:
        _draw_path(axes, panel, box, view, narrow)
    for point in panel.points:
        at = box.point(point.alpha, point.beta, point.value)
        if at is None:
            continue
        seen = bool(heights.seen(view, at[None] + _LIFT)[0])
        look_of = marker(point.kind, narrow)
        if not seen:  # behind a slope: its outline shines through
            look_of |= {"markerfacecolor": (1, 1, 1, 0.35), "markeredgecolor": look_of["color"]}
        axes.plot(*view.project(at), linestyle="none", clip_on=False, zorder=5, **look_of)
    if look.crop is not None:
        cut_off(axes)


def _cells(crop: Crop | None) -> int:
    """As fine a surface in a part of the picture as in the whole."""
    left, bottom, right, top = crop or (0.0, 0.0, 1.0, 1.0)
    return round(_CELLS * min(1 / max(right - left, top - bottom), _MOST_MAGNIFIED))


class _Box:
    """From the plane and its values to the box."""

    def __init__(self, field: Field, scale: Scale, foot: float) -> None:
        self._field, self._scale, self._foot = field, scale, foot
        x, y = self.x(field.alpha), self.y(field.beta)
        self.heights = HeightField(x, y, self.z(field.values))

    def x(self, alpha: FloatArray) -> FloatArray:
        low, high = self._field.alpha[0], self._field.alpha[-1]
        return 2 * (alpha - low) / (high - low) - 1

    def y(self, beta: FloatArray) -> FloatArray:
        low, high = self._field.beta[0], self._field.beta[-1]
        return 2 * (beta - low) / (high - low) - 1

    def z(self, values: FloatArray) -> FloatArray:
        return self._foot + (HEIGHT - self._foot) * self._scale.place(values)

    def point(self, alpha: float, beta: float, value: float = float("nan")) -> FloatArray | None:
        """At its own value or, where that is not known, on the surface; None beside it."""
        x, y = float(self.x(np.float64(alpha))), float(self.y(np.float64(beta)))  # pyright: ignore[reportArgumentType]
        if max(abs(x), abs(y)) > 1 + 1e-9:
            return None
        if np.isfinite(value):
            return np.array([x, y, float(self.z(np.array(value)))])
        return np.array([x, y, float(self.heights.at(np.array(x), np.array(y)))])

    def lines(self, level: float) -> list[FloatArray]:
        """The contour lines of a level, float64[k, 3]."""
        heights = self.heights
        z = float(self.z(np.array(self._scale.drawn_level(level))))
        found: Any = contour_generator(heights.x, heights.y, heights.z).lines(z)
        return [np.column_stack([line, np.full(len(line), z)]) for line in found]


def _mesh(heights: HeightField, scale: Scale, foot: float, view: View) -> TriMesh:
    """The surface as triangles, the farthest first; an image even in a vector file."""
    rows, columns = heights.z.shape
    corners = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = corners[:-1, :-1], corners[:-1, 1:], corners[1:, 1:], corners[1:, :-1]
    triangles = np.concatenate(
        [np.stack(three, axis=-1).reshape(-1, 3) for three in ((a, b, c), (a, c, d))]
    )
    x, y = np.meshgrid(heights.x, heights.y)
    points = np.stack([x, y, heights.z], axis=-1).reshape(-1, 3)
    # By their places on the floor: slopes do not change what is in front of what.
    nearness = view.depth(np.column_stack([points[:, :2], np.zeros(len(points))]))
    order = np.argsort(nearness[triangles].mean(axis=1), kind="stable")
    flat = view.project(points)
    mesh = TriMesh(Triangulation(flat[:, 0], flat[:, 1], triangles[order]))
    shares = (heights.z - foot) / (HEIGHT - foot)
    colors = style.colors_of(scale.color_map)(shares)[..., :3]
    shaded = _shaded(colors, heights, view).reshape(-1, 3)
    mesh.set_facecolor(np.column_stack([shaded, np.ones(len(shaded))]))  # pyright: ignore[reportArgumentType]
    mesh.set_rasterized(True)
    mesh.set_zorder(1)
    mesh.set_clip_on(False)
    mesh.set_in_layout(False)  # within the box; asking it for its size takes long
    return mesh


def _shaded(colors: FloatArray, heights: HeightField, view: View) -> FloatArray:
    """Lighter where it faces the light, darker where not; level ground keeps its colour."""
    slope_y, slope_x = np.gradient(heights.z, heights.y, heights.x)
    normal = np.stack([-slope_x, -slope_y, np.ones_like(slope_x)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    right, _, back = view.axes
    light = np.array([0.0, 0.0, 0.9]) - 0.5 * right + 0.35 * back
    light /= np.linalg.norm(light)
    gain = (_RELIEF * (normal @ light - light[2]))[..., None]
    darker = colors * (1 + np.clip(gain, -0.45, 0.0))
    return darker + (1 - darker) * np.clip(gain, 0.0, 0.3) * 0.8


def _draw_lines(axes: Axes, box: _Box, view: View, look: Look, width: float) -> None:
    """Contour lines on the surface, where they are seen, and on the floor."""
    levels = box._scale.levels(look.levels)
    colors = style.colors_of(box._scale.color_map)
    runs: list[FloatArray] = []
    for level in levels:
        for line in box.lines(level):
            if look.floor:
                flat = view.project(line * np.array([1.0, 1.0, 0.0]))
                shade = colors(float(box._scale.place(np.array(level))))
                # The surface, above which nothing of the floor is, is painted over them.
                order = 0.8 if view.elevation >= 0 else 2.5
                _add(axes, [flat], colors=[shade], linewidths=style.pt(0.7), zorder=order)
            if look.lines:
                seen = box.heights.seen(view, line + _LIFT)
                runs += seen_runs(view.project(line), seen)
    _add(axes, runs, colors="black", alpha=0.32, linewidths=style.pt(width), zorder=2)


def _add(axes: Axes, lines: list[FloatArray], **look: Any) -> None:
    drawn = LineCollection(lines, clip_on=False, **look)
    drawn.set_in_layout(False)
    axes.add_collection(drawn, autolim=False)


def _draw_path(axes: Axes, panel: Panel, box: _Box, view: View, narrow: bool) -> None:
    """The checkpoints' path, laid on the surface; fainter where that hides it."""
    assert panel.trajectory is not None
    alpha, beta = panel.trajectory
    # Between checkpoints, too, the path follows the ground.
    fine = np.linspace(0, len(alpha) - 1, 24 * (len(alpha) - 1) + 1)
    stops = np.arange(len(alpha))
    found = [
        box.point(float(a), float(b))
        for a, b in zip(np.interp(fine, stops, alpha), np.interp(fine, stops, beta), strict=True)
    ]
    inside = np.array([at is not None for at in found])
    path = np.array([at if at is not None else np.zeros(3) for at in found])
    seen = box.heights.seen(view, path + _LIFT)
    flat = view.project(path)
    width = style.pt(0.7 if narrow else 0.9)
    for shown, strength in ((inside & seen, 1.0), (inside & ~seen, _HIDDEN)):
        _add(
            axes, seen_runs(flat, shown), colors=style.INK, linewidths=width, alpha=strength,
            zorder=3, path_effects=_halo(width, strength),
        )  # fmt: skip
        dots = np.flatnonzero(shown & (np.arange(len(fine)) % 24 == 0))
        if not dots.size:
            continue
        axes.plot(
            *flat[dots].T, linestyle="none", marker="o", color=style.INK, alpha=strength,
            markersize=style.pt(1.6 if narrow else 2.2), zorder=3.5, clip_on=False,
        )  # fmt: skip


def _halo(width: float, strength: float) -> list[withStroke]:
    return [withStroke(linewidth=2.2 * width, foreground="white", alpha=0.8 * strength)]
