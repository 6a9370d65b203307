"""GLSL of the surface, one text for OpenGL 2.1, 3.1 and later, and OpenGL ES."""

from __future__ import annotations

from PySide6.QtGui import QOpenGLContext

POSITION, FIELD = 0, 1
"""Attribute locations: vec2 position in the box; vec4 height, two slopes, how sure they are."""
MOST_LEVELS = 24
"""Contour lines that fit into the shader."""

_LEGACY_VERTEX = "#version 120\n#define IN attribute\n#define OUT varying\n"
_LEGACY_FRAGMENT = (
    "#version 120\n#define IN varying\n#define TEXTURE texture2D\n#define COLOR gl_FragColor\n"
)
_CORE_VERTEX = "#define IN in\n#define OUT out\n"
_CORE_FRAGMENT = "#define IN in\n#define TEXTURE texture\n#define COLOR frag_color\n"
_PRECISION = "precision highp float;\n"

_SHARED = """
uniform float u_low;        // height at the foot of the surface, less the base
uniform float u_span;       // height of the top over the foot
uniform float u_base;       // what was taken off all heights
uniform float u_log;        // logarithm of top over foot; 0: a linear scale
uniform float u_foot;       // box height of the foot
uniform float u_room;       // box height of the top over the foot

// 0 at the foot, 1 at the top. Walls far outside the limits are drawn a little beyond the box
// only: positions keep precision.
float rise_of(float height) {
    if (u_log > 0.0) {
        float foot = u_low + u_base;
        return clamp(log(max(height + u_base, 0.2 * foot) / foot) / u_log, -3.0, 4.0);
    }
    return clamp((height - u_low) / u_span, -3.0, 4.0);
}
"""

_SHARED_VERTEX = (
    _SHARED
    + """
uniform mat4 u_matrix;
IN vec2 a_position;
IN vec4 a_field;
"""
)

SURFACE_VERTEX = (
    _SHARED_VERTEX
    + """
uniform float u_part;       // 0: the surface; 1, -1: flattened to top, to foot; 2: on the floor
OUT float v_height;
OUT vec2 v_slope;
OUT float v_sure;

void main() {
    v_height = a_field.x;
    float steepness = u_log > 0.0
        ? u_room / (u_log * max(a_field.x + u_base, u_low + u_base))
        : u_room / u_span;
    v_slope = clamp(a_field.yz * steepness, -60.0, 60.0);
    v_sure = a_field.w;
    float rise = u_part == 0.0 ? rise_of(a_field.x) : (u_part == 1.0 ? 1.0 : 0.0);
    float z = u_part == 2.0 ? 0.0 : u_foot + rise * u_room;
    gl_Position = u_matrix * vec4(a_position, z, 1.0);
}
"""
)

SURFACE_FRAGMENT = (
    _SHARED
    + """
uniform sampler2D u_colors;
uniform float u_part;
uniform vec3 u_light;
uniform vec3 u_canvas;
uniform float u_levels[24]; // heights of the contour lines, ascending, less the base
uniform float u_level_count;
uniform float u_lines;      // 0: no lines
uniform float u_bands;      // 1: one colour between two lines
uniform float u_pixel;      // device pixels per logical pixel
IN float v_height;
IN vec2 v_slope;
IN float v_sure;

void main() {
    float rise = rise_of(v_height);
    // Surface and lids meet exactly where the interpolated height passes a limit: a clean rim.
    if (u_part == 0.0 && (rise > 1.0 || rise < 0.0)) discard;
    if (u_part == 1.0 && rise <= 1.0) discard;
    if (u_part == -1.0 && rise >= 0.0) discard;

    // The lines next below and next above.
    float below = u_low, above = u_low + u_span;
    float nearest = 1e30;
    for (int i = 0; i < 24; i++) {
        if (float(i) >= u_level_count) break;
        float level = u_levels[i];
        nearest = min(nearest, abs(v_height - level));
        if (level <= v_height) below = max(below, level);
        else above = min(above, level);
    }
    float shown = u_bands > 0.5 ? 0.5 * (rise_of(below) + rise_of(above)) : rise;
    vec3 color = TEXTURE(u_colors, vec2(clamp(shown, 0.002, 0.998), 0.5)).rgb;

    float gap = max(above - below, 1e-30);
    float width = max(fwidth(v_height), 1e-7 * gap);
    float half_width = (u_part == 2.0 ? 0.65 : 0.5) * u_pixel;
    float line = 1.0 - smoothstep(half_width - 0.5, half_width + 0.5, nearest / width);
    // On steep walls the lines would merge into a dark blot.
    line *= 1.0 - smoothstep(0.16 / u_pixel, 0.50 / u_pixel, width / gap);
    // A plateau that lies exactly at a level would be speckled with it.
    line *= smoothstep(0.0004 / u_pixel, 0.0015 / u_pixel, width / gap);
    line *= u_lines;

    if (u_part == 2.0) {
        float veil = 0.13;
        float ink = mix(veil, 0.95, line);
        COLOR = vec4(mix(color, color * 0.82, line), ink);
        return;
    }

    vec3 normal = u_part == 0.0 ? normalize(vec3(-v_slope, 1.0)) : vec3(0.0, 0.0, 1.0);
    bool front = FRONT;
    if (!front) normal = -normal;
    // Half-Lambert: soft, and no part of the surface falls into black.
    float diffuse = 0.5 + 0.5 * dot(normal, u_light);
    float shade = 0.50 + 0.56 * diffuse;
    float gray = dot(color, vec3(0.30, 0.59, 0.11));

    // Filled in: paler, drained of half its colour, hatched.
    float filled = 1.0 - smoothstep(0.0, 1.0, v_sure);
    color = mix(color, mix(vec3(gray), u_canvas, 0.45), 0.55 * filled);
    float stripe = abs(fract((gl_FragCoord.x - gl_FragCoord.y) / (7.0 * u_pixel)) - 0.5);
    float hatch = 1.0 - smoothstep(0.10, 0.10 + 0.2 / u_pixel, stripe);
    color = mix(color, mix(color, vec3(gray) * 0.50, 0.36), hatch * filled);

    color *= shade;
    if (!front) color = mix(color, vec3(dot(color, vec3(0.33))), 0.25) * 0.92;
    if (u_part == 0.0) {
        // No line runs along the rim, where half of it would be cut off.
        float rim = min(rise, 1.0 - rise) / max(fwidth(rise), 1e-9);
        color = mix(color, color * 0.55, 0.55 * line * smoothstep(0.0, 2.0 * u_pixel, rim));
    }
    // Lids are glass: what is cut off is there, but does not stand in the way.
    COLOR = vec4(color, u_part == 0.0 ? 1.0 : 0.26);
}
"""
)

DOT_VERTEX = (
    _SHARED_VERTEX
    + """
uniform float u_size;       // diameter in device pixels

void main() {
    float rise = rise_of(a_field.x);
    gl_Position = u_matrix * vec4(a_position, u_foot + clamp(rise, 0.0, 1.0) * u_room, 1.0);
    // Toward the eye, so that the surface does not cut the dot in half.
    gl_Position.z -= 0.0016 * gl_Position.w;
    // None on the lids: their points are not at the height that is drawn.
    bool shown = rise >= 0.0 && rise <= 1.0;
    gl_PointSize = shown ? u_size : 0.0;
    if (!shown) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}
"""
)

DOT_FRAGMENT = """
uniform vec4 u_ink;
uniform vec3 u_halo;
uniform float u_size;
uniform float u_hole;       // share of the radius that is left open; 0: a disc

void main() {
    float radius = length(gl_PointCoord - 0.5) * u_size;
    float edge = 0.5 * u_size - 0.5;
    float inside = 1.0 - smoothstep(edge - 0.5, edge + 0.5, radius);
    float core = 1.0 - smoothstep(0.62 * edge - 0.5, 0.62 * edge + 0.5, radius);
    if (u_hole > 0.0) {
        float open = 1.0 - smoothstep(u_hole * edge - 0.6, u_hole * edge + 0.6, radius);
        COLOR = vec4(u_ink.rgb, 0.5 * inside * u_ink.a * (1.0 - open));
        return;
    }
    COLOR = vec4(mix(u_halo, u_ink.rgb, core), inside * u_ink.a * mix(0.45, 1.0, core));
}
"""


def sources(context: QOpenGLContext, vertex: str, fragment: str) -> tuple[str, str]:
    """Complete vertex and fragment shader for the dialect that the context speaks."""
    # Drawn upside down, as images are stored: what faces the eye turns the other way round.
    fragment = "#define FRONT (!gl_FrontFacing)\n" + fragment
    surface_format = context.format()
    version = (surface_format.majorVersion(), surface_format.minorVersion())
    if context.isOpenGLES():
        head, precision = "#version 300 es\n", _PRECISION
    elif version >= (3, 1):
        head, precision = "#version 140\n", ""
    else:
        return _LEGACY_VERTEX + vertex, _LEGACY_FRAGMENT + fragment
    return (
        head + precision + _CORE_VERTEX + vertex,
        head + precision + _CORE_FRAGMENT + "out vec4 frag_color;\n" + fragment,
    )
