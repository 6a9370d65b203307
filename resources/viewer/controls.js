
// What can be chosen beside the picture, and what is said about it.

const byId = (id) => document.getElementById(id);

function fill(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, title]) => {
    const option = document.createElement("option");
    option.value = value;
    option.textContent = title;
    return option;
  }));
  select.value = entries.some(([value]) => value === chosen) ? chosen : entries[0]?.[0];
  select.disabled = entries.length < 2;
}

function showFacts(list, facts) {
  list.replaceChildren(...facts.flatMap(([name, value]) => {
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    text.textContent = value;
    return [term, text];
  }));
}

function surfaceTitle(surface) {
  const what = surface.partOf ? `finer part of ${surface.partOf}` : surface.group ? `layers ${surface.group}` : "whole model";
  return `${what} (${surface.name})`;
}

function axisTitles(surface, metric, metrics) {
  const places = surface.origin === "theta1" ? "rolled back \u22121, end 0" : "start 0, end 1";
  const error = isError(metric);
  return {
    alpha: `α (${places})`,
    beta: surface.axis2 ? `β (${surface.axis2})` : "β",
    value: capital(metrics[metric]) + (error ? " (%)" : ""),
    unit: error ? 100 : 1,
  };
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// The lines of the read-out at a lattice point: [class, text].
function readout(data, field, j, i) {
  const k = j * field.columns + i;
  const lines = [["where", `α ${number(field.alpha[i])}, β ${number(field.beta[j])}`]];
  for (const metric of Object.keys(field.data.metrics)) {
    const found = metric === field.metric ? field : new Field(field.data, metric, "linear");
    const kind = found.kind[k];
    const doubt = kind === 3 ? found.error[k] : found.bound[k];
    const words = kind === 0 ? "not measured" : quantity(metric, found.value[k], doubt);
    lines.push([metric === field.metric ? "shown" : "", `${capital(data.metrics[metric])} ${words}`]);
  }
  lines.push(["where", capital(KINDS[field.kind[k]])]);
  return lines;
}

function note(data, field, path, kind) {
  const said = [];
  if (field.high < field.highest) said.push(`Cut off above ${quantity(field.metric, field.high)}; the highest is ${quantity(field.metric, field.highest)}.`);
  if (field.scale === "log" && !field.log) said.push("Nothing is above zero: the scale stays linear.");
  if (path) {
    const off = Math.max(...path.offPlane.filter(Number.isFinite));
    const how = kind === "deviation" ? "as far from the line start–end as they are (Hao et al. 2019, Eq. 3–5)" : "at their nearest points in the plane";
    said.push(`Checkpoints ${how}; up to ${Math.round(100 * off)} % of their way from the start lies off it. Their own loss is not that of the surface under them.`);
  }
  if (field.kind.some((v) => v < 3)) said.push("What is not measured is paler, the more the less it is known.");
  return said.join(" ");
}
