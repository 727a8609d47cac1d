// Agents and departments with their rates, and whether a difference is more than chance.
const VERDICTS = {
  below: "clearly below",
  within: "within chance",
  above: "clearly above",
  few: "too few to judge",
};

const RATES = ["ResolutionRate", "ClosedResolutionRate", "EscalationRate", "PendingRate"];

const ratesOf = (rows) => Object.fromEntries(RATES.map((name) => [name, measured(name, rows)]));

const isAgent = (row) => row.AgentID !== "UNKNOWN";

function agentText(id, names) {
  if (id === "UNKNOWN") return "No known agent";
  return names.get(id) ? `${names.get(id)} (${id})` : `Agent ${id}`;
}

function judgedAgent(row, overall) {
  const verdict =
    !row.MeetsMinimum || overall === null
      ? "few"
      : compared(row.ResolutionRateHigh95, overall) < 0
        ? "below"
        : compared(row.ResolutionRateLow95, overall) > 0
          ? "above"
          : "within";
  return {
    ...row,
    verdict,
    Verdict: isAgent(row) ? VERDICTS[verdict] : "no agent",
    Interactions: row.TotalInteractions,
    Resolved: row.ResolvedCount,
    ...ratesOf([row]),
  };
}

function departmentRows(rows) {
  return [...groupedBy(rows, (row) => (isAgent(row) ? row.Department : "No known agent"))]
    .map(([Department, found]) => ({
      Department,
      Agents: exact(found.filter(isAgent).length),
      rows: found,
      Interactions: measured("Interactions", found),
      Resolved: measured("Resolved", found),
      ...ratesOf(found),
    }))
    .sort(inOrder({ key: "Interactions" }, true));
}
