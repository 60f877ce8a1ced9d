// A quotation of the draft beside the article's words, letter by letter where they differ.

/** Draw a quotation: what it is, who says it, and the words of both. */
function drawQuotationOf(sheet, group, quotation) {
  const { match, label, differs, position, files } = quotation;
  const bad = ["altered", "other_speaker", "not_found"].includes(match);
  const source = position === null ? null : chip(sheet, group, position);
  return make(
    "section",
    { class: `quotation ${bad ? "bad" : "fine"}`, "aria-label": `Quotation: ${label}` },
    make("h4", {}, icon(bad ? "differ" : "check"), `Quotation: ${label.toLowerCase()}`),
    differs || match === "not_found"
      ? drawWordsOf("Your draft has", "draft", quotation.draft, null)
      : null,
    quotation.article.length
      ? drawWordsOf(match === "not_found" ? "The nearest words in an article" : "The article has", "article", quotation.article, source)
      : null,
    drawSpeakersOf(quotation),
    files > 1 ? make("p", { class: "note" }, `${files} files have these words.`) : null,
  );
}

/** One side of the comparison; only the article's words stand in quotation marks. */
function drawWordsOf(title, side, pieces, source) {
  const words = pieces.map((piece) => drawWordPiece(side, piece));
  const line = make(side === "article" ? "q" : "span", { class: "words", dir: "auto" }, ...words);
  return make("p", { class: `row ${side}` }, make("span", { class: "label" }, title), line, source);
}

function drawWordPiece(side, { text, edit, letters }) {
  if (edit === "same") return text;
  if (edit === "omitted") return make("span", { class: "omitted" }, spoken("left out: "), text, spoken(", end of what is left out "));
  const tag = side === "draft" ? "del" : "ins";
  const told = side === "draft" ? "not in the article: " : "in the article: ";
  if (!letters?.length) return make(tag, {}, spoken(told), text);
  const parts = letters.map(([how, part]) => (how === "same" ? part : make(tag, {}, part)));
  // A screen reader hears the whole word, not its letters one by one.
  return make("span", { class: "changed" }, spoken(`${told}${text}`), make("span", { "aria-hidden": "true" }, ...parts));
}

function drawSpeakersOf({ said, told, naming }) {
  if (naming === "differs") {
    return make("p", { class: "note", dir: "auto" }, "Your draft gives them to ", make("b", {}, said), "; in the article they are ", make("b", {}, `${told || "somebody else"}’s`), ".");
  }
  return told ? make("p", { class: "note", dir: "auto" }, `Said by ${told}.`) : null;
}

/** Words for screen readers alone. */
function spoken(text) {
  return make("span", { class: "hidden" }, text);
}
