// Who spends: segments, loyalty tiers, spend and frequency.
const SEGMENTS = [
  "High-Value Customer",
  "Loyalty Champion",
  "Regular Customer",
  "One-Time Buyer",
  "No Purchases",
  "Unknown",
];
const SEGMENT_MEASURES = ["Spend", "Customers", "CustomerOrders", "SpendPerOrder", "LoyaltyPoints"];
const SEGMENT_COLUMNS = [...SEGMENT_MEASURES, "Buyers"];

part("customers", "Customers", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      "Each customer belongs to one segment: the first that fits of No Purchases, High-Value Customer, One-Time Buyer, Loyalty Champion, Regular Customer. Orders of no known customer are kept apart as Unknown.",
    ),
  );
  const all = rowsOf("segments");
  const answer = answerBox();
  const state = { tier: "=", measure: "Spend" };
  const change = (key) => (value) => ((state[key] = value), draw());
  const tiers = tiersOf(all.filter(isKnown));
  panel.append(
    filters(
      "Filter of all that is below: loyalty tier. The measure is that of the first chart.",
      choice(
        "Loyalty tier",
        [["=", "All tiers"], ...tiers.map((tier) => [`=${tier}`, tierText(tier)])],
        change("tier"),
      ),
      choice(
        "Measure",
        SEGMENT_MEASURES.map((name) => [name, titled(name)]),
        change("measure"),
      ),
    ),
    answer,
  );
  const columns = measureColumns(...SEGMENT_COLUMNS);
  const bySegment = figure({
    title: "Segments",
    means: "",
    kind: "bars",
    wide: true,
    empty: "There is no customer in this choice.",
    table: {
      file: "segments",
      caption: "Segments",
      columns: [
        { key: "Segment", title: "Segment", kind: "text" },
        ...columns,
        { key: "Share", title: "Share of spend", kind: "rate" },
      ],
    },
  });
  const byTier = figure({
    title: "Customers by segment and loyalty tier",
    means:
      "How many customers, shaded by their number. The tier is that of the customer's best account.",
    kind: "matrix",
    table: {
      file: "segments-by-tier",
      caption: "Customers and spend by segment and loyalty tier",
      columns: [
        { key: "Segment", title: "Segment", kind: "text" },
        { key: "LoyaltyTier", title: "Loyalty tier", kind: "text" },
        ...columns,
      ],
    },
  });
  const bySpend = figure({
    title: "Customers by spend and frequency",
    means: spendMeaning(all),
    kind: "matrix",
    table: {
      file: "spend-by-frequency",
      caption: "Customers by spend tier and frequency tier",
      columns: [
        { key: "SpendTier", title: "Spend tier", kind: "text" },
        { key: "FrequencyTier", title: "Frequency tier", kind: "text" },
        ...columns,
      ],
    },
  });
  panel.append(el("div", { class: "grid" }, bySegment.node, byTier.node, bySpend.node));
  draw();

  function draw() {
    const rows = all.filter((row) => state.tier === "=" || isOfTier(row, state.tier.slice(1)));
    const segments = segmentRows(rows);
    answer.replaceChildren(
      ...customersAnswer(segments, rows),
      ...(state.tier !== "=" && !all.every(isKnown) ? [nobodyLeftOut()] : []),
    );
    bySegment.retitle(
      `${titled(state.measure)} by segment`,
      meaningOf(state.measure),
      axisOf(state.measure),
    );
    const bars = segments
      .filter((row) => row[state.measure] !== null)
      .sort(inOrder({ key: state.measure }, true));
    bySegment.update(
      bars.map((row) => segmentBar(row, state.measure)),
      segments,
    );
    const known = rows.filter(isKnown);
    byTier.update(
      matrixRows(known, "Segment", "LoyaltyTier", SEGMENTS, tiers),
      tableRows(rows, "Segment", "LoyaltyTier"),
    );
    bySpend.update(
      matrixRows(
        known,
        "SpendTier",
        "FrequencyTier",
        ["High", "Medium", "Low", "None"],
        ["One-Time", "Repeat", "Frequent", "None"],
      ),
      tableRows(known, "SpendTier", "FrequencyTier"),
    );
  }
});

// The row of no known customer stands in the segments alone; its tier is a placeholder.
const isKnown = (row) => row.Segment !== "Unknown";
const isOfTier = (row, tier) => isKnown(row) && row.LoyaltyTier === tier;
const nobodyLeftOut = () =>
  sentence("What belongs to no known customer has no tier, and is left out.");

const placed = (order, value) => (order.includes(value) ? order.indexOf(value) : order.length);
// By rank; tiers that the policy does not rank come after those, and accounts without any last.
function tiersOf(rows) {
  const found = distinct(rows, "LoyaltyTier").sort((a, b) => a.localeCompare(b));
  const ladder = [...facts.tiers, ...found.filter((tier) => !NO_TIER.includes(tier)), ...NO_TIER];
  return found.sort((a, b) => placed(ladder, a) - placed(ladder, b));
}

const NO_TIER = ["Unknown", "None"];
const tierText = (tier) =>
  tier === "None" ? "No account" : tier === "Unknown" ? "Account without a tier" : tier;

function spendMeaning(rows) {
  const threshold = rows.find((row) => row.SpendThreshold)?.SpendThreshold ?? null;
  return `High spend begins at ${told("SpendThreshold", threshold)}. ${measures.SpendThreshold.description}`;
}

function withMeasures(rows) {
  return Object.fromEntries(SEGMENT_COLUMNS.map((name) => [name, measured(name, rows)]));
}

function segmentRows(rows) {
  const spend = measured("Spend", rows);
  return [...groupedBy(rows, (row) => row.Segment)]
    .map(([Segment, found]) => {
      const made = { Segment, ...withMeasures(found) };
      return { ...made, Share: divided(made.Spend, spend, 4) };
    })
    .sort(inOrder({ key: "Spend" }, true));
}

function tableRows(rows, first, second) {
  return [...groupedBy(rows, (row) => JSON.stringify([row[first], row[second]])).values()].map(
    (found) => ({ [first]: found[0][first], [second]: found[0][second], ...withMeasures(found) }),
  );
}

function customersAnswer(segments, rows) {
  const first = segments.find(isKnown);
  const spend = measured("Spend", rows);
  if (!first) return [sentence("There is no customer in this choice.")];
  if (isZero(first.Spend))
    return [sentence("No known customer has a counted order yet, so no segment earns anything.")];
  const ties = segments.filter(
    (row) => isKnown(row) && row !== first && compared(row.Spend, first.Spend) === 0,
  );
  return [
    sentence(
      "The segment that earns most: ",
      strong([first, ...ties].map((row) => row.Segment).join(" and ")),
      `, with ${told("Spend", first.Spend)} (${shown(first.Share, "rate")} of ${told("Spend", spend)}) from ${many(first.Customers, "customer")} and ${many(first.CustomerOrders, "order")}.`,
    ),
    ...unknownSpend(segments),
  ];
}

function unknownSpend(segments) {
  const unknown = segments.find((row) => !isKnown(row));
  return unknown
    ? [
        sentence(
          `${told("Spend", unknown.Spend)} (${shown(unknown.Share, "rate")}) belong to no known customer.`,
        ),
      ]
    : [];
}

function segmentBar(row, name) {
  return {
    key: row.Segment,
    value: numberOf(row[name]),
    label: `${label(row.Segment)}\n${titled(name)} ${told(name, row[name])}\n${many(row.Customers, "customer")}, ${many(row.CustomerOrders, "order")}`,
  };
}

function matrixRows(rows, row, column, rowOrder, columnOrder) {
  const [rowKeys, columnKeys] = [
    [row, rowOrder],
    [column, columnOrder],
  ].map(([key, order]) => distinct(rows, key).sort((a, b) => placed(order, a) - placed(order, b)));
  const text = (key, value) => (key === "LoyaltyTier" ? tierText(value) : value);
  const [rowNames, columnNames] = [categories(30), categories(11)];
  return rowKeys.flatMap((first) =>
    columnKeys.map((second) => {
      const found = rows.filter((each) => each[row] === first && each[column] === second);
      const customers = measured("Customers", found);
      return {
        row: rowNames(first),
        column: columnNames(text(column, second)),
        value: numberOf(customers),
        text: isZero(customers) ? "" : shown(customers, "count"),
        label: `${label(first)}, ${label(text(column, second))}\n${many(customers, "customer")}\n${titled("Spend")} ${told("Spend", measured("Spend", found))}`,
      };
    }),
  );
}
