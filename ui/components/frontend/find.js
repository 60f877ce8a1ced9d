// Find words in the open article. What is found is painted by the browser's own highlights: the
// article's elements stay as they are, so that marks, chips and places are not disturbed.

const FOUND = "factcheck-found";
const FOUND_HERE = "factcheck-found-here";
const MOST_FOUND = 2000;

/** Return the button that opens the row, the row, and what clears the highlights. */
function startFind(sheet) {
  clearFound();
  const find = { ranges: [], at: -1, clear: clearFound };
  const count = make("span", { class: "found", role: "status" });
  const field = make("input", {
    type: "search",
    "aria-label": "Find in this article",
    placeholder: "Find in this article",
    autocomplete: "off",
    oninput: () => seek(sheet, find, field.value, count),
    onkeydown: (event) => {
      if (event.key === "Enter") goTo(sheet, find, find.at + (event.shiftKey ? -1 : 1), count);
      else if (event.key === "Escape") toggle(false);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  const button = (shape, name, by) =>
    make("button", { type: "button", "aria-label": name, onclick: () => goTo(sheet, find, find.at + by, count) }, icon(shape));
  find.row = make(
    "div",
    { class: "find", role: "search", hidden: true },
    field,
    count,
    button("before", "Previous place", -1),
    button("after", "Next place", 1),
  );
  const toggle = (open) => {
    find.row.hidden = !open;
    find.opener.setAttribute("aria-expanded", String(open));
    if (open) {
      field.focus();
      field.select();
      return;
    }
    field.value = "";
    seek(sheet, find, "", count);
    find.opener.focus();
  };
  const properties = { type: "button", class: "finder", "aria-label": "Find in this article", "aria-expanded": "false" };
  find.opener = make("button", { ...properties, onclick: () => toggle(find.row.hidden) }, icon("search"));
  return find;
}

/** Find all places of the words, in any case and over any space. */
function seek(sheet, find, words, count) {
  sheet.watch?.disconnect(); // the reader leads from here on
  const pattern = words.trim().replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&").replace(/\s+/g, "\\s+");
  find.ranges = pattern ? findRanges(sheet.scroller, new RegExp(pattern, "giu")) : [];
  find.at = -1;
  if (!find.ranges.length) {
    clearFound();
    count.textContent = pattern ? "Not found" : "";
    return;
  }
  CSS.highlights?.set(FOUND, new Highlight(...find.ranges));
  goTo(sheet, find, 0, count);
}

function findRanges(scroller, pattern) {
  const ranges = [];
  for (const block of scroller.querySelectorAll(".block")) {
    const nodes = [];
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let text = "";
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, start: text.length });
      text += walker.currentNode.data;
    }
    for (const match of text.matchAll(pattern)) {
      if (ranges.length >= MOST_FOUND) return ranges;
      const range = document.createRange();
      range.setStart(...placeIn(nodes, match.index, false));
      range.setEnd(...placeIn(nodes, match.index + match[0].length, true));
      ranges.push(range);
    }
  }
  return ranges;
}

/** Return the text node that an offset of a block falls into, and the offset in it. */
function placeIn(nodes, offset, ends) {
  const holds = ({ start }) => (ends ? start < offset : start <= offset);
  const { node, start } = nodes.findLast(holds);
  return [node, offset - start];
}

function goTo(sheet, find, target, count) {
  const total = find.ranges.length;
  if (!total) return;
  find.at = (target + total) % total;
  const range = find.ranges[find.at];
  CSS.highlights?.set(FOUND_HERE, Object.assign(new Highlight(range), { priority: 1 }));
  scrollToBox(sheet.scroller, range.getBoundingClientRect());
  count.textContent = `${find.at + 1} of ${total === MOST_FOUND ? `${total} or more` : total}`;
}

function clearFound() {
  CSS.highlights?.delete(FOUND);
  CSS.highlights?.delete(FOUND_HERE);
}
