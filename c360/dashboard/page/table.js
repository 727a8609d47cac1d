// Tables that sort, and export what they have as CSV.
const FORMULA =
  /^[\s"'\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;
// Where a spreadsheet takes ; or a tab for the end of a cell, a formula may begin inside a text.
const FORMULA_INSIDE = /([;\t\r\n][\s"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20|%])/g;
const FIRST_ROWS = 50;

// A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers are exact.
function csvCell(value, column) {
  if (value === null || value === undefined) return "";
  if (column.kind !== "text") return typeof value === "string" ? value : decimalText(value);
  const text = (FORMULA.test(value) ? "'" : "") + String(value).replace(FORMULA_INSIDE, "$1'");
  return `"${text.replaceAll('"', '""')}"`;
}

function csvText(columns, rows) {
  const head = columns.map((column) => csvCell(column.title + unitOf(column), { kind: "text" }));
  const lines = rows.map((row) =>
    columns.map((column) => csvCell(row[column.key], column)).join(","),
  );
  return "\ufeff" + [head.join(","), ...lines].join("\r\n") + "\r\n";
}

const unitOf = (column) => (column.kind === "money" ? ` (${facts.currency})` : "");

function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function cellText(value, column) {
  if (value === null || value === undefined) return "\u2013";
  if (column.kind === "text") return String(value);
  if (column.kind === "date") return dateText(value);
  return shown(value, column.kind, true);
}

function inOrder(column, descending) {
  return (a, b) => {
    const [left, right] = [a[column.key] ?? null, b[column.key] ?? null];
    if (left === null || right === null) return (left === null) - (right === null);
    const order =
      typeof left === "object"
        ? compared(left, right)
        : String(left).localeCompare(String(right), "en", { numeric: true });
    return descending ? -order : order;
  };
}

// A table of objects. `columns`: {key, title, kind}; kind is text, date, or the format of a number.
function dataTable({ caption, file, columns, note = null }) {
  let [rows, sorted, descending, all] = [[], null, false, false];
  const heads = columns.map((column) => {
    const button = el(
      "button",
      { type: "button", onclick: () => sortBy(column) },
      column.title + unitOf(column),
    );
    return el("th", { scope: "col", class: column.kind === "text" ? null : "number" }, button);
  });
  const body = el("tbody");
  const more = el("button", {
    type: "button",
    class: "button",
    onclick: () => ((all = true), draw()),
  });
  const said = el("span");
  const csv = el(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => download(`${file}.csv`, csvText(columns, rows)),
    },
    "Download CSV",
  );
  const table = el(
    "table",
    {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...heads)),
    body,
  );
  const node = el(
    "div",
    {},
    el("div", { class: "tools" }, csv, said, note),
    edged(
      el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, table),
    ),
    el("div", { class: "tools" }, more),
  );

  function sortBy(column) {
    descending = sorted === column ? !descending : column.kind !== "text" && column.kind !== "date";
    sorted = column;
    rows = [...rows].sort(inOrder(column, descending));
    draw();
  }

  function draw() {
    heads.forEach((head, place) => {
      if (columns[place] === sorted)
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const drawn = all ? rows : rows.slice(0, FIRST_ROWS);
    body.replaceChildren(
      ...drawn.map((row) =>
        el(
          "tr",
          {},
          ...columns.map((column, place) => {
            const text = cellText(row[column.key], column);
            const content =
              column.kind === "text"
                ? el(
                    "span",
                    { class: text.length > 120 ? "clipped" : null },
                    breakable(clipped(text, 400)),
                  )
                : text;
            const kind =
              column.kind !== "text"
                ? "number"
                : column.wrap || text.length > 56
                  ? "text long"
                  : "text";
            return place
              ? el("td", { class: kind }, content)
              : el("th", { scope: "row", class: kind }, content);
          }),
        ),
      ),
    );
    more.hidden = drawn.length === rows.length;
    said.textContent =
      (more.hidden ? "" : `The first ${FIRST_ROWS} of `) + plural(rows.length, "row");
    more.textContent = `Show all ${grouped(String(rows.length))} rows`;
  }

  return {
    node,
    update(found) {
      rows = sorted ? [...found].sort(inOrder(sorted, descending)) : found;
      all = false;
      draw();
    },
  };
}
