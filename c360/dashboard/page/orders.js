// What an average order is worth, where, and where that changed.
const WINDOWS = [
  ["3", "Last 3 months"],
  ["1", "Last month"],
  ["6", "Last 6 months"],
  ["12", "Last 12 months"],
  ["ever", "All months"],
];
const MOST_LINES = 5;
const MOST_BARS = 12;

part("orders", "Order value", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      `${measures.AverageOrderValue.description} An online order knows a product and a category, an in-store order knows a location: choose one of them at a time.`,
    ),
  );
  const answer = answerBox();
  const state = { dimension: "LOCATION", channel: "All", window: "3", lines: "most" };
  const change = (key) => (value) => (
    (state[key] = value),
    key === "dimension" && fillLines(),
    draw()
  );
  const lineChoice = choice("Lines", [["most", "Most orders"]], change("lines"));
  panel.append(
    filters(
      "Filters of all that is below: one dimension, channel, period. Lines: of the trend only.",
      choice("Dimension", Object.entries(DIMENSIONS), change("dimension")),
      channelChoice(change("channel")),
      choice("Period", WINDOWS, change("window")),
      lineChoice,
    ),
    answer,
  );
  const changes = figure({
    title: "Change",
    means: "",
    kind: "changes",
    axis: { title: `Change (${facts.currency})` },
    wide: true,
    table: {
      file: "order-value",
      caption: "Average order value by key and period",
      columns: keyColumns(),
    },
  });
  const trend = figure({
    title: "Trend",
    means: "",
    kind: "lines",
    axis: axisOf("AverageOrderValue"),
    wide: true,
    empty: "There is no counted order in this choice.",
    table: {
      file: "order-value-by-month",
      caption: "Average order value by key and month",
      columns: [
        { key: "Key", title: "Key", kind: "text" },
        { key: "Month", title: "Month", kind: "text" },
        ...measureColumns("AverageOrderValue", "Orders", "Revenue", "ExcludedOrders"),
      ],
    },
  });
  panel.append(el("div", { class: "grid" }, changes.node, trend.node));
  fillLines();
  draw();

  function fillLines() {
    const keys = namedKeys(groupedBy(ordersEver(state.dimension), keyOf));
    const options = [
      ["most", `The ${MOST_LINES} with most orders`],
      ["down", `The ${MOST_LINES} that fell most`],
      ["up", `The ${MOST_LINES} that rose most`],
      ...keys.map(({ Id, Key }) => [`=${JSON.stringify(Id)}`, Key]),
    ];
    lineChoice
      .querySelector("select")
      .replaceChildren(
        ...options.map(([value, text]) => el("option", { value }, clipped(text, 60))),
      );
    state.lines = "most";
  }

  function draw() {
    const word = DIMENSIONS[state.dimension].toLowerCase();
    const keys = keyRows(state);
    const ranked = keys.filter((row) => row.Ranked).sort(inOrder({ key: "Change" }, false));
    answer.replaceChildren(...ordersAnswer(word, state, keys, ranked));
    const extreme =
      ranked.length > 2 * MOST_BARS
        ? [...ranked.slice(0, MOST_BARS), ...ranked.slice(-MOST_BARS)]
        : ranked;
    changes.retitle(
      `Change of average order value by ${word}`,
      changeMeaning(state, ranked.length > extreme.length),
    );
    const names = categories(40);
    changes.update(
      extreme.map((row) => changeBar(row, names)),
      keys,
      noChange(state),
    );
    trend.retitle(
      `Average order value by ${word} and month`,
      `${meaningOf("AverageOrderValue")} A larger point stands for more orders: a small one moves easily.${monthsNote()}`,
    );
    const lines = trendRows(state, chosenKeys(state, keys, ranked));
    trend.update(
      lines.map((row) => linePoint(row, names)),
      trendRows(state, null),
    );
  }
});

function keyColumns() {
  return [
    { key: "Key", title: "Key", kind: "text" },
    ...measureColumns("AverageOrderValue", "Orders", "Revenue", "ExcludedOrders"),
    { key: "Before", title: "Before", kind: "money" },
    { key: "OrdersBefore", title: "Orders before", kind: "count" },
    { key: "Change", title: "Change", kind: "money" },
    { key: "ChangeShare", title: "Relative change", kind: "rate" },
    { key: "Compared", title: "Compared", kind: "text" },
  ];
}

function periodText(period) {
  return period.length > 1
    ? `${monthText(period[0])} to ${monthText(period.at(-1))}`
    : period.length
      ? monthText(period[0])
      : "no month";
}

function ordersAnswer(word, state, keys, ranked) {
  const { now, before } = windowMonths(state);
  if (!months.length) return [sentence("There is no order yet.")];
  const overall = overallSentence(word, state, now);
  const fallen = ranked[0];
  if (!fallen) return [sentence(noChange(state)), overall];
  const falls = fallen.Change.units < 0n;
  const ties = ranked.filter((row) => compared(row.Change, fallen.Change) === 0).length - 1;
  return [
    sentence(
      falls
        ? `The ${word} whose average order fell most: `
        : `No ${word} fell. The smallest rise: `,
      strong(named(clipped(fallen.Key))),
      `, from ${told("AverageOrderValue", fallen.Before)} to `,
      strong(told("AverageOrderValue", fallen.AverageOrderValue)),
      ` (${signed(fallen.Change, "money")}, ${signed(fallen.ChangeShare, "rate")}), on ${many(fallen.OrdersBefore, "order")} and then ${many(fallen.Orders, "order")}${ties ? `; ${plural(ties, "other")} fell as much` : ""}.`,
    ),
    sentence(
      `${periodText(now)} against ${periodText(before)}. Among few orders one large order moves an average: look at the trend before acting.`,
    ),
    overall,
  ];
}

function overallSentence(word, { window, channel }, now) {
  const [period, all, part] =
    window === "ever"
      ? [`everything up to ${dateText(facts.asOf)}`, ordersEver("CHANNEL"), ""]
      : [
          periodText(now),
          orders("CHANNEL").filter((row) => now.includes(row.PeriodStart)),
          partText(now.at(-1)),
        ];
  const rows = all.filter((row) => channel === "All" || row.Channel === channel);
  return sentence(
    `All ${word === "category" ? "categories" : `${word}s`} together, ${period}: ${told("AverageOrderValue", measured("AverageOrderValue", rows))} over ${many(measured("Orders", rows), "counted order")}.${part}`,
  );
}

const partText = (month) =>
  isPartial(month)
    ? ` ${monthText(month)} is not whole: counted orders reach to ${dateText(ordersTo)}.`
    : "";

function changeMeaning(state, cut) {
  return `Average order value in the period minus that in the period of the same length before it, in ${facts.currency}; only where each has at least ${facts.minOrders} counted orders.${cut ? ` The ${MOST_BARS} largest falls and rises; the table has all.` : ""}`;
}

function noChange(state) {
  if (state.window === "ever")
    return "All months have no period before them: choose a shorter period to see what changed.";
  if (months.length < 2 * Number(state.window))
    return `There ${months.length === 1 ? "is 1 month" : `are ${months.length} months`} of orders, too few to compare two periods of ${plural(Number(state.window), "month")}.`;
  return `Nothing to compare: no key has ${facts.minOrders} counted orders in each of the two periods.`;
}

function changeBar(row, named) {
  return {
    key: named(row.Key, row.Id),
    value: numberOf(row.Change),
    direction: row.Change.units < 0n ? "down" : "up",
    label: `${label(row.Key)}\n${told("AverageOrderValue", row.Before)} \u2192 ${told("AverageOrderValue", row.AverageOrderValue)}, ${signed(row.ChangeShare, "rate")}\n${many(row.OrdersBefore, "order")} \u2192 ${many(row.Orders, "order")}`,
  };
}

function linePoint(row, named) {
  return {
    key: row.Month,
    series: named(row.Key, row.Id),
    value: numberOf(row.AverageOrderValue),
    sample: numberOf(row.Orders),
    label: `${label(row.Key)}, ${row.Month}\n${titled("AverageOrderValue")} ${told("AverageOrderValue", row.AverageOrderValue)}\n${many(row.Orders, "counted order")}`,
  };
}
