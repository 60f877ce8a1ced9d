// One turn of the conversation: answered, abstained and failed look different on purpose.

/** Draw a turn; the newest is open, earlier ones fold. */
function drawTurn(desk, turn, newest) {
  const body = [
    ...{ answered: drawAnswer, abstained: drawAbstention, failed: drawFailure }[turn.outcome](desk, turn),
    ...drawFindings(turn),
    drawMeta(turn),
  ];
  const name = { answered: "Answer", abstained: "The articles do not say", failed: "No result" }[turn.outcome];
  const properties = { class: `turn ${turn.outcome}`, "data-id": turn.id, "data-newest": String(newest) };
  if (newest) {
    const heading = make("h2", { dir: "auto" }, turn.question);
    return make("article", { ...properties, "aria-label": `${name}: ${turn.question}` }, heading, ...body);
  }
  const summary = make(
    "summary",
    {},
    make("span", { class: "question", dir: "auto" }, turn.question),
    make("span", { class: "gist", dir: "auto" }, gist(turn)),
  );
  return make("details", properties, summary, ...body);
}

/** One line that says what came of a turn; also what a screen reader hears when it arrives. */
function gist(turn) {
  if (turn.outcome === "abstained") return turn.abstention.headline;
  if (turn.outcome === "failed") return "Failed";
  return turn.short ?? turn.statements[0]?.parts.filter((part) => typeof part === "string").join("") ?? "";
}

function drawAnswer(desk, turn) {
  const statements = turn.statements.map((statement) =>
    make(
      "li",
      { class: `statement ${statement.support}`, dir: "auto" },
      ...drawParts(desk, turn, statement.parts),
      statement.support === "unsupported"
        ? make("span", { class: "warning" }, icon("alert"), "Not supported by what it cites")
        : null,
    ),
  );
  return [
    turn.short ? make("p", { class: "short", dir: "auto" }, turn.short) : null,
    make("ul", { class: "statements" }, ...statements),
    ...turn.conflicts.map((conflict) => drawConflict(desk, turn, conflict)),
    drawSources(desk, turn),
  ].filter(Boolean);
}

/** Text and chips; a chip never starts a line without the word it belongs to. */
function drawParts(desk, turn, parts) {
  const drawn = [];
  for (const part of parts) {
    const before = drawn.at(-1);
    if (typeof part === "string") {
      const space = part.lastIndexOf(" ") + 1;
      drawn.push(part.slice(0, space), part.slice(space));
    } else if (typeof before === "string" && before.length < 30) {
      drawn.push(make("span", { class: "together" }, drawn.pop(), chip(desk, turn, part)));
    } else {
      drawn.push(chip(desk, turn, part));
    }
  }
  return drawn;
}

function drawConflict(desk, turn, conflict) {
  const sides = conflict.sides.map((side) =>
    make(
      "div",
      { class: "side" },
      make("p", { class: "value", dir: "auto" }, side.value),
      ...side.citations.map((position) =>
        make(
          "p",
          { class: "says", dir: "auto" },
          chip(desk, turn, position),
          make("span", {}, turn.citations[position].title),
        ),
      ),
    ),
  );
  return make(
    "section",
    { class: "conflict", "aria-label": "The articles differ" },
    make("h3", { dir: "auto" }, icon("differ"), "The articles differ", make("span", { class: "about" }, conflict.about)),
    make("div", { class: "sides" }, ...sides),
  );
}

function drawSources(desk, turn) {
  const rows = turn.sources.map((source) =>
    make(
      "li",
      {},
      make("span", { class: "numbers" }, ...source.citations.map((position) => chip(desk, turn, position))),
      make(
        "span",
        { class: "source" },
        make("bdi", { class: "title" }, source.title),
        make("bdi", { class: "file" }, source.source ? `${source.source} · ${source.file}` : source.file),
      ),
    ),
  );
  return make(
    "section",
    { class: "sources", "aria-label": "Sources" },
    make("h3", {}, "Sources", make("span", { class: "origins" }, turn.origins)),
    make("ul", {}, ...rows),
  );
}

function drawAbstention(desk, turn) {
  const { headline, explanation, searched } = turn.abstention;
  const closest = turn.citations.map((citation, position) => {
    const card = chip(desk, turn, position, { label: "", kind: "passage" });
    card.append(
      make("q", { dir: "auto" }, citation.quote),
      make("span", { class: "place", dir: "auto" }, [citation.speaker, citation.title].filter(Boolean).join(" · ")),
    );
    return make("li", {}, card);
  });
  return [
    make("p", { class: "verdict" }, icon("search"), headline),
    make("p", { class: "explanation", dir: "auto" }, explanation),
    closest.length
      ? make("section", { class: "closest" }, make("h3", {}, "Closest passages"), make("ul", {}, ...closest))
      : null,
    make("p", { class: "searched" }, searched),
  ].filter(Boolean);
}

function drawFailure(desk, turn) {
  const { error, hint, retryable } = turn.failure;
  return [
    make("p", { class: "verdict" }, icon("alert"), "This is not an answer: something failed"),
    make("p", { class: "explanation", dir: "auto" }, error),
    hint ? make("p", { class: "hint", dir: "auto" }, hint) : null,
    make(
      "p",
      { class: "actions" },
      make("button", { type: "button", class: "retry", onclick: () => desk.retry(turn.id) }, icon("retry"), "Try again"),
      retryable ? null : make("span", {}, "The same question may fail again until this is put right."),
    ),
  ].filter(Boolean);
}

function drawFindings(turn) {
  if (!turn.findings.length) return [];
  const items = turn.findings.map((finding) => make("li", { dir: "auto" }, finding));
  return [make("section", { class: "findings" }, make("h3", {}, icon("alert"), "Checks found"), make("ul", {}, ...items))];
}

function drawMeta(turn) {
  if (!turn.meta) return null;
  const { engine, time, stages } = turn.meta;
  return make(
    "footer",
    { class: "meta" },
    make("span", { class: `engine ${engine.local ? "local" : "remote"}`, title: engine.detail }, engine.label),
    make("span", { title: stages }, time),
  );
}

/** The place of an answer that is being worked on. */
function drawAsking(question) {
  return make(
    "article",
    { class: "turn asking", "aria-busy": "true" },
    make("h2", { dir: "auto" }, question),
    make("p", { class: "working" }, "Reading the articles"),
    make("div", { class: "bone", "aria-hidden": "true" }),
    make("div", { class: "bone", "aria-hidden": "true" }),
    make("div", { class: "bone short", "aria-hidden": "true" }),
  );
}

/** What the desk shows before the first question: what to ask, and what there is to ask about. */
function drawStart(desk, { examples, shelf, count }) {
  const asks = examples.map((example) => {
    const properties = { type: "button", class: "example", dir: "auto", onclick: () => desk.ask(example) };
    return make("li", {}, make("button", properties, example));
  });
  const titles = shelf.map(({ title, source }) =>
    make("li", {}, make("bdi", {}, title), source ? make("bdi", { class: "source" }, source) : ""),
  );
  const more = count - shelf.length;
  if (more > 0) titles.push(make("li", { class: "source" }, `and ${more.toLocaleString("en")} more`));
  return [
    asks.length ? make("section", { class: "examples" }, make("h2", {}, "Try one of these"), make("ul", {}, ...asks)) : null,
    titles.length ? make("section", { class: "shelf" }, make("h2", {}, "What is in here"), make("ul", {}, ...titles)) : null,
  ].filter(Boolean);
}
