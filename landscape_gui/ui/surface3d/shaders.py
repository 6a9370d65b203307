"""GLSL of the surface, one text for OpenGL 2.1, 3.1 and later, and OpenGL ES."""

from __future__ import annotations

from PySide6.QtGui import QOpenGLContext

POSITION, FIELD = 0, 1
"""Attribute locations: vec2 position in the box; vec4 height, two slopes, how sure they are."""

_LEGACY_VERTEX = "#version 120\n#define IN attribute\n#define OUT varying\n"
_LEGACY_FRAGMENT = (
    "#version 120\n#define IN varying\n#define TEXTURE texture2D\n#define COLOR gl_FragColor\n"
)
_CORE_VERTEX = "#define IN in\n#define OUT out\n"
_CORE_FRAGMENT = "#define IN in\n#define TEXTURE texture\n#define COLOR frag_color\n"
_PRECISION = "precision highp float;\n"

_SHARED_VERTEX = """
uniform mat4 u_matrix;
uniform float u_low;        // height at the floor of the box
uniform float u_span;       // height of the top over the floor
uniform float u_box_height;
IN vec2 a_position;
IN vec4 a_field;

// Walls far outside the limits are drawn a little beyond the box only: positions keep precision.
float level_of(float height) { return clamp((height - u_low) / u_span, -3.0, 4.0); }
"""

SURFACE_VERTEX = (
    _SHARED_VERTEX
    + """
uniform float u_lid;        // 0: the surface; 1: flattened to the top; -1: flattened to the floor
OUT float v_level;
OUT vec2 v_slope;
OUT float v_measured;

void main() {
    v_level = level_of(a_field.x);
    v_slope = clamp(a_field.yz * (u_box_height / u_span), -60.0, 60.0);
    v_measured = a_field.w;
    float z = u_lid == 0.0 ? v_level : (u_lid > 0.0 ? 1.0 : 0.0);
    gl_Position = u_matrix * vec4(a_position, z * u_box_height, 1.0);
}
"""
)

SURFACE_FRAGMENT = """
uniform sampler2D u_colors;
uniform float u_lid;
uniform vec3 u_light;
uniform vec3 u_canvas;
uniform float u_bands;      // contour intervals over the limits; 0: no lines
uniform float u_phase;      // contour intervals below the floor
uniform float u_pixel;      // device pixels per logical pixel
IN float v_level;
IN vec2 v_slope;
IN float v_measured;

void main() {
    // Surface and lids meet exactly where the interpolated level passes a limit: a clean rim.
    if (u_lid == 0.0 && (v_level > 1.0 || v_level < 0.0)) discard;
    if (u_lid > 0.0 && v_level <= 1.0) discard;
    if (u_lid < 0.0 && v_level >= 0.0) discard;

    vec3 color = TEXTURE(u_colors, vec2(clamp(v_level, 0.002, 0.998), 0.5)).rgb;
    vec3 normal = u_lid == 0.0 ? normalize(vec3(-v_slope, 1.0)) : vec3(0.0, 0.0, 1.0);
    if (!gl_FrontFacing) normal = -normal;

    // Half-Lambert: soft, and no part of the surface falls into black.
    float diffuse = 0.5 + 0.5 * dot(normal, u_light);
    float shade = 0.50 + 0.56 * diffuse;
    float gray = dot(color, vec3(0.30, 0.59, 0.11));

    float measured = smoothstep(0.0, 1.0, v_measured);
    float filled = 1.0 - measured;
    // Filled in: paler, drained of half its colour, hatched.
    color = mix(color, mix(vec3(gray), u_canvas, 0.45), 0.55 * filled);
    float stripe = abs(fract((gl_FragCoord.x + gl_FragCoord.y) / (7.0 * u_pixel)) - 0.5);
    float hatch = 1.0 - smoothstep(0.10, 0.10 + 0.2 / u_pixel, stripe);
    color = mix(color, mix(color, vec3(gray) * 0.50, 0.36), hatch * filled);

    color *= shade;
    if (!gl_FrontFacing) color = mix(color, vec3(dot(color, vec3(0.33))), 0.25) * 0.92;

    if (u_bands > 0.0 && u_lid == 0.0) {
        float band = v_level * u_bands + u_phase;
        float width = max(fwidth(band), 1e-6);
        float distance = abs(fract(band - 0.5) - 0.5) / width;
        float half_width = 0.5 * u_pixel;
        float line = 1.0 - smoothstep(half_width - 0.5, half_width + 0.5, distance);
        // On steep walls the lines would merge into a dark blot.
        line *= 1.0 - smoothstep(0.12 / u_pixel, 0.40 / u_pixel, width);
        // A plateau that lies exactly at a level would be speckled with it.
        line *= smoothstep(0.0005 / u_pixel, 0.002 / u_pixel, width);
        // Nor do they run along the rim, where half of each would be cut off.
        float rim = min(v_level, 1.0 - v_level) * u_bands;
        line *= smoothstep(0.0, 2.0 * width * u_pixel, rim);
        color = mix(color, color * 0.55, 0.50 * line);
    }
    // Lids are glass: what is cut off is there, but does not stand in the way.
    COLOR = vec4(color, u_lid == 0.0 ? 1.0 : 0.26);
}
"""

DOT_VERTEX = (
    _SHARED_VERTEX
    + """
uniform float u_size;       // diameter in device pixels

void main() {
    float z = clamp(level_of(a_field.x), 0.0, 1.0);
    gl_Position = u_matrix * vec4(a_position, z * u_box_height, 1.0);
    // Toward the eye, so that the surface does not cut the dot in half.
    gl_Position.z -= 0.0016 * gl_Position.w;
    // None on the lids: their points are not at the height that is drawn.
    bool shown = a_field.x >= u_low && a_field.x <= u_low + u_span;
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
