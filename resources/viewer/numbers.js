
// Nice numbers: where ticks and contour levels lie, and how numbers are written.

const MINUS = "\u2212";

function niceStep(span, count) {
  if (!(Number.isFinite(span) && span > 0)) return 1;
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 2.5, 5]) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

function linearTicks(low, high, count) {
  if (!(low < high && Number.isFinite(high - low))) return [];
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const found = [];
  for (let k = first; k <= last && found.length < 1000; k++) found.push(k * step + 0);
  return found;
}

function logTicks(low, high, count) {
  if (!(0 < low && low < high && Number.isFinite(high))) return [];
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  for (const factors of [[1, 2, 3, 5, 7], [1, 2, 5]]) {
    const found = [];
    for (let k = first; k <= last; k++) {
      for (const factor of factors) {
        const value = factor * 10 ** k;
        if (low <= value && value <= high) found.push(value);
      }
    }
    if (found.length < 3) return linearTicks(low, high, count);
    if (found.length <= count) return found;
  }
  const decades = [];
  for (let k = first; k <= last; k++) if (low <= 10 ** k && 10 ** k <= high) decades.push(k);
  const stride = Math.max(1, Math.ceil(decades.length / Math.max(count, 1)));
  return decades.filter((k) => k % stride === 0).map((k) => 10 ** k);
}

// Numbers of one axis, with as many decimals as their smallest step needs.
function tickLabels(values) {
  const largest = Math.max(0, ...values.map(Math.abs));
  if (largest >= 1e5 || (largest > 0 && largest < 1e-3)) {
    return values.map((v) => (v ? v.toExponential(1) : "0").replaceAll("-", MINUS));
  }
  let decimals = 0;
  const enough = (d) => values.every((v) => Math.abs(v - Number(v.toFixed(d))) < 1e-7 * Math.max(largest, 1e-3));
  while (decimals < 6 && !enough(decimals)) decimals++;
  return values.map((v) => v.toFixed(decimals).replace("-", MINUS));
}

// A number by itself, with about so many figures.
function number(value, figures = 4) {
  if (value === null || Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : `${MINUS}infinite`;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-4)) {
    return value.toExponential(figures - 1).replaceAll("-", MINUS);
  }
  return Number(value.toPrecision(figures)).toString().replace("-", MINUS);
}

const isError = (metric) => metric.endsWith("_error");

// A metric with its doubt; errors in per cent.
function quantity(metric, value, doubt) {
  if (isError(metric)) {
    const rest = Number.isFinite(doubt) && doubt > 0 ? ` ± ${(100 * doubt).toFixed(2)}` : "";
    return Number.isFinite(value) ? `${(100 * value).toFixed(2)}${rest} %` : number(value);
  }
  const rest = Number.isFinite(doubt) && doubt > 0 ? ` ± ${number(doubt, 2)}` : "";
  return number(value) + rest;
}
