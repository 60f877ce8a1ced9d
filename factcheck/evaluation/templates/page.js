"use strict";
// Filters the rows, opens the one that the address names, and shows whole articles.
// All text goes into text nodes; nothing here reads or writes markup.
(() => {
  const rows = [...document.querySelectorAll("#list > .row")];
  const form = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const toggle = document.getElementById("toggle");
  const searched = new Map();

  const textOf = (row) => {
    if (!searched.has(row)) {
      const parts = [row.querySelector("summary"), ...row.querySelectorAll(".pair")];
      searched.set(row, parts.map((part) => part.textContent).join(" ").replace(/\s+/g, " ").toLowerCase());
    }
    return searched.get(row);
  };
  const matches = (row, wanted) =>
    (!wanted.show || (wanted.show === "abstained" ? row.dataset.outcome : row.dataset.status) === wanted.show) &&
    (!wanted.stage || row.dataset.stage === wanted.stage) &&
    (!wanted.tag || JSON.parse(row.dataset.tags).includes(JSON.parse(wanted.tag))) &&
    (!wanted.changed || row.dataset.flip !== "") &&
    wanted.words.every((word) => textOf(row).includes(word));
  const visible = () => rows.filter((row) => !row.hidden);
  const nameToggle = () => {
    toggle.textContent = visible().some((row) => row.open) ? "Close all" : "Open all";
  };

  const filter = () => {
    const wanted = Object.fromEntries(new FormData(form));
    wanted.words = (wanted.text || "").toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !matches(row, wanted);
    shown.textContent = `${visible().length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} rows`;
    nameToggle();
  };

  const openTarget = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    const row = name && (document.getElementById(name) || document.getElementById(`row-${name}`));
    if (!row || !row.classList.contains("row")) return;
    for (const other of rows) other.classList.toggle("target", other === row);
    if (row.hidden) {
      form.reset();
      filter();
    }
    row.open = true;
    row.scrollIntoView();
    row.querySelector("summary").focus({ preventScroll: true });
  };

  let articles;
  const showWhole = (button) => {
    articles ??= JSON.parse(document.getElementById("texts").textContent);
    const text = articles[Number(button.dataset.article)];
    const marks = button.dataset.marks.split(",").map((mark) => {
      const [start, end, number] = mark.split("-");
      return { start: Number(start), end: Number(end), number };
    });
    const place = button.closest(".article").querySelector(".text");
    place.replaceChildren(...paragraphs(text).map(([start, end]) => paragraph(text, start, end, marks)));
    place.tabIndex = 0;
    button.remove();
    place.focus();
    const first = place.querySelector("mark");
    if (first) place.scrollTop = first.offsetTop - place.offsetTop - place.clientHeight / 3;
  };
  const paragraphs = (text) =>
    [...text.matchAll(/[^\n]*\S[^\n]*/g)].map((match) => [match.index, match.index + match[0].length]);
  const paragraph = (text, start, end, marks) => {
    const shownAs = document.createElement("p");
    shownAs.dir = "auto";
    const edges = new Set([start, end]);
    for (const mark of marks) for (const edge of [mark.start, mark.end]) if (start < edge && edge < end) edges.add(edge);
    const sorted = [...edges].sort((a, b) => a - b);
    for (let at = 0; at + 1 < sorted.length; at++) shownAs.append(run(text, sorted[at], sorted[at + 1], marks));
    return shownAs;
  };
  const run = (text, start, end, marks) => {
    const here = marks.filter((mark) => mark.start <= start && end <= mark.end);
    const piece = document.createTextNode(text.slice(start, end));
    if (!here.length) return piece;
    const marked = document.createElement("mark");
    if (here.some((mark) => !mark.number)) marked.classList.add("gold");
    if (here.some((mark) => mark.number)) marked.classList.add("given");
    marked.append(piece);
    const ends = here.filter((mark) => mark.end === end);
    const label = document.createElement("small");
    const numbers = [...new Set(ends.map((mark) => mark.number).filter(Boolean))];
    label.textContent = [ends.some((mark) => !mark.number) && "gold", ...numbers.map((number) => `[${number}]`)]
      .filter(Boolean).join(" ");
    if (label.textContent) marked.append(label);
    return marked;
  };

  form.hidden = false;
  for (const button of document.querySelectorAll("button.whole")) button.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  toggle.addEventListener("click", () => {
    const open = !visible().some((row) => row.open);
    for (const row of visible()) row.open = open;
    nameToggle();
  });
  document.addEventListener("click", (event) => {
    if (event.target.matches?.("button.whole")) showWhole(event.target);
  });
  document.addEventListener("toggle", nameToggle, true);
  addEventListener("hashchange", openTarget);
  filter();
  openTarget();
})();
