// One customer's profile. This part exists only on a page that was made with customers.
const MOST_FOUND = 25;

part(
  "customer",
  "Customer look-up",
  (panel) => {
    const all = rowsOf("customers");
    const inAll = facts.customersInAll ?? all.length;
    panel.append(
      el(
        "p",
        { class: "lead" },
        `Personal data: handle this file as such. ${inAll > all.length ? `The ${grouped(String(all.length))} customers with the largest spend, of ${grouped(String(inAll))}; the others are in the table Customer360.` : plural(all.length, "customer") + "."}`,
      ),
    );
    if (!all.length)
      return void panel.append(el("p", { class: "empty" }, "There is no customer yet."));
    const words = all.map((row) =>
      [row.CustomerID, row.Name, row.Email]
        .map((text) => (text ?? "").toLocaleLowerCase("en"))
        .join("\n"),
    );
    const said = el("p", { class: "means", role: "status" });
    const list = el("div", { class: "grid" });
    const input = el("input", {
      id: newId("search"),
      type: "search",
      autocomplete: "off",
      oninput: () => draw(input.value),
    });
    panel.append(
      el("div", { class: "filters" }, labelled("Number, name or e-mail", input)),
      said,
      list,
    );
    draw("");

    function draw(text) {
      const sought = text.trim().toLocaleLowerCase("en");
      const found = sought
        ? all.filter((row, place) => row.CustomerID === sought || words[place].includes(sought))
        : [];
      found.sort((a, b) => (b.CustomerID === sought) - (a.CustomerID === sought));
      said.textContent = !sought
        ? "Type to search."
        : found.length > MOST_FOUND
          ? `${plural(found.length, "customer")} found; the first ${MOST_FOUND} are shown.`
          : `${plural(found.length, "customer")} found.`;
      list.replaceChildren(...found.slice(0, MOST_FOUND).map(profileCard));
    }
  },
  { hidden: !source.grids.customers, personal: true },
);

function profileCard(row) {
  const lines = [
    ["Customer", row.CustomerID],
    ["E-mail", row.Email],
    ["Address", row.Address],
    ["Segment", row.Segment],
    ["Loyalty tier", tierText(row.LoyaltyTier)],
    ["Loyalty points", shown(row.LoyaltyPoints, "count")],
    ["Spend", `${shown(row.TotalSpend, "money")} in ${many(row.OrderCount, "counted order")}`],
    ["Average order", shown(row.AverageOrderValue, "money")],
    ["Last order", dateText(row.LastOrderDate)],
    ["Orders that do not count", shown(row.ExcludedOrders, "count")],
    [
      "Favourites",
      [CHANNELS[row.FavouriteChannel], row.FavouriteCategory, row.FavouriteLocation]
        .filter(Boolean)
        .join(", "),
    ],
    [
      "Interactions",
      `${shown(row.Interactions, "count")}, of those ${shown(row.ResolvedInteractions, "count")} resolved`,
    ],
  ];
  return el(
    "article",
    { class: "card" },
    el("h3", {}, named(clipped(row.Name ?? "(no name)", 300))),
    el(
      "dl",
      { class: "profile" },
      ...lines.flatMap(([title, text]) => [
        el("dt", {}, title),
        el("dd", {}, named(clipped(text || "\u2013", 400))),
      ]),
    ),
  );
}
