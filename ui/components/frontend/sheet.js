// The sheet: what every component of the app is built on. It has a root, a hover card, and a pane
// at the side that shows the article of the citation that is open.
//
// Citations come in groups (the citations of one answer, the evidence of one claim): a group is
// {id, citations}. A citation is opened by its group's id and its position in it; the page then
// sends back data.opened = {group, position, count, article}.

const sheets = new WeakMap();

/** Return the sheet of a component, made at the first call; `prepare` adds to a new one. */
function sheetOf(parent, prepare = () => {}) {
  if (!sheets.has(parent)) {
    const sheet = startSheet(parent);
    prepare(sheet);
    sheets.set(parent, sheet);
  }
  return sheets.get(parent);
}

function startSheet(parent) {
  const root = parent.querySelector(".sheet");
  const sheet = {
    root,
    status: root.querySelector(".status"),
    card: root.querySelector(".card"),
    pane: root.querySelector(".pane"),
    bar: root.querySelector(".bar"),
    scroller: root.querySelector(".scroller"),
    data: null,
    shown: "",
    from: null,
    send: () => {},
    // Replaced by components whose groups are not in data.groups.
    group: (id) => sheet.data.groups?.find((each) => each.id === id),
  };
  sheet.open = (group, position, from = null) => {
    hideCard(sheet);
    if (from && !sheet.pane.contains(from)) sheet.from = from;
    pressChips(sheet, { group, position });
    sheet.send("opened", { group, position });
  };
  sheet.close = () => {
    hideArticle(sheet);
    sheet.shown = "";
    pressChips(sheet, null);
    sheet.from?.focus();
    sheet.send("opened", null);
  };
  root.addEventListener("keydown", (event) => onKey(sheet, event));
  return sheet;
}

function onKey(sheet, event) {
  if (event.key === "Escape" && !sheet.card.hidden) hideCard(sheet);
  else if (event.key === "Escape" && !sheet.pane.hidden) sheet.close();
  else return;
  event.stopPropagation();
}

/** Take new data: the theme, and what the page sends with it. */
function updateSheet(sheet, data, send) {
  sheet.send = send;
  sheet.data = data;
  sheet.root.style.colorScheme = isDark(sheet.root) ? "dark" : "light";
}

/** Show the article that is open now; to be called when everything else is drawn. */
function updateArticle(sheet, opened) {
  const shown = opened ? `${opened.group}/${opened.position}/${opened.article.file}/${opened.article.version}` : "";
  pressChips(sheet, opened);
  if (shown === sheet.shown) return;
  const fresh = sheet.shown === "";
  const stepped = sheet.root.getRootNode().activeElement?.dataset.step;
  sheet.shown = shown;
  if (!opened) return hideArticle(sheet);
  showArticle(sheet, opened);
  if (fresh) sheet.scroller.focus({ preventScroll: true });
  else if (stepped) (sheet.bar.querySelector(`[data-step="${stepped}"]:enabled`) ?? sheet.scroller).focus({ preventScroll: true });
}

/** Leave the page: the pane lies over it and has to go with it. */
function leaveSheet(sheet) {
  sheet.watch?.disconnect();
  hideArticle(sheet);
}
