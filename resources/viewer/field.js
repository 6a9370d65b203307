
// One metric of one surface: heights over a lattice, in the units of a box [−1, 1]² × [0, 1].

const KINDS = ["filled in for the picture", "estimated", "on some examples, rest estimated", "measured"];

function bytes(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

function floats(text) {
  return new Float32Array(bytes(text).buffer);
}

class Field {
  // data: a surface of the page's data; scale: "linear" or "log"; top: values above are cut off.
  constructor(data, metric, scale, top = Infinity) {
    const found = data.metrics[metric];
    Object.assign(this, { data, metric, scale, alpha: data.alpha, beta: data.beta });
    this.columns = data.alpha.length;
    this.rows = data.beta.length;
    this.raw = floats(found.height);
    this.value = floats(found.value);
    this.error = floats(found.error);
    this.bound = floats(found.bound);
    this.kind = bytes(found.kind);
    this.lowest = Infinity;
    this.highest = -Infinity;
    let least = Infinity;
    for (const v of this.raw) {
      this.lowest = Math.min(this.lowest, v);
      this.highest = Math.max(this.highest, v);
      if (v > 0) least = Math.min(least, v);
    }
    // A logarithm knows nothing below zero: what is there lies on the floor.
    this.log = scale === "log" && Number.isFinite(least) && this.highest > 0;
    this.low = this.log ? Math.max(this.lowest, least) : this.lowest;
    this.high = Math.min(this.highest, top);
    if (!(this.high > this.low)) this.high = this.low + Math.max(Math.abs(this.low) * 1e-3, 1e-6);
    this.height = Float32Array.from(this.raw, (v) => this.place(v));
    const wide = Math.max(this.alpha.at(-1) - this.alpha[0], this.beta.at(-1) - this.beta[0]);
    this.half = [(this.alpha.at(-1) - this.alpha[0]) / wide, (this.beta.at(-1) - this.beta[0]) / wide];
  }

  // Height in the box, 0 to 1.
  place(value) {
    if (Number.isNaN(value)) return 0;
    const v = Math.min(Math.max(value, this.low), this.high);
    const found = this.log
      ? Math.log(v / this.low) / Math.log(this.high / this.low)
      : (v - this.low) / (this.high - this.low);
    return Math.min(Math.max(found, 0), 1);
  }

  // How thick the veil over a point is: none where measured, the thicker the larger the bound.
  veil(k) {
    const kind = this.kind[k];
    if (kind === 3) return 0;
    if (kind === 0) return 1;
    const share = this.bound[k] / (this.highest - this.lowest || 1);
    return Number.isFinite(share) ? Math.min(0.08 + 7 * share, 0.9) : 0.7;
  }

  // The veil of a neighbourhood: single measured points would look like holes in it.
  veils() {
    const own = Float32Array.from(this.kind, (_, k) => this.veil(k));
    return own.map((_, k) => {
      const [j, i] = [Math.floor(k / this.columns), k % this.columns];
      let [sum, count] = [0, 0];
      for (let y = Math.max(j - 1, 0); y <= Math.min(j + 1, this.rows - 1); y++) {
        for (let x = Math.max(i - 1, 0); x <= Math.min(i + 1, this.columns - 1); x++) {
          sum += own[y * this.columns + x];
          count++;
        }
      }
      return sum / count;
    });
  }

  x(alpha) { return this.half[0] * (2 * (alpha - this.alpha[0]) / (this.alpha.at(-1) - this.alpha[0]) - 1); }
  y(beta) { return this.half[1] * (2 * (beta - this.beta[0]) / (this.beta.at(-1) - this.beta[0]) - 1); }
  alphaAt(x) { return this.alpha[0] + (x / this.half[0] + 1) / 2 * (this.alpha.at(-1) - this.alpha[0]); }
  betaAt(y) { return this.beta[0] + (y / this.half[1] + 1) / 2 * (this.beta.at(-1) - this.beta[0]); }

  inside(alpha, beta) {
    return alpha >= this.alpha[0] && alpha <= this.alpha.at(-1) && beta >= this.beta[0] && beta <= this.beta.at(-1);
  }

  // Box height over a point, bilinear; beyond the edge that of the edge.
  at(alpha, beta) {
    const [i, s] = cell(this.alpha, alpha);
    const [j, t] = cell(this.beta, beta);
    const h = this.height;
    const k = j * this.columns + i;
    const lower = h[k] + s * (h[k + 1] - h[k]);
    const upper = h[k + this.columns] + s * (h[k + this.columns + 1] - h[k + this.columns]);
    return lower + t * (upper - lower);
  }

  // Row and column of the lattice point nearest to a place.
  nearest(alpha, beta) {
    const [i, s] = cell(this.alpha, alpha);
    const [j, t] = cell(this.beta, beta);
    return [j + (t > 0.5 ? 1 : 0), i + (s > 0.5 ? 1 : 0)];
  }

  // Where a ray of the box meets the surface first, as [alpha, beta]; null where it does not.
  hit(origin, direction, scale) {
    const span = box(origin, direction, this.half, scale);
    if (!span) return null;
    const gap = (t) => {
      const p = [0, 1, 2].map((k) => origin[k] + t * direction[k]);
      return p[2] - scale * this.at(this.alphaAt(p[0]), this.betaAt(p[1]));
    };
    const steps = 256;
    let before = span[0];
    const side = Math.sign(gap(before)) || 1;
    for (let n = 1; n <= steps; n++) {
      let after = span[0] + (span[1] - span[0]) * n / steps;
      if (Math.sign(gap(after)) !== side) {
        for (let k = 0; k < 24; k++) {
          const middle = (before + after) / 2;
          if (Math.sign(gap(middle)) === side) before = middle; else after = middle;
        }
        return [this.alphaAt(origin[0] + after * direction[0]), this.betaAt(origin[1] + after * direction[1])];
      }
      before = after;
    }
    return null;
  }

  // Whether a point of the box can be seen from the eye.
  visible(point, eye, scale) {
    const toward = [0, 1, 2].map((k) => eye[k] - point[k]);
    for (let n = 1; n <= 96; n++) {
      const t = 0.012 + (n / 96) ** 1.5 * 0.9;
      const p = [0, 1, 2].map((k) => point[k] + t * toward[k]);
      if (Math.abs(p[0]) > this.half[0] || Math.abs(p[1]) > this.half[1]) return true;
      if (scale * this.at(this.alphaAt(p[0]), this.betaAt(p[1])) > p[2] + 0.012) return false;
    }
    return true;
  }
}

function cell(axis, wanted) {
  let low = 0;
  let high = axis.length - 1;
  const v = Math.min(Math.max(wanted, axis[0]), axis[high]);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (axis[middle] <= v) low = middle; else high = middle;
  }
  return [low, (v - axis[low]) / (axis[low + 1] - axis[low])];
}

// Entry and exit of a ray through the box; null where it misses.
function box(origin, direction, half, scale) {
  let near = 0;
  let far = Infinity;
  const limits = [[-half[0], half[0]], [-half[1], half[1]], [-1e-4, scale + 1e-4]];
  for (let k = 0; k < 3; k++) {
    if (Math.abs(direction[k]) < 1e-9) {
      if (origin[k] < limits[k][0] || origin[k] > limits[k][1]) return null;
      continue;
    }
    const a = (limits[k][0] - origin[k]) / direction[k];
    const b = (limits[k][1] - origin[k]) / direction[k];
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near < far ? [near, far] : null;
}

// The limit at which a few towering points are cut off: as in the program's figures.
function robustTop(values) {
  const sorted = Float32Array.from(values).sort();
  const low = sorted[0];
  const high = sorted.at(-1);
  const bulk = sorted[Math.floor(0.98 * (sorted.length - 1))];
  return bulk > low && high - low > 2 * (bulk - low) ? bulk : high;
}
