// The article beside the answer: whole text, boilerplate grey, what is said underlined, and the cited
// sentence highlighted and in view. Opened without a citation it is read from its beginning.

/** Draw the article into the pane, or only move the highlight where it is there already. */
function showArticle(sheet, opened) {
  const { article, group, position, count } = opened;
  const { pane } = sheet;
  const holder = count ? sheet.group(group) : null;
  pane.setAttribute("aria-label", `Article: ${article.title}`);
  sheet.find = startFind(sheet);
  sheet.bar.replaceChildren(
    ...(count
      ? [
          step(sheet, opened, -1),
          make("span", { class: "count", role: "status" }, `Citation ${position + 1} of ${count}`),
          step(sheet, opened, 1),
        ]
      : []),
    make("span", { class: "name", dir: "auto", "aria-hidden": "true" }, article.title),
    sheet.find.opener,
    make("button", { type: "button", class: "close", "aria-label": "Close the article", onclick: () => sheet.close() }, icon("close")),
    sheet.find.row,
  );
  const blocks = article.blocks.map((block) =>
    make(
      block.heading ? "h3" : "p",
      { class: "block", "data-line": block.line, dir: "auto" },
      ...block.runs.map((run) => drawRun(sheet, holder, article, run, position)),
    ),
  );
  sheet.scroller.replaceChildren(drawHead(article), ...blocks);
  pane.hidden = false;
  if (!pane.matches(":popover-open")) pane.showPopover?.();
  document.documentElement.dataset.factcheckArticle = "open";
  keepInView(sheet);
}

/** Close the pane and hand the page its width back. */
function hideArticle(sheet) {
  sheet.find?.clear();
  if (!sheet.pane.hidden) {
    if (sheet.pane.matches(":popover-open")) sheet.pane.hidePopover();
    sheet.pane.hidden = true;
  }
  delete document.documentElement.dataset.factcheckArticle;
}

/** Title, source, copies, and what the marks in the text mean. */
function drawHead(article) {
  const legend = [
    article.greyed ? "Grey text is not part of the story and is not searched." : "",
    article.sayings.length ? "Underlined words are said by somebody: point at them to see by whom." : "",
  ].filter(Boolean);
  return make(
    "header",
    {},
    article.blocks.some((block) => block.heading) ? "" : make("h2", { dir: "auto" }, article.title),
    make("p", { class: "source", dir: "auto" }, article.source ? `${article.source} · ${article.file}` : article.file),
    ...article.about.map((line) => make("p", { class: "about", dir: "auto" }, line)),
    article.notice ? make("p", { class: "notice", role: "alert" }, article.notice) : null,
    ...legend.map((line) => make("p", { class: "legend" }, line)),
  );
}

function drawRun(sheet, group, article, run, selected) {
  const words = (text) => (run.said === undefined ? text : drawSaid(sheet, article, run, text));
  if (!run.marks) return run.grey ? make("span", { class: "grey" }, words(run.text)) : words(run.text);
  const here = run.marks.includes(selected);
  const chips = run.ends.map((position) => chip(sheet, group, position, { label: "", kind: "chip small" }));
  const kinds = run.marks.map((position) => group.citations[position].kind ?? "");
  const properties = { class: [here ? "here" : "also", ...new Set(kinds)].join(" ").trim() };
  if (!chips.length) return make("mark", properties, words(run.text));
  // The last word and its chip stay on one line.
  const space = run.text.trimEnd().lastIndexOf(" ") + 1;
  const end = make("span", { class: "together" }, words(run.text.slice(space)), chips[0]);
  const start = space ? words(run.text.slice(0, space)) : "";
  return make("mark", properties, start, end, ...chips.slice(1));
}

/** Words that somebody says; pointing at them, or reaching the first of them by keyboard, tells who. */
function drawSaid(sheet, article, run, text) {
  const saying = article.sayings[run.said];
  const by = [saying.speaker, saying.role].filter(Boolean).join(", ");
  const first = run.begins && { tabindex: 0, "aria-description": `${saying.how}: ${by}` };
  run.begins = false; // a run may be drawn in two parts
  return make(
    "span",
    {
      class: `said ${saying.kind}`,
      "data-saying": run.said,
      ...first,
      onpointerenter: (event) => event.pointerType !== "touch" && showSaying(sheet, event.currentTarget, saying),
      onpointerleave: () => hideSaying(sheet),
      onclick: (event) => showSaying(sheet, event.currentTarget, saying),
      onfocus: (event) => event.currentTarget.matches(":focus-visible") && showSaying(sheet, event.currentTarget, saying),
      onblur: () => hideSaying(sheet),
    },
    text,
  );
}

/** Show who says it, beside the words, and light up all that belongs to it. */
function showSaying(sheet, anchor, saying) {
  hideSaying(sheet);
  placeCard(
    sheet,
    anchor,
    make("p", { class: "speaker", dir: "auto" }, saying.speaker),
    saying.role ? make("p", { class: "source", dir: "auto" }, saying.role) : null,
    make("p", { class: "place", dir: "auto" }, saying.how),
  );
  for (const part of sheet.scroller.querySelectorAll(`[data-saying="${anchor.dataset.saying}"]`)) part.classList.add("lit");
}

function hideSaying(sheet) {
  hideCard(sheet);
  for (const part of sheet.scroller.querySelectorAll(".said.lit")) part.classList.remove("lit");
}

function step(sheet, { group, position, count }, by) {
  const target = position + by;
  const [shape, name] = by < 0 ? ["before", "Previous citation"] : ["after", "Next citation"];
  const properties = { type: "button", class: "step", "aria-label": name, disabled: target < 0 || target >= count };
  return make("button", { ...properties, "data-step": by, onclick: () => sheet.open(group, target) }, icon(shape));
}

/**
 * Scroll the highlighted sentence to the upper third of the pane and keep it there until the
 * reader scrolls: fonts that arrive late and a turned phone move the text.
 */
function keepInView(sheet) {
  const { scroller } = sheet;
  sheet.watch?.disconnect();
  const settle = () => {
    const mark = scroller.querySelector("mark.here");
    if (!mark) {
      scroller.scrollTop = 0;
      return;
    }
    scrollToBox(scroller, mark.getBoundingClientRect());
  };
  sheet.watch = new ResizeObserver(settle);
  sheet.watch.observe(scroller);
  for (const child of scroller.children) sheet.watch.observe(child);
  for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    scroller.addEventListener(event, () => sheet.watch.disconnect(), { once: true, passive: true });
  }
  settle();
}

/** Bring a box of the article to the upper third of the pane. */
function scrollToBox(scroller, box) {
  scroller.scrollTop += box.top - scroller.getBoundingClientRect().top - scroller.clientHeight / 3;
}
