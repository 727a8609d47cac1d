// What was published, what became of every record, and why.
part("quality", "Data quality", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      "What the published run says of itself. A check that fails is a reason not to use the numbers; a note is a fact to know when using them.",
    ),
  );
  panel.append(
    el(
      "ul",
      { class: "verdicts" },
      ...verdicts().map(([kind, text]) =>
        el("li", {}, el("span", { class: `badge ${kind}` }, BADGES[kind]), el("span", {}, text)),
      ),
    ),
  );
  if (published)
    panel.append(
      el("div", { class: "grid" }, reasonsFigure(), ledgerCard(), filesCard(), runsCard()),
    );
  else if (runs.length) panel.append(el("div", { class: "grid" }, runsCard()));
});

function tableCard(title, means, options, rows) {
  const id = newId("card");
  const made = dataTable(options);
  made.update(rows);
  return el(
    "section",
    { class: "card wide", "aria-labelledby": id },
    el("h3", { id }, title),
    el("p", { class: "means" }, means),
    made.node,
  );
}

function reasonsFigure() {
  const rows = rowsOf("reasons").sort(inOrder({ key: "Records" }, true));
  const causes = [
    ...groupedBy(
      rows.filter((row) => row.Action === "rejected"),
      (row) => row.Reason,
    ),
  ]
    .map(([reason, found]) => ({ reason, Records: added(found.map((row) => row.Records)) }))
    .sort(inOrder({ key: "Records" }, true));
  const made = figure({
    title: "Why records were rejected",
    means:
      "Reasons of rejected records; the table tells them apart by table and column. A record with two reasons counts in both.",
    kind: "bars",
    axis: { title: "Reasons of rejection", ...WHOLE },
    wide: true,
    empty: "No record was rejected.",
    table: {
      file: "reasons",
      caption: "Reasons",
      columns: [
        ["TableName", "Table"],
        ["ColumnName", "Column"],
        ["Reason", "Reason"],
        ["Action", "What happened"],
      ]
        .map(([key, title]) => ({ key, title, kind: "text" }))
        .concat([
          { key: "Records", title: "Records", kind: "count" },
          { key: "Files", title: "Files", kind: "count" },
        ]),
    },
  });
  made.update(
    causes.map((row) => ({
      key: row.reason.replaceAll("_", " "),
      value: numberOf(row.Records),
      label: `${label(row.reason.replaceAll("_", " "))}\n${many(row.Records, "reason")} of rejection`,
    })),
    rows,
  );
  return made.node;
}

function ledgerCard() {
  const rows = silver().map((row) => ({
    ...row,
    RecordsAccepted: row.Accepted,
    RecordsRejected: row.Rejected,
    RecordsDuplicate: row.Duplicates,
    UnknownReferences: row.MissingReferences,
    RejectedShare: measured("RejectedShare", [row]),
  }));
  return tableCard(
    "Ledger of the sources",
    "For each table: records = accepted + rejected + duplicate.",
    {
      file: "ledger",
      caption: "Ledger",
      columns: [
        { key: "TableName", title: "Table", kind: "text" },
        ...measureColumns(
          "RecordsRead",
          "RecordsAccepted",
          "RecordsRejected",
          "RejectedShare",
          "RecordsDuplicate",
        ),
        { key: "ConflictingDuplicates", title: "Conflicting", kind: "count" },
        ...measureColumns("UnknownReferences"),
        { key: "RowsInTable", title: "Rows", kind: "count" },
      ],
    },
    rows,
  );
}

function filesCard() {
  return tableCard(
    "Source files",
    "Each file of the published state, and what became of it.",
    {
      file: "files",
      caption: "Source files",
      columns: [
        { key: "Path", title: "File", kind: "text", wrap: true },
        { key: "TableName", title: "Table", kind: "text" },
        { key: "Outcome", title: "Outcome", kind: "text" },
        ...["Records", "Accepted", "Rejected", "Duplicates", "Bytes"].map((key) => ({
          key,
          title: key,
          kind: "count",
        })),
        { key: "Reason", title: "Reason", kind: "text" },
      ],
    },
    rowsOf("files"),
  );
}

function runsCard() {
  const rows = runs.map((run) => ({
    ...run,
    shown: run.run === facts.run ? "yes" : "no",
    finished: momentText(run.finishedAt),
  }));
  return tableCard(
    "Last runs",
    "Newest first. A run that found everything up to date writes no row.",
    {
      file: "runs",
      caption: "Last runs",
      columns: [
        ["run", "Run"],
        ["status", "Status"],
        ["shown", "On this page"],
        ["batch", "Batch"],
        ["asOf", "As of", "date"],
        ["finished", "Finished"],
        ["message", "Message"],
      ].map(([key, title, kind = "text"]) => ({ key, title, kind })),
    },
    rows,
  );
}
