
// Markers, the checkpoints' path, and the colour bar, on a 2D canvas over the surface.

const HIDDEN = 0.35;

function paintPath(context, field, camera, path, colors) {
  const points = [];
  // Fine enough that the line follows the surface between checkpoints.
  for (let k = 0; k + 1 < path.alpha.length; k++) {
    for (let n = 0; n < 24; n++) {
      const t = n / 24;
      points.push(lifted(field, path.alpha[k] + t * (path.alpha[k + 1] - path.alpha[k]),
        path.beta[k] + t * (path.beta[k + 1] - path.beta[k])));
    }
  }
  points.push(lifted(field, path.alpha.at(-1), path.beta.at(-1)));
  const seen = points.map((p) => p && field.visible(p, camera.eye, HEIGHT));
  for (const [width, color] of [[5, colors.halo], [2, colors.path]]) {
    for (let k = 0; k + 1 < points.length; k++) {
      if (!points[k] || !points[k + 1]) continue;
      context.globalAlpha = seen[k] && seen[k + 1] ? 1 : HIDDEN;
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(...camera.project(points[k]));
      context.lineTo(...camera.project(points[k + 1]));
      context.stroke();
    }
  }
  for (let k = 1; k + 1 < path.alpha.length; k++) {
    const point = lifted(field, path.alpha[k], path.beta[k]);
    if (!point) continue;
    context.globalAlpha = field.visible(point, camera.eye, HEIGHT) ? 1 : HIDDEN;
    symbol(context, "disc", camera.project(point), 3.2, colors.path, colors.halo);
  }
  context.globalAlpha = 1;
}

function lifted(field, alpha, beta) {
  if (!field.inside(alpha, beta)) return null;
  return [field.x(alpha), field.y(beta), HEIGHT * field.at(alpha, beta)];
}

const MARKERS = {
  start: { title: "start", shape: "diamond", size: 7.5, color: "start" },
  end: { title: "end", shape: "disc", size: 6, color: "end" },
  rolled_back: { title: "rolled back", shape: "star", size: 9.5, color: "rolledBack" },
};

function paintMarkers(context, field, camera, anchors, colors) {
  context.font = "600 12px system-ui, sans-serif";
  const placed = [];
  // The end goes over whatever else lies there.
  for (const anchor of [...anchors].sort((a, b) => (a.kind === "end") - (b.kind === "end"))) {
    const look = MARKERS[anchor.kind];
    if (!look || anchor.alpha === null || !field.inside(anchor.alpha, anchor.beta)) continue;
    const own = anchor.values[field.metric];
    const z = Number.isFinite(own) ? field.place(own) : field.at(anchor.alpha, anchor.beta);
    const point = [field.x(anchor.alpha), field.y(anchor.beta), HEIGHT * z];
    context.globalAlpha = field.visible(point, camera.eye, HEIGHT) ? 1 : HIDDEN;
    const spot = camera.project(point);
    symbol(context, look.shape, spot, look.size, colors[look.color], colors.halo);
    placed.push([look.title, spot, context.globalAlpha]);
  }
  const taken = [];
  for (const [title, [x, y], opacity] of placed) {
    // The path comes to the end from the start: what is written there goes below.
    const away = title === "end" ? 15 : -15;
    let up = y + 1.2 * away;
    while (taken.some(([a, b]) => Math.abs(a - x) < 70 && Math.abs(b - up) < 15)) up += away;
    taken.push([x, up]);
    context.globalAlpha = Math.max(opacity, 0.7);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = colors.halo;
    context.strokeText(title, x, up);
    context.fillStyle = colors.text;
    context.fillText(title, x, up);
  }
  context.globalAlpha = 1;
}

function symbol(context, shape, [x, y], size, color, halo) {
  context.beginPath();
  if (shape === "disc") {
    context.arc(x, y, size, 0, 2 * Math.PI);
  } else {
    const corners = shape === "star" ? 10 : 4;
    for (let k = 0; k < corners; k++) {
      const angle = -Math.PI / 2 + 2 * Math.PI * k / corners;
      const r = shape === "star" && k % 2 ? 0.42 * size : size;
      context.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
    }
    context.closePath();
  }
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.stroke();
  context.fillStyle = color;
  context.fill();
}

// Where the pointer is: a ring, and lines to the axes on the floor.
function paintPointer(context, field, camera, alpha, beta, colors) {
  const point = lifted(field, alpha, beta);
  if (!point) return;
  context.strokeStyle = colors.text;
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.globalAlpha = 0.6;
  context.beginPath();
  context.moveTo(...camera.project(point));
  context.lineTo(...camera.project([point[0], point[1], 0]));
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
  const [x, y] = camera.project(point);
  for (const [width, color] of [[4, colors.halo], [1.8, colors.text]]) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.stroke();
  }
}

function paintColorBar(context, field, rgb, titles, levels, colors, [width, height]) {
  const tall = Math.min(220, height - 110, 0.34 * width);
  if (tall < 60) return;
  const [x, y, wide] = [width - 78, 44, 14];
  for (let k = 0; k < 256; k++) {
    context.fillStyle = `rgb(${rgb[3 * k]}, ${rgb[3 * k + 1]}, ${rgb[3 * k + 2]})`;
    context.fillRect(x, y + tall * (255 - k) / 256, wide, tall / 256 + 0.6);
  }
  context.strokeStyle = colors.border;
  context.lineWidth = 1;
  context.strokeRect(x - 0.5, y - 0.5, wide + 1, tall + 1);
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = colors.text;
  const labels = tickLabels(levels.map((v) => v * titles.unit));
  let last = Infinity;
  levels.forEach((value, k) => {
    const py = y + tall * (1 - field.place(value));
    context.fillRect(x + wide, Math.round(py), 4, 1);
    if (last - py < 15) return;
    last = py;
    context.fillText(labels[k], x + wide + 7, py);
  });
  context.textAlign = "right";
  context.fillStyle = colors.muted;
  context.fillText(titles.value, width - 16, 20);
}
