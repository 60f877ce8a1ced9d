// The panel of one sentence: verdict, evidence by origin, quotations, and what a person decides.

const CHECK_SIGNS = {
  supported: "check",
  quoted: "quote",
  refuted: "close",
  conflicting: "differ",
  not_enough_evidence: "search",
  misquoted: "pen",
  failed: "alert",
  unchecked: "dot",
};

const CHECK_VERDICTS = {
  supported: "Supported",
  refuted: "Refuted",
  conflicting: "Conflicting",
  not_enough_evidence: "Not enough evidence",
};

const LONGEST_COMMENT = 2000;

/** Draw everything that is known of a sentence. */
function drawPanel(page, panel) {
  const group = page.group(`s${panel.number}`);
  return make(
    "article",
    { class: `panel ${panel.status}`, "data-number": panel.number, "aria-label": `Sentence ${panel.number}: ${panel.label}` },
    drawVerdictOf(page, group, panel),
    panel.claim ? make("p", { class: "note", dir: "auto" }, `Checked as: ${panel.claim}`) : null,
    ...panel.quotations.map((quotation) => drawQuotationOf(page, group, quotation)),
    ...panel.items.map((item) => drawDecided(page, group, item)),
    ...(panel.sides ?? []).map((side) => drawStance(page, group, side)),
    panel.verdict ? make("p", { class: "note searched" }, panel.verdict.searched) : null,
  );
}

/** The head of the panel; a failure is no verdict and does not look like one. */
function drawVerdictOf(page, group, { status, label, verdict, refusal, failure }) {
  const sure = verdict ? make("span", { class: "sure" }, verdict.sure) : null;
  const head = make("h3", { class: "verdict" }, icon(CHECK_SIGNS[status]), make("span", {}, label), sure);
  if (failure) {
    return make(
      "div",
      { class: "failure" },
      make("h3", { class: "verdict" }, icon("alert"), "This is not a verdict: the check failed"),
      make("p", { dir: "auto" }, failure.error),
      failure.hint ? make("p", { class: "note", dir: "auto" }, failure.hint) : null,
      make("button", { type: "button", class: "again", onclick: () => page.retry() }, icon("retry"), "Try again"),
    );
  }
  if (refusal) {
    return make(
      "div",
      {},
      head,
      make("p", { dir: "auto" }, refusal.error),
      refusal.hint ? make("p", { class: "note", dir: "auto" }, refusal.hint) : null,
    );
  }
  if (!verdict) return head;
  const parts = verdict.parts.map((part) =>
    make("li", { dir: "auto" }, make("span", { class: `tag ${part.status}` }, icon(CHECK_SIGNS[part.status]), part.label), " ", part.text),
  );
  return make(
    "div",
    {},
    head,
    verdict.only ? make("p", { class: "only", dir: "auto" }, verdict.only) : null,
    make("p", { class: "explanation", dir: "auto" }, ...drawPlaced(page, group, verdict.explanation)),
    parts.length ? make("ol", { class: "parts" }, ...parts) : null,
  );
}

/** Text with chips where it names a place in an article. */
function drawPlaced(page, group, parts) {
  return parts.map((part) => (typeof part === "string" ? part : chip(page, group, part)));
}

function drawStance(page, group, side) {
  const origins = side.groups.map(({ copies, evidence }) =>
    make(
      "div",
      { class: "origin" },
      copies ? make("p", { class: "note" }, copies) : null,
      ...evidence.map(({ position, reason }) => drawEvidenceOf(page, group, position, reason)),
    ),
  );
  const heading = make("span", {}, side.title, " ", make("span", { class: "count" }, side.origins));
  const name = `${side.title}: ${side.origins}`;
  if (side.stance !== "mentions") {
    return make("section", { class: `evidence ${side.stance}`, "aria-label": name }, make("h4", {}, heading), ...origins);
  }
  return make("details", { class: `evidence ${side.stance}` }, make("summary", {}, heading), ...origins);
}

function drawEvidenceOf(page, group, position, reason) {
  const { quote, speaker, title, source } = group.citations[position];
  return make(
    "div",
    { class: "piece" },
    make("blockquote", { dir: "auto" }, quote, " ", chip(page, group, position)),
    make("p", { class: "from", dir: "auto" }, [speaker, title, source].filter(Boolean).join(" · ")),
    reason ? make("p", { class: "note", dir: "auto" }, reason) : null,
  );
}

/** A finding, or the verdict where there is none, with what a person makes of it. */
function drawDecided(page, group, item) {
  const decision = page.decisions[item.key] ?? { state: "open", comment: "", verdict: null };
  const decide = (changes) => page.decide(item.key, { ...page.decisions[item.key], ...changes, comment: field.value });
  const choose = (state, name, shape) =>
    make(
      "button",
      {
        type: "button",
        class: `choice ${state}`,
        "data-choice": state,
        "aria-pressed": String(decision.state === state),
        onclick: () => decide({ state: decision.state === state ? "open" : state }),
      },
      icon(shape),
      name,
    );
  const id = `comment-${item.key}`;
  const field = make("textarea", {
    id,
    rows: 2,
    maxlength: LONGEST_COMMENT,
    onchange: () => decide({}),
  });
  field.value = decision.comment;
  const rejected = decision.state === "rejected" && item.corrects;
  return make(
    "section",
    { class: `finding ${item.severity || "plain"} ${decision.state}`, "data-item": item.key, "aria-label": item.title || "Your decision" },
    item.title ? make("h4", {}, icon(item.severity === "note" ? "dot" : "alert"), item.title) : null,
    item.message.length ? make("p", { dir: "auto" }, ...drawPlaced(page, group, item.message)) : null,
    make(
      "div",
      { class: "choices", role: "group", "aria-label": item.title ? "Your decision on this finding" : "Your decision on this verdict" },
      choose("accepted", "Accept", "check"),
      choose("rejected", "Reject", "close"),
      rejected ? drawCorrection(item.key, decision, decide) : null,
    ),
    make(
      "details",
      { class: "comment", open: Boolean(decision.comment) },
      make("summary", {}, "Comment"),
      make("label", { class: "hidden", for: id }, "Your comment"),
      field,
    ),
  );
}

function drawCorrection(key, decision, decide) {
  const id = `right-${key}`;
  const options = Object.entries(CHECK_VERDICTS).map(([value, name]) =>
    make("option", { value, selected: decision.verdict === value }, name),
  );
  const select = make(
    "select",
    { id, onchange: (event) => decide({ verdict: event.currentTarget.value || null }) },
    make("option", { value: "" }, "not said"),
    ...options,
  );
  return make("span", { class: "right" }, make("label", { for: id }, "Right is"), select);
}
