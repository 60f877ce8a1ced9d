// Citation chips and their hover card.

/** A numbered chip that opens a citation and shows its card on hover and focus. */
function chip(desk, turn, position, { label = String(position + 1), kind = "chip" } = {}) {
  const citation = turn.citations[position];
  const speaker = citation.speaker ? `${citation.speaker}, ` : "";
  return make(
    "button",
    {
      type: "button",
      class: kind,
      "data-turn": turn.id,
      "data-position": position,
      "data-number": position + 1,
      "aria-label": `Citation ${position + 1}: ${speaker}${citation.place}. Open the article`,
      "aria-pressed": "false",
      onclick: (event) => desk.open(turn.id, position, event.currentTarget),
      onpointerenter: (event) => event.pointerType !== "touch" && showCard(desk, event.currentTarget, citation),
      onpointerleave: () => hideCard(desk),
      onfocus: (event) => event.currentTarget.matches(":focus-visible") && showCard(desk, event.currentTarget, citation),
      onblur: () => hideCard(desk),
    },
    label,
  );
}

/** Show the card of a citation beside its chip, above it where there is no room below. */
function showCard(desk, anchor, citation) {
  const { card } = desk;
  const lines = ["speaker", "title", "source", "place"].filter((name) => citation[name]);
  card.replaceChildren(
    make("blockquote", { dir: "auto" }, citation.quote),
    ...lines.map((name) => make("p", { class: name, dir: "auto" }, citation[name])),
  );
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
function hideCard(desk) {
  if (desk.card.hidden) return;
  if (desk.card.matches(":popover-open")) desk.card.hidePopover();
  desk.card.hidden = true;
}

/** Mark the chips of the open citation as pressed, all others as not. */
function pressChips(desk, opened) {
  for (const each of desk.root.querySelectorAll("[data-position]")) {
    const pressed =
      opened !== null && each.dataset.turn === opened.turn && Number(each.dataset.position) === opened.position;
    each.setAttribute("aria-pressed", String(pressed));
  }
}
