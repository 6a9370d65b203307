
// A camera that turns around the box; matrices are column-major, as WebGL takes them.

const HEIGHT = 1.15; // of the box, whose longer side is 2

const HOME = { azimuth: -58, elevation: 30, distance: 5.35, pan: [0, 0] };
const FIELD_OF_VIEW = 30 * Math.PI / 180;

class Camera {
  constructor() { this.reset(); }

  reset() { Object.assign(this, structuredClone(HOME)); }

  turn(dx, dy) {
    this.azimuth -= 0.4 * dx;
    this.elevation = Math.min(Math.max(this.elevation + 0.4 * dy, -10), 90);
  }

  zoom(factor) { this.distance = Math.min(Math.max(this.distance * factor, 1.2), 20); }

  move(dx, dy, size) {
    const unit = 2 * this.distance * Math.tan(FIELD_OF_VIEW / 2) / size;
    this.pan = [this.pan[0] + dx * unit, this.pan[1] - dy * unit];
  }

  // Fills eye and matrix for a view of width × height pixels.
  look(width, height) {
    const a = this.azimuth * Math.PI / 180;
    const e = this.elevation * Math.PI / 180;
    const toward = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    this.right = [-Math.sin(a), Math.cos(a), 0];
    this.up = cross(toward, this.right);
    // Tall, narrow windows see as much across as wide ones see in height.
    const far = this.distance * Math.max(1, 1.15 * height / width);
    const center = [0, 1, 2].map(
      (k) => (k === 2 ? 0.36 * HEIGHT : 0) - this.pan[0] * this.right[k] - this.pan[1] * this.up[k]);
    this.eye = center.map((c, k) => c + far * toward[k]);
    this.toward = toward;
    const view = [
      this.right[0], this.up[0], toward[0], 0,
      this.right[1], this.up[1], toward[1], 0,
      this.right[2], this.up[2], toward[2], 0,
      -dot(this.right, this.eye), -dot(this.up, this.eye), -dot(toward, this.eye), 1,
    ];
    const f = 1 / Math.tan(FIELD_OF_VIEW / 2);
    const [near, beyond] = [Math.max(0.05, far - 4), far + 4];
    const projection = [
      f * height / width, 0, 0, 0,
      0, f, 0, 0,
      0, 0, (beyond + near) / (near - beyond), -1,
      0, 0, 2 * beyond * near / (near - beyond), 0,
    ];
    this.matrix = multiply(projection, view);
    this.size = [width, height];
    this.spread = f * height / width;
  }

  // Pixels of a point of the box.
  project(p) {
    const m = this.matrix;
    const w = m[3] * p[0] + m[7] * p[1] + m[11] * p[2] + m[15];
    const x = (m[0] * p[0] + m[4] * p[1] + m[8] * p[2] + m[12]) / w;
    const y = (m[1] * p[0] + m[5] * p[1] + m[9] * p[2] + m[13]) / w;
    return [(x + 1) / 2 * this.size[0], (1 - y) / 2 * this.size[1]];
  }

  // Direction from the eye through a pixel.
  ray(px, py) {
    const x = (2 * px / this.size[0] - 1) / this.spread;
    const y = (1 - 2 * py / this.size[1]) * Math.tan(FIELD_OF_VIEW / 2);
    return [0, 1, 2].map((k) => x * this.right[k] + y * this.up[k] - this.toward[k]);
  }
}

function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a, b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

function multiply(a, b) {
  const found = new Array(16).fill(0);
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      for (let k = 0; k < 4; k++) found[4 * c + r] += a[4 * k + r] * b[4 * c + k];
    }
  }
  return found;
}
