// Whether the numbers can be trusted: one publication, a ledger that closes, and what to know.
const BADGES = { holds: "Holds", look: "Look", fails: "Fails" };

function verdicts() {
  if (!published) return [lastRunVerdict()].filter(Boolean);
  return [
    oneSet(),
    ledgerCloses(),
    lastRunVerdict(),
    freshness(),
    rejectedShare(),
    unknownShare(),
    excludedShare(),
  ].filter(Boolean);
}

const silver = () => rowsOf("ledger").filter((row) => row.Layer === "silver");

function oneSet() {
  const strays = rowsOf("batches").filter(
    (row) => numberOf(row.Rows) > 0 && (numberOf(row.Batches) > 1 || row.BatchID !== facts.batch),
  );
  return strays.length
    ? [
        "fails",
        `${strays.map((row) => row.TableName).join(", ")} carry another batch than the published one: publish again with c360 run.`,
      ]
    : ["holds", `All gold tables carry batch ${facts.batch}: the numbers belong together.`];
}

function ledgerCloses() {
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
    ? ["fails", `The ledger of ${open.map((row) => row.TableName).join(", ")} does not close.`]
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
    published ? "look" : "fails",
    `The last run (${momentText(last.finishedAt)}) was ${last.status === "REFUSED" ? "refused" : "not finished"}: ${last.message ?? "no reason was written"}.${published ? " What you see is the publication before it." : ""}`,
  ];
}

function freshness() {
  const { asOf, lastOrder, publishedAt } = facts;
  const days = Math.floor((Date.now() - Date.parse(`${lastOrder}T00:00:00Z`)) / 86400000);
  const age = days > 1 ? `, ${grouped(String(days))} days before you opened this page` : "";
  const reach = lastOrder
    ? `The last counted order is of ${dateText(lastOrder)}${age}`
    : "There is no counted order";
  return [
    lastOrder && days <= 31 ? "holds" : "look",
    `As of ${dateText(asOf)}. ${reach}; published ${momentText(publishedAt)}.`,
  ];
}

function rejectedShare() {
  const share = measured("RejectedShare", silver());
  return (
    share && [
      isZero(share) ? "holds" : "look",
      `${told("RejectedShare", share)} of the records were rejected, each kept with its reasons (below).`,
    ]
  );
}

function unknownShare() {
  const segments = segmentRows(rowsOf("segments"));
  const unknown = segments.find((row) => !isKnown(row));
  return unknown && !isZero(unknown.Spend)
    ? [
        "look",
        `${shown(unknown.Share, "rate")} of revenue (${told("Spend", unknown.Spend)}) belong to no known customer; they are kept and shown as Unknown.`,
      ]
    : null;
}

function excludedShare() {
  const totals = ordersEver("TOTAL");
  const share = measured("ExcludedShare", totals);
  return (
    share && [
      isZero(share) ? "holds" : "look",
      `${told("ExcludedShare", share)} of orders (${told("ExcludedOrders", measured("ExcludedOrders", totals))}) do not count: online, with a status other than ${facts.counted.join(", ")}.`,
    ]
  );
}

// In one sentence, on the first part.
function trustBox() {
  const found = verdicts();
  const failing = found.filter(([kind]) => kind === "fails");
  const box = answerBox();
  if (!published)
    box.append(
      sentence(
        strong("No numbers yet."),
        " ",
        failing[0]?.[1] ?? "",
        " Next: c360 run, and then c360 dashboard again.",
      ),
    );
  else
    box.append(
      sentence(
        strong(
          failing.length ? "Do not use these numbers yet. " : "These numbers can be trusted: ",
        ),
        failing.length
          ? failing.map(([, text]) => text).join(" ")
          : "they are one publication, and every record is accounted for.",
      ),
      sentence(
        `As of ${dateText(facts.asOf)}, ${facts.lastOrder ? `the last counted order on ${dateText(facts.lastOrder)}` : "without a counted order"}; published ${momentText(facts.publishedAt)}. `,
        el("a", { href: "#quality" }, "What stands behind that"),
      ),
    );
  return box;
}
