// Whether the numbers can be trusted: what was published, what became of every record, and why.
const BADGES = { holds: "Holds", look: "Look", fails: "Fails" };

function verdicts() {
  if (!published) return [lastRunVerdict()].filter(Boolean);
  return [oneSet(), ledgerCloses(), lastRunVerdict(), freshness(), rejectedShare(), unknownShare(), excludedShare()].filter(Boolean);
}

const silver = () => rowsOf("ledger").filter((row) => row.Layer === "silver");

function oneSet() {
  const strays = rowsOf("batches").filter((row) => numberOf(row.Rows) > 0 && (numberOf(row.Batches) > 1 || row.BatchID !== facts.batch));
  return strays.length ? ["fails", `${strays.map((row) => row.TableName).join(", ")} carry another batch than the published one: publish again with c360 run.`]
    : ["holds", `All gold tables carry batch ${facts.batch}: the numbers belong together.`];
}

function ledgerCloses() {
  const open = silver().filter((row) => compared(row.RecordsRead, added([row.Accepted, row.Rejected, row.Duplicates])) !== 0);
  const [records, accepted, rejected, duplicate] = ["RecordsRead", "RecordsAccepted", "RecordsRejected", "RecordsDuplicate"].map((name) => told(name, measured(name, silver())));
  return open.length ? ["fails", `The ledger of ${open.map((row) => row.TableName).join(", ")} does not close.`]
    : ["holds", `Every record is accounted for: ${records} records = ${accepted} accepted + ${rejected} rejected + ${duplicate} duplicate.`];
}

function lastRunVerdict() {
  const [last] = runs;
  if (!last) return null;
  if (last.status === "SUCCESS") return ["holds", `The last run ended well (${momentText(last.finishedAt)}).`];
  return [published ? "look" : "fails", `The last run (${momentText(last.finishedAt)}) was ${last.status === "REFUSED" ? "refused" : "not finished"}: ${last.message ?? "no reason was written"}.${published ? " What you see is the publication before it." : ""}`];
}

function freshness() {
  const days = Math.floor((Date.now() - Date.parse(`${facts.asOf}T00:00:00Z`)) / 86400000);
  const age = days > 1 ? `, ${grouped(String(days))} days before you opened this page` : "";
  return [days > 31 ? "look" : "holds", `Data reaches to ${dateText(facts.asOf)}${age}; published ${momentText(facts.publishedAt)}.`];
}

function rejectedShare() {
  const share = measured("RejectedShare", silver());
  return share && [isZero(share) ? "holds" : "look", `${told("RejectedShare", share)} of the records were rejected, each kept with its reasons (below).`];
}

function unknownShare() {
  const segments = segmentRows(rowsOf("segments"));
  const unknown = segments.find((row) => row.Segment === "Unknown");
  return unknown && !isZero(unknown.Spend) ? ["look", `${shown(unknown.Share, "rate")} of revenue (${told("Spend", unknown.Spend)}) belong to no known customer; they are kept and shown as Unknown.`] : null;
}

function excludedShare() {
  const totals = ordersEver("TOTAL");
  const share = measured("ExcludedShare", totals);
  return share && [isZero(share) ? "holds" : "look", `${told("ExcludedShare", share)} of orders (${told("ExcludedOrders", measured("ExcludedOrders", totals))}) do not count: online, with a status other than ${facts.counted.join(", ")}.`];
}

// In one sentence, on the first part.
function trustBox() {
  const found = verdicts();
  const failing = found.filter(([kind]) => kind === "fails");
  const box = answerBox();
  if (!published) box.append(sentence(strong("No numbers yet."), " ", failing[0]?.[1] ?? "", " Next: c360 run, and then c360 dashboard again."));
  else box.append(sentence(strong(failing.length ? "Do not use these numbers yet. " : "These numbers can be trusted: "), failing.length ? failing.map(([, text]) => text).join(" ") : "they are one publication, and every record is accounted for."),
    sentence(`Data to ${dateText(facts.asOf)}, published ${momentText(facts.publishedAt)}. `, el("a", { href: "#quality" }, "What stands behind that")));
  return box;
}

part("quality", "Data quality", (panel) => {
  panel.append(el("p", { class: "lead" }, "What the published run says of itself. A check that fails is a reason not to use the numbers; one to look at is a fact to know when using them."));
  panel.append(el("ul", { class: "verdicts" }, ...verdicts().map(([kind, text]) => el("li", {}, el("span", { class: `badge ${kind}` }, BADGES[kind]), el("span", {}, text)))));
  if (published) panel.append(el("div", { class: "grid" }, reasonsFigure(), ledgerCard(), filesCard(), runsCard()));
  else if (runs.length) panel.append(el("div", { class: "grid" }, runsCard()));
});

function tableCard(title, means, options, rows) {
  const id = newId("card");
  const made = dataTable(options);
  made.update(rows);
  return el("section", { class: "card wide", "aria-labelledby": id }, el("h3", { id }, title), el("p", { class: "means" }, means), made.node);
}

function reasonsFigure() {
  const rows = rowsOf("reasons").sort(inOrder({ key: "Records" }, true));
  const causes = [...groupedBy(rows.filter((row) => row.Action === "rejected"), (row) => row.Reason)].map(([reason, found]) => ({ reason, Records: added(found.map((row) => row.Records)) })).sort(inOrder({ key: "Records" }, true));
  const made = figure({ title: "Why records were rejected", means: "Reasons of rejected records; the table tells them apart by table and column. A record with two reasons counts in both.", kind: "bars", wide: true, empty: "No record was rejected.",
    table: { file: "reasons", caption: "Reasons", columns: [["TableName", "Table"], ["ColumnName", "Column"], ["Reason", "Reason"], ["Action", "What happened"]].map(([key, title]) => ({ key, title, kind: "text" })).concat([{ key: "Records", title: "Records", kind: "count" }, { key: "Files", title: "Files", kind: "count" }]) } });
  made.update(causes.map((row) => ({ key: row.reason.replaceAll("_", " "), value: numberOf(row.Records), label: `${label(row.reason.replaceAll("_", " "))}\n${many(row.Records, "reason")} of rejection` })), rows);
  return made.node;
}

function ledgerCard() {
  const rows = silver().map((row) => ({ ...row, RecordsAccepted: row.Accepted, RecordsRejected: row.Rejected, RecordsDuplicate: row.Duplicates, UnknownReferences: row.MissingReferences, RejectedShare: measured("RejectedShare", [row]) }));
  return tableCard("Ledger of the sources", "For each table: records = accepted + rejected + duplicate.", { file: "ledger", caption: "Ledger", columns: [{ key: "TableName", title: "Table", kind: "text" },
    ...measureColumns("RecordsRead", "RecordsAccepted", "RecordsRejected", "RejectedShare", "RecordsDuplicate"), { key: "ConflictingDuplicates", title: "Conflicting", kind: "count" }, ...measureColumns("UnknownReferences"), { key: "RowsInTable", title: "Rows", kind: "count" }] }, rows);
}

function filesCard() {
  return tableCard("Source files", "Each file of the published state, and what became of it.", { file: "files", caption: "Source files", columns: [{ key: "Path", title: "File", kind: "text" }, { key: "TableName", title: "Table", kind: "text" }, { key: "Outcome", title: "Outcome", kind: "text" },
    ...["Records", "Accepted", "Rejected", "Duplicates", "Bytes"].map((key) => ({ key, title: key, kind: "count" })), { key: "Reason", title: "Reason", kind: "text" }] }, rowsOf("files"));
}

function runsCard() {
  const rows = runs.map((run) => ({ ...run, current: run.run === facts.run ? "published" : "", finished: momentText(run.finishedAt) }));
  return tableCard("Last runs", "Newest first. A run that found everything up to date writes no row.", { file: "runs", caption: "Last runs", columns: [["run", "Run"], ["status", "Status"], ["current", "Is"], ["batch", "Batch"], ["asOf", "As of"], ["finished", "Finished"], ["message", "Message"]].map(([key, title]) => ({ key, title, kind: "text" })) }, rows);
}
