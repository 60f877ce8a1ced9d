// One row of an evaluation beside what is right, and the bars of where answers were lost.

// Sentences that show the right answer; more of them fold.
const MOST_SHOWN = 4;

function prepareReview(review) {
  for (const name of ["lost", "case"]) review[name] = review.root.querySelector(`.${name}`);
  review.retry = () => {};
  review.caseShown = "";
}

/** Bars that choose the rows of one stage; the chosen one lets go again. */
function drawLost(review, lost) {
  const bars = lost.map((each) =>
    make(
      "li",
      {},
      make(
        "button",
        {
          type: "button",
          class: "stage",
          "data-stage": each.stage,
          "aria-pressed": String(each.chosen),
          title: each.meaning,
          onclick: () => review.send("chosen", each.chosen ? null : each.stage),
        },
        make("span", { class: "name" }, each.name),
        make("span", { class: "track", "aria-hidden": "true" }, make("span", { class: "fill", style: `width:${Math.max(2, 100 * each.share)}%` })),
        make("span", { class: "count" }, each.count.toLocaleString("en")),
        make("span", { class: "meaning" }, each.meaning),
      ),
    ),
  );
  return make("ul", { class: "stages", "aria-label": "Where answers were lost; each shows only its rows" }, ...bars);
}

function drawCase(review, row) {
  const { result } = row;
  return make(
    "article",
    { class: `row came-${result.kind}`, "aria-label": `${result.name}: ${row.asked}` },
    make(
      "header",
      {},
      make("span", { class: `badge ${result.kind}` }, result.name),
      make("span", { class: "about", dir: "auto" }, [row.id, ...row.tags].join(" · ")),
      make("button", { type: "button", class: "leave", "aria-label": "Close this row", onclick: () => review.send("left", null) }, icon("close")),
    ),
    make("h2", { dir: "auto" }, row.asked),
    row.why ? drawWhy(row.why) : null,
    make("div", { class: "beside" }, drawRight(review, row), ...row.sides.map((side) => drawSide(review, side))),
    drawMeasures(row),
  );
}

function drawWhy({ stage, meaning }) {
  return make("p", { class: "why" }, make("b", {}, `${stage}. `), make("span", {}, meaning));
}

/** What is right: the expected words, then the sentences that hold them. */
function drawRight(review, row) {
  const { right, gold } = row;
  const groups = right.groups.map(({ names: [first, ...others], met }) =>
    make(
      "li",
      { dir: "auto" },
      make("b", {}, first),
      others.length ? make("span", { class: "others" }, ` or ${others.join(", ")}`) : null,
      met === false ? make("span", { class: "missing" }, "missing in the answer") : null,
    ),
  );
  const cards = gold.map((each) => make("li", {}, drawGold(review, row, each)));
  const more = cards.splice(MOST_SHOWN);
  return make(
    "section",
    { class: "expected", "aria-label": "Right answer" },
    make("h3", {}, "Right answer"),
    right.short ? make("p", { class: "words", dir: "auto" }, right.short) : null,
    groups.length ? make("ul", { class: "words" }, ...groups) : null,
    right.forbidden.length ? make("p", { class: "forbidden", dir: "auto" }, `Must not name ${right.forbidden.join(", ")}`) : null,
    cards.length ? make("ul", { class: "gold-list" }, ...cards) : null,
    more.length
      ? make("details", { class: "measures" }, make("summary", {}, `${more.length} more sentences that show it`), make("ul", { class: "gold-list" }, ...more))
      : null,
  );
}

function drawGold(review, row, gold) {
  const side = row.sides.at(-1).id;
  const found = gold.rank ? `found at place ${gold.rank}` : "not among what was found";
  const notes = [gold.cited ? "cited" : "not cited", found, gold.required ? "must be cited" : ""].filter(Boolean);
  const text = [
    make("q", { dir: "auto" }, gold.quote),
    make("span", { class: "place", dir: "auto" }, [gold.speaker, gold.place].filter(Boolean).join(" · ")),
    make("span", { class: gold.cited ? "note cited" : "note" }, notes.join(" · ")),
  ];
  if (gold.position === null) {
    text.push(make("span", { class: "note" }, "The article does not hold this sentence any more."));
    return make("div", { class: "passage plain" }, ...text);
  }
  const card = chip(review, review.group(side), gold.position, { label: "", kind: "passage" });
  card.append(...text);
  return card;
}

function drawSide(review, side) {
  const draw = { answered: drawGiven, abstained: drawGiven, checked: drawCheck, failed: drawBroken }[side.shape];
  return make("section", { class: `given turn ${side.shape}`, "aria-label": side.name }, make("h3", {}, side.name), ...draw(review, side));
}

function drawGiven(review, side) {
  // The citations of a turn come first in its group, so their positions are those of the group.
  const body = side.shape === "answered" ? drawAnswer(review, side.turn) : drawAbstention(review, side.turn);
  return [...body, ...drawFindings(side.turn), drawMeta(side.turn)].filter(Boolean);
}

function drawCheck(review, { id, check }) {
  const group = review.group(id);
  const evidence = check.evidence.map(({ position, stance, reason }) => {
    const card = chip(review, group, position, { label: "", kind: "passage" });
    card.append(
      stance ? make("span", { class: `stance ${stance.toLowerCase().split(" ")[0]}` }, stance) : "",
      make("q", { dir: "auto" }, group.citations[position].quote),
      make("span", { class: "place", dir: "auto" }, [group.citations[position].title, reason].filter(Boolean).join(" · ")),
    );
    return make("li", {}, card);
  });
  return [
    make("p", { class: `short ${check.kind}` }, check.attributed ? `${check.verdict}, only as said by somebody` : check.verdict),
    make("p", { class: "explanation", dir: "auto" }, check.explanation),
    evidence.length ? make("ul", { class: "evidence" }, ...evidence) : null,
    make(
      "footer",
      { class: "meta" },
      make("span", { class: `engine ${check.engine.local ? "local" : "remote"}`, title: check.engine.detail }, check.engine.label),
      make("span", {}, check.origins),
      make("span", {}, check.time),
    ),
  ].filter(Boolean);
}

function drawBroken(review, { failure }) {
  return [
    make("p", { class: "verdict" }, icon("alert"), "No result: something failed"),
    make("p", { class: "explanation", dir: "auto" }, failure.error),
    failure.hint ? make("p", { class: "hint", dir: "auto" }, failure.hint) : null,
    make("p", { class: "hint" }, "It counts neither as right nor as wrong."),
  ].filter(Boolean);
}

function drawMeasures({ figures, why }) {
  if (!figures.length && !why) return null;
  const pairs = figures.flatMap(({ name, value }) => [make("dt", {}, name), make("dd", {}, value)]);
  return make(
    "details",
    { class: "measures" },
    make("summary", {}, "All measures of this row"),
    why ? make("p", { dir: "auto" }, why.explanation) : null,
    make("dl", {}, ...pairs),
  );
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const review = sheetOf(parentElement, prepareReview);
  updateSheet(review, data, setTriggerValue);
  if (data.lost) {
    const chosen = review.root.getRootNode().activeElement?.dataset.stage;
    review.lost.replaceChildren(drawLost(review, data.lost));
    if (chosen) review.lost.querySelector(`[data-stage="${CSS.escape(chosen)}"]`)?.focus();
  }
  const shown = JSON.stringify(data.row ?? null);
  if (shown !== review.caseShown) {
    review.caseShown = shown;
    review.case.replaceChildren(...(data.row ? [drawCase(review, data.row)] : []));
    if (data.row) review.status.textContent = `${data.row.result.name}. ${data.row.asked}`;
  }
  updateArticle(review, data.opened ?? null);
  return () => leaveSheet(review);
}
