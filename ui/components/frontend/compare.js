// The Compare page: one section at a time. Streamlit calls the default export at every change of
// the data; what did not change stays as it is, so that focus and place stay.

const SECTIONS = { quotes: drawQuotes, facts: drawFacts, said: drawUtterances, origins: drawOrigins };

function prepareCompare(sheet) {
  sheet.body = sheet.root.querySelector(".body");
  sheet.drawn = "";
  sheet.vary = (voice) => sheet.send("varied", voice);
}

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const sheet = sheetOf(parentElement, prepareCompare);
  updateSheet(sheet, data, setTriggerValue);
  const { opened, ...rest } = data;
  const drawn = JSON.stringify(rest);
  if (drawn !== sheet.drawn) {
    const focused = sheet.root.getRootNode().activeElement?.dataset?.stay;
    sheet.drawn = drawn;
    sheet.body.replaceChildren(...SECTIONS[data.section](sheet, data));
    if (data.summary) sheet.status.textContent = data.summary;
    if (focused) sheet.body.querySelector(`[data-stay="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  updateArticle(sheet, opened);
  return () => leaveSheet(sheet);
}
