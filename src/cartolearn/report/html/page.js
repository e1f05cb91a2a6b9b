"use strict";
// Draws the figures that Python made, and tells what the mouse points at; texts never become markup.
const CONFIG = { responsive: true, displaylogo: false, scrollZoom: true };

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
  const formula = /(^|[;\t])(?=[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20'])/g;
  if (Number.isNaN(Number(text))) text = text.replace(formula, "$1'");
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

// ---- data map ----
class MapView {
  constructor(section, group) {
    this.group = group;
    this.plot = section.querySelector(".map");
    this.path = section.querySelector(".path");
    this.count = section.querySelector(".count");
    this.hover = document.getElementById("hover");
    this.region = "";
    const choice = section.querySelector(".map-choice");
    group.maps.forEach((map, k) => choice.append(new Option(map.title, k)));
    choice.addEventListener("change", () => this.show(Number(choice.value)));
    const buttons = section.querySelectorAll(".regions button");
    buttons.forEach((button) => button.addEventListener("click", () => {
      buttons.forEach((other) => other.classList.toggle("on", other === button));
      this.region = button.dataset.region;
      this.select(null);
    }));
    section.querySelector(".export-selection").addEventListener("click", () => this.exportSelection());
    this.show(0);
  }

  show(k) {
    this.map = this.group.maps[k];
    Plotly.newPlot(this.plot, this.map.figure.data, this.map.figure.layout, CONFIG);
    const row = (point) => point.customdata[0];
    this.plot.on("plotly_hover", (event) => this.tell(row(event.points[0]), event.event));
    this.plot.on("plotly_unhover", () => { this.hover.hidden = true; });
    this.plot.on("plotly_selected", (event) => { if (event) this.select(event.points.map(row)); });
    this.plot.on("plotly_deselect", () => this.select(null));
    this.select(null);
    this.drawPath(null);
  }

  // rows: null for what the region button says
  select(rows) {
    const every = [...this.map.id.keys()], dim = rows !== null || this.region !== "";
    this.selected = (rows ?? every).filter((i) => this.region === "" || this.map.region[i] === this.region);
    this.count.textContent = this.selected.length.toLocaleString("en") + " of " + every.length.toLocaleString("en") + " texts";
    const chosen = new Set(this.selected);
    const points = this.plot._fullData.map((trace) => dim
      ? [...trace.x.keys()].filter((p) => chosen.has(trace.customdata[p][0])) : null);
    Plotly.restyle(this.plot, { selectedpoints: points });
  }

  text(i) { return this.group.texts[this.map.id[i]] ?? "(text not kept in the run folder)"; }

  prediction(i) {
    const right = this.map.correct[i].at(-1) === 1;
    if (this.map.predicted) return this.group.classes[this.map.predicted[i]];
    return right ? this.group.classes[this.map.label[i]] : "another class";
  }

  tell(i, at) {
    const map = this.map;
    this.hover.textContent = this.text(i) + "\n\nid " + map.id[i] + ", label " + this.group.classes[map.label[i]]
      + ", predicted " + this.prediction(i) + "\nconfidence " + map.confidence[i].toFixed(3)
      + ", variability " + map.variability[i].toFixed(3) + ", correctness " + map.correctness[i].toFixed(2)
      + ", " + map.region[i];
    this.hover.hidden = false;
    this.hover.style.left = Math.min(at.clientX + 14, innerWidth - 440) + "px";
    this.hover.style.top = Math.min(at.clientY + 14, innerHeight - 180) + "px";
    this.drawPath(i);
  }

  drawPath(i) {
    const y = i === null ? [] : this.map.path[i], right = i === null ? [] : this.map.correct[i];
    Plotly.react(this.path, [{
      x: y.map((_, e) => e + 1), y, mode: "lines+markers", hoverinfo: "skip", line: { color: "#555" },
      marker: { size: 9, color: right.map((c) => (c ? "#0072B2" : "#D55E00")), symbol: right.map((c) => (c ? "circle" : "x")) },
    }], {
      margin: { t: 40, r: 10, l: 45 }, title: { text: i === null ? "point at a text" : "id " + this.map.id[i], font: { size: 13 } },
      xaxis: { title: { text: "epoch (cross: predicted wrong)" }, dtick: y.length > 12 ? undefined : 1 },
      yaxis: { title: { text: "p(label)" }, range: [0, 1.02] },
    }, { ...CONFIG, displayModeBar: false });
  }

  exportSelection() {
    const map = this.map, classes = this.group.classes;
    const head = ["id", "label", "predicted", "confidence", "variability", "correctness", "region", "text"];
    save("selection.csv", [head, ...this.selected.map((i) => [map.id[i], classes[map.label[i]], this.prediction(i),
      map.confidence[i], map.variability[i], map.correctness[i], map.region[i], this.text(i)])]);
  }
}

const groups = JSON.parse(document.getElementById("data").textContent);
window.views = [];
const draw = new IntersectionObserver((entries) => entries.forEach((entry) => {
  if (!entry.isIntersecting) return;
  draw.unobserve(entry.target);
  const k = Number(entry.target.dataset.group), section = entry.target;
  const { data, layout } = groups[k].curves;
  Plotly.newPlot(section.querySelector(".curves"), data, layout, CONFIG);
  window.views[k] = new MapView(section, groups[k]);
}), { rootMargin: "600px" });
document.querySelectorAll("section.group").forEach((section, k) => {
  section.dataset.group = k;
  section.querySelector(".export-suspects").addEventListener("click", () =>
    save("suspicious_labels.csv", [...section.querySelectorAll(".suspicious_labels tr")].map(
      (row) => [...row.cells].map((made) => made.dataset.value ?? made.textContent))));
  draw.observe(section); // plots are drawn when the reader comes near them
});
document.querySelectorAll("table.sortable").forEach(makeSortable);
window.ready = true;
