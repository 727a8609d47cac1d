// What a manager asks first: how much, from how many, how well, and can it be trusted.
part("overview", "Overview", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      published
        ? `Everything up to ${dateText(facts.asOf)}. Each number says what it is made of.`
        : "Nothing has been published to this warehouse yet.",
    ),
  );
  panel.append(trustBox());
  if (!published) return;
  const totals = ordersEver("TOTAL");
  const segments = rowsOf("segments");
  const agents = rowsOf("agents");
  panel.append(
    el(
      "ul",
      { class: "tiles" },
      tile(
        "Revenue",
        totals,
        `from ${many(measured("Orders", totals), "counted order")}`,
        lastMonth("Revenue"),
      ),
      tile(
        "Orders",
        totals,
        `and ${many(measured("ExcludedOrders", totals), "order")} that ${isOne(measured("ExcludedOrders", totals)) ? "does" : "do"} not count`,
      ),
      tile(
        "AverageOrderValue",
        totals,
        `over ${many(measured("Orders", totals), "counted order")}`,
        lastMonth("AverageOrderValue"),
      ),
      tile("Buyers", segments, `of ${many(measured("Customers", segments), "customer")}`),
      tile("ResolutionRate", agents, `of ${many(measured("Interactions", agents), "interaction")}`),
    ),
  );
  const byMonth = figure({
    title: "Revenue by month",
    means: meaningOf("Revenue") + monthsNote(),
    kind: "stacked",
    axis: axisOf("Revenue"),
    empty: "There is no order yet.",
    table: monthTable("revenue-by-month", "Revenue and orders by month and channel"),
  });
  const value = figure({
    title: "Average order value by month",
    means: `${meaningOf("AverageOrderValue")} A larger point stands for more orders.${monthsNote()}`,
    kind: "lines",
    axis: axisOf("AverageOrderValue"),
    empty: "There is no counted order yet.",
    table: monthTable("average-order-value-by-month", "Average order value by month and channel"),
  });
  const chosen = filters(
    "Filter of both charts: channel.",
    channelChoice(draw),
  );
  panel.append(chosen, el("div", { class: "grid" }, byMonth.node, value.node));
  draw("All");

  function draw(channel) {
    const rows = monthRows(channel);
    byMonth.update(
      rows.map((row) => bar(row, "Revenue")),
      rows,
    );
    value.update(
      rows.map((row) => bar(row, "AverageOrderValue")),
      rows,
    );
  }
});

const isOne = (value) => decimalText(value) === "1";

function tile(name, rows, sample, more = "") {
  const [value, unit = ""] = told(name, measured(name, rows)).split("\u00a0");
  return el(
    "li",
    { class: "tile", "data-measure": name },
    el("h3", {}, titled(name)),
    el("p", { class: "value" }, value, unit && el("small", {}, ` ${unit}`)),
    el("p", { class: "sample" }, sample),
    more && el("p", { class: "sample" }, more),
    el("p", { class: "means" }, measures[name].description),
  );
}

// The last whole month beside the one before it.
function lastMonth(name) {
  const whole = months.filter((month) => !isPartial(month));
  if (whole.length < 2) return "";
  const [before, now] = whole.slice(-2).map((month) =>
    measured(
      name,
      orders("TOTAL").filter((row) => row.PeriodStart === month),
    ),
  );
  return before === null || now === null
    ? ""
    : `${monthText(whole.at(-1))}: ${told(name, now)}, the month before: ${told(name, before)}`;
}

function monthRows(channel) {
  const rows = orders("CHANNEL").filter((row) => channel === "All" || row.Channel === channel);
  return months.flatMap((month) =>
    Object.keys(CHANNELS)
      .filter((name) => rows.some((row) => row.Channel === name))
      .map((name) => {
        const found = rows.filter((row) => row.PeriodStart === month && row.Channel === name);
        return {
          month,
          Month: monthText(month) + (isPartial(month) ? " (part)" : ""),
          Channel: CHANNELS[name],
          Revenue: measured("Revenue", found),
          Orders: measured("Orders", found),
          AverageOrderValue: measured("AverageOrderValue", found),
          ExcludedOrders: measured("ExcludedOrders", found),
        };
      }),
  );
}

function bar(row, name) {
  return {
    key: row.Month,
    series: row.Channel,
    value: numberOf(row[name]),
    sample: numberOf(row.Orders),
    place: Object.values(CHANNELS).indexOf(row.Channel),
    label: `${row.Month}, ${row.Channel}\n${titled(name)} ${told(name, row[name])}\n${many(row.Orders, "counted order")}`,
  };
}

function monthTable(file, caption) {
  return {
    file,
    caption,
    columns: [
      { key: "Month", title: "Month", kind: "text" },
      { key: "Channel", title: "Channel", kind: "text" },
      ...measureColumns("Revenue", "Orders", "AverageOrderValue", "ExcludedOrders"),
    ],
  };
}

const measureColumns = (...names) =>
  names.map((name) => ({ key: name, title: titled(name), kind: measures[name].format }));
