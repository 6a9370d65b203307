
// The box behind the surface, and the numbers around it, on 2D canvases.

class Frame {
  constructor(field, camera, colors) {
    Object.assign(this, { field, camera, colors });
    const [hx, hy] = field.half;
    // The walls that are behind the surface from here.
    this.backX = camera.eye[0] > 0 ? -hx : hx;
    this.backY = camera.eye[1] > 0 ? -hy : hy;
    this.alphas = linearTicks(field.alpha[0], field.alpha.at(-1), 8);
    this.betas = linearTicks(field.beta[0], field.beta.at(-1), 8);
    this.values = field.log ? logTicks(field.low, field.high, 6) : linearTicks(field.low, field.high, 6);
  }

  paintBehind(context) {
    const { field, camera } = this;
    const [hx, hy] = field.half;
    context.lineWidth = 1;
    context.strokeStyle = this.colors.grid;
    context.beginPath();
    const line = (a, b) => {
      context.moveTo(...camera.project(a));
      context.lineTo(...camera.project(b));
    };
    for (const alpha of this.alphas) {
      const x = field.x(alpha);
      line([x, -hy, 0], [x, hy, 0]);
      line([x, this.backY, 0], [x, this.backY, HEIGHT]);
    }
    for (const beta of this.betas) {
      const y = field.y(beta);
      line([-hx, y, 0], [hx, y, 0]);
      line([this.backX, y, 0], [this.backX, y, HEIGHT]);
    }
    for (const value of this.values) {
      const z = HEIGHT * field.place(value);
      line([-hx, this.backY, z], [hx, this.backY, z]);
      line([this.backX, -hy, z], [this.backX, hy, z]);
    }
    context.stroke();
    context.strokeStyle = this.colors.border;
    context.beginPath();
    for (const z of [0, HEIGHT]) {
      line([-hx, this.backY, z], [hx, this.backY, z]);
      line([this.backX, -hy, z], [this.backX, hy, z]);
    }
    line([-hx, -this.backY, 0], [hx, -this.backY, 0]);
    line([-this.backX, -hy, 0], [-this.backX, hy, 0]);
    for (const corner of [[-this.backX, this.backY], [this.backX, -this.backY], [this.backX, this.backY]]) {
      line([...corner, 0], [...corner, HEIGHT]);
    }
    context.stroke();
  }

  paintNumbers(context, titles) {
    const { field, camera } = this;
    const [hx, hy] = field.half;
    context.font = "12px system-ui, sans-serif";
    const front = [-this.backX, -this.backY];
    // From above, the surface would hide numbers at its foot.
    const z = camera.elevation > 55 ? HEIGHT : 0;
    this.axis(context, titles.alpha, this.alphas, (a) => [field.x(a), front[1], z], [0, Math.sign(front[1]), 0], [hx, hy]);
    this.axis(context, titles.beta, this.betas, (b) => [front[0], field.y(b), z], [Math.sign(front[0]), 0, 0], [hx, hy]);
    // The upright edge that is farthest to the left.
    const edges = [[-this.backX, this.backY], [this.backX, -this.backY]];
    const x = (edge) => camera.project([...edge, 0])[0];
    const edge = x(edges[0]) < x(edges[1]) ? edges[0] : edges[1];
    if (camera.elevation < 75) {
      const labels = tickLabels(this.values.map((v) => v * titles.unit));
      context.fillStyle = this.colors.text;
      context.textAlign = "right";
      context.textBaseline = "middle";
      this.values.forEach((value, k) => {
        const [px, py] = camera.project([...edge, HEIGHT * field.place(value)]);
        context.fillText(labels[k], px - 8, py);
      });
    }
  }

  // Numbers along one lower edge, moved outwards, and the axis's title beyond them.
  axis(context, title, ticks, place, outward, half) {
    const { camera } = this;
    const wide = Math.max(...half);
    const moved = (p, by) => p.map((v, k) => v + by * wide * outward[k]);
    const labels = tickLabels(ticks);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = this.colors.text;
    let last = null;
    ticks.forEach((tick, k) => {
      const spot = camera.project(moved(place(tick), 0.1));
      // Seen from the side, the numbers of an axis would lie on one another.
      if (last && Math.hypot(spot[0] - last[0], spot[1] - last[1]) < 20) return;
      last = spot;
      context.fillText(labels[k], ...spot);
    });
    const middle = place((ticks[0] + ticks.at(-1)) / 2);
    const [inner, outer] = [camera.project(middle), camera.project(moved(middle, 0.24))];
    // Away from the numbers, whose line may be slanted.
    const side = (outer[0] - inner[0]) / Math.hypot(outer[0] - inner[0], outer[1] - inner[1]);
    const half_ = context.measureText(title).width / 2;
    const px = outer[0] + Math.min(Math.max(1.6 * side, -1), 1) * half_;
    context.fillStyle = this.colors.muted;
    context.fillText(title, Math.min(Math.max(px, half_ + 6), camera.size[0] - half_ - 6), outer[1]);
  }
}
