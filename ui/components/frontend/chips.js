// Citation chips and their hover card.

/**
 * A numbered chip that opens a citation and shows its card on hover and focus. A citation may have a
 * label in place of its number, and a kind that its chips and marks have as a class.
 */
function chip(sheet, group, position, { label = null, kind = "chip" } = {}) {
  const citation = group.citations[position];
  const number = citation.label ?? String(position + 1);
  const speaker = citation.speaker ? `${citation.speaker}, ` : "";
  return make(
    "button",
    {
      type: "button",
      class: citation.kind ? `${kind} ${citation.kind}` : kind,
      "data-group": group.id,
      "data-position": position,
      "data-number": number,
      "aria-label": `Citation ${number}: ${speaker}${citation.place}. Open the article`,
      "aria-pressed": "false",
      onclick: (event) => sheet.open(group.id, position, event.currentTarget),
      onpointerenter: (event) => event.pointerType !== "touch" && showCard(sheet, event.currentTarget, citation),
      onpointerleave: () => hideCard(sheet),
      onfocus: (event) => event.currentTarget.matches(":focus-visible") && showCard(sheet, event.currentTarget, citation),
      onblur: () => hideCard(sheet),
    },
    label ?? number,
  );
}

/** Show the card of a citation beside its chip. */
function showCard(sheet, anchor, citation) {
  const lines = ["speaker", "title", "source", "place"].filter((name) => citation[name]);
  placeCard(
    sheet,
    anchor,
    make("blockquote", { dir: "auto" }, citation.quote),
    ...lines.map((name) => make("p", { class: name, dir: "auto" }, citation[name])),
  );
}

/** Show a card beside what it is about, above it where there is no room below. */
function placeCard(sheet, anchor, ...content) {
  const { card } = sheet;
  card.replaceChildren(...content.filter(Boolean));
  card.hidden = false;
  if (!card.matches(":popover-open")) card.showPopover?.();
  anchor.setAttribute("aria-describedby", card.id);
  const chipBox = anchor.getBoundingClientRect();
  const box = card.getBoundingClientRect();
  const left = Math.max(8, Math.min(chipBox.left - 12, innerWidth - box.width - 8));
  const below = chipBox.bottom + 8;
  const top = below + box.height < innerHeight ? below : Math.max(8, chipBox.top - box.height - 8);
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}

/** Hide the card. */
function hideCard(sheet) {
  if (sheet.card.hidden) return;
  if (sheet.card.matches(":popover-open")) sheet.card.hidePopover();
  sheet.card.hidden = true;
}

/** Mark the chips of the open citation as pressed, all others as not. */
function pressChips(sheet, opened) {
  for (const each of sheet.root.querySelectorAll("[data-position]")) {
    const pressed =
      opened !== null && each.dataset.group === opened.group && Number(each.dataset.position) === opened.position;
    each.setAttribute("aria-pressed", String(pressed));
  }
}
