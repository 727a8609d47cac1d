// How interactions end, by agent, and whether a difference is more than chance.
const MOST_AGENTS = 40;

part("agents", "Agents", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      `An agent is judged from ${plural(facts.minInteractions, "interaction")} on, against the rate of all known agents in the choice. Clearly below or above means that the whole 95 % Wilson interval lies on that side; everything else may be chance.`,
    ),
  );
  const names = new Map(rowsOf("names").map((row) => [row.AgentID, row.AgentName]));
  const all = rowsOf("agents").map((row) => ({
    ...row,
    Agent: agentText(row.AgentID, names),
    Department: row.Department ?? "(none)",
    Shift: row.Shift ?? "(none)",
  }));
  const answer = answerBox();
  const state = { Department: "=", Shift: "=" };
  const change = (key) => (value) => ((state[key] = value), draw());
  const options = (key) => [
    ["=", `All ${key.toLowerCase()}s`],
    ...distinct(all.filter(isAgent), key)
      .sort()
      .map((value) => [`=${value}`, value]),
  ];
  panel.append(
    filters(
      "Filters of all that is below: department, shift.",
      choice("Department", options("Department"), change("Department")),
      choice("Shift", options("Shift"), change("Shift")),
    ),
    answer,
  );
  const rates = figure({
    title: "Resolution rate by agent",
    means: "",
    kind: "intervals",
    axis: axisOf("ResolutionRate"),
    wide: true,
    empty: "",
    table: { file: "agents", caption: "Agents", columns: agentColumns() },
  });
  const load = figure({
    title: "Work load by department",
    means: "Interactions by how they ended.",
    kind: "loads",
    axis: axisOf("Interactions"),
    wide: true,
    empty: "There is no interaction in this choice.",
    table: {
      file: "departments",
      caption: "Departments",
      columns: [
        { key: "Department", title: "Department", kind: "text" },
        { key: "Agents", title: "Agents", kind: "count" },
        ...measureColumns("Interactions", "Resolved", ...RATES),
      ],
    },
  });
  panel.append(el("div", { class: "grid" }, rates.node, load.node));
  draw();

  function draw() {
    const rows = all.filter((row) =>
      ["Department", "Shift"].every(
        (key) => state[key] === "=" || (isAgent(row) && row[key] === state[key].slice(1)),
      ),
    );
    const agents = rows.filter(isAgent);
    const overall = measured("ResolutionRate", agents);
    const judged = rows
      .map((row) => judgedAgent(row, overall))
      .sort(inOrder({ key: "ResolutionRate" }, false));
    const ranked = judged.filter((row) => row.MeetsMinimum);
    answer.replaceChildren(
      ...agentsAnswer(ranked, judged.filter(isAgent), overall, measured("Interactions", agents)),
      ...straysLeftOut(all.filter((row) => !isAgent(row))),
    );
    const drawn =
      ranked.length > MOST_AGENTS
        ? [...ranked.slice(0, MOST_AGENTS / 2), ...ranked.slice(-MOST_AGENTS / 2)]
        : ranked;
    rates.retitle(
      "Resolution rate by agent",
      `${measures.ResolutionRate.description} The bar is the 95 % Wilson interval, a triangle an agent clearly below (left) or above (right), the dashed line the rate of all known agents in the choice (${told("ResolutionRate", overall)}). Only agents with at least ${plural(facts.minInteractions, "interaction")}.${ranked.length > drawn.length ? ` The ${MOST_AGENTS / 2} lowest and highest; the table has all.` : ""}`,
    );
    const names = categories(36);
    rates.update(
      drawn.map((row) => interval(row, overall, names)),
      judged,
      noRanked(judged.filter(isAgent)),
    );
    const departments = departmentRows(rows);
    const places = categories(24);
    load.update(
      departments.flatMap((row) => loadBars(row, places)),
      departments,
    );
  }
});

function agentColumns() {
  return [
    { key: "Agent", title: "Agent", kind: "text" },
    { key: "Department", title: "Department", kind: "text" },
    { key: "Shift", title: "Shift", kind: "text" },
    { key: "Verdict", title: "Against all", kind: "text" },
    ...measureColumns("ResolutionRate"),
    { key: "ResolutionRateLow95", title: "Low", kind: "rate" },
    { key: "ResolutionRateHigh95", title: "High", kind: "rate" },
    ...measureColumns(
      "Interactions",
      "Resolved",
      "ClosedResolutionRate",
      "EscalationRate",
      "PendingRate",
      "CustomersServed",
    ),
    { key: "RankInDepartment", title: "Rank in department", kind: "count" },
  ];
}

function agentsAnswer(ranked, agents, overall, sample) {
  if (!ranked.length) return [sentence(noRanked(agents))];
  const below = ranked.filter((row) => row.verdict === "below");
  const low = ranked.filter(
    (row) => row.verdict === "within" && compared(row.ResolutionRate, overall) < 0,
  ).length;
  const chance = divided({ units: BigInt(ranked.length) * 25n, scale: 3 }, exact(1), 1);
  const said = below
    .slice(0, 5)
    .flatMap((row, place) => [
      place ? "; " : "",
      strong(named(clipped(row.Agent))),
      " (",
      named(clipped(row.Department, 60)),
      `) resolves ${told("ResolutionRate", row.ResolutionRate)} of ${many(row.Interactions, "interaction")}, at most ${told("ResolutionRate", row.ResolutionRateHigh95)} with 95 % confidence`,
    ]);
  const first = below.length
    ? sentence(
        `Signal: ${plural(below.length, "agent")} clearly below the rate of all known agents in the choice (${told("ResolutionRate", overall)} of ${many(sample, "interaction")}): `,
        ...said,
        below.length > 5 ? "; the table has the others." : ".",
      )
    : sentence(
        "No agent is clearly below the rate of all known agents in the choice",
        ` (${told("ResolutionRate", overall)} of ${many(sample, "interaction")}): the differences may be chance.`,
      );
  return [
    first,
    sentence(
      `Noise: ${plural(low, "more agent")} ${low === 1 ? "lies" : "lie"} below it, within what chance explains. Of ${plural(ranked.length, "agent")} judged, about ${shown(chance, "average")} would fall clearly below by chance alone.`,
    ),
  ];
}

// They are in the rate of all interactions, on the first part, and are no agent's.
function straysLeftOut(strays) {
  const count = measured("Interactions", strays);
  return isZero(count)
    ? []
    : [
        sentence(
          `${many(count, "interaction")} ${isOne(count) ? "names" : "name"} no known agent: that rate leaves ${isOne(count) ? "it" : "them"} out.`,
        ),
      ];
}

function noRanked(agents) {
  if (!agents.length) return "There is no agent in this choice.";
  return `None of ${plural(agents.length, "agent")} has ${plural(facts.minInteractions, "interaction")} or more, so none can be judged. The table has their counts.`;
}

function interval(row, overall, named) {
  return {
    key: named(row.Agent),
    value: numberOf(row.ResolutionRate),
    low: numberOf(row.ResolutionRateLow95),
    high: numberOf(row.ResolutionRateHigh95),
    overall: numberOf(overall),
    verdict: row.verdict,
    label: `${label(row.Agent)}, ${label(row.Department)}\n${titled("ResolutionRate")} ${told("ResolutionRate", row.ResolutionRate)} of ${many(row.Interactions, "interaction")}\n95 % interval ${told("ResolutionRate", row.ResolutionRateLow95)} to ${told("ResolutionRate", row.ResolutionRateHigh95)}: ${VERDICTS[row.verdict]}`,
  };
}

function loadBars({ Department, rows }, named) {
  const outcomes = {
    Resolved: "ResolvedCount",
    Escalated: "EscalatedCount",
    Pending: "PendingCount",
    Other: "OtherStatusCount",
  };
  return Object.entries(outcomes)
    .map(([series, column], place) => {
      const count = added(rows.map((row) => row[column]));
      return {
        key: named(Department),
        series,
        place,
        value: numberOf(count),
        label: `${label(Department)}\n${series}: ${many(count, "interaction")}`,
      };
    })
    .filter((row) => row.value > 0);
}
