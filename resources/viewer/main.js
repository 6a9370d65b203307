
// State, drawing and events.

const data = JSON.parse(byId("data").textContent);
const maps = JSON.parse(byId("maps").textContent);
const view = byId("view");
const canvases = ["under", "surface", "over"].map(byId);
const camera = new Camera();
const state = {
  surface: data.first.surface, metric: data.first.metric, path: "plane", scale: "linear",
  map: "viridis", top: null, pointer: null,
};
let field = null;
let renderer = null;
let rgb = null;
let pending = false;

function chosenSurface() {
  return data.surfaces.find((item) => item.name === state.surface) ?? data.surfaces[0];
}

function colorsOf() {
  const style = getComputedStyle(document.documentElement);
  const names = ["canvas", "grid", "border", "text", "muted", "halo", "path", "start", "end"];
  const found = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  return { ...found, rolledBack: style.getPropertyValue("--rolled-back").trim() };
}

const unit = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16) / 255);

function colorTable(name) {
  const stops = bytes(btoa(maps[name].rgb.match(/../g).map((h) => String.fromCharCode(parseInt(h, 16))).join("")));
  const last = stops.length / 3 - 1;
  return Uint8Array.from({ length: 768 }, (_, n) => {
    const at = Math.floor(n / 3) / 255 * last;
    const k = Math.min(Math.floor(at), last - 1);
    const low = stops[3 * k + n % 3];
    return Math.round(low + (at - k) * (stops[3 * k + 3 + n % 3] - low));
  });
}

// -- what is shown -----------------------------------------------------------------------------

function update() {
  const surface = chosenSurface();
  const metrics = Object.keys(surface.metrics);
  if (!metrics.includes(state.metric)) state.metric = metrics[0];
  fill(byId("metric-choice"), metrics.map((m) => [m, capital(data.metrics[m])]), state.metric);
  const paths = [["none", "Hidden"]];
  if (surface.paths.plane) paths.unshift(["plane", "Nearest points in the plane"]);
  if (surface.paths.deviation) paths.splice(-1, 0, ["deviation", "Deviation, as in the paper"]);
  fill(byId("path-choice"), paths, state.path);
  const whole = new Field(surface, state.metric, state.scale);
  const top = state.top ?? robustTop(whole.raw);
  field = new Field(surface, state.metric, state.scale, top);
  byId("top-value").textContent = quantity(state.metric, field.high);
  byId("top").value = 100 * Math.sqrt(Math.min(1, (field.high - whole.low) / (whole.highest - whole.low || 1)));
  byId("subtitle").textContent =
    `${capital(data.metrics[state.metric])}, ${surfaceTitle(surface)}. ${data.run.model}, ${data.run.task || "no task"}, ${startWords(data.run.init)}.`;
  showFacts(byId("facts"), surface.facts);
  byId("note").textContent = note(data, field, surface.paths[byId("path-choice").value], byId("path-choice").value);
  rgb = colorTable(state.map);
  renderer?.setColors(rgb);
  renderer?.setField(field);
  point(null);
  redraw();
}

function startWords(init) {
  return { pretrained: "fine-tuned", scratch: "from scratch" }[init] ?? "start unknown";
}

function redraw() {
  if (!pending) requestAnimationFrame(draw);
  pending = true;
}

function draw() {
  pending = false;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [view.clientWidth, view.clientHeight];
  if (!width || !height) return;
  for (const canvas of canvases) {
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  }
  camera.look(width, height);
  const colors = colorsOf();
  const frame = new Frame(field, camera, colors);
  const [under, over] = [canvases[0], canvases[2]].map((canvas) => canvas.getContext("2d"));
  for (const context of [under, over]) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
  }
  const surface = field.data;
  const titles = axisTitles(surface, field.metric, data.metrics);
  const levels = field.log ? logTicks(field.low, field.high, 16) : linearTicks(field.low, field.high, 16);
  frame.paintBehind(under);
  renderer?.draw(camera, {
    levels: levels.map((v) => field.place(v)).filter((h) => h > 1e-3 && h < 1 - 1e-3),
    lines: byId("lines").checked, floor: byId("floor").checked, dots: byId("dots").checked,
    ground: unit(colors.canvas), ink: [0, 0, 0], ratio,
  });
  frame.paintNumbers(over, titles);
  const path = surface.paths[byId("path-choice").value];
  if (path) paintPath(over, field, camera, path, colors);
  paintMarkers(over, field, camera, surface.anchors, colors);
  if (state.pointer) paintPointer(over, field, camera, field.alpha[state.pointer[1]], field.beta[state.pointer[0]], colors);
  paintColorBar(over, field, rgb, titles, frame.values, colors, [width, height]);
}

// -- the pointer -------------------------------------------------------------------------------

// Shows what is under a pixel of the view; null: nothing.
function point(pixel) {
  const box_ = byId("readout");
  const place = pixel && field.hit(camera.eye, camera.ray(...pixel), HEIGHT);
  const before = state.pointer?.join();
  state.pointer = place ? field.nearest(...place) : null;
  box_.hidden = !place;
  if (place) {
    box_.replaceChildren(...readout(data, field, ...state.pointer).map(([kind, text]) => {
      const line = document.createElement("p");
      if (kind) line.className = kind;
      line.textContent = text;
      return line;
    }));
    const [x, y] = pixel;
    const [w, h] = [box_.offsetWidth, box_.offsetHeight];
    box_.style.setProperty("left", `${Math.max(4, x + 18 + w > view.clientWidth ? x - w - 18 : x + 18)}px`);
    box_.style.setProperty("top", `${Math.max(4, Math.min(y + 14, view.clientHeight - h - 4))}px`);
  }
  if (before !== state.pointer?.join()) redraw();
}

const held = new Map();

function local(event) {
  const place = view.getBoundingClientRect();
  return [event.clientX - place.left, event.clientY - place.top];
}

view.addEventListener("pointerdown", (event) => {
  held.set(event.pointerId, local(event));
  view.setPointerCapture(event.pointerId);
  view.classList.add("turning");
  point(null);
});

view.addEventListener("pointermove", (event) => {
  const now = local(event);
  const before = held.get(event.pointerId);
  if (!before) {
    if (event.pointerType === "mouse") point(now);
    return;
  }
  const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
  if (held.size === 2) {
    const other = [...held].find(([id]) => id !== event.pointerId)[1];
    const apart = (p) => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1]));
    camera.zoom(apart(before) / apart(now));
    camera.move(dx / 2, dy / 2, view.clientHeight);
  } else if (event.shiftKey || event.buttons & 6) {
    camera.move(dx, dy, view.clientHeight);
  } else {
    camera.turn(dx, dy);
  }
  held.set(event.pointerId, now);
  redraw();
});

for (const kind of ["pointerup", "pointercancel"]) {
  view.addEventListener(kind, (event) => {
    held.delete(event.pointerId);
    if (!held.size) view.classList.remove("turning");
    // A tap asks what is there.
    if (kind === "pointerup" && event.pointerType !== "mouse") point(local(event));
  });
}

view.addEventListener("pointerleave", () => point(null));
view.addEventListener("contextmenu", (event) => event.preventDefault());
view.addEventListener("wheel", (event) => {
  event.preventDefault();
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
  camera.zoom(Math.exp(Math.min(Math.max(pixels, -200), 200) * 0.0012));
  point(null);
  redraw();
}, { passive: false });

view.addEventListener("keydown", (event) => {
  const turns = { ArrowLeft: [-12, 0], ArrowRight: [12, 0], ArrowUp: [0, -12], ArrowDown: [0, 12] };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (turns[event.key]) camera.turn(...turns[event.key]);
  else if (event.key === "+" || event.key === "=") camera.zoom(0.9);
  else if (event.key === "-") camera.zoom(1 / 0.9);
  else if (event.key === "0") camera.reset();
  else return;
  event.preventDefault();
  point(null);
  redraw();
});

// -- choices -----------------------------------------------------------------------------------

for (const [id, key] of [["surface-choice", "surface"], ["metric-choice", "metric"], ["path-choice", "path"], ["scale-choice", "scale"], ["map-choice", "map"]]) {
  byId(id).addEventListener("change", (event) => {
    state[key] = event.target.value;
    if (key === "surface" || key === "metric") state.top = null;
    update();
  });
}

byId("top").addEventListener("input", (event) => {
  const whole = new Field(chosenSurface(), state.metric, state.scale);
  const share = (Number(event.target.value) / 100) ** 2;
  state.top = whole.low + Math.max(share, 1e-4) * (whole.highest - whole.low);
  update();
});

for (const id of ["lines", "floor", "dots"]) byId(id).addEventListener("change", redraw);

byId("reset").addEventListener("click", () => {
  camera.reset();
  redraw();
});

byId("save").addEventListener("click", () => {
  draw();
  const whole = document.createElement("canvas");
  [whole.width, whole.height] = [canvases[0].width, canvases[0].height];
  const context = whole.getContext("2d");
  context.fillStyle = colorsOf().canvas;
  context.fillRect(0, 0, whole.width, whole.height);
  for (const canvas of canvases) context.drawImage(canvas, 0, 0);
  whole.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${data.file.replace(/\.landscape\.h5$/, "").replace(/[^\w.-]+/g, "_")}-${field.metric}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
});

const darkSystem = window.matchMedia("(prefers-color-scheme: dark)");

function showTheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("theme").textContent = dark ? "Light" : "Dark";
  redraw();
}

byId("theme").addEventListener("click", () => showTheme(document.documentElement.dataset.theme !== "dark"));
darkSystem.addEventListener("change", (event) => showTheme(event.matches));

// -- beginning ---------------------------------------------------------------------------------

function begin() {
  byId("title").textContent = data.run.name;
  fill(byId("surface-choice"), data.surfaces.map((s) => [s.name, capital(surfaceTitle(s))]), state.surface);
  fill(byId("map-choice"), Object.entries(maps).map(([name, map]) => [name, map.title]), state.map);
  try {
    renderer = new Renderer(canvases[1]);
  } catch (error) {
    byId("trouble").hidden = false;
    byId("trouble").textContent =
      `The surface cannot be drawn here: ${error.message}. The numbers beside it are complete; a browser with WebGL 2 shows the rest.`;
  }
  canvases[1].addEventListener("webglcontextlost", (event) => event.preventDefault());
  canvases[1].addEventListener("webglcontextrestored", () => {
    renderer.prepare();
    update();
  });
  new ResizeObserver(redraw).observe(view);
  update();
  showTheme(darkSystem.matches);
}

begin();
