// The article beside the answer: whole text, boilerplate grey, the cited sentence highlighted and in view.

/** Draw the article into the pane, or only move the highlight where it is there already. */
function showArticle(sheet, opened) {
  const { article, group, position, count } = opened;
  const { pane } = sheet;
  const holder = sheet.group(group);
  pane.setAttribute("aria-label", `Article: ${article.title}`);
  sheet.bar.replaceChildren(
    step(sheet, opened, -1),
    make("span", { class: "count", role: "status" }, `Citation ${position + 1} of ${count}`),
    step(sheet, opened, 1),
    make("span", { class: "name", dir: "auto", "aria-hidden": "true" }, article.title),
    make("button", { type: "button", class: "close", "aria-label": "Close the article", onclick: () => sheet.close() }, icon("close")),
  );
  const blocks = article.blocks.map((block) =>
    make(
      block.heading ? "h3" : "p",
      { class: "block", "data-line": block.line, dir: "auto" },
      ...block.runs.map((run) => drawRun(sheet, holder, run, position)),
    ),
  );
  sheet.scroller.replaceChildren(
    make(
      "header",
      {},
      article.blocks.some((block) => block.heading) ? "" : make("h2", { dir: "auto" }, article.title),
      make("p", { class: "source", dir: "auto" }, article.source ? `${article.source} · ${article.file}` : article.file),
      article.notice ? make("p", { class: "notice", role: "alert" }, article.notice) : null,
      article.greyed ? make("p", { class: "legend" }, "Grey text is not part of the story and is not searched.") : null,
    ),
    ...blocks,
  );
  pane.hidden = false;
  if (!pane.matches(":popover-open")) pane.showPopover?.();
  document.documentElement.dataset.factcheckArticle = "open";
  keepInView(sheet);
}

/** Close the pane and hand the page its width back. */
function hideArticle(sheet) {
  if (!sheet.pane.hidden) {
    if (sheet.pane.matches(":popover-open")) sheet.pane.hidePopover();
    sheet.pane.hidden = true;
  }
  delete document.documentElement.dataset.factcheckArticle;
}

function drawRun(sheet, group, run, selected) {
  if (!run.marks) return run.grey ? make("span", { class: "grey" }, run.text) : run.text;
  const here = run.marks.includes(selected);
  const chips = run.ends.map((position) => chip(sheet, group, position, { label: "", kind: "chip small" }));
  const kinds = run.marks.map((position) => group.citations[position].kind ?? "");
  const properties = { class: [here ? "here" : "also", ...new Set(kinds)].join(" ").trim() };
  if (!chips.length) return make("mark", properties, run.text);
  // The last word and its chip stay on one line.
  const space = run.text.trimEnd().lastIndexOf(" ") + 1;
  const end = make("span", { class: "together" }, run.text.slice(space), chips[0]);
  return make("mark", properties, run.text.slice(0, space), end, ...chips.slice(1));
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
    const offset = mark.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += offset - scroller.clientHeight / 3;
  };
  sheet.watch = new ResizeObserver(settle);
  sheet.watch.observe(scroller);
  for (const child of scroller.children) sheet.watch.observe(child);
  for (const event of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    scroller.addEventListener(event, () => sheet.watch.disconnect(), { once: true, passive: true });
  }
  settle();
}
