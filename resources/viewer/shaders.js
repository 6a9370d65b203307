
// The surface, its lines, and the measured points.

const MOST_LEVELS = 24;

const SURFACE_VERTEX = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 normal;
layout(location = 2) in float veil;
uniform mat4 matrix;
uniform float tall;
uniform float flat_;
out vec3 facing;
out float height;
out float doubt;
void main() {
  facing = normal;
  height = place.z;
  doubt = veil;
  gl_Position = matrix * vec4(place.xy, place.z * tall * (1.0 - flat_), 1.0);
}`;

const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
in vec3 facing;
in float height;
in float doubt;
uniform sampler2D colors;
uniform vec3 ground;
uniform vec3 light;
uniform float levels[${MOST_LEVELS}];
uniform int count;
uniform float thick;
uniform float flat_;
uniform float lines;
out vec4 color;
void main() {
  float slope = max(fwidth(height), 1e-6);
  float nearest = 1e9;
  for (int k = 0; k < ${MOST_LEVELS}; k++) {
    if (k < count) nearest = min(nearest, abs(height - levels[k]));
  }
  float line = 1.0 - smoothstep(0.5 * thick, 0.5 * thick + 1.0, nearest / slope);
  float entry = (clamp(height, 0.0, 1.0) * 255.0 + 0.5) / 256.0;
  vec3 base = texture(colors, vec2(entry, 0.5)).rgb;
  if (flat_ > 0.5) {
    float ink = line * 0.8;
    color = vec4(base * ink, ink);
    return;
  }
  float grey = dot(base, vec3(0.2126, 0.7152, 0.0722));
  vec3 veiled = mix(ground, mix(vec3(grey), base, 1.0 - 0.5 * doubt), 1.0 - 0.4 * doubt);
  float lit = 0.74 + 0.26 * abs(dot(normalize(facing), light));
  vec3 shaded = veiled * lit;
  // By the height alone, so that a line does not change its colour on its way.
  vec3 pen = grey > 0.45 ? vec3(0.0) : vec3(1.0);
  color = vec4(mix(shaded, pen, line * lines * 0.42), 1.0);
}`;

const POINT_VERTEX = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in float kind;
uniform mat4 matrix;
uniform float tall;
uniform float size;
out float ring;
void main() {
  ring = kind;
  gl_Position = matrix * vec4(place.xy, place.z * tall, 1.0);
  gl_Position.z -= 0.004 * gl_Position.w;
  gl_PointSize = size * (kind > 0.5 ? 1.7 : 1.0);
}`;

const POINT_FRAGMENT = `#version 300 es
precision highp float;
in float ring;
uniform vec3 ink;
out vec4 color;
void main() {
  float r = length(2.0 * gl_PointCoord - 1.0);
  if (r > 1.0 || (ring > 0.5 && r < 0.55)) discard;
  color = vec4(ink, 1.0) * 0.75;
}`;
