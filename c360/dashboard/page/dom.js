// Elements are made of text nodes only: nothing that comes from data is ever read as HTML.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

// Text from data, kept apart in its direction of writing.
const named = (text) => el("bdi", {}, String(text));
// The same where a line may end inside a long name: before a capital or a digit in it.
const breakable = (text) =>
  el(
    "bdi",
    {},
    text
      .split(/(?<=[a-z_/])(?=[A-Z0-9])/)
      .flatMap((piece, place) => (place ? [el("wbr"), piece] : [piece])),
  );
const strong = (...children) => el("strong", {}, ...children);
// The same inside a plain text, such as the label of a mark: isolated by U+2068 and U+2069.
const isolated = (text) => `\u2068${text}\u2069`;
const clipped = (text, most = 80) =>
  [...text].length > most ? [...text].slice(0, most).join("") + "\u2026" : text;
const label = (text) => isolated(clipped(String(text)));

// Names of a chart's categories: isolated, so that no name is one that a script knows (a bare
// `__proto__` breaks the drawing library), cut, and still different where the names are, or what
// they stand for.
function categories(most) {
  const [given, taken] = [new Map(), new Set()];
  return (text, id = text) => {
    if (!given.has(id)) {
      let name = label(clipped(text, most));
      for (let count = 2; taken.has(name); count += 1)
        name = label(`${clipped(text, most)} (${count})`);
      taken.add(name);
      given.set(id, name);
    }
    return given.get(id);
  };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const monthText = (iso) => `${MONTHS[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;
const dateText = (iso) => (iso ? `${Number(iso.slice(8, 10))} ${monthText(iso)}` : "\u2013");
const momentText = (text) => (text ? `${dateText(text)}, ${text.slice(11, 16)} UTC` : "\u2013");
const hourText = (hour) => `${String(hour).padStart(2, "0")}:00`;

// What a measure means, and its unit where its chart does not say it.
const meaningOf = (name) =>
  measures[name].description + (measures[name].format === "money" ? ` In ${facts.currency}.` : "");

let lastId = 0;
const newId = (stem) => `${stem}-${(lastId += 1)}`;

// A labelled choice: `options` are [value, text]; `changed` is called with the new value.
function choice(title, options, changed, value = options[0][0]) {
  const select = el("select", { id: newId("choice"), onchange: () => changed(select.value) });
  for (const [key, text] of options) select.append(el("option", { value: key }, clipped(text, 60)));
  select.value = value;
  return labelled(title, select);
}

function labelled(title, control) {
  return el("div", { class: "filter" }, el("label", { for: control.id }, title), control);
}

const channelChoice = (changed) =>
  choice("Channel", [["All", "Both channels"], ...Object.entries(CHANNELS)], changed);

// Shades the edges beyond which there is more to see.
function edged(node) {
  const shade = () => {
    const left = node.scrollLeft > 1 ? "left " : "";
    const right = node.scrollLeft + node.clientWidth < node.scrollWidth - 1 ? "right" : "";
    node.dataset.more = left + right;
  };
  node.addEventListener("scroll", shade);
  const sizes = new ResizeObserver(shade);
  for (const each of [node, ...node.children]) sizes.observe(each);
  return node;
}

function filters(scope, ...choices) {
  return el("div", { class: "filters" }, ...choices, el("p", { class: "scope" }, scope));
}

// The answer of a part, said again to screen readers when a filter changes it.
function answerBox() {
  return el("div", { class: "answer", role: "status" });
}

const sentence = (...parts) => el("p", {}, ...parts);
