// What the words mean, and the start of the page.
part("definitions", "Definitions", (panel) => {
  panel.append(
    el(
      "p",
      { class: "lead" },
      "Every measure of this page. A ratio is always the ratio of two sums, rounded once, half up.",
    ),
  );
  const rows = Object.values(measures);
  panel.append(
    tableCard(
      "Measures",
      `Amounts are in ${facts.currency}. Times are the wall clock of the sources (${facts.zone}).`,
      {
        file: "measures",
        caption: "Measures",
        columns: [
          ["title", "Measure"],
          ["table", "Table"],
          ["formula", "Made of"],
          ["description", "Meaning"],
        ].map(([key, title], place) => ({ key, title, kind: "text", wrap: place > 1 })),
      },
      rows,
    ),
  );
});

document.getElementById("stamp").textContent = published
  ? `As of ${dateText(facts.asOf)}, in ${facts.currency}`
  : "Nothing published yet";
document.getElementById("source").textContent = published
  ? `Batch ${facts.batch}, run ${facts.run}, policy ${facts.ruleVersion}. One file: nothing is fetched from anywhere, and nothing is sent.`
  : "One file: nothing is fetched from anywhere, and nothing is sent.";
buildParts();
schedule();
