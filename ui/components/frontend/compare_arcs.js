// The picture of one origin: its files below each other, and an arc for every two that are linked.

const ARC_ROW = 64;
const ARC_EDGE = 14;

/** Make an element of a drawing. */
function stroke(tag, properties, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Draw arcs and dots; `choose` is told of the link that is chosen, `name` words a link. */
function drawArcs(origin, { choose, name, hover }) {
  const span = Math.max(1, ...origin.links.map((link) => Math.abs(link.a - link.b)));
  const width = Math.min(190, 56 + 26 * span);
  const right = width - ARC_EDGE;
  const middle = (place) => ARC_ROW * place + ARC_ROW / 2;
  const links = origin.links.map((link, number) => {
    const [top, bottom] = [Math.min(link.a, link.b), Math.max(link.a, link.b)];
    // A cubic bows out to three quarters of its handles.
    const bow = right - ((width - 2 * ARC_EDGE) / 0.75) * ((bottom - top) / span) ** 0.7;
    const path = `M${right} ${middle(top)}C${bow} ${middle(top)} ${bow} ${middle(bottom)} ${right} ${middle(bottom)}`;
    const strength = Math.max(...link.reasons.map((reason) => reason.strength));
    return stroke(
      "g",
      {
        class: `link ${link.reasons[0].kind}`,
        tabindex: 0,
        role: "button",
        "aria-pressed": "false",
        "aria-label": name(link),
        "data-link": number,
        onclick: () => choose(number),
        onfocus: () => choose(number),
        onpointerenter: () => hover(link),
        onpointerleave: () => hover(null),
        onkeydown: (event) => {
          if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            choose(number);
          }
        },
      },
      stroke("path", { class: "reach", d: path }),
      stroke("path", { class: "line", d: path, "stroke-width": (1.2 + 3.4 * strength).toFixed(1) }),
    );
  });
  const dots = origin.files.map((file, place) =>
    stroke("circle", { class: file.found ? "dot found" : "dot", cx: right, cy: middle(place), r: 5, "data-file": place }),
  );
  const height = ARC_ROW * origin.files.length;
  return stroke(
    "svg",
    { class: "arcs", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Links within ${origin.name}` },
    ...links,
    ...dots,
  );
}
