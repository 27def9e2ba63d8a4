// The fan: its dual graph, laid out as the activation polytope, or the cells of a sphere. SVG for hundreds of cones,
// a canvas for thousands.
import { cellAt, strokeFan } from "./canvas.js";
import { button, check, choice, html, svg } from "./dom.js";
import { componentColor, lossColor } from "./palette.js";
import { inFront } from "./sphere.js";
import { STAGE, Stage } from "./stage.js";

const MOST_ELEMENTS = 450;

export class FanView extends Stage {
  constructor(app) {
    super(app, "Dual graph of the fan. Arrow keys walk through walls, page keys turn.");
    this.level = null;
    this.by = "cones"; // what a dot is: cones, orbits of them or chambers
    this.view = null;
    this.trail = [];
    this.tools = html("div", { class: "tx-tools" });
    this.slider = html("input", { type: "range", step: 1, min: 0, class: "tx-slider", "aria-label": "largest loss shown" });
    this.readout = html("output", { class: "tx-readout" });
    this.legend = html("ol", { class: "tx-legend", "aria-label": "losses" });
    this.list = html("div", { class: "tx-components" });
    this.filter = html("div", { class: "tx-filter" }, html("label", {}, "loss at most ", this.slider), this.readout);
    this.element = html("section", { class: "tx-pane tx-fan", "aria-label": "Fan" }, html("h2", { text: "Fan" }),
      this.tools, this.stage, this.legend, this.filter, this.list);
    this.slider.addEventListener("input", () => this.setLevel(this.app.fan.losses[Number(this.slider.value)]));
  }

  get folded() {
    return this.by === "orbits";
  }

  load() {
    const { fan, scene } = this.app;
    const top = fan.losses.at(-1);
    this.slider.max = fan.losses.length - 1;
    this.clampLevel(this.level === null || this.level === this.top ? top : this.level); // all stay all
    this.top = top;
    if (scene.sphere && this.view === null) this.view = "sphere";
    if (!this.views().some(([key]) => key === this.view)) this.view = "polytope";
    if (scene.part) this.by = "cones"; // orbits and chambers are not complete
    this.buildTools();
    this.trail = [];
    this.draw();
  }

  // Go back to a view, as far as there is one.
  restore(parts, level) {
    if (this.views().some(([key]) => key === parts.get("view"))) this.view = parts.get("view");
    const by = parts.get("folded") === "1" ? "orbits" : parts.get("dots");
    this.by = ["orbits", "chambers"].includes(by) && !this.app.scene.part ? by : "cones";
    this.restoreSight(parts);
    if (level !== null) this.clampLevel(level);
    this.builtFor = null;
    this.buildTools();
    this.draw();
  }

  // The level to keep when the next scene is loaded.
  want(level) {
    if (level !== null) [this.level, this.top] = [level, null];
  }

  state() {
    return { loss: this.app.fan.isLabelled ? this.level : null, view: this.view, folded: this.folded ? 1 : null,
      dots: this.by === "chambers" ? this.by : null, ...this.sight() };
  }

  clampLevel(level) {
    const { losses } = this.app.fan;
    this.level = losses.filter((loss) => loss <= level).at(-1) ?? losses[0];
    this.slider.value = losses.indexOf(this.level);
  }

  views() {
    const found = [["polytope", "polytope"], ...(this.app.fan.isLabelled ? [["landscape", "loss upwards"]] : [])];
    return this.app.scene.sphere ? [["sphere", "sphere"], ...found] : found;
  }

  buildTools() {
    const { scene } = this.app;
    const key = `${Boolean(scene.sphere)} ${Boolean(scene.part)} ${scene.data.labelled}`;
    if (this.builtFor === key) return;
    this.builtFor = key;
    this.tools.replaceChildren(...[
      choice("layout", this.views(), this.view, (value) => { this.view = value; this.draw(); this.app.note(); }),
      ...(scene.part ? [] : [
        this.grouping("modulo symmetry", "orbits", "one dot for all cones that differ by renaming the terms of g, and those of h"),
        this.grouping("chambers", "chambers", "one dot for all cones of a chamber of the classification fan"),
      ]),
      button("−", () => this.scale(1 / 1.25), { "aria-label": "zoom out" }),
      button("+", () => this.scale(1.25), { "aria-label": "zoom in" }),
      button("Reset", () => this.reset(), { "aria-label": "reset the view" }),
    ]);
  }

  // A switch for what a dot is; one of them at most is on.
  grouping(text, by, title) {
    return check(text, this.by === by, (on) => {
      this.by = on ? by : "cones";
      this.builtFor = null;
      this.buildTools();
      this.tools.querySelector(`[data-by="${by}"]`).focus();
      this.draw();
      this.app.note();
    }, { title, "data-by": by });
  }

  setLevel(level) {
    this.level = level;
    this.slider.value = this.app.fan.losses.indexOf(level);
    this.draw();
    this.app.note();
    this.app.say(this.readout.textContent);
  }

  // Nodes (cones, or orbits of them), and edges between them. They change with the scene and with folding.
  connect() {
    const { fan, scene } = this.app;
    if (this.connected?.fan === fan && this.connected.by === this.by) return;
    this.connected = { fan, by: this.by };
    const groups = { orbits: fan.orbit, chambers: this.by === "chambers" ? fan.chambers : null }[this.by];
    this.nodeOf = groups?.of ?? fan.cones.map((_, i) => i);
    this.members = groups?.members ?? fan.cones.map((_, i) => [i]);
    const places = this.folded ? scene.layout.folded : scene.layout.polytope;
    this.places = this.members.map((own) => (this.by === "chambers" ? middle(own.map((i) => places[i])) : places[own[0]]));
    const edges = new Map(); // from pairs of nodes to the least loss of a wall between them
    for (const [i, j, ownLoss] of scene.walls) {
      const loss = ownLoss ?? 0;
      const [a, b] = [this.nodeOf[i], this.nodeOf[j]];
      if (a === b) continue;
      const key = a < b ? a * this.members.length + b : b * this.members.length + a;
      edges.set(key, Math.min(loss, edges.get(key) ?? loss));
    }
    this.edges = [...edges].map(([key, loss]) => [Math.floor(key / this.members.length), key % this.members.length, loss]);
    this.lossOf = this.members.map(([first]) => fan.cones[first].loss);
  }

  draw() {
    const { fan } = this.app;
    this.connect();
    this.parts = fan.components(this.level, this.folded);
    this.partOf = this.members.map(([first]) => this.parts.of[first]);
    const bright = this.partOf.filter((part) => part >= 0).length;
    this.usesCanvas = (this.view === "sphere" ? fan.cones : this.members).length > MOST_ELEMENTS;
    this.lit = this.usesCanvas ? Math.max(bright, 1) : this.members.length; // few large dots, or many small ones
    this.stage.replaceChildren(this.usesCanvas ? this.canvas : this.picture);
    this.describe();
    this.build();
    this.paint();
  }

  describe() {
    const { fan } = this.app;
    const { lists } = this.parts;
    for (const part of [this.legend, this.filter, this.list]) part.hidden = !fan.isLabelled;
    const cones = lists.reduce((sum, own) => sum + own.length, 0);
    const open = lists.filter((own) => fan.isOpen(own)).length;
    const what = this.folded ? " modulo symmetry" : this.app.scene.part ? ` in this part, ${open} up to its rim` : "";
    this.readout.textContent = `${this.level}: ${cones} cones${this.chambersShown()}, ${lists.length} component${lists.length === 1 ? "" : "s"}${what}`;
    this.slider.setAttribute("aria-valuetext", this.readout.textContent);
    this.legend.replaceChildren(...fan.losses.map((loss) => {
      const swatch = svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12 },
        svg("circle", { cx: 6, cy: 6, r: 5, fill: this.lossColor(loss), class: "tx-node" }));
      return html("li", { class: loss > this.level ? "tx-off" : "" }, swatch, ` ${loss}`);
    }));
    const shown = lists.slice(0, 12).map((own, c) => {
      const swatch = svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12 },
        svg("circle", { cx: 6, cy: 6, r: 4.5, fill: "none", stroke: this.partColor(c), "stroke-width": 3 }));
      const name = `component ${c + 1}: ${own.length} cone${own.length === 1 ? "" : "s"}`;
      const go = html("button", { type: "button", onclick: () => this.app.select(own[0]) }, swatch, ` ${name}`);
      return html("li", {}, go);
    });
    if (lists.length > 12) shown.push(html("li", { text: `and ${lists.length - 12} more` }));
    this.list.replaceChildren(html("ul", {}, shown));
  }

  chambersShown() {
    return this.by === "chambers" ? ` in ${this.partOf.filter((part) => part >= 0).length} chambers` : "";
  }

  positions() {
    const { fan } = this.app;
    if (this.view === "sphere") return this.members.map(([first]) => this.project(this.app.scene.sphere.centres[first]));
    if (this.view === "polytope") return this.places.map((place) => this.project(place));
    const [low, high] = [fan.losses[0], fan.losses.at(-1)];
    const rows = new Map();
    const order = this.places.map((place, i) => i).sort((a, b) => this.places[a][0] - this.places[b][0]);
    for (const i of order) {
      const loss = this.lossOf[i];
      if (!rows.has(loss)) rows.set(loss, []);
      rows.get(loss).push(i);
    }
    const found = [];
    for (const [loss, row] of rows) row.forEach((i, k) => {
      const x = (k + 0.5) / row.length - 0.5;
      const y = (loss - low) / (high - low || 1) - 0.5;
      const wave = 0.06 * Math.sin(k * 2.4) * Math.min(1, row.length / 20);
      found[i] = [STAGE / 2 + x * STAGE * 0.94 * this.zoom, STAGE / 2 - (y * 0.86 + wave) * STAGE * this.zoom, 0];
    });
    return found;
  }

  color(node) {
    return this.lossColor(this.lossOf[node]);
  }

  lossColor(loss) {
    if (!this.app.fan.isLabelled) return this.app.isDark() ? "#8fb8de" : "#4477aa";
    const [low, high] = [this.app.fan.losses[0], this.app.fan.losses.at(-1)];
    return lossColor((loss - low) / (high - low || 1), this.app.isDark());
  }

  partColor(part) {
    return componentColor(part, this.app.isDark());
  }

  radius(node) {
    const base = Math.max(2.5, Math.min(9, (this.usesCanvas ? 110 : 90) / Math.sqrt(this.lit)));
    return base + (this.by === "cones" ? 0 : Math.min(4, Math.log2(this.members[node].length)));
  }

  build() {
    if (this.usesCanvas) return;
    this.faces = svg("g");
    this.lines = svg("g");
    const isDotted = this.view !== "sphere" || this.members.length <= MOST_ELEMENTS; // dots would hide small cells
    this.nodes = (isDotted ? this.members : []).map((own, node) => svg("circle", { r: this.radius(node), "data-cone": own[0],
      class: this.partOf[node] < 0 ? "tx-node tx-faded" : "tx-node", fill: this.color(node) },
      svg("title", { text: this.app.fan.words(own[0]) })));
    this.picture.replaceChildren(this.faces, this.lines, ...this.nodes);
  }

  // For an export: the picture as elements, however many they are.
  showElements() {
    if (!this.usesCanvas) return;
    this.usesCanvas = false;
    this.stage.replaceChildren(this.picture);
    this.build();
    this.paint();
  }

  hideElements() {
    this.draw();
  }

  // What is exported.
  figures() {
    const { fan } = this.app;
    const entries = fan.isLabelled ? fan.losses.filter((loss) => loss <= this.level)
      .map((loss) => ({ fill: this.lossColor(loss), text: `loss ${loss}` })) : [];
    return [{ name: "fan", pictures: [this.picture], entries }];
  }

  paint() {
    this.at = this.positions();
    if (this.usesCanvas) this.paintCanvas();
    else this.paintElements();
  }

  paintElements() {
    const groups = new Map();
    const isFlat = this.view === "sphere";
    for (const [a, b, loss] of isFlat ? [] : this.edges) {
      const part = loss <= this.level ? this.partOf[a] : -1;
      if (!groups.has(part)) groups.set(part, []);
      const [[x, y], [u, v]] = [this.at[a], this.at[b]];
      groups.get(part).push(`M${x.toFixed(1)} ${y.toFixed(1)}L${u.toFixed(1)} ${v.toFixed(1)}`);
    }
    const lines = [...groups].sort(([a], [b]) => a - b).map(([part, d]) => svg("path", { d: d.join(""),
      class: part < 0 ? "tx-wall tx-faded" : "tx-wall", stroke: part < 0 ? null : this.partColor(part) }));
    if (this.trail.length > 1) lines.push(svg("path", { class: "tx-trail", d: this.trailPath() }));
    const { fan } = this.app;
    this.faces.replaceChildren(...(isFlat ? this.sphereCells() : []));
    this.lines.replaceChildren(...lines);
    const chosen = this.chosen();
    const order = this.at.map((_, i) => i).sort((a, b) => this.at[a][2] - this.at[b][2]);
    for (const i of this.nodes.length ? order : []) {
      const node = this.nodes[i];
      const [x, y, depth] = this.at[i];
      node.setAttribute("cx", x.toFixed(1));
      node.setAttribute("cy", y.toFixed(1));
      node.classList.toggle("tx-selected", i === chosen);
      node.classList.toggle("tx-behind", isFlat && depth < 0);
      node.setAttribute("stroke", this.partOf[i] >= 0 && fan.isLabelled ? this.partColor(this.partOf[i]) : "none");
      this.picture.append(node);
    }
  }

  // The cells of the sphere: arcs of great circles, those in front filled.
  sphereCells() {
    let last = null;
    const found = [svg("circle", { cx: STAGE / 2, cy: STAGE / 2, r: STAGE * 0.44 * this.zoom, class: "tx-sphere" })];
    this.app.scene.sphere.cells.forEach((cell, i) => {
      const front = inFront(cell.map((place) => this.project(place)), STAGE * 0.44 * this.zoom);
      if (!front.length) return;
      const d = front.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
      const node = this.nodeOf[i];
      const isOff = this.partOf[node] < 0;
      const mark = svg("path", { d: `${d}Z`, fill: this.color(node), "data-cone": i,
        class: `tx-cell${isOff ? " tx-faded" : ""}${i === this.app.selected ? " tx-selected" : ""}` });
      if (i === this.app.selected) last = mark;
      else found.push(mark);
    });
    if (last) found.push(last);
    return found;
  }

  trailPath() {
    return this.trail.map((i, k) => {
      const [x, y] = this.at[this.nodeOf[i]];
      return `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join("");
  }

  paintCanvas() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => strokeFan(this));
  }

  // The cone under the pointer, or null.
  under(event) {
    if (this.view !== "sphere") return super.under(event);
    if (this.usesCanvas) {
      const i = cellAt(this, this.local(event));
      return i === null ? null : this.nodeOf[i];
    }
    const cell = document.elementsFromPoint(event.clientX, event.clientY).find((e) => e.dataset?.cone !== undefined);
    return cell ? this.nodeOf[Number(cell.dataset.cone)] : null;
  }

  get turns() {
    return this.view !== "landscape";
  }

  pick(node) {
    this.app.select(this.members[node][0]);
  }

  walkTo(node) {
    this.app.select(this.members[node][0], { walks: true });
  }

  hint(node) {
    const i = this.members[node][0];
    return this.app.fan.words(i);
  }

  chosen() {
    return this.app.selected === null ? null : this.nodeOf[this.app.selected];
  }

  around(node) {
    return this.members[node].flatMap((i) => this.app.fan.neighbors[i].map(([j]) => this.nodeOf[j]));
  }
}

const middle = (places) => places[0].map((_, k) => places.reduce((sum, place) => sum + place[k], 0) / places.length);
