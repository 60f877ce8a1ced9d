// The desk: the conversation and, beside it, the article that is open. Streamlit calls the default
// export at every change of the data; the desk redraws only what changed, so focus and place stay.

const desks = new WeakMap();

function startDesk(parent) {
  const root = parent.querySelector(".desk");
  const desk = {
    root,
    turns: root.querySelector(".turns"),
    asking: root.querySelector(".waiting"),
    start: root.querySelector(".start"),
    status: root.querySelector(".status"),
    card: root.querySelector(".card"),
    pane: root.querySelector(".pane"),
    bar: root.querySelector(".bar"),
    scroller: root.querySelector(".scroller"),
    data: null,
    shown: "",
    from: null,
  };
  desk.open = (turn, position, from = null) => {
    hideCard(desk);
    if (from && !desk.pane.contains(from)) desk.from = from;
    pressChips(desk, { turn, position });
    desk.send("opened", { turn, position });
  };
  desk.close = () => {
    hideArticle(desk);
    desk.shown = "";
    pressChips(desk, null);
    desk.from?.focus();
    desk.send("opened", null);
  };
  desk.ask = (question) => desk.send("asked", question);
  desk.retry = (turn) => desk.send("retried", turn);
  root.addEventListener("keydown", (event) => onKey(desk, event));
  return desk;
}

function onKey(desk, event) {
  if (event.key === "Escape" && !desk.card.hidden) hideCard(desk);
  else if (event.key === "Escape" && !desk.pane.hidden) desk.close();
  else return;
  event.stopPropagation();
}

/** Draw turns that are new; the newest may have become an earlier one. */
function updateTurns(desk, turns) {
  const known = new Map([...desk.turns.children].map((each) => [each.dataset.id, each]));
  const drawn = turns.map((turn, at) => {
    const old = known.get(turn.id);
    return old?.dataset.newest === String(at === 0) ? old : drawTurn(desk, turn, at === 0);
  });
  desk.turns.replaceChildren(...drawn);
  const newest = turns[0];
  if (newest && !known.has(newest.id)) desk.status.textContent = `${gist(newest)}. ${newest.question}`;
}

function updateArticle(desk, opened) {
  const shown = opened ? `${opened.turn}/${opened.position}/${opened.article.file}` : "";
  if (shown === desk.shown) return;
  const fresh = desk.shown === "";
  const stepped = desk.root.getRootNode().activeElement?.dataset.step;
  desk.shown = shown;
  if (!opened) return hideArticle(desk);
  showArticle(desk, opened);
  if (fresh) desk.scroller.focus({ preventScroll: true });
  else if (stepped) (desk.bar.querySelector(`[data-step="${stepped}"]:enabled`) ?? desk.scroller).focus({ preventScroll: true });
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!desks.has(parentElement)) desks.set(parentElement, startDesk(parentElement));
  const desk = desks.get(parentElement);
  desk.send = setTriggerValue;
  desk.data = data;
  desk.root.style.colorScheme = isDark(desk.root) ? "dark" : "light";
  desk.asking.replaceChildren(...(data.asking ? [drawAsking(data.asking)] : []));
  if (data.asking) desk.status.textContent = "Reading the articles";
  desk.start.replaceChildren(...(data.asking || data.turns.length ? [] : drawStart(desk, data)));
  updateTurns(desk, data.turns);
  updateArticle(desk, data.opened);
  pressChips(desk, data.opened);
  return () => {
    desk.watch?.disconnect();
    hideArticle(desk);
  };
}
