// Take an answer along: copy it, copy its link, save it as a file.

Object.assign(SHAPES, {
  copy: "M5.5 5.5V2.8h7.7v7.7h-2.7M2.8 5.5h7.7v7.7H2.8z",
  link: "M6.8 9.2a2.6 2.6 0 003.7 0l2.2-2.2a2.6 2.6 0 00-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 00-3.7 0L3.3 9a2.6 2.6 0 003.7 3.7l.9-.9",
  save: "M8 2.5v7.2M4.8 6.8L8 10l3.2-3.2M3 13.2h10",
  new: "M8 3v10M3 8h10",
});

const FORMS = [
  ["markdown", "Markdown"],
  ["html", "Web page"],
  ["json", "JSON"],
];

/** The actions below an answer. */
function drawActions(desk, turn) {
  if (!turn.text || turn.outcome === "failed") return null;
  const link = turn.link && new URL(turn.link, location.origin + location.pathname).href;
  return make(
    "div",
    { class: "take" },
    copyButton(desk, "copy", "Copy", turn.text, "The answer is copied, with its sources"),
    link ? copyButton(desk, "link", "Copy link", link, "The link is copied. Whoever has it can read this answer") : null,
    saveMenu(desk, turn.id, "Save"),
  );
}

/** What can be done with the whole conversation. */
function drawConversation(desk, { turns, asking }) {
  if (!turns.length || asking) return [];
  const clear = make("button", { type: "button", class: "quiet clear", onclick: () => desk.send("cleared", true) }, icon("new"), "New conversation");
  return [turns.length > 1 ? saveMenu(desk, null, "Save all") : null, clear].filter(Boolean);
}

function copyButton(desk, shape, label, text, told) {
  const button = make("button", { type: "button", class: "quiet" }, icon(shape), label);
  button.addEventListener("click", async () => {
    const done = await copy(text);
    desk.status.textContent = done ? told : "Copying is not allowed here";
    button.replaceChildren(icon(done ? "check" : "alert"), done ? "Copied" : "Not allowed here");
    setTimeout(() => button.replaceChildren(icon(shape), label), 2500);
  });
  return button;
}

/** A button that opens a short list of forms. */
function saveMenu(desk, turn, label) {
  const menu = make("details", { class: "menu" }, make("summary", { class: "quiet" }, icon("save"), label));
  const close = () => menu.removeAttribute("open");
  const items = FORMS.map(([form, name]) => {
    const save = () => {
      close();
      menu.querySelector("summary").focus();
      desk.send("saved", { turn, form });
    };
    return make("li", {}, make("button", { type: "button", onclick: save }, name));
  });
  menu.append(make("ul", {}, ...items));
  menu.addEventListener("focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close());
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    close();
    menu.querySelector("summary").focus();
  });
  return menu;
}

/** Copy text; without a secure connection a browser has only the old way. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { "aria-hidden": "true", style: "position: fixed; opacity: 0" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** Let the browser save a file that the page made. */
function saveFile({ name, type, text }) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
