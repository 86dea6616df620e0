// Draws the numbers of a table with uPlot for administrators; the table stays and says the same.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw(place) {
  const table = document.getElementById(place.dataset.chart);
  const rows = [...table.tBodies[0].rows];
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const names = rows.map((row) => row.cells[0].textContent.trim());
  const number = (row, at) => Number(row.cells[at].textContent.trim()) || 0;
  const data = [rows.map((_, at) => at), ...heads.slice(1).map((_, at) => rows.map((row) => number(row, at + 1)))];
  const strokes = [colour("--govuk-brand-colour"), colour("--govuk-success-colour")];
  const line = { stroke: colour("--govuk-text-colour"), grid: { stroke: colour("--govuk-border-colour"), width: 1 } };
  const options = {
    width: place.clientWidth, height: 240, cursor: { show: false }, legend: { live: false }, scales: { x: { time: false } },
    axes: [{ ...line, splits: () => data[0], values: (_, at) => at.map((one) => names[one] ?? "") }, line, { ...line, side: 1, scale: "two", grid: { show: false } }],
    series: [{}, ...heads.slice(1).map((label, at) => ({ label, stroke: strokes[at % 2], width: 2, scale: at ? "two" : "y", points: { show: true, size: 7 } }))],
  };
  return new window.uPlot(options, data, place);
}

const places = [...document.querySelectorAll("[data-chart]")];
let drawn = [];

function show() {
  for (const one of drawn) one.destroy();
  drawn = places.map(draw);
}

show();
addEventListener("resize", show);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
