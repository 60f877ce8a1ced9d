// The desk: the conversation and, beside it, the article that is open. Streamlit calls the default
// export at every change of the data; the desk redraws only what changed, so focus and place stay.

function prepareDesk(desk) {
  for (const name of ["turns", "start", "waiting"]) desk[name] = desk.root.querySelector(`.${name}`);
  desk.group = (id) => desk.data.turns.find((turn) => turn.id === id);
  desk.ask = (question) => desk.send("asked", question);
  desk.retry = (turn) => desk.send("retried", turn);
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

export default function ({ data, parentElement, setTriggerValue }) {
  const desk = sheetOf(parentElement, prepareDesk);
  updateSheet(desk, data, setTriggerValue);
  desk.waiting.replaceChildren(...(data.asking ? [drawAsking(data.asking)] : []));
  if (data.asking) desk.status.textContent = "Reading the articles";
  desk.start.replaceChildren(...(data.asking || data.turns.length ? [] : drawStart(desk, data)));
  updateTurns(desk, data.turns);
  updateArticle(desk, data.opened);
  return () => leaveSheet(desk);
}
