// One turn of the conversation: answered, abstained and failed look different on purpose.

/** Draw a turn; the newest is open, earlier ones fold. */
function drawTurn(desk, turn, newest) {
  const body = [
    drawReading(turn),
    turn.stale ? make("p", { class: "changed" }, icon("alert"), turn.stale) : null,
    ...{ answered: drawAnswer, abstained: drawAbstention, failed: drawFailure }[turn.outcome](desk, turn),
    ...drawFindings(turn),
    drawMeta(turn),
    drawActions(desk, turn),
    newest ? drawNext(desk, turn) : null,
  ].filter(Boolean);
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

/** How a question was read, when it was asked, and what the search was restricted to. */
function drawReading(turn) {
  const lines = [
    turn.asked ? ["asked", `Asked on ${turn.asked}`] : null,
    turn.readAs ? ["read-as", `Read as: ${turn.readAs}`] : null,
    turn.within ? ["within", `Searched only: ${turn.within}`] : null,
  ].filter(Boolean);
  if (!lines.length) return null;
  return make("div", { class: "reading" }, ...lines.map(([name, text]) => make("p", { class: name, dir: "auto" }, text)));
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
    make("h3", {}, "Sources"),
    make("ul", {}, ...rows),
    drawOrigins(turn),
  );
}

/** "4 files, 2 independent origins", which opens why. */
function drawOrigins(turn) {
  if (!turn.why.length) return make("p", { class: "origins" }, turn.origins);
  return make(
    "details",
    { class: "origins" },
    make("summary", {}, turn.origins),
    make("p", { class: "about" }, "Files that rest on the same source count as one origin: they are one voice, not several."),
    make("ol", {}, ...turn.why.map(drawOrigin)),
  );
}

function drawOrigin({ files, links }) {
  const names = files.map(({ title, file }) =>
    make("li", {}, make("bdi", { class: "title" }, title), make("bdi", { class: "file" }, file)),
  );
  const alone = files.length === 1 ? "Nothing links it to the other files." : "The index no longer tells what links them.";
  return make(
    "li",
    { class: "origin" },
    make("ul", { class: "files" }, ...names),
    ...(links.length ? links.map(drawLink) : [make("p", { class: "about" }, alone)]),
  );
}

function drawLink({ files, reason, pairs }) {
  return make(
    "div",
    { class: "link" },
    make("p", { dir: "auto" }, `One origin, because ${reason}.`),
    ...pairs.map((pair) =>
      make(
        "div",
        { class: "pair" },
        ...pair.map((text, at) =>
          make("blockquote", {}, make("q", { dir: "auto" }, text), make("cite", { dir: "auto" }, files[at])),
        ),
      ),
    ),
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

/** Questions to go on with. */
function drawNext(desk, turn) {
  if (!turn.next?.length) return null;
  const asks = turn.next.map((question) => {
    const properties = { type: "button", class: "follow", dir: "auto", onclick: () => desk.ask(question) };
    return make("li", {}, make("button", properties, question));
  });
  return make("section", { class: "next", "aria-label": "Ask next" }, make("h3", {}, "Ask next"), make("ul", {}, ...asks));
}

/** The place of an answer that is being worked on: what is finished of it, and the bones of the rest. */
function drawAsking(desk, { question, statements }) {
  const finished = statements.map(({ text, support, numbers }) =>
    make(
      "li",
      { class: `statement ${support}`, dir: "auto" },
      text,
      ...numbers.map((number) => make("sup", { class: "number" }, String(number))),
      support === "unsupported" ? make("span", { class: "warning" }, icon("alert"), "Not supported by what it cites") : null,
    ),
  );
  return make(
    "article",
    { class: "turn asking", "aria-busy": "true" },
    make("h2", { dir: "auto" }, question),
    make(
      "p",
      { class: "working" },
      make("span", {}, finished.length ? "Still reading" : "Reading the articles"),
      make("button", { type: "button", class: "quiet stop", onclick: () => desk.send("stopped", true) }, icon("close"), "Stop"),
    ),
    finished.length ? make("ul", { class: "statements" }, ...finished) : null,
    make("div", { class: "bone", "aria-hidden": "true" }),
    finished.length ? null : make("div", { class: "bone", "aria-hidden": "true" }),
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
