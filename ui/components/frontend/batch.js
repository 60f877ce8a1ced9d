// The rows of a list: each folds out to its whole record, with chips that open the article.

function prepareBatch(batch) {
  for (const name of ["none", "rows", "pager"]) batch[name] = batch.root.querySelector(`.${name}`);
  batch.retry = () => {};
  batch.group = (id) => (batch.data.record?.id === id ? batch.data.record : undefined);
}

/** Draw the rows that are new or have changed; the others keep focus and place. */
function updateRows(batch, { rows, row, record }) {
  const known = new Map([...batch.rows.children].map((each) => [each.shown, each]));
  const drawn = rows.map((each) => {
    const open = each.position === row;
    const shown = JSON.stringify([each, open ? record : null]);
    return known.get(shown) ?? drawRow(batch, each, open ? record : null, open, shown);
  });
  const focused = batch.root.getRootNode().activeElement?.dataset.row;
  if (drawn.length !== batch.rows.children.length || drawn.some((each, at) => each !== batch.rows.children[at])) {
    batch.rows.replaceChildren(...drawn);
  }
  if (focused !== undefined) batch.rows.querySelector(`[data-row="${focused}"]`)?.focus({ preventScroll: true });
}

function drawRow(batch, row, record, open, shown) {
  const head = make(
    "button",
    {
      type: "button",
      class: "head",
      "data-row": row.position,
      "aria-expanded": String(open),
      disabled: row.outcome === "open",
      onclick: () => batch.send("row", row.position),
    },
    make("span", { class: "number", "aria-hidden": "true" }, row.number),
    make("span", { class: "asked", dir: "auto" }, row.asked),
    make("span", { class: `badge ${row.outcome}` }, row.label),
    row.gist ? make("span", { class: "gist", dir: "auto" }, row.gist) : null,
    row.files ? make("span", { class: "files" }, row.files === 1 ? "1 file" : `${row.files} files`) : null,
  );
  const body = open ? make("div", { class: "body" }, record ? drawRecord(batch, record) : make("p", {}, "Opening…")) : null;
  return Object.assign(make("li", { class: open ? "row unfolded" : "row" }, head, body), { shown });
}

function drawRecord(batch, record) {
  if (record.outcome === "checked") return drawCheck(batch, record);
  const draw = { answered: drawAnswer, abstained: drawAbstention, failed: drawFailure }[record.outcome];
  return make(
    "article",
    { class: `turn ${record.outcome}`, "aria-label": record.question },
    ...draw(batch, record),
    ...drawFindings(record),
    drawMeta(record),
  );
}

/** A claim: the verdict, then what speaks for and against it. */
function drawCheck(batch, record) {
  const sides = record.sides.map(({ name, stance, items }) =>
    make(
      "section",
      { class: `stand ${stance}` },
      make("h3", {}, name),
      make(
        "ul",
        {},
        ...items.map(({ position, quote, reason }) =>
          make(
            "li",
            {},
            chip(batch, record, position),
            make("div", {}, make("q", { dir: "auto" }, quote), reason ? make("p", { class: "reason", dir: "auto" }, reason) : null),
          ),
        ),
      ),
    ),
  );
  return make(
    "article",
    { class: "turn checked", "aria-label": `${record.headline}: ${record.question}` },
    make("p", { class: `verdict ${record.verdict}` }, record.headline),
    make("p", { class: "explanation", dir: "auto" }, record.explanation),
    ...sides,
    record.origins ? make("p", { class: "searched" }, `Rests on ${record.origins}.`) : null,
    ...drawFindings(record),
    drawMeta(record),
  );
}

function drawPager(batch, { page, pages, first, rows, count }) {
  const step = (by, name, shape) =>
    make(
      "button",
      { type: "button", class: "step", "aria-label": name, disabled: page + by < 0 || page + by >= pages, onclick: () => batch.send("page", page + by) },
      icon(shape),
    );
  const last = first + rows.length - 1;
  const where = `Rows ${first.toLocaleString("en")} to ${last.toLocaleString("en")} of ${count.toLocaleString("en")}`;
  return pages > 1 ? [step(-1, "Previous page", "before"), make("span", {}, where), step(1, "Next page", "after")] : [];
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const batch = sheetOf(parentElement, prepareBatch);
  const before = batch.data;
  updateSheet(batch, data, setTriggerValue);
  batch.none.hidden = data.rows.length > 0;
  batch.none.textContent = data.none;
  updateRows(batch, data);
  batch.pager.replaceChildren(...drawPager(batch, data));
  if (before && before.page !== data.page) batch.rows.scrollIntoView({ block: "start" });
  batch.status.textContent = data.said;
  updateArticle(batch, data.opened);
  return () => leaveSheet(batch);
}
