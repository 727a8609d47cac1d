// When orders are placed, by weekday and hour.
const PEAK_MEASURES = ["OrdersPlaced", "OrdersPerDay", "CountedOrdersPlaced", "RevenueByHour"];

part("peaks", "Peak times", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      `Wall clock of the sources (${facts.zone}). ${measures.OrdersPlaced.description}`,
    ),
  );
  const all = rowsOf("peaks");
  const answer = answerBox();
  const state = { channel: "All", measure: "OrdersPlaced" };
  const change = (key) => (value) => ((state[key] = value), draw());
  panel.append(
    filters(
      "Filters: channel, and the measure of the maps. The answer always goes by orders placed.",
      channelChoice(change("channel")),
      choice(
        "Measure",
        PEAK_MEASURES.map((name) => [name, titled(name)]),
        change("measure"),
      ),
    ),
    answer,
  );
  const boards = Object.keys(CHANNELS).map((channel) =>
    peakBoard(
      channel,
      all.filter((row) => row.Channel === channel),
    ),
  );
  panel.append(el("div", { class: "grid" }, ...boards.flatMap((board) => board.nodes)));
  draw();

  function draw() {
    const chosen = boards.filter(
      (board) => state.channel === "All" || board.channel === state.channel,
    );
    for (const board of boards)
      board.nodes.forEach((node) => (node.hidden = !chosen.includes(board)));
    for (const board of chosen) board.update(state.measure);
    answer.replaceChildren(...chosen.map((board) => peakAnswer(board.channel, board.rows)));
  }
});

function peakBoard(channel, rows) {
  const name = CHANNELS[channel];
  const columns = [
    { key: "DayName", title: "Day", kind: "text" },
    { key: "Hour", title: "Hour", kind: "text" },
    ...measureColumns(...PEAK_MEASURES),
    { key: "ObservedDays", title: "Days observed", kind: "count" },
    { key: "CellRank", title: "Rank", kind: "count" },
    { key: "CellRankPerDay", title: "Rank per day", kind: "count" },
  ];
  const empty = `There is no transaction ${channel === "Online" ? "online" : "in store"} yet.`;
  const heat = figure({
    title: name,
    means: "",
    kind: "heat",
    wide: true,
    empty,
    table: {
      file: `peak-times-${channel.toLowerCase()}`,
      caption: `${name}: orders by weekday and hour`,
      columns,
    },
  });
  const hours = figure({
    title: `${name}: by hour`,
    means: "Orders placed in each hour, all weekdays together. The busiest stand out; ties all do.",
    kind: "columns",
    axis: axisOf("OrdersPlaced"),
    empty,
    table: profileTable(`${name}: orders by hour`, "Hour", `by-hour-${channel.toLowerCase()}`),
  });
  const days = figure({
    title: `${name}: by weekday`,
    means: "Orders placed on each weekday, all hours together. The busiest stand out; ties all do.",
    kind: "columns",
    axis: axisOf("OrdersPlaced"),
    empty,
    table: profileTable(`${name}: orders by weekday`, "Day", `by-weekday-${channel.toLowerCase()}`),
  });
  const cells = rows.map((row) => ({
    ...row,
    Hour: hourText(decimalText(row.HourOfDay)),
    OrdersPlaced: row.TransactionCount,
    CountedOrdersPlaced: row.CountedCount,
    RevenueByHour: row.GrossAmount,
    OrdersPerDay: row.AvgPerDay,
  }));
  const any = !isZero(measured("OrdersPlaced", rows));
  return {
    channel,
    rows,
    nodes: [heat.node, hours.node, days.node],
    update(measure) {
      heat.retitle(
        `${name}: ${titled(measure).toLowerCase()} by weekday and hour`,
        `${meaningOf(measure)} The stronger the colour, the more, up to ${told(measure, mostOf(cells, measure))}; outlined are the busiest hours by orders placed, ties included.`,
      );
      heat.update(any ? cells.map((row) => heatCell(row, measure)) : [], cells);
      hours.update(
        any
          ? profile(
              rows,
              (row) => hourText(decimalText(row.HourOfDay)),
              (key) => key.slice(0, 2),
            )
          : [],
      );
      days.update(
        any
          ? profile(
              rows,
              (row) => row.DayName,
              (key) => key.slice(0, 3),
            )
          : [],
      );
    },
  };
}

const mostOf = (rows, name) =>
  rows
    .map((row) => row[name])
    .filter((value) => value !== null)
    .reduce((most, value) => (most && compared(value, most) <= 0 ? most : value), null);

const profileTable = (caption, title, file) => ({
  caption,
  file,
  columns: [{ key: "name", title, kind: "text" }, ...measureColumns("OrdersPlaced")],
});

function heatCell(row, measure) {
  return {
    hour: row.Hour.slice(0, 2),
    day: row.DayName.slice(0, 3),
    value: numberOf(row[measure]) ?? 0,
    mark: row.IsPeak ? "peak" : "none",
    label: `${row.DayName} ${row.Hour}\n${titled(measure)} ${told(measure, row[measure])}\n${many(row.TransactionCount, "order")} placed on ${many(row.ObservedDays, "day")}, rank ${decimalText(row.CellRank)}`,
  };
}

function profile(rows, key, short) {
  const groups = [...groupedBy(rows, key)].map(([name, found]) => ({
    name,
    value: measured("OrdersPlaced", found),
  }));
  const most = mostOf(groups, "value");
  return groups.map(({ name, value }) => ({
    key: short(name),
    name,
    OrdersPlaced: value,
    value: numberOf(value),
    mark: compared(value, most) === 0 ? "peak" : "none",
    label: `${name}\n${many(value, "order")} placed`,
  }));
}

function peakAnswer(channel, rows) {
  const peaks = rows.filter((row) => row.IsPeak);
  if (!peaks.length)
    return sentence(
      strong(CHANNELS[channel]),
      ": no transaction yet, so there is no busiest hour.",
    );
  const [first] = peaks;
  const perDay = rows.filter((row) => rankOf(row.CellRankPerDay) === 1);
  const next = rows.filter(
    (row) => rankOf(row.CellRank) === peaks.length + 1 && !isZero(row.TransactionCount),
  );
  return sentence(
    strong(CHANNELS[channel]),
    `: busiest `,
    strong(hoursText(peaks)),
    `${peaks.length > 1 ? ` (${peaks.length} hours tie)` : ""}, with ${many(first.TransactionCount, "order")} placed${peaks.length > 1 ? " each" : ` on ${many(first.ObservedDays, first.DayName)}, ${shown(first.AvgPerDay, "average")} a day`}.`,
    next.length ? ` Next: ${hoursText(next)}, with ${shown(next[0].TransactionCount, "count")}.` : "",
    perDay.length && hoursText(perDay) !== hoursText(peaks)
      ? ` Per day observed it is ${hoursText(perDay)}.`
      : "",
  );
}

const rankOf = (rank) => (rank === null ? null : numberOf(rank));

function hoursText(rows) {
  const hours = rows.map((row) => `${row.DayName} ${hourText(decimalText(row.HourOfDay))}`);
  const rest = hours.length > 6 ? ` and ${hours.length - 6} more` : "";
  return hours.slice(0, 6).join(", ") + rest;
}
