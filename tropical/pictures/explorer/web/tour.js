// A short guided tour, offered on a first visit.
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
  polytope: [
    [".tx-polytope", "Each dot is a linear region of the max-pooling layer: in every window one input is the largest. Two " +
      "dots are joined if the regions share a wall. The dots are the vertices of a polytope; turn it with the mouse."],
    [".tx-detail", "Click a dot to read which input wins in which window; its walls are buttons that lead to neighbours."],
  ],
  regions: [
    [".tx-region-pane", "Each polygon is a set of inputs on which every unit of the network is on or off in one way. " +
      "On it the network is one affine map."],
    [".tx-detail", "Click a polygon to read its pattern and its map; its sides are buttons that lead to the neighbours."],
  ],
};
const VISITED = "tropical-explore-tour";

export class Tour {
  constructor(app) {
    this.app = app;
    this.box = html("aside", { class: "tx-tour", hidden: true, role: "dialog", "aria-label": "Guided tour" });
    app.root.append(this.box);
  }

  // Start on a first visit; where nothing can be remembered, the button is enough.
  offer() {
    try {
      if (localStorage.getItem(VISITED)) return;
      localStorage.setItem(VISITED, "seen");
    } catch {
      return;
    }
    this.start(false);
  }

  start(takesFocus = true) {
    this.show(0, takesFocus);
  }

  show(step, takesFocus) {
    const steps = STEPS[this.app.scene.kind];
    this.app.root.querySelectorAll(".tx-toured").forEach((e) => e.classList.remove("tx-toured"));
    if (step >= steps.length) {
      this.box.hidden = true;
      return;
    }
    const [where, text] = steps[step];
    const pane = this.app.root.querySelector(where);
    pane?.classList.add("tx-toured");
    if (takesFocus) pane?.scrollIntoView({ block: "nearest" });
    const next = button(step + 1 < steps.length ? "Next" : "Done", () => this.show(step + 1, true));
    this.box.hidden = false;
    this.box.replaceChildren(html("p", {}, html("strong", { text: `${step + 1} of ${steps.length}. ` }), text),
      html("div", { class: "tx-bar" }, next, button("Close", () => this.show(steps.length))));
    if (takesFocus) next.focus({ preventScroll: true });
  }
}
