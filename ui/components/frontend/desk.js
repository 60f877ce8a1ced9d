// The desk: the conversation and, beside it, the article that is open. Streamlit calls the default
// export at every change of the data; the desk redraws only what changed, so focus and place stay.

function prepareDesk(desk) {
  for (const name of ["notice", "turns", "start", "waiting", "whole"]) desk[name] = desk.root.querySelector(`.${name}`);
  desk.group = (id) => desk.data.turns.find((turn) => turn.id === id);
  desk.ask = (question) => desk.send("asked", question);
  desk.retry = (turn) => desk.send("retried", turn);
  desk.drawn = new WeakMap();
}

/** Draw into a place, unless the same is there already. */
function redraw(desk, place, state, draw) {
  const now = JSON.stringify(state);
  if (desk.drawn.get(place) === now) return false;
  desk.drawn.set(place, now);
  place.replaceChildren(...draw());
  return true;
}

/** Draw turns that are new or have changed; the newest may have become an earlier one. */
function updateTurns(desk, turns) {
  const known = new Map([...desk.turns.children].map((each) => [each.dataset.id, each]));
  const drawn = turns.map((turn, at) => {
    const old = known.get(turn.id);
    const now = JSON.stringify([turn, at === 0]);
    if (old && desk.drawn.get(old) === now) return old;
    const fresh = drawTurn(desk, turn, at === 0);
    if (old?.open) fresh.open = true;
    desk.drawn.set(fresh, now);
    return fresh;
  });
  if (drawn.length !== desk.turns.children.length || drawn.some((each, at) => each !== desk.turns.children[at])) {
    desk.turns.replaceChildren(...drawn);
  }
  const newest = turns[0];
  if (newest && !known.has(newest.id)) desk.status.textContent = `${gist(newest)}. ${newest.question}`;
}

function updateWaiting(desk, asking) {
  const before = desk.waiting.querySelectorAll(".statement").length;
  redraw(desk, desk.waiting, asking, () => (asking ? [drawAsking(desk, asking)] : []));
  const now = asking?.statements.length ?? 0;
  if (asking && !now) desk.status.textContent = "Reading the articles";
  else if (now > before) desk.status.textContent = asking.statements.slice(before).map(({ text }) => text).join(" ");
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const desk = sheetOf(parentElement, prepareDesk);
  updateSheet(desk, data, setTriggerValue);
  redraw(desk, desk.notice, data.notice, () => (data.notice ? [icon("alert"), data.notice] : []));
  updateWaiting(desk, data.asking);
  const idle = !data.asking && !data.turns.length;
  redraw(desk, desk.start, idle && [data.examples, data.shelf, data.count], () => (idle ? drawStart(desk, data) : []));
  redraw(desk, desk.whole, [data.turns.length, Boolean(data.asking)], () => drawConversation(desk, data));
  updateTurns(desk, data.turns);
  updateArticle(desk, data.opened);
  if (data.download) saveFile(data.download);
  return () => leaveSheet(desk);
}
