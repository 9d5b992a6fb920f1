// Sorts and filters the table of people. Without it the table stands as it was written, the most urgent first.
"use strict";

(() => {
  const table = document.getElementById("people-table");
  const tools = document.getElementById("people-tools");
  if (!table || !tools) return;

  const collator = new Intl.Collator(undefined, { numeric: true });
  const body = table.tBodies[0];
  const headings = Array.from(table.tHead.rows[0].cells);
  const rows = Array.from(body.rows, (row) => ({ row, text: row.textContent.toLowerCase() }));
  const text = document.getElementById("people-text");
  const showing = document.getElementById("people-showing");
  const order = document.getElementById("people-order");
  const count = document.getElementById("people-count");
  const more = document.getElementById("people-more");

  // A browser takes seconds to lay out thousands of rows: these many at once.
  const atOnce = 500;
  let ordered = rows;
  let most = atOnce;

  function show() {
    const asked = text.value.trim().toLowerCase();
    let found = 0;
    for (const { row, text: words } of ordered) {
      const has = !showing.value || row.dataset.shows.split(" ").includes(showing.value);
      const fits = has && words.includes(asked);
      if (fits) found += 1;
      row.hidden = !fits || found > most;
    }
    more.hidden = found <= most;
    count.textContent = `${Math.min(found, most)} of ${found} found, ${rows.length} in all`;
  }

  function showFromTheTop() {
    most = atOnce;
    show();
  }

  function put(entries) {
    ordered = entries;
    showFromTheTop();
    body.append(...ordered.map(({ row }) => row));
  }

  function keyOf(row, column) {
    const cell = row.cells[column];
    return cell.dataset.sort ?? cell.textContent.trim();
  }

  // Numbers by size, words by the alphabet; what is not on record, a dash, always comes last.
  function compare(one, other, factor) {
    if (one === "–" || other === "–") return (one === "–") - (other === "–");
    return factor * collator.compare(one, other);
  }

  function sort(column, direction) {
    const factor = direction === "descending" ? -1 : 1;
    const keyed = rows.map((entry, place) => ({ entry, place, key: keyOf(entry.row, column) }));
    keyed.sort((one, other) => compare(one.key, other.key, factor) || one.place - other.place);
    put(keyed.map(({ entry }) => entry));
    headings.forEach((heading, place) => {
      if (place === column) heading.setAttribute("aria-sort", direction);
      else heading.removeAttribute("aria-sort");
    });
    order.value = `${column} ${direction}`;
  }

  function asWritten() {
    put(rows);
    headings.forEach((heading) => heading.removeAttribute("aria-sort"));
  }

  headings.forEach((heading, column) => {
    const name = heading.textContent;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", () => {
      const upwards = heading.getAttribute("aria-sort") === "ascending";
      sort(column, upwards ? "descending" : "ascending");
    });
    heading.replaceChildren(button);
    for (const direction of ["ascending", "descending"]) {
      order.add(new Option(`${name}, ${direction}`, `${column} ${direction}`));
    }
  });

  order.addEventListener("change", () => {
    if (!order.value) return asWritten();
    const [column, direction] = order.value.split(" ");
    sort(Number(column), direction);
  });
  text.addEventListener("input", showFromTheTop);
  showing.addEventListener("change", showFromTheTop);
  more.addEventListener("click", () => {
    most += atOnce;
    show();
  });
  tools.addEventListener("submit", (event) => event.preventDefault());

  tools.hidden = false;
  show();
})();
