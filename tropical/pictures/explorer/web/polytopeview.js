// A max-pooling polytope: vertices are the linear regions of the layer, edges their walls.
import { button, html, svg } from "./dom.js";
import { STAGE, Stage } from "./stage.js";

const MOST_LINES = 4000;

export class PolytopeView extends Stage {
  constructor(app) {
    super(app, "The max-pooling polytope. Arrow keys walk along edges, page keys turn.");
    this.selected = null;
    this.body = html("div", { class: "tx-body" });
    this.tools = html("div", { class: "tx-tools" }, button("−", () => this.scale(1 / 1.25), { "aria-label": "zoom out" }),
      button("+", () => this.scale(1.25), { "aria-label": "zoom in" }),
      button("Reset", () => this.reset(), { "aria-label": "reset the view" }));
    this.elements = [
      html("section", { class: "tx-pane tx-polytope", "aria-label": "Polytope" }, html("h2", { text: "Max-pooling polytope" }),
        this.tools, this.stage, html("p", { class: "tx-note", text: app.scene.note })),
      html("section", { class: "tx-pane tx-detail", "aria-label": "Selected region" },
        html("h2", { text: "Selected region" }), this.body),
    ];
  }

  counts() {
    const { counts } = this.app.scene;
    return `${counts.linear_regions} linear regions, ${counts.edges} walls; dimension ${counts.dimension}, ${counts.facets} facets`;
  }

  load() {
    const { scene } = this.app;
    this.near = scene.vertices.map(() => []);
    for (const [a, b] of scene.edges) {
      this.near[a].push(b);
      this.near[b].push(a);
    }
    this.pick(0);
  }

  draw() {
    this.paint();
  }

  state() {
    return { region: this.selected, ...this.sight() };
  }

  restore(parts) {
    this.restoreSight(parts);
    const i = /^\d+$/.test(parts.get("region") ?? "") ? Number(parts.get("region")) : this.selected;
    this.pick(Math.min(i, this.app.scene.vertices.length - 1));
  }

  paint() {
    const { scene } = this.app;
    this.at = scene.vertices.map((vertex) => this.project(vertex.place));
    const text = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    const faces = scene.facets.map((cycle) => svg("path", { class: "tx-face",
      d: `${cycle.map((i, k) => (k ? "L" : "M") + text(this.at[i])).join("")}Z` }));
    const skip = this.isTurning ? Math.max(1, Math.ceil(scene.edges.length / MOST_LINES)) : 1;
    const lines = scene.edges.filter((_, k) => k % skip === 0).map(([a, b]) => `M${text(this.at[a])}L${text(this.at[b])}`);
    const radius = Math.max(2, Math.min(8, 90 / Math.sqrt(this.at.length)));
    const order = this.at.map((_, i) => i).sort((a, b) => this.at[a][2] - this.at[b][2]);
    const dots = order.map((i) => svg("circle", { cx: this.at[i][0].toFixed(1), cy: this.at[i][1].toFixed(1), r: radius,
      class: `tx-node tx-vertex${i === this.selected ? " tx-selected" : ""}`, "data-vertex": i }));
    this.picture.replaceChildren(...faces, svg("path", { class: "tx-wall", d: lines.join("") }), ...dots);
  }

  // What is exported.
  figures() {
    return [{ name: "polytope", pictures: [this.picture] }];
  }

  chosen() {
    return this.selected;
  }

  around(node) {
    return this.near[node];
  }

  hint(i) {
    return this.app.scene.vertices[i].winners.join(" ");
  }

  pick(i) {
    const { scene } = this.app;
    const { winners, point } = scene.vertices[i];
    const inside = this.body.contains(document.activeElement);
    this.selected = i;
    this.paint();
    this.body.replaceChildren(
      html("p", { class: "tx-summary", text: `Region ${i + 1} of ${scene.vertices.length}.` }),
      html("h3", { text: "Which input wins in which window" }),
      html("ul", {}, scene.windows.map((window, k) => html("li", {}, html("code", {}, `max(${window.map((x) => `x${x}`).join(", ")}) = `,
        html("strong", { text: `x${winners[k]}` }))))),
      html("h3", { text: "Vertex: how often each input wins" }),
      html("p", {}, html("code", { text: `(${point.join(", ")})` })),
      html("h3", { text: `Walls (${this.near[i].length})` }),
      html("ul", { class: "tx-walls" }, this.near[i].map((j) => html("li", {}, button(this.change(i, j), () => this.pick(j),
        { "data-vertex": j })))));
    if (inside) this.body.querySelector(".tx-walls button")?.focus({ preventScroll: true });
    this.app.say(`region ${i + 1}, winners ${this.hint(i)}`);
    this.app.note();
  }

  // Along an edge one input takes over from another in some windows.
  change(i, j) {
    const [here, there] = [i, j].map((k) => this.app.scene.vertices[k].winners);
    const k = here.findIndex((winner, window) => winner !== there[window]);
    const places = here.flatMap((winner, window) => (winner !== there[window] ? [window + 1] : []));
    return `x${here[k]} → x${there[k]} in window ${places.join(", ")}`;
  }
}
