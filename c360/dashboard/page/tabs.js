// The parts of the dashboard as tabs: arrow keys move between them, the address names the one shown.
const parts = [];

function part(id, title, build, { hidden = false, personal = false } = {}) {
  if (!hidden) parts.push({ id, title, build, personal });
}

function showPart(id) {
  const shownPart = parts.find((each) => each.id === id) ?? parts[0];
  for (const each of parts) {
    const selected = each === shownPart;
    each.tab.setAttribute("aria-selected", selected);
    each.tab.tabIndex = selected ? 0 : -1;
    each.panel.dataset.shown = selected;
  }
  const { tab } = shownPart;
  const bar = tab.parentElement;
  if (
    tab.offsetLeft < bar.scrollLeft ||
    tab.offsetLeft + tab.offsetWidth > bar.scrollLeft + bar.clientWidth
  )
    bar.scrollLeft = tab.offsetLeft - 16;
  return shownPart;
}

function choosePart(id) {
  history.replaceState(null, "", `#${showPart(id).id}`);
}

function onTabKey(event, place) {
  const last = parts.length - 1;
  const target = {
    ArrowRight: place === last ? 0 : place + 1,
    ArrowLeft: place ? place - 1 : last,
    Home: 0,
    End: last,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  choosePart(parts[target].id);
  parts[target].tab.focus();
}

function buildParts() {
  const [bar, main] = [document.getElementById("tabs"), document.getElementById("main")];
  parts.forEach((each, place) => {
    each.tab = el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${each.id}`,
        "aria-controls": `part-${each.id}`,
        onclick: () => choosePart(each.id),
        onkeydown: (event) => onTabKey(event, place),
      },
      each.title,
    );
    each.panel = el(
      "section",
      {
        class: each.personal ? "panel private" : "panel",
        role: "tabpanel",
        id: `part-${each.id}`,
        "aria-labelledby": `tab-${each.id}`,
        tabindex: "0",
      },
      el("h2", {}, each.title),
    );
    bar.append(each.tab);
    main.append(each.panel);
  });
  edged(bar);
  addEventListener("hashchange", () => showPart(location.hash.slice(1)));
  showPart(location.hash.slice(1));
  for (const each of parts) each.build(each.panel);
}
