// The Check page: a text whose sentences are marked by what came of them, and the panel of the one that is open.
// The panel stands beside the text where there is room, else below the paragraph of its sentence.

const CHECK_WIDE = 860;

SHAPES.pen = "M3 13l.8-3.2L10.6 3l2.4 2.4-6.8 6.8zM9.2 4.4l2.4 2.4";
SHAPES.dot = "M8 7.2a.8.8 0 100 1.6.8.8 0 000-1.6z";
SHAPES.quote = "M6.8 4.2C5 4.8 4 6.2 4 8.2v2.6h2.8V8H5.4M12.8 4.2C11 4.8 10 6.2 10 8.2v2.6h2.8V8h-1.4";
SHAPES.bin = "M3 4.5h10M6.2 4.5V3h3.6v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5";

function prepareCheck(page) {
  for (const name of ["start", "reading", "head", "tools", "text", "side"]) page[name] = page.root.querySelector(`.${name}`);
  Object.assign(page, { check: null, current: null, decisions: {}, drawn: new WeakMap() });
  page.retry = () => page.send("retried", page.data.id);
  page.decide = (item, decision) => {
    page.decisions[item] = { state: "open", comment: "", verdict: null, ...decision };
    page.send("decided", { ...page.decisions[item], item });
    drawOpenPanel(page);
    markDecided(page);
  };
  page.reading.addEventListener("keydown", (event) => onReadingKey(page, event));
  page.width = new ResizeObserver(() => placePanel(page));
}

// What there is to read

function updateReading(page) {
  const { data } = page;
  const { blocks, rest } = data.reading;
  if (page.check !== data.id) {
    Object.assign(page, { check: data.id, current: null });
    page.text.replaceChildren();
  }
  page.decisions = data.decisions;
  const there = [...page.text.children].filter((each) => !each.matches(".panel"));
  const drawn = blocks.map((block, at) => keepDrawn(page, there[at], JSON.stringify(block), () => drawParagraph(page, block)));
  const waiting = rest.map((line, at) =>
    keepDrawn(page, there[blocks.length + at], `rest ${line}`, () => make("p", { class: "para rest", dir: "auto" }, line)),
  );
  const wanted = [...drawn, ...waiting];
  if (wanted.length !== there.length || wanted.some((each, at) => each !== there[at])) {
    page.side.append(...page.text.querySelectorAll(".panel"));
    page.text.replaceChildren(...wanted);
  }
  keepDrawn(page, page.head.firstElementChild, JSON.stringify(data.head), () => {
    const head = drawCheckHead(data.head);
    page.head.replaceChildren(head);
    return head;
  });
  if (page.current === null && data.first !== null && !data.running) selectMarked(page, data.first, { focus: false });
  drawCheckTools(page);
  markDecided(page);
  drawOpenPanel(page);
}

/** Return the element that is there where it shows the same, else a new one. */
function keepDrawn(page, element, signature, draw) {
  if (element && page.drawn.get(element) === signature) return element;
  const fresh = draw();
  page.drawn.set(fresh, signature);
  return fresh;
}

function drawCheckHead({ title, kind, read, engine, time, state, failure, filter }) {
  const stopped = { stopped: "Stopped: what was done so far is below.", running: "Broken off: what was done is not kept; go on to check it." }[state];
  return make(
    "div",
    {},
    make("h2", { dir: "auto", class: kind === "claim" ? "hidden" : "" }, title),
    make("p", { class: "how" }, read, filter ? ` ${filter}` : ""),
    engine
      ? make("p", { class: "meta" }, make("span", { class: `engine ${engine.local ? "local" : "remote"}`, title: engine.detail }, engine.label), make("span", {}, time))
      : null,
    state === "failed"
      ? make(
          "div",
          { class: "failure", role: "alert" },
          make("h3", { class: "verdict" }, icon("alert"), "The check failed; this is not a verdict"),
          make("p", { dir: "auto" }, failure?.error ?? ""),
          failure?.hint ? make("p", { class: "note", dir: "auto" }, failure.hint) : null,
        )
      : null,
    stopped ? make("p", { class: "stopped" }, icon("alert"), stopped) : null,
  );
}

function drawParagraph(page, { kind, sentences }) {
  const drawn = sentences.flatMap((sentence) => [drawMarked(page, sentence), " "]);
  return make(kind === "heading" ? "h3" : "p", { class: `para ${kind}`, dir: "auto" }, ...drawn);
}

function drawMarked(page, { number, status, label, pieces, findings }) {
  const words = pieces.map(({ text, severity }) => (severity ? make("mark", { class: `about ${severity}` }, text) : text));
  return make(
    "span",
    {
      class: `sentence ${status}`,
      role: "button",
      tabindex: -1,
      "aria-pressed": "false",
      "data-number": number,
      "data-findings": findings.length ? findings.join(" ") : null,
      onclick: () => (String(getSelection()) ? null : selectMarked(page, number, { focus: true })),
    },
    ...(status === "unchecked" ? words : withSign(words, make("span", { class: "sign" }, icon(CHECK_SIGNS[status])))),
    spoken(` (${label.toLowerCase()})`),
  );
}

/** The last word and its sign stay on one line. */
function withSign(words, sign) {
  const last = words.at(-1);
  if (typeof last !== "string") return [...words, sign];
  const space = last.trimEnd().lastIndexOf(" ") + 1;
  return [...words.slice(0, -1), last.slice(0, space), make("span", { class: "together" }, last.slice(space), sign)];
}

// Which sentence is open

function allMarked(page) {
  return [...page.text.querySelectorAll(".sentence")];
}

/** The sentences that a reader steps through: those with findings, else all that are marked. */
function stopsOf(page) {
  const all = allMarked(page);
  const found = all.filter((each) => each.dataset.findings);
  return found.length ? found : all.filter((each) => !each.classList.contains("unchecked"));
}

function selectMarked(page, number, { focus }) {
  page.current = number;
  for (const each of allMarked(page)) {
    const here = Number(each.dataset.number) === number;
    each.setAttribute("aria-pressed", String(here));
    each.tabIndex = here ? 0 : -1;
    if (here && focus) {
      each.focus({ preventScroll: true });
      each.scrollIntoView({ block: "nearest" });
    }
  }
  drawOpenPanel(page);
  drawCheckTools(page);
  const open = page.data.opened;
  if (open && open.group !== `s${number}`) page.send("opened", null);
}

/** Go to the next or previous finding, counted from the sentence that is open. */
function stepTo(page, by) {
  const list = stopsOf(page).map((each) => Number(each.dataset.number));
  if (!list.length) return;
  const here = page.current ?? 0;
  const target = by > 0 ? list.find((each) => each > here) : list.findLast((each) => each < here);
  if (target !== undefined) selectMarked(page, target, { focus: true });
}

function onReadingKey(page, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || ["TEXTAREA", "SELECT", "INPUT"].includes(event.target.tagName)) return;
  const onSentence = event.target.classList.contains("sentence");
  if (event.key === "j" || event.key === "J") stepTo(page, 1);
  else if (event.key === "k" || event.key === "K") stepTo(page, -1);
  else if (onSentence && ["Enter", " "].includes(event.key)) selectMarked(page, Number(event.target.dataset.number), { focus: true });
  else if (onSentence && ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"].includes(event.key)) moveTo(page, event);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function moveTo(page, event) {
  const all = allMarked(page);
  const at = all.indexOf(event.target) + (["ArrowDown", "ArrowRight"].includes(event.key) ? 1 : -1);
  if (all[at]) selectMarked(page, Number(all[at].dataset.number), { focus: true });
}

// The panel

function drawOpenPanel(page) {
  const { current, data } = page;
  const old = page.root.querySelector(".panel");
  const panel = current === null ? null : data.panels[current];
  if (!panel) {
    old?.remove();
    if (current !== null && !data.running) page.send("wanted", current);
    return;
  }
  const shown = JSON.stringify([data.id, panel, panel.items.map((item) => page.decisions[item.key])]);
  if (old && page.drawn.get(old) === shown) return placePanel(page);
  const focused = old?.contains(page.root.getRootNode().activeElement) ? page.root.getRootNode().activeElement : null;
  const fresh = drawPanel(page, panel);
  page.drawn.set(fresh, shown);
  if (old) old.replaceWith(fresh);
  else page.side.append(fresh);
  placePanel(page);
  pressChips(page, data.opened);
  const choice = focused?.dataset.choice;
  const item = focused?.closest("[data-item]")?.dataset.item;
  if (choice) fresh.querySelector(`[data-item="${item}"] [data-choice="${choice}"]`)?.focus();
  if (Number(old?.dataset.number) !== current) page.status.textContent = `Sentence ${current}: ${panel.label}`;
}

/** Put the panel beside the text, or below the paragraph of its sentence. */
function placePanel(page) {
  const panel = page.root.querySelector(".panel");
  const wide = page.reading.clientWidth >= CHECK_WIDE;
  page.reading.classList.toggle("wide", wide);
  if (!panel) return;
  const sentence = page.text.querySelector(`.sentence[data-number="${page.current}"]`);
  const place = wide ? page.side : sentence?.closest(".para");
  if (!place || (wide ? panel.parentElement === place : panel.previousElementSibling === place)) return;
  const active = page.root.getRootNode().activeElement;
  if (wide) place.append(panel);
  else place.after(panel);
  if (!wide && page.data.opened) sentence.scrollIntoView({ block: "start" });
  if (panel.contains(active)) active.focus({ preventScroll: true });
}

// Summary, marks and steps

function drawCheckTools(page) {
  const { summary, running } = page.data;
  const list = stopsOf(page).map((each) => Number(each.dataset.number));
  const at = list.indexOf(page.current);
  const signature = JSON.stringify([summary, running, list, page.current]);
  if (page.tooled === signature) return;
  page.tooled = signature;
  const active = page.root.getRootNode().activeElement?.dataset.by;
  const button = (by, name, shape, off) =>
    make("button", { type: "button", class: "step", "data-by": by, "aria-label": name, title: name, disabled: off, onclick: () => stepTo(page, by) }, icon(shape));
  const findings = allMarked(page).some((each) => each.dataset.findings);
  const noun = findings ? "Finding" : "Sentence";
  const marks = summary.marks.map(({ status, label, count }) =>
    make("li", { class: `mark ${status}` }, make("span", { class: "sample" }, icon(CHECK_SIGNS[status])), `${count} ${label}`),
  );
  const here = page.current ?? 0;
  page.tools.replaceChildren(
    make("p", { class: "line" }, summary.line),
    list.length > 1
      ? make(
          "div",
          { class: "steps" },
          button(-1, `Previous ${noun.toLowerCase()} (K)`, "before", !list.some((each) => each < here)),
          make("span", { class: "count" }, at < 0 ? `${list.length} ${noun.toLowerCase()}s` : `${noun} ${at + 1} of ${list.length}`),
          button(1, `Next ${noun.toLowerCase()} (J)`, "after", !list.some((each) => each > here)),
        )
      : "",
    make("ul", { class: "marks", "aria-label": "What the marks mean" }, ...marks),
  );
  if (active) (page.tools.querySelector(`[data-by="${active}"]:enabled`) ?? page.tools.querySelector(".step:enabled"))?.focus();
}

/** A sentence whose findings are all decided on is marked as done. */
function markDecided(page) {
  for (const each of page.text.querySelectorAll("[data-findings]")) {
    const keys = each.dataset.findings.split(" ");
    each.classList.toggle("decided", keys.every((key) => (page.decisions[key]?.state ?? "open") !== "open"));
  }
}

// Before anything is checked

function drawChecks(page, { examples, earlier }) {
  const tries = examples.map((example) =>
    make("li", {}, make("button", { type: "button", class: "example", dir: "auto", onclick: () => page.send("started", example) }, example)),
  );
  const rows = earlier.map(({ id, title, note }) =>
    make(
      "li",
      { class: "earlier" },
      make("button", { type: "button", class: "open", onclick: () => page.send("reopened", id) }, make("bdi", { class: "title" }, title), make("span", { class: "note" }, note)),
      make("button", { type: "button", class: "delete", "aria-label": `Delete the check “${title}”`, title: "Delete", onclick: () => page.send("deleted", id) }, icon("bin")),
    ),
  );
  return [
    tries.length ? make("section", {}, make("h2", {}, "Try one of these claims"), make("ul", { class: "list" }, ...tries)) : null,
    rows.length ? make("section", {}, make("h2", {}, "Earlier checks"), make("ul", { class: "list" }, ...rows)) : null,
  ].filter(Boolean);
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const page = sheetOf(parentElement, prepareCheck);
  updateSheet(page, data, setTriggerValue);
  page.reading.hidden = !data.reading;
  page.start.replaceChildren(...(data.reading ? [] : drawChecks(page, data)));
  if (data.reading) updateReading(page);
  else page.side.replaceChildren();
  page.width.observe(page.reading);
  updateArticle(page, data.opened);
  return () => {
    page.width.disconnect();
    leaveSheet(page);
  };
}
