// Whether the numbers can be trusted: one publication, a ledger that closes, and what to know.
const BADGES = { holds: "Holds", note: "Note", fails: "Fails" };

function verdicts() {
  if (!published) return [lastRunVerdict()].filter(Boolean);
  return [
    oneSet(),
    sumsAgree(),
    ledgerCloses(),
    lastRunVerdict(),
    freshness(),
    rejectedShare(),
    unknownShare(),
    excludedShare(),
  ].filter(Boolean);
}

const silver = () => rowsOf("ledger").filter((row) => row.Layer === "silver");

const tablesOf = (rows) => rows.map((row) => row.TableName).join(", ");

function oneSet() {
  const written = new Map(rowsOf("ledger").map((row) => [row.TableName, row.RowsInTable]));
  const strays = rowsOf("batches").filter(
    (row) => numberOf(row.Rows) > 0 && (numberOf(row.Batches) > 1 || row.BatchID !== facts.batch),
  );
  const changed = rowsOf("batches").filter(
    (row) => compared(row.Rows, written.get(row.TableName) ?? null) !== 0,
  );
  if (strays.length)
    return [
      "fails",
      `${tablesOf(strays)} carry another batch than the published one: publish again with c360 run.`,
    ];
  return changed.length
    ? [
        "fails",
        `${tablesOf(changed)} have not as many rows as the run wrote: publish again with c360 run.`,
      ]
    : [
        "holds",
        `All gold tables carry batch ${facts.batch} and the rows that its run wrote: the numbers belong together.`,
      ];
}

// Three tables were made apart from the same orders: their sums tell whether one was changed since.
function sumsAgree() {
  const sums = [
    ["AOV", measured("Revenue", ordersEver("TOTAL"))],
    ["CustomerSegments", measured("Spend", rowsOf("segments"))],
    ["PeakTimes", measured("RevenueByHour", rowsOf("peaks"))],
  ];
  const agree = sums.every(([, sum]) => compared(sum, sums[0][1]) === 0);
  return agree
    ? [
        "holds",
        `Orders, customers and peak times have the same revenue: ${told("Revenue", sums[0][1])}.`,
      ]
    : [
        "fails",
        `Revenue is not the same in all tables: ${sums.map(([name, sum]) => `${name} ${told("Revenue", sum)}`).join(", ")}. Compare with c360 verify.`,
      ];
}

function ledgerCloses() {
  if (!silver().length)
    return ["fails", "The audit has no ledger of the published run: no record is accounted for."];
  const open = silver().filter(
    (row) => compared(row.RecordsRead, added([row.Accepted, row.Rejected, row.Duplicates])) !== 0,
  );
  const [records, accepted, rejected, duplicate] = [
    "RecordsRead",
    "RecordsAccepted",
    "RecordsRejected",
    "RecordsDuplicate",
  ].map((name) => told(name, measured(name, silver())));
  return open.length
    ? ["fails", `The ledger of ${tablesOf(open)} does not close.`]
    : [
        "holds",
        `Every record is accounted for: ${records} records = ${accepted} accepted + ${rejected} rejected + ${duplicate} duplicate.`,
      ];
}

function lastRunVerdict() {
  const [last] = runs;
  if (!last) return null;
  if (last.status === "SUCCESS")
    return ["holds", `The last run ended well (${momentText(last.finishedAt)}).`];
  return [
    published ? "note" : "fails",
    `The last run (${momentText(last.finishedAt)}) was ${last.status === "REFUSED" ? "refused" : "not finished"}: ${(last.message ?? "no reason was written").replace(/\.$/, "")}.${published ? " What you see is the publication before it." : ""}`,
  ];
}

// A clock is at most a day off another one; an order of a later day has a wrong date.
function freshness() {
  const { asOf, lastOrder, publishedAt } = facts;
  const days = Math.floor((Date.now() - Date.parse(`${lastOrder}T00:00:00Z`)) / 86400000);
  const age = `, ${plural(Math.abs(days), "day")} ${days < 0 ? "after" : "before"} you opened this page`;
  const reach = lastOrder
    ? `The last counted order is of ${dateText(lastOrder)}${Math.abs(days) > 1 ? age : ""}`
    : "There is no counted order";
  return [
    lastOrder && days <= 31 && days >= -1 ? "holds" : "note",
    `${reach}. As of ${dateText(asOf)}; published ${momentText(publishedAt)}.`,
  ];
}

function rejectedShare() {
  const share = measured("RejectedShare", silver());
  return (
    share && [
      isZero(share) ? "holds" : "note",
      `${told("RejectedShare", share)} of the records were rejected, each kept with its reasons (below).`,
    ]
  );
}

function unknownShare() {
  const segments = segmentRows(rowsOf("segments"));
  const unknown = segments.find((row) => !isKnown(row));
  return unknown && !isZero(unknown.Spend)
    ? [
        "note",
        `${shown(unknown.Share, "rate")} of revenue (${told("Spend", unknown.Spend)}) belong to no known customer; they are kept and shown as Unknown.`,
      ]
    : null;
}

function excludedShare() {
  const totals = ordersEver("TOTAL");
  const share = measured("ExcludedShare", totals);
  return (
    share && [
      isZero(share) ? "holds" : "note",
      `${told("ExcludedShare", share)} of orders (${told("ExcludedOrders", measured("ExcludedOrders", totals))}) do not count: online, with a status other than ${facts.counted.join(", ")}.`,
    ]
  );
}

// Whether to use the numbers, in a few words, on the first part.
function trustBox() {
  const failing = verdicts().filter(([kind]) => kind === "fails");
  const doubts = published
    ? [lastRunVerdict(), freshness()].filter((found) => found?.[0] === "note")
    : [];
  const box = answerBox();
  if (!published || failing.length) box.classList.add("fails");
  else if (doubts.length) box.classList.add("note");
  box.append(...trustSentences(failing, doubts));
  return box;
}

function trustSentences(failing, doubts) {
  const said = (found) => found.map(([, text]) => text).join(" ");
  if (!published)
    return [
      sentence(
        strong("No numbers yet."),
        ` ${said(failing)} Next: c360 run, and then c360 dashboard again.`,
      ),
    ];
  const notes = verdicts().filter(([kind]) => kind === "note").length;
  const link = el(
    "a",
    { href: "#quality" },
    `What stands behind that${notes ? `, and ${plural(notes, "note")}` : ""}`,
  );
  if (failing.length)
    return [sentence(strong("Do not use these numbers yet. "), said(failing)), sentence(link)];
  if (doubts.length)
    return [
      sentence(strong("These numbers belong together, but are not today\u2019s. "), said(doubts)),
      sentence(link),
    ];
  return [
    sentence(
      strong("These numbers can be trusted: "),
      "they are one publication, and every record is accounted for.",
    ),
    sentence(freshness()[1], " ", link),
  ];
}
