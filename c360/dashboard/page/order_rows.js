// Orders by key and period: what the part on order value compares and draws.
function windowMonths({ window }) {
  if (window === "ever") return { now: months, before: [] };
  const size = Number(window);
  return {
    now: months.slice(-size),
    before: months.length >= 2 * size ? months.slice(-2 * size, -size) : [],
  };
}

// A row for each key: its average in the period, in the one before, and whether they compare.
function keyRows(state) {
  const { now, before } = windowMonths(state);
  const inChannel = (row) => state.channel === "All" || row.Channel === state.channel;
  const monthly = groupedBy(orders(state.dimension).filter(inChannel), keyOf);
  return [...groupedBy(ordersEver(state.dimension).filter(inChannel), keyOf)]
    .map(([Id, ever]) => {
      const within = (period) =>
        (monthly.get(Id) ?? []).filter((row) => period.includes(row.PeriodStart));
      const rows = state.window === "ever" ? ever : within(now);
      const earlier = within(before);
      const [value, past] = [
        measured("AverageOrderValue", rows),
        measured("AverageOrderValue", earlier),
      ];
      const [count, pastCount] = [measured("Orders", rows), measured("Orders", earlier)];
      const change = value && past ? subtracted(value, past) : null;
      const enough = [count, pastCount].every((each) => numberOf(each) >= facts.minOrders);
      return {
        Id,
        Key: keyText(ever[0]),
        Real: isReal(ever[0]),
        AverageOrderValue: value,
        Orders: count,
        Revenue: measured("Revenue", rows),
        ExcludedOrders: measured("ExcludedOrders", rows),
        Before: past,
        OrdersBefore: pastCount,
        Change: change,
        ChangeShare: change ? divided(change, past, 4) : null,
        Ranked: change !== null && enough && isReal(ever[0]),
        Compared: comparedText({ before, value, past, enough, real: isReal(ever[0]) }),
      };
    })
    .sort(inOrder({ key: "Orders" }, true));
}

// Whether a key is compared, or else the first reason why not.
function comparedText({ before, value, past, enough, real }) {
  if (!before.length) return "no period before";
  if (!value) return "no order in this period";
  if (!past) return "no earlier order";
  if (!real) return "stands for several";
  return enough ? "yes" : "too few orders";
}

// Keys and their texts, in the order of the texts.
function namedKeys(groups) {
  return [...groups]
    .map(([Id, [first]]) => ({ Id, Key: keyText(first) }))
    .sort(inOrder({ key: "Key" }, false));
}

function chosenKeys(state, keys, ranked) {
  if (state.lines.startsWith("=")) {
    const chosen = JSON.parse(state.lines.slice(1));
    return keys.filter((row) => row.Id === chosen);
  }
  if (state.lines === "down") return ranked.slice(0, MOST_LINES);
  if (state.lines === "up") return ranked.slice(-MOST_LINES).reverse();
  // A key that stands for several has a line where there are too few others.
  return [true, false]
    .flatMap((real) => keys.filter((row) => row.Real === real))
    .slice(0, MOST_LINES);
}

function trendRows(state, chosen) {
  const inChannel = orders(state.dimension).filter(
    (row) => state.channel === "All" || row.Channel === state.channel,
  );
  const byKey = groupedBy(inChannel, keyOf);
  return (chosen ?? namedKeys(byKey)).flatMap(({ Id, Key }) => {
    const byMonth = groupedBy(byKey.get(Id) ?? [], (row) => row.PeriodStart);
    return months
      .filter((month) => chosen || byMonth.has(month))
      .map((month) => {
        const rows = byMonth.get(month) ?? [];
        return {
          Id,
          Key,
          Month: monthText(month),
          AverageOrderValue: measured("AverageOrderValue", rows),
          Orders: measured("Orders", rows),
          Revenue: measured("Revenue", rows),
          ExcludedOrders: measured("ExcludedOrders", rows),
        };
      });
  });
}
