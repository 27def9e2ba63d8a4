// A short guided tour, offered on a first visit. It lies in the page beside what it speaks of, and covers nothing.
import { button, html } from "./dom.js";

const STEPS = {
  fan: [
    [".tx-data", "Each point has a label, + or −. The classifier g − h is the difference of two maxima of affine forms; " +
      "its sign should be the label. The heavy line is where g = h."],
    [".tx-fan", "All choices of the forms make up a space, cut into cones: in one cone every point keeps its winning form. " +
      "Each dot is a cone, and two dots are joined if a single wall separates them."],
    [".tx-filter", "The loss of a cone is the number of points on the wrong side. With the slider you keep the cones of " +
      "small loss: do they hang together, or fall into components?"],
    [".tx-cone", "Click a dot to see the classifier that lives there. Its walls are buttons: each moves one point to " +
      "another form. Everything you read is computed exactly."],
  ],
  unlabelled: [
    [".tx-data", "The classifier g − h is the difference of two maxima of affine forms; the heavy line is where g = h. Without " +
      "labels of the points there is no loss."],
    [".tx-fan", "All choices of the forms make up a space, cut into cones: in one cone every point keeps its winning form. " +
      "Each dot is a cone, and two dots are joined if a single wall separates them."],
    [".tx-cone", "Click a dot to see the classifier that lives there. Its walls are buttons: each moves one point to " +
      "another form. Everything you read is computed exactly."],
  ],
  polytope: [
    [".tx-polytope", "Each dot is a linear region of the max-pooling layer: in every window one input is the largest. Two " +
      "dots are joined if the regions share a wall. The dots are the vertices of a polytope; turn it with the mouse."],
    [".tx-detail", "Click a dot to read which input wins in which window; its walls are buttons that lead to neighbours."],
  ],
  space: [
    [".tx-space", "Inputs lie in space, and a plane cuts through it. On each cell of the section every unit of the network is on or " +
      "off in one way. Turn the box with the mouse, move the plane with the slider or type where it is."],
    [".tx-region-pane", "The same section, flat, with its axes. Behind the plane are the walls of the regions, and on both sides the " +
      "decision boundary."],
    [".tx-detail", "Click a cell to read its pattern and its map; its sides are buttons that lead to the neighbours."],
  ],
  training: [
    [".tx-training", "A training, seen at its checkpoints. Move the slider, or click a curve, and go there: the curves count the " +
      "regions and measure how densely the network bends; with labelled data they show the losses."],
    [".tx-path", "The weights of a shallow network move through a fan: in one of its cones every point of the data stays on its " +
      "side of every unit. Here are the cones that the training passes, and the walls that it crosses."],
  ],
  regions: [
    [".tx-region-pane", "Each polygon is a set of inputs on which every unit of the network is on or off in one way. " +
      "On it the network is one affine map."],
    [".tx-detail", "Click a polygon to read its pattern and its map; its sides are buttons that lead to the neighbours."],
  ],
};
const VISITED = "tropical-explore-tour";
const WIDE = "(min-width: 1150px)"; // as in the style sheet: all panes side by side
const NARROW = "(max-width: 639px)"; // one pane below the other
const YEAR = 365 * 24 * 3600;

export class Tour {
  constructor(app) {
    this.app = app;
    this.box = html("aside", { class: "tx-tour", hidden: true, "aria-label": "Guided tour" });
    this.box.addEventListener("keydown", (event) => event.key === "Escape" && this.end());
  }

  // Start on a first visit; where nothing can be remembered, the button is enough.
  offer() {
    if (!wasVisited()) this.start(false);
  }

  start(takesFocus = true) {
    this.show(0, takesFocus);
  }

  show(step, takesFocus) {
    const { kind, data } = this.app.scene;
    const steps = STEPS[kind === "fan" && !data.labelled ? "unlabelled" : kind] ?? [];
    if (step >= steps.length) return this.end();
    this.unmark();
    const [where, text] = steps[step];
    const pane = this.app.root.querySelector(where);
    pane?.classList.add("tx-toured");
    this.place(pane?.closest(".tx-pane"));
    const next = button(step + 1 < steps.length ? "Next" : "Done", () => this.show(step + 1, true));
    this.box.hidden = false;
    this.box.replaceChildren(html("p", {}, html("strong", { text: `${step + 1} of ${steps.length}. ` }), text),
      html("div", { class: "tx-bar" }, next, button("Close", () => this.end())));
    if (!takesFocus) return;
    this.box.scrollIntoView({ block: "nearest" });
    next.focus({ preventScroll: true });
  }

  end() {
    const inside = this.box.contains(document.activeElement);
    this.unmark();
    this.box.hidden = true;
    if (inside) this.app.toolbar.tourButton.focus();
  }

  unmark() {
    this.app.root.querySelectorAll(".tx-toured").forEach((element) => element.classList.remove("tx-toured"));
  }

  // On top of the last pane where all are side by side, before the pane where they are below one another.
  place(pane) {
    const { panes } = this.app;
    const beside = matchMedia(WIDE).matches;
    const [parent, before] = beside ? [panes.lastElementChild, panes.lastElementChild.firstElementChild]
      : [panes, matchMedia(NARROW).matches ? pane : panes.firstElementChild];
    if (before !== this.box && this.box.nextElementSibling !== before) parent.insertBefore(this.box, before ?? null);
  }
}

// Whether the tour was offered before; it is noted that it is now. A server has another port each time, and what is
// stored belongs to a port; a cookie is for all of them. Where nothing can be noted, it counts as offered.
function wasVisited() {
  try {
    const isKnown = document.cookie.includes(`${VISITED}=seen`) || localStorage.getItem(VISITED);
    document.cookie = `${VISITED}=seen; max-age=${YEAR}; path=/; samesite=strict`;
    localStorage.setItem(VISITED, "seen");
    return Boolean(isKnown);
  } catch {
    return true;
  }
}
