"use strict";
// Colours that colour-blind readers can tell apart (Okabe and Ito), and six steps of viridis.
const COLOURS = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#7F7F00", "#999999"];
const VIRIDIS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#e0d21c"];
const SYMBOLS = ["x", "triangle-down", "square", "diamond", "triangle-up", "circle"];
const REGIONS = ["easy to learn", "ambiguous", "hard to learn"];
const SHOWN_SUSPECTS = 500;
const CONFIG = { responsive: true, displaylogo: false, scrollZoom: true };
const KINDS = { f4: Float32Array, i4: Int32Array, u1: Uint8Array };

function unpack(packed) {
  const bytes = Uint8Array.from(atob(packed.data), (c) => c.charCodeAt(0));
  return new KINDS[packed.kind](bytes.buffer);
}

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text; // texts never become markup
  return made;
}

// ---- tables that sort ----
function compare(a, b) {
  const x = Number(a), y = Number(b);
  if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  if (a === "" || b === "") return (a === "") - (b === "");
  return a.localeCompare(b);
}

function makeSortable(table) {
  table.querySelectorAll("th").forEach((head, column) => {
    const sort = () => {
      const down = head.dataset.sorted === "up";
      table.querySelectorAll("th").forEach((other) => delete other.dataset.sorted);
      head.dataset.sorted = down ? "down" : "up";
      const body = table.tBodies[0];
      const rows = [...body.rows].sort((a, b) =>
        (down ? -1 : 1) * compare(a.cells[column].dataset.value, b.cells[column].dataset.value));
      body.append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
  });
}

// ---- CSV ----
function cell(value) {
  let text = String(value);
  if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
}

function save(name, rows) {
  const text = rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  window.lastSaved = { name, text };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// ---- learning curves ----
function drawCurves(section, data) {
  const plot = section.querySelector(".curves"), switches = section.querySelector(".switches");
  const traces = [];
  data.curves.forEach((curve, k) => {
    const colour = COLOURS[k % COLOURS.length], dash = k < COLOURS.length ? "solid" : "dash";
    const band = { x: curve.labels, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false };
    traces.push({ ...band, y: curve.high });
    traces.push({ ...band, y: curve.low, fill: "tonexty", fillcolor: colour + "22" });
    traces.push({ x: curve.labels, y: curve.mean, name: curve.name, mode: "lines+markers",
      line: { color: colour, width: 2, dash }, marker: { size: 5, symbol: k % 20 },
      hovertemplate: "%{x} labels: %{y:.3f}" });
    const label = element("label", " " + curve.name + " (" + curve.seeds + (curve.seeds === 1 ? " seed)" : " seeds)"));
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    box.addEventListener("change", () =>
      Plotly.restyle(plot, { visible: box.checked }, [3 * k, 3 * k + 1, 3 * k + 2]));
    const key = Object.assign(element("span", ""), { className: "key" });
    key.style.borderTop = "3px " + (dash === "dash" ? "dashed " : "solid ") + colour;
    label.prepend(box, key);
    switches.append(label);
  });
  if (data.full !== null) {
    const ends = [Math.min(...data.curves.map((c) => c.labels[0])), Math.max(...data.curves.map((c) => c.labels.at(-1)))];
    traces.push({ x: ends, y: [data.full, data.full], name: "all training data", mode: "lines+text", line: { color: "#000", dash: "dash", width: 1 },
      text: ["all training data " + data.full.toFixed(3)], textposition: "top right", hoverinfo: "skip" });
  }
  Plotly.newPlot(plot, traces, {
    margin: { t: 30, r: 10 }, showlegend: false, hovermode: "closest",
    xaxis: { title: { text: "labels (of " + data.train.toLocaleString("en") + " training texts)" } },
    yaxis: { title: { text: "accuracy on " + data.test.toLocaleString("en") + " test texts" } },
  }, CONFIG);
}

// ---- data map ----
class MapView {
  constructor(section, group) {
    this.group = group;
    this.plot = section.querySelector(".map");
    this.path = section.querySelector(".path");
    this.count = section.querySelector(".count");
    this.hover = document.getElementById("hover");
    this.region = -1;
    const choice = section.querySelector(".map-choice");
    group.maps.forEach((map, k) => choice.append(Object.assign(element("option", map.title), { value: k })));
    choice.addEventListener("change", () => this.show(Number(choice.value)));
    const buttons = section.querySelectorAll(".regions button");
    buttons.forEach((button) => button.addEventListener("click", () => {
      buttons.forEach((other) => other.classList.toggle("on", other === button));
      this.region = Number(button.dataset.region);
      this.select(null);
    }));
    section.querySelector(".export-selection").addEventListener("click", () => this.exportSelection());
    this.show(0);
  }

  show(k) {
    const map = this.group.maps[k];
    this.map = { title: map.title, epochs: map.epochs };
    for (const name of ["id", "label", "confidence", "variability", "correctness", "region", "path", "correct"])
      this.map[name] = unpack(map[name]);
    this.map.predicted = map.predicted ? unpack(map.predicted) : null;
    this.groups = VIRIDIS.map(() => []);
    this.map.correctness.forEach((c, i) => this.groups[Math.min(5, Math.floor(c * 6 + 1e-6))].push(i));
    this.place = new Int32Array(this.map.id.length);
    this.groups.forEach((rows) => rows.forEach((i, p) => { this.place[i] = p; }));
    const many = this.map.id.length > 20000;
    const traces = this.groups.map((rows, g) => ({
      type: "scattergl", mode: "markers", hoverinfo: "none",
      name: (g / 6).toFixed(2) + " to " + ((g + 1) / 6).toFixed(2),
      x: Float32Array.from(rows, (i) => this.map.variability[i]),
      y: Float32Array.from(rows, (i) => this.map.confidence[i]),
      marker: { color: VIRIDIS[g], symbol: many ? "circle" : SYMBOLS[g], size: many ? 3 : 7, opacity: many ? 0.45 : 0.75 },
      unselected: { marker: { opacity: 0.04 } },
    }));
    Plotly.react(this.plot, traces, {
      margin: { t: 40, r: 10 }, dragmode: "pan", hovermode: "closest", hoverdistance: 12,
      uirevision: map.title, legend: { title: { text: "correctness" }, itemsizing: "constant" },
      xaxis: { title: { text: "variability (standard deviation of p(label))" }, rangemode: "tozero" },
      yaxis: { title: { text: "confidence (mean p(label))" }, range: [-0.02, 1.02] },
    }, CONFIG);
    if (!this.listening) this.listen();
    this.dimmed = false;
    this.select(null);
    this.drawPath(null);
  }

  listen() {
    this.listening = true;
    const row = (event) => this.groups[event.points[0].curveNumber][event.points[0].pointNumber];
    this.plot.on("plotly_hover", (event) => this.tell(row(event), event.event));
    this.plot.on("plotly_unhover", () => { this.hover.hidden = true; });
    this.plot.on("plotly_selected", (event) => {
      if (event) this.select(event.points.map((p) => this.groups[p.curveNumber][p.pointNumber]));
    });
    this.plot.on("plotly_deselect", () => this.select(null));
  }

  // rows: null for what the region button says
  select(rows) {
    const all = rows === null;
    this.selected = [];
    if (all) this.map.region.forEach((r, i) => { if (this.region < 0 || r === this.region) this.selected.push(i); });
    else this.selected = rows.filter((i) => this.region < 0 || this.map.region[i] === this.region);
    const dim = !(all && this.region < 0);
    this.count.textContent = this.selected.length.toLocaleString("en") + " of " + this.map.id.length.toLocaleString("en") + " texts";
    if (!dim && !this.dimmed) return;
    this.dimmed = dim;
    const chosen = new Uint8Array(this.map.id.length);
    this.selected.forEach((i) => { chosen[i] = 1; });
    const points = this.groups.map((members) => {
      if (!dim) return null;
      const kept = [];
      members.forEach((i, p) => { if (chosen[i]) kept.push(p); });
      return kept;
    });
    Plotly.restyle(this.plot, { selectedpoints: points });
  }

  text(i) { return this.group.texts[this.map.id[i]] ?? "(text not kept in the run folder)"; }

  prediction(i) {
    const right = this.map.correct[(i + 1) * this.map.epochs - 1] === 1;
    if (this.map.predicted) return this.group.classes[this.map.predicted[i]];
    return right ? this.group.classes[this.map.label[i]] : "another class";
  }

  tell(i, at) {
    const map = this.map;
    this.hover.textContent = this.text(i) + "\n\nid " + map.id[i] + ", label " + this.group.classes[map.label[i]]
      + ", predicted " + this.prediction(i) + "\nconfidence " + map.confidence[i].toFixed(3)
      + ", variability " + map.variability[i].toFixed(3) + ", correctness " + map.correctness[i].toFixed(2)
      + ", " + REGIONS[map.region[i]];
    this.hover.hidden = false;
    this.hover.style.left = Math.min(at.clientX + 14, innerWidth - 440) + "px";
    this.hover.style.top = Math.min(at.clientY + 14, innerHeight - 180) + "px";
    this.drawPath(i);
  }

  drawPath(i) {
    const epochs = this.map.epochs, x = Array.from({ length: epochs }, (_, e) => e + 1);
    const at = (array, scale) => (i === null ? [] : x.map((_, e) => array[i * epochs + e] / scale));
    const right = at(this.map.correct, 1);
    Plotly.react(this.path, [{
      x, y: at(this.map.path, 255), mode: "lines+markers", hoverinfo: "skip", line: { color: "#555" },
      marker: { size: 9, color: right.map((c) => (c ? "#0072B2" : "#D55E00")), symbol: right.map((c) => (c ? "circle" : "x")) },
    }], {
      margin: { t: 40, r: 10, l: 45 }, title: { text: i === null ? "point at a text" : "id " + this.map.id[i], font: { size: 13 } },
      xaxis: { title: { text: "epoch (cross: predicted wrong)" }, dtick: epochs > 12 ? undefined : 1 },
      yaxis: { title: { text: "p(label)" }, range: [0, 1.02] },
    }, { ...CONFIG, displayModeBar: false });
  }

  exportSelection() {
    const map = this.map, classes = this.group.classes;
    const head = ["id", "label", "predicted", "confidence", "variability", "correctness", "region", "text"];
    save("selection.csv", [head, ...this.selected.map((i) => [map.id[i], classes[map.label[i]], this.prediction(i),
      map.confidence[i], map.variability[i], map.correctness[i], REGIONS[map.region[i]], this.text(i)])]);
  }
}

// ---- suspicious labels ----
function listSuspects(section, group) {
  const rows = group.suspects.map((s) => [s.id, group.labels[s.id], s.hard, s.maps, s.confidence, s.variability, group.texts[s.id] ?? ""]);
  const body = section.querySelector(".suspects tbody");
  rows.slice(0, SHOWN_SUSPECTS).forEach((row) => {
    const line = document.createElement("tr");
    row.forEach((value) => { const made = element("td", value); made.dataset.value = value; line.append(made); });
    body.append(line);
  });
  section.querySelector(".suspect-count").textContent = rows.length + " texts";
  section.querySelector(".export-suspects").addEventListener("click", () =>
    save("suspicious_labels.csv", [["id", "label", "hard_in_maps", "maps", "confidence", "variability", "text"], ...rows]));
}

const groups = JSON.parse(document.getElementById("data").textContent);
window.views = [];
const draw = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  draw.unobserve(entry.target);
  const k = Number(entry.target.dataset.group), section = entry.target;
  drawCurves(section, groups[k].curves);
  window.views[k] = new MapView(section, groups[k]);
}), { rootMargin: "600px" });
document.querySelectorAll("section.group").forEach((section, k) => {
  section.dataset.group = k;
  listSuspects(section, groups[k]);
  draw.observe(section); // plots are drawn when the reader comes near them
});
document.querySelectorAll("table.sortable").forEach(makeSortable);
window.ready = true;
