// Differences and utterances as rows. Every row is a button that opens its sentence in the article.

/** What an element needs so that the sheet knows which citation it opens. */
function opens(sheet, group, position, name) {
  return {
    type: "button",
    "data-group": group,
    "data-position": position,
    "aria-pressed": "false",
    "aria-label": name,
    onclick: (event) => sheet.open(group, position, event.currentTarget),
  };
}

/** The words of a quote; its own ones are marked, what the difference is about most of all. */
function drawPieces(pieces) {
  return pieces.map((piece) => {
    const words = piece.point ? make("mark", { class: "point" }, piece.text) : piece.text;
    if (!piece.edit) return words;
    return make(piece.edit === "out" ? "del" : "ins", {}, words);
  });
}

function originTag(name) {
  return name ? make("span", { class: "origin-tag" }, name) : null;
}

/** One telling: who says it and where, and the sentence. */
function drawTelling(sheet, drift, row) {
  const who = [row.speaker, row.via && `via ${row.via}`].filter(Boolean).join(", ");
  const quote = row.pieces.map((piece) => piece.text).join("");
  return make(
    "li",
    { class: row.position && row.side !== drift.rows[row.position - 1].side ? "telling other" : "telling" },
    make(
      "button",
      { ...opens(sheet, drift.id, row.position, `${who ? `${who}. ` : ""}${row.title}: ${quote} Open the article`), class: "row" },
      make(
        "span",
        { class: "where" },
        who ? make("b", { dir: "auto" }, who) : null,
        make("span", { class: "title", dir: "auto" }, row.title),
        make("span", { class: "source" }, row.source ? make("span", { dir: "auto" }, row.source) : null, originTag(row.origin)),
      ),
      make("span", { class: "words", dir: "auto" }, ...drawPieces(row.pieces)),
    ),
  );
}

function drawTellings(sheet, drift) {
  return make("ol", { class: "tellings" }, ...drift.rows.map((row) => drawTelling(sheet, drift, row)));
}

/** Quotes that changed: aligned rows, what matters first. */
function drawQuotes(sheet, data) {
  const legend = make(
    "p",
    { class: "legend" },
    make("del", {}, "struck words"),
    " stand only in the first sentence, ",
    make("ins", {}, "underlined words"),
    " only in the others, ",
    make("mark", { class: "point" }, "highlighted words"),
    " are what differs.",
  );
  const cards = data.drifts.map((drift) => {
    const worded = drift.kind === "wording_only";
    return make(
      "article",
      { class: `drift ${drift.kind}` },
      worded
        ? make("h3", {}, make("span", { class: "kind calm" }, drift.label))
        : make("h3", {}, make("span", { class: "kind" }, drift.label), make("span", { class: "headline", dir: "auto" }, drift.headline)),
      drawTellings(sheet, drift),
      drift.apart ? make("p", { class: "aside" }, "Told in words too different to be marked one by one.") : null,
    );
  });
  const worded = data.worded ? make("p", { class: "aside" }, data.worded) : null;
  return [...(cards.length ? [legend] : []), ...cards, ...(worded ? [worded] : [])];
}

/** Facts that differ: a row for each, its sides beside each other, the sentences below. */
function drawFacts(sheet, data) {
  return data.drifts.map((drift) =>
    make(
      "article",
      { class: `drift fact ${drift.kind}` },
      make("h3", {}, make("span", { class: "kind" }, drift.label), make("span", { class: "headline", dir: "auto" }, drift.about)),
      make("ul", { class: "sides" }, ...drift.sides.map((side, number) => drawSide(sheet, drift, side, number))),
      make("details", { class: "sentences" }, make("summary", {}, "The sentences, word by word"), drawTellings(sheet, drift)),
    ),
  );
}

function drawSide(sheet, drift, side, number) {
  const rows = drift.rows.filter((row) => row.side === number);
  return make(
    "li",
    { class: "side" },
    make("p", { class: "value", dir: "auto" }, side.value),
    make("p", { class: "count" }, side.count),
    make(
      "ul",
      { class: "files" },
      ...rows.map((row) =>
        make(
          "li",
          {},
          make(
            "button",
            { ...opens(sheet, drift.id, row.position, `${row.title}: open the sentence`), class: "file" },
            make("span", { class: "title", dir: "auto" }, row.title),
            make("span", { class: "source" }, [row.speaker, row.source].filter(Boolean).join(" · "), " ", originTag(row.origin)),
          ),
        ),
      ),
    ),
  );
}

/** Who said what: a table; on a phone each row stands as a card. */
function drawUtterances(sheet, data) {
  const parts = data.voice ? [drawVoice(sheet, data.voice)] : [];
  if (!data.rows.length) return parts;
  const heads = ["Speaker", "What is said", "Article"].map((name) => make("th", { scope: "col" }, name));
  const rows = data.rows.map((row, position) => {
    const how = [row.kind, row.verb && `“${row.verb}”`, row.via && `via ${row.via}`].filter(Boolean).join(" · ");
    return make(
      "tr",
      {},
      make(
        "td",
        { class: "who" },
        make("b", { class: row.named ? "" : "nobody", dir: "auto" }, row.speaker),
        row.as ? make("span", { class: "as", dir: "auto" }, `written ${row.as}`) : null,
      ),
      make(
        "td",
        {},
        make(
          "button",
          { ...opens(sheet, data.group, position, `${row.speaker}: ${row.words} Open the article`), class: "row saying" },
          make("span", { class: "words", dir: "auto" }, row.words),
          make("span", { class: "how", dir: "auto" }, how),
        ),
      ),
      make(
        "td",
        { class: "where" },
        make("span", { class: "title", dir: "auto" }, row.title),
        make("span", { class: "source" }, row.source ? make("span", { dir: "auto" }, row.source) : null, originTag(row.origin)),
      ),
    );
  });
  return [
    ...parts,
    make(
      "table",
      { class: "utterances" },
      make("caption", {}, data.summary),
      make("thead", {}, make("tr", {}, ...heads)),
      make("tbody", {}, ...rows),
    ),
  ];
}

/** A chosen speaker: what he is called, and likely spellings, shown only when the reader says so. */
function drawVoice(sheet, voice) {
  const variants = voice.variants.map((each) =>
    make(
      "li",
      {},
      make("b", { dir: "auto" }, each.name),
      make("span", { class: "reason", dir: "auto" }, `${each.reason}, ${each.files}`),
      make(
        "button",
        { type: "button", class: "vary", "aria-pressed": String(each.shown), "data-stay": `voice-${each.voice}`, onclick: () => sheet.vary(each.voice) },
        each.shown ? "Hide these" : "Show these too",
      ),
    ),
  );
  return make(
    "section",
    { class: "voice", "aria-label": voice.name },
    make("p", {}, make("b", { dir: "auto" }, voice.name), ` ${voice.count}`),
    voice.roles ? make("p", { class: "roles", dir: "auto" }, voice.roles) : null,
    variants.length ? make("p", { class: "ask" }, "Perhaps the same, written differently:") : null,
    variants.length ? make("ul", {}, ...variants) : null,
  );
}
