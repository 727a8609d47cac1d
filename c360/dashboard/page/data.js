// What the page knows: facts of the publication, measures, and grids as rows with exact numbers.
const source = JSON.parse(document.getElementById("data").textContent);
const specs = JSON.parse(document.getElementById("specs").textContent);
const { facts, measures, runs } = source;
const published = facts.run !== null;

function decoded(grid) {
  const numeric = new Set(grid.exact);
  return grid.rows.map((cells) => {
    const row = {};
    grid.columns.forEach((column, place) => {
      const [cell, words] = [cells[place], grid.words[column]];
      row[column] = numeric.has(column) ? exact(cell) : words && cell !== null ? words[cell] : cell;
    });
    return row;
  });
}

const grids = Object.fromEntries(
  Object.entries(source.grids).map(([name, grid]) => [name, decoded(grid)]),
);
const rowsOf = (name) => grids[name] ?? [];

const CHANNELS = { Online: "Online", InStore: "In store" };
const DIMENSIONS = {
  LOCATION: "Location",
  CATEGORY: "Category",
  PRODUCT: "Product",
  CHANNEL: "Channel",
};
const PSEUDO = {
  ONLINE: "Online (no location)",
  IN_STORE_UNATTRIBUTED: "In store (not by product)",
  UNKNOWN: "(unknown)",
};

// How a key is read. Products share names, so their number stands beside it. A real name may still
// read like the text of another key: rows are told apart by the key itself.
function keyText(row) {
  if (row.DimensionKey === null) return "All others together";
  if (row.DimensionType === "CHANNEL") return CHANNELS[row.DimensionKey];
  if (!isReal(row)) return PSEUDO[row.DimensionKey];
  return row.DimensionType === "PRODUCT"
    ? `${row.DimensionName} (${row.DimensionKey})`
    : row.DimensionKey;
}

// Only the dimension that does not know an order of a channel has that channel's pseudo-key.
function isReal({ DimensionType, DimensionKey }) {
  if (DimensionKey === "ONLINE") return DimensionType !== "LOCATION";
  if (DimensionKey === "IN_STORE_UNATTRIBUTED")
    return DimensionType === "LOCATION" || DimensionType === "CHANNEL";
  return DimensionKey !== null && DimensionKey !== "UNKNOWN";
}

const keyOf = (row) => row.DimensionKey;

function groupedBy(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const name = key(row);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(row);
  }
  return groups;
}

const distinct = (rows, column) => [...new Set(rows.map((row) => row[column]))];

// The orders of one dimension, by month or ever.
const orders = (dimension) =>
  rowsOf("order_value").filter((row) => row.DimensionType === dimension);
const ordersEver = (dimension) =>
  rowsOf("order_value_ever").filter((row) => row.DimensionType === dimension);

// Every calendar month from the first to the last with an order: a month without any is shown too.
const months = (() => {
  const found = distinct(orders("TOTAL"), "PeriodStart").sort();
  const all = [];
  for (let month = found[0]; month && month <= found.at(-1); month = nextMonth(month, 1))
    all.push(month);
  return all;
})();

// Said of a chart by month where orders are older than its first month; sums of all time have those.
function monthsNote() {
  const [shownOrders, everOrders] = [orders("TOTAL"), ordersEver("TOTAL")].map((rows) =>
    added(rows.flatMap((row) => [row.OrderCount, row.ExcludedOrders])),
  );
  return compared(shownOrders, everOrders) ? ` The last ${plural(months.length, "month")}.` : "";
}

function nextMonth(month, count) {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}-01`;
}

// As of a day, orders may have ended long before: they say how far the data of orders reaches.
const ordersTo = facts.lastOrder ?? facts.asOf;

// A month whose last day the orders do not reach; its sums are not those of a whole month.
function isPartial(month) {
  return ordersTo !== null && nextDay(ordersTo) < nextMonth(month, 1);
}

function nextDay(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.toISOString().slice(0, 10);
}
