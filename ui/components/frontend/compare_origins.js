// Origins: files that rest on one source. A picture with the reason of the link that is chosen beside it, and
// the same as a list: for screen readers, for phones, and for whoever prefers it.

/** All origins of the page, and those files that stand alone. */
function drawOrigins(sheet, data) {
  const parts = data.origins.length ? [drawLegend(data.origins)] : [];
  parts.push(...data.origins.map((origin) => drawOrigin(sheet, origin)));
  if (data.alone) parts.push(drawAlone(data.alone));
  return parts;
}

const REASON_NAMES = {
  near_copy: "nearly the same text",
  reworded: "re-worded sentences",
  shared_utterances: "shared utterances",
  credited_outlet: "a credited outlet",
};

function drawLegend(origins) {
  const kinds = new Set(origins.flatMap((origin) => origin.links.map((link) => link.reasons[0].kind)));
  const sample = (kind) =>
    stroke("svg", { class: "sample", viewBox: "0 0 28 8", "aria-hidden": "true" }, stroke("g", { class: `link ${kind}` }, stroke("path", { class: "line", d: "M1 4H27", "stroke-width": 3 })));
  return make(
    "ul",
    { class: "key", "aria-label": "What the lines mean" },
    ...Object.keys(REASON_NAMES).filter((kind) => kinds.has(kind)).map((kind) => make("li", {}, sample(kind), REASON_NAMES[kind])),
    make("li", { class: "soft" }, "the thicker, the surer"),
  );
}

function drawOrigin(sheet, origin) {
  const titles = origin.files.map((file) => file.title);
  const name = (link) => `${titles[link.a]} and ${titles[link.b]}: ${link.reasons.map((reason) => reason.words).join("; ")}`;
  const why = make("div", { class: "why", "aria-live": "polite" });
  const card = make("article", { class: "origin", "aria-label": `${origin.name}, ${origin.count} articles` });
  const light = (link) => {
    card.classList.toggle("lit", link !== null);
    for (const each of card.querySelectorAll("[data-link]")) {
      each.classList.toggle("on", link !== null && origin.links[Number(each.dataset.link)] === link);
    }
    for (const each of card.querySelectorAll("[data-file]")) {
      const place = Number(each.dataset.file);
      each.classList.toggle("on", link !== null && (link.a === place || link.b === place));
    }
  };
  const choose = (number) => {
    for (const each of card.querySelectorAll("g[data-link]")) each.setAttribute("aria-pressed", String(Number(each.dataset.link) === number));
    light(origin.links[number]);
    why.replaceChildren(...drawLink(sheet, origin, origin.links[number], titles));
    card.chosen = origin.links[number];
  };
  const arcs = drawArcs(origin, { choose, name, hover: (link) => light(link ?? card.chosen ?? null) });
  const labels = origin.files.map((file, place) => drawLabel(origin, file, place, choose));
  card.append(
    make("h3", {}, origin.name, make("span", { class: "count" }, `${origin.count} articles that count as one source`)),
    make("div", { class: "picture" }, arcs, make("ol", { class: "labels" }, ...labels), why),
    ...drawRest(origin),
    drawList(sheet, origin, titles),
  );
  if (origin.links.length) choose(0);
  return card;
}

/** A file's label; it shows the surest of its links. */
function drawLabel(origin, file, place, choose) {
  const first = origin.links.findIndex((link) => link.a === place || link.b === place);
  const inside = [
    make("span", { class: "title", dir: "auto" }, file.title),
    make("span", { class: "source", dir: "auto" }, file.source || file.file),
  ];
  const found = file.found ? " found" : "";
  if (first < 0) return make("li", { class: `label${found}`, "data-file": place }, ...inside);
  const links = origin.links.map((link, number) => [link, number]).filter(([link]) => link.a === place || link.b === place);
  let turn = -1;
  return make(
    "li",
    { class: `label${found}`, "data-file": place },
    make(
      "button",
      {
        type: "button",
        "aria-label": `${file.title}${file.source ? `, ${file.source}` : ""}. Show its links, ${links.length}`,
        // Each press shows the next of its links.
        onclick: () => choose(links[(turn = (turn + 1) % links.length)][1]),
      },
      ...inside,
    ),
  );
}

/** Why two files are linked, with the sentences that show it. */
function drawLink(sheet, origin, link, titles) {
  return [
    make("p", { class: "both" }, make("b", { dir: "auto" }, titles[link.a]), " and ", make("b", { dir: "auto" }, titles[link.b])),
    ...link.reasons.map((reason) =>
      make(
        "section",
        { class: "reason" },
        make("p", {}, make("span", { class: "because", dir: "auto" }, reason.words), " ", make("span", { class: "sure" }, reason.sure)),
        ...reason.evidence.map((pair) => make("div", { class: "pair" }, ...pair.map((position) => drawEvidence(sheet, origin, position)))),
      ),
    ),
  ];
}

function drawEvidence(sheet, origin, position) {
  const citation = sheet.group(origin.id).citations[position];
  return make(
    "button",
    { ...opens(sheet, origin.id, position, `${citation.title}: ${citation.quote} Open the article`), class: "row proof" },
    make("span", { class: "words", dir: "auto" }, citation.quote),
    make("span", { class: "source", dir: "auto" }, citation.title),
  );
}

function drawRest(origin) {
  const rest = [];
  if (origin.hidden) rest.push(`${origin.hidden.toLocaleString("en")} more articles of this origin are not drawn; a search brings them to the front.`);
  if (origin.unlinked) rest.push(`${origin.unlinked.toLocaleString("en")} weaker links are not drawn.`);
  return rest.map((words) => make("p", { class: "aside" }, words));
}

/** All links of an origin as text. */
function drawList(sheet, origin, titles) {
  const narrow = sheet.body.clientWidth < 640;
  const items = origin.links.map((link) => make("li", {}, ...drawLink(sheet, origin, link, titles)));
  return make(
    "details",
    { class: "links", open: narrow },
    make("summary", {}, `The links as a list (${origin.links.length})`),
    make("ul", {}, ...items),
  );
}

function drawAlone(alone) {
  if (!alone.count) return make("p", { class: "aside" }, "");
  const words = alone.count === 1 ? "1 article stands on its own" : `${alone.count.toLocaleString("en")} articles stand on their own`;
  return make(
    "article",
    { class: "origin alone" },
    make("h3", {}, words, make("span", { class: "count" }, "each counts as a source of its own")),
    make(
      "ul",
      { class: "labels" },
      ...alone.files.map((file) =>
        make("li", { class: "label" }, make("span", { class: "title", dir: "auto" }, file.title), make("span", { class: "source", dir: "auto" }, file.source || file.file)),
      ),
    ),
    alone.hidden && alone.files.length ? make("p", { class: "aside" }, `and ${alone.hidden.toLocaleString("en")} more`) : null,
    alone.hidden && !alone.files.length ? make("p", { class: "aside" }, "Search for a title, an outlet or a date to see them.") : null,
  );
}
