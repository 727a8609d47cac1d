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
  const monthly = groupedBy(orders(state.dimension).filter(inChannel), keyText);
  return [...groupedBy(ordersEver(state.dimension).filter(inChannel), keyText)]
    .map(([key, ever]) => {
      const within = (period) =>
        (monthly.get(key) ?? []).filter((row) => period.includes(row.PeriodStart));
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
        Key: key,
        AverageOrderValue: value,
        Orders: count,
        Revenue: measured("Revenue", rows),
        ExcludedOrders: measured("ExcludedOrders", rows),
        Before: past,
        OrdersBefore: pastCount,
        Change: change,
        ChangeShare: change ? divided(change, past, 4) : null,
        Ranked: change !== null && enough && isReal(ever[0]),
        Compared: !change
          ? "no earlier order"
          : !isReal(ever[0])
            ? "not a place of its own"
            : enough
              ? "yes"
              : "too few orders",
      };
    })
    .sort(inOrder({ key: "Orders" }, true));
}

function chosenKeys(state, keys, ranked) {
  if (state.lines.startsWith("=")) return [state.lines.slice(1)];
  if (state.lines === "down") return ranked.slice(0, MOST_LINES).map((row) => row.Key);
  if (state.lines === "up")
    return ranked
      .slice(-MOST_LINES)
      .reverse()
      .map((row) => row.Key);
  return keys.slice(0, MOST_LINES).map((row) => row.Key);
}

function trendRows(state, chosen) {
  const inChannel = orders(state.dimension).filter(
    (row) => state.channel === "All" || row.Channel === state.channel,
  );
  const byKey = groupedBy(inChannel, keyText);
  return (chosen ?? [...byKey.keys()].sort()).flatMap((key) => {
    const byMonth = groupedBy(byKey.get(key) ?? [], (row) => row.PeriodStart);
    return months
      .filter((month) => chosen || byMonth.has(month))
      .map((month) => {
        const rows = byMonth.get(month) ?? [];
        return {
          Key: key,
          Month: monthText(month),
          AverageOrderValue: measured("AverageOrderValue", rows),
          Orders: measured("Orders", rows),
          Revenue: measured("Revenue", rows),
          ExcludedOrders: measured("ExcludedOrders", rows),
        };
      });
  });
}
