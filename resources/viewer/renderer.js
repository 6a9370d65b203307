
// Draws the surface with WebGL 2 onto a transparent canvas.

class Renderer {
  constructor(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true, preserveDrawingBuffer: true });
    if (!gl) throw new Error("no WebGL 2");
    this.canvas = canvas;
    this.gl = gl;
    this.prepare();
  }

  // Also after the context was lost: everything on the graphics card is gone then.
  prepare() {
    const gl = this.gl;
    this.surface = program(gl, SURFACE_VERTEX, SURFACE_FRAGMENT);
    this.points = program(gl, POINT_VERTEX, POINT_FRAGMENT);
    this.mesh = { array: gl.createVertexArray(), buffer: gl.createBuffer(), index: gl.createBuffer(), count: 0 };
    this.dots = { array: gl.createVertexArray(), buffer: gl.createBuffer(), count: 0 };
    gl.bindVertexArray(this.mesh.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.mesh.buffer);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.mesh.index);
    attribute(gl, 0, 3, 28, 0);
    attribute(gl, 1, 3, 28, 12);
    attribute(gl, 2, 1, 28, 24);
    gl.bindVertexArray(this.dots.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.dots.buffer);
    attribute(gl, 0, 3, 16, 0);
    attribute(gl, 1, 1, 16, 12);
    gl.bindVertexArray(null);
    this.texture = gl.createTexture();
    gl.enable(gl.DEPTH_TEST);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  setColors(rgb) {
    const gl = this.gl;
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB8, 256, 1, 0, gl.RGB, gl.UNSIGNED_BYTE, rgb);
    for (const [name, value] of [
      [gl.TEXTURE_MIN_FILTER, gl.LINEAR], [gl.TEXTURE_MAG_FILTER, gl.LINEAR],
      [gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE], [gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE],
    ]) gl.texParameteri(gl.TEXTURE_2D, name, value);
  }

  setField(field) {
    const gl = this.gl;
    const { vertices, indices } = mesh(field);
    gl.bindVertexArray(this.mesh.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.mesh.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, indices, gl.STATIC_DRAW);
    this.mesh.count = indices.length;
    const found = [];
    for (let j = 0, k = 0; j < field.rows; j++) {
      for (let i = 0; i < field.columns; i++, k++) {
        if (field.kind[k] >= 2) {
          found.push(field.x(field.alpha[i]), field.y(field.beta[j]), field.height[k], field.kind[k] === 2 ? 1 : 0);
        }
      }
    }
    gl.bindVertexArray(this.dots.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.dots.buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(found), gl.STATIC_DRAW);
    this.dots.count = found.length / 4;
  }

  // look: levels (box heights), lines, floor, dots, ground and ink as [r, g, b] of 0 to 1, ratio.
  draw(camera, look) {
    const gl = this.gl;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    const surface = this.surface;
    gl.useProgram(surface.program);
    gl.uniformMatrix4fv(surface.at("matrix"), false, camera.matrix);
    gl.uniform1f(surface.at("tall"), HEIGHT);
    gl.uniform3fv(surface.at("ground"), look.ground);
    const light = [0, 1, 2].map((k) => 0.75 * camera.toward[k] + 0.5 * camera.up[k] - 0.35 * camera.right[k]);
    gl.uniform3fv(surface.at("light"), light.map((v) => v / Math.hypot(...light)));
    const levels = look.levels.slice(0, MOST_LEVELS);
    gl.uniform1fv(surface.at("levels"), new Float32Array([...levels, ...new Array(MOST_LEVELS - levels.length).fill(9)]));
    gl.uniform1i(surface.at("count"), levels.length);
    gl.uniform1f(surface.at("thick"), 0.9 * look.ratio);
    gl.uniform1f(surface.at("lines"), look.lines ? 1 : 0);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.bindVertexArray(this.mesh.array);
    gl.uniform1f(surface.at("flat_"), 0);
    gl.drawElements(gl.TRIANGLES, this.mesh.count, gl.UNSIGNED_INT, 0);
    gl.enable(gl.BLEND);
    if (look.floor && camera.elevation > 0) {
      gl.uniform1f(surface.at("flat_"), 1);
      gl.drawElements(gl.TRIANGLES, this.mesh.count, gl.UNSIGNED_INT, 0);
    }
    if (look.dots) {
      gl.useProgram(this.points.program);
      gl.uniformMatrix4fv(this.points.at("matrix"), false, camera.matrix);
      gl.uniform1f(this.points.at("tall"), HEIGHT);
      gl.uniform1f(this.points.at("size"), 3.2 * look.ratio);
      gl.uniform3fv(this.points.at("ink"), look.ink);
      gl.bindVertexArray(this.dots.array);
      gl.drawArrays(gl.POINTS, 0, this.dots.count);
    }
    gl.disable(gl.BLEND);
    gl.bindVertexArray(null);
  }
}

// Vertices (place, normal, veil) and triangles; cells are divided so that they look bilinear.
function mesh(field) {
  const fine = Math.max(1, Math.min(8, Math.round(160 / Math.max(field.rows - 1, field.columns - 1))));
  const columns = (field.columns - 1) * fine + 1;
  const rows = (field.rows - 1) * fine + 1;
  const slopes = gradients(field);
  const vertices = new Float32Array(7 * rows * columns);
  const veils = field.veils();
  let n = 0;
  for (let r = 0; r < rows; r++) {
    const j = Math.min(Math.floor(r / fine), field.rows - 2);
    const t = r / fine - j;
    for (let c = 0; c < columns; c++) {
      const i = Math.min(Math.floor(c / fine), field.columns - 2);
      const s = c / fine - i;
      const k = j * field.columns + i;
      const mix = (a) => (1 - t) * ((1 - s) * a[k] + s * a[k + 1])
        + t * ((1 - s) * a[k + field.columns] + s * a[k + field.columns + 1]);
      vertices[n++] = field.x(field.alpha[i] + s * (field.alpha[i + 1] - field.alpha[i]));
      vertices[n++] = field.y(field.beta[j] + t * (field.beta[j + 1] - field.beta[j]));
      vertices[n++] = mix(field.height);
      vertices[n++] = -HEIGHT * mix(slopes[0]);
      vertices[n++] = -HEIGHT * mix(slopes[1]);
      vertices[n++] = 1;
      vertices[n++] = mix(veils);
    }
  }
  const indices = new Uint32Array(6 * (rows - 1) * (columns - 1));
  n = 0;
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const k = r * columns + c;
      indices.set([k, k + 1, k + columns, k + 1, k + columns + 1, k + columns], n);
      n += 6;
    }
  }
  return { vertices, indices };
}

// Slopes of the box height along x and y at each lattice point.
function gradients(field) {
  const { rows, columns, height } = field;
  const along = new Float32Array(height.length);
  const across = new Float32Array(height.length);
  for (let j = 0, k = 0; j < rows; j++) {
    const [below, above] = [Math.max(j - 1, 0), Math.min(j + 1, rows - 1)];
    for (let i = 0; i < columns; i++, k++) {
      const [left, right] = [Math.max(i - 1, 0), Math.min(i + 1, columns - 1)];
      along[k] = (height[j * columns + right] - height[j * columns + left])
        / (field.x(field.alpha[right]) - field.x(field.alpha[left]));
      across[k] = (height[above * columns + i] - height[below * columns + i])
        / (field.y(field.beta[above]) - field.y(field.beta[below]));
    }
  }
  return [along, across];
}

function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
      throw new Error(gl.getShaderInfoLog(shader));
    }
  }
  gl.linkProgram(made);
  const places = new Map();
  const at = (name) => {
    if (!places.has(name)) places.set(name, gl.getUniformLocation(made, name));
    return places.get(name);
  };
  return { program: made, at };
}

function attribute(gl, index, size, stride, offset) {
  gl.enableVertexAttribArray(index);
  gl.vertexAttribPointer(index, size, gl.FLOAT, false, stride, offset);
}
