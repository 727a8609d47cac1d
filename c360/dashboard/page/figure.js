// A figure: a title, what it means, a chart, and the table behind it. Charts are drawn one by one,
// those of the part that is seen first.
const waiting = [];
const settled = [];

const tip = document.getElementById("tip");

function showTip(_handler, event, _item, value) {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  tip.textContent = String(value);
  const box = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(event.clientX + 14, innerWidth - box.width - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(event.clientY + 14, innerHeight - box.height - 8))}px`;
}

const EMBED = {
  mode: "vega-lite",
  renderer: "svg",
  actions: false,
  ast: true,
  tooltip: showTip,
  defaultStyle: false,
  logLevel: 1,
};

function figure({
  title,
  means,
  kind,
  axis = null,
  wide = false,
  empty = "There is nothing to show here.",
  table,
}) {
  const id = newId("figure");
  const chart = el("div", { class: "chart" });
  const hole = el("p", { class: "empty", hidden: "" }, empty);
  const grid = table && dataTable(table);
  const behind = grid && el("details", {}, el("summary", {}, `Data table: ${title}`), grid.node);
  const heading = el("h3", { id }, title);
  const note = el("p", { class: "means" }, means);
  const node = el(
    "section",
    { class: wide ? "card wide" : "card", "aria-labelledby": id },
    heading,
    note,
    chart,
    hole,
    behind,
  );
  let [rows, view, queued] = [[], null, false];

  async function draw() {
    queued = false;
    if (!rows.length) return;
    const spec = structuredClone(specs[kind]);
    spec.description = title;
    spec.datasets = { rows: rows.map(plainOnly) };
    const { step, by } = spec.usermeta ?? {};
    if (step) spec.height = step * distinct(rows, by).length;
    titleAxes(spec, axis, chart.clientWidth);
    fitted(spec.config, chart.clientWidth);
    if (kind === "matrix")
      spec.config.axisX = {
        labelAngle: chart.clientWidth < 90 * (1 + distinct(rows, "column").length) ? -40 : 0,
      };
    const made = await vegaEmbed(chart, spec, EMBED);
    view?.finalize();
    view = made;
  }

  return {
    node,
    retitle(text, meaning, itsAxis = axis) {
      axis = itsAxis;
      heading.textContent = text;
      if (meaning) note.textContent = meaning;
      if (behind) behind.querySelector("summary").textContent = `Data table: ${text}`;
    },
    update(found, behindIt, reason = empty) {
      // A value that is NULL keeps its place on the axis; with nothing else there is no chart.
      rows = found.some((row) => row.value !== null) ? found : [];
      hole.textContent = reason;
      hole.hidden = rows.length > 0;
      chart.hidden = rows.length === 0;
      if (rows.length === 0) chart.replaceChildren();
      grid?.update(behindIt ?? found);
      if (queued || !rows.length) return;
      queued = true;
      waiting.push({ node, draw });
      schedule();
    },
  };
}

const WHOLE = { tickMinStep: 1.01 }; // a step of 1 is halved by Vega where the axis ends at 1

// What the axis of a measure says; a count has ticks at whole numbers only.
const axisOf = (name) => ({
  title: titled(name) + unitOf({ kind: measures[name].format }),
  ...(measures[name].format === "count" ? WHOLE : {}),
});

// The axes of numbers; few ticks where there is little width, so that none loses its label.
function titleAxes(spec, axis, width) {
  for (const { encoding } of spec.layer ?? [spec])
    for (const name of ["x", "y"]) {
      const channel = encoding[name];
      if (channel?.type !== "quantitative" || !channel.axis) continue;
      Object.assign(channel.axis, axis, name === "x" && width < 480 ? { tickCount: 3 } : {});
    }
}

// Names get about a third of the width, and a legend as many columns as there is room for.
function fitted({ axis, legend }, width) {
  axis.labelLimit = Math.max(136, Math.round(width * 0.32));
  legend.columns = Math.min(6, Math.max(2, Math.floor(width / 160)));
  legend.labelLimit = Math.min(160, Math.floor(width / legend.columns) - 32);
}

// Charts get plain values only; exact numbers stay with the tables.
const plainOnly = (row) =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value !== "object"));

let drawing = false;

async function schedule() {
  if (drawing) return;
  drawing = true;
  await null;
  while (waiting.length) {
    const seen = waiting.findIndex((each) => each.node.closest("[data-shown=true]"));
    if (seen < 0) await new Promise((resume) => setTimeout(resume, 0));
    const [next] = waiting.splice(Math.max(0, seen), 1);
    await next.draw();
    if (!waiting.some((each) => each.node.closest("[data-shown=true]"))) performance.mark("seen");
  }
  performance.mark("drawn");
  drawing = false;
  settled.splice(0).forEach((resume) => resume());
}

// Resolves once every chart is drawn; a test waits for it.
globalThis.chartsDrawn = () =>
  drawing || waiting.length ? new Promise((resume) => settled.push(resume)) : Promise.resolve();
