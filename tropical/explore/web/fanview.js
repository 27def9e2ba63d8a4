// The fan: its dual graph, laid out as the activation polytope, or the cells of a sphere. SVG for hundreds of cones,
// a canvas for thousands.
import { button, check, choice, html, svg } from "./dom.js";
import { componentColour, lossColour } from "./palette.js";

const STAGE = 520;
const MOST_ELEMENTS = 450;
const NEAR = 16;

export class FanView {
  constructor(app) {
    this.app = app;
    this.level = null;
    this.folded = false;
    this.view = "polytope";
    this.turn = [0.5, 0.35];
    this.zoom = 1;
    this.trail = [];
    this.picture = svg("svg", { viewBox: `0 0 ${STAGE} ${STAGE}`, class: "tx-graph-picture" });
    this.canvas = html("canvas", { class: "tx-canvas", width: 2 * STAGE, height: 2 * STAGE, "aria-hidden": "true" });
    this.stage = html("div", { class: "tx-stage", tabindex: 0, role: "application",
      "aria-label": "Dual graph of the fan. Arrow keys walk through walls, page keys turn." }, this.picture);
    this.tools = html("div", { class: "tx-tools" });
    this.slider = html("input", { type: "range", step: 1, min: 0, class: "tx-slider", "aria-label": "largest loss shown" });
    this.readout = html("output", { class: "tx-readout" });
    this.legend = html("ol", { class: "tx-legend", "aria-label": "losses" });
    this.list = html("div", { class: "tx-components" });
    this.element = html("section", { class: "tx-pane tx-fan", "aria-label": "Fan" }, html("h2", { text: "Fan" }),
      this.tools, this.stage, this.legend,
      html("div", { class: "tx-filter" }, html("label", {}, "loss at most ", this.slider), this.readout), this.list);
    this.slider.addEventListener("input", () => this.setLevel(this.app.fan.losses[Number(this.slider.value)]));
    this.listen();
  }

  load() {
    const { fan, scene } = this.app;
    const places = fan.losses.length - 1;
    if (this.level === null || this.level > fan.losses.at(-1)) this.level = fan.losses.at(-1);
    if (this.level < fan.losses[0]) this.level = fan.losses[0];
    this.level = fan.losses.filter((loss) => loss <= this.level).at(-1);
    this.slider.max = places;
    this.slider.value = fan.losses.indexOf(this.level);
    const views = [["polytope", "polytope"], ["landscape", "loss upwards"]];
    if (scene.sphere) views.unshift(["sphere", "sphere"]);
    if (scene.sphere && this.fresh !== false) this.view = "sphere";
    if (!views.some(([key]) => key === this.view)) this.view = "polytope";
    this.fresh = false;
    if (this.views !== views.length) this.buildTools(views);
    this.trail = [];
    this.draw();
  }

  buildTools(views) {
    this.views = views.length;
    this.tools.replaceChildren(
      choice("layout", views, this.view, (value) => { this.view = value; this.draw(); this.app.note(); }),
      check("modulo symmetry", this.folded, (on) => { this.folded = on; this.draw(); this.app.note(); },
        { title: "one vertex for all cones that differ by renaming the terms of g, and those of h" }),
      button("−", () => this.scale(1 / 1.25), { "aria-label": "zoom out" }),
      button("+", () => this.scale(1.25), { "aria-label": "zoom in" }),
      button("Reset", () => { this.turn = [0.5, 0.35]; this.zoom = 1; this.paint(); }, { "aria-label": "reset the view" }));
  }

  setLevel(level) {
    this.level = level;
    this.slider.value = this.app.fan.losses.indexOf(level);
    this.draw();
    this.app.note();
    this.app.say(this.readout.textContent);
  }

  scale(factor) {
    this.zoom = Math.min(40, Math.max(0.3, this.zoom * factor));
    this.paint();
  }

  // What is drawn: nodes (cones, or orbits of them), and edges between them. Changes with the scene, level and folding.
  draw() {
    const { fan, scene } = this.app;
    const orbit = fan.orbit;
    this.nodeOf = this.folded ? orbit.of : fan.cones.map((_, i) => i);
    this.members = this.folded ? orbit.members : fan.cones.map((_, i) => [i]);
    const places = this.folded ? scene.layout.folded : scene.layout.polytope;
    this.places = this.members.map(([first]) => places[first]);
    const edges = new Map(); // from pairs of nodes to the least loss of a wall between them
    for (const [i, j, loss] of scene.walls) {
      const [a, b] = [this.nodeOf[i], this.nodeOf[j]];
      if (a === b) continue;
      const key = a < b ? a * this.members.length + b : b * this.members.length + a;
      edges.set(key, Math.min(loss, edges.get(key) ?? loss));
    }
    this.edges = [...edges].map(([key, loss]) => [Math.floor(key / this.members.length), key % this.members.length, loss]);
    this.parts = fan.components(this.level, this.folded);
    this.partOf = this.members.map(([first]) => this.parts.of[first]);
    const bright = this.partOf.filter((part) => part >= 0).length;
    this.usesCanvas = this.members.length > MOST_ELEMENTS && this.view !== "sphere";
    this.lit = this.usesCanvas ? Math.max(bright, 1) : this.members.length; // few large dots, or many small ones
    this.lossOf = this.members.map(([first]) => fan.cones[first].loss);
    this.stage.replaceChildren(this.usesCanvas ? this.canvas : this.picture);
    this.describe();
    this.build();
    this.paint();
  }

  describe() {
    const { fan } = this.app;
    const top = fan.losses.at(-1) || 1;
    const { lists } = this.parts;
    const cones = lists.reduce((sum, own) => sum + own.length, 0);
    const what = this.folded ? " modulo symmetry" : "";
    this.readout.textContent = `${this.level}: ${cones} cones, ${lists.length} component${lists.length === 1 ? "" : "s"}${what}`;
    this.slider.setAttribute("aria-valuetext", this.readout.textContent);
    const isDark = this.app.isDark();
    this.legend.replaceChildren(...fan.losses.map((loss) => {
      const swatch = svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12 },
        svg("circle", { cx: 6, cy: 6, r: 5, fill: lossColour(loss / top, isDark), class: "tx-node" }));
      return html("li", { class: loss > this.level ? "tx-off" : "" }, swatch, ` ${loss}`);
    }));
    const shown = lists.slice(0, 12).map((own, c) => {
      const swatch = svg("svg", { viewBox: "0 0 12 12", width: 12, height: 12 },
        svg("circle", { cx: 6, cy: 6, r: 4.5, fill: "none", stroke: componentColour(c), "stroke-width": 3 }));
      const name = `component ${c + 1}: ${own.length} cone${own.length === 1 ? "" : "s"}`;
      const go = html("button", { type: "button", onclick: () => this.app.select(own[0]) }, swatch, ` ${name}`);
      return html("li", {}, go);
    });
    if (lists.length > 12) shown.push(html("li", { text: `and ${lists.length - 12} more` }));
    this.list.replaceChildren(html("ul", {}, shown));
  }

  // Positions on the stage, and depths in [-1, 1].
  project(place) {
    const [yaw, pitch] = this.turn;
    const [x, y, z] = place;
    const [u, w] = [x * Math.cos(yaw) + z * Math.sin(yaw), -x * Math.sin(yaw) + z * Math.cos(yaw)];
    const [v, depth] = [y * Math.cos(pitch) - w * Math.sin(pitch), y * Math.sin(pitch) + w * Math.cos(pitch)];
    const scale = STAGE * 0.44 * this.zoom;
    return [STAGE / 2 + u * scale, STAGE / 2 - v * scale, depth];
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

  colour(node) {
    return lossColour(this.lossOf[node] / (this.app.fan.losses.at(-1) || 1), this.app.isDark());
  }

  radius(node) {
    const base = Math.max(2.5, Math.min(9, (this.usesCanvas ? 110 : 90) / Math.sqrt(this.lit)));
    return this.folded ? base + Math.min(4, Math.log2(this.members[node].length)) : base;
  }

  build() {
    if (this.usesCanvas) return;
    this.faces = svg("g");
    this.lines = svg("g");
    this.nodes = this.members.map((own, node) => svg("circle", { r: this.radius(node), "data-cone": own[0],
      class: this.partOf[node] < 0 ? "tx-node tx-faded" : "tx-node", fill: this.colour(node) },
      svg("title", { text: `cone ${own[0] + 1}, loss ${this.lossOf[node]}` })));
    this.picture.replaceChildren(this.faces, this.lines, ...this.nodes);
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
      class: part < 0 ? "tx-wall tx-faded" : "tx-wall", stroke: part < 0 ? null : componentColour(part) }));
    if (this.trail.length > 1) lines.push(svg("path", { class: "tx-trail", d: this.trailPath() }));
    this.faces.replaceChildren(...(isFlat ? this.sphereCells() : []));
    this.lines.replaceChildren(...lines);
    const chosen = this.app.selected === null ? -1 : this.nodeOf[this.app.selected];
    const order = this.at.map((_, i) => i).sort((a, b) => this.at[a][2] - this.at[b][2]);
    for (const i of order) {
      const node = this.nodes[i];
      const [x, y, depth] = this.at[i];
      node.setAttribute("cx", x.toFixed(1));
      node.setAttribute("cy", y.toFixed(1));
      node.classList.toggle("tx-selected", i === chosen);
      node.classList.toggle("tx-behind", isFlat && depth < 0);
      node.setAttribute("stroke", this.partOf[i] >= 0 ? componentColour(this.partOf[i]) : "none");
      this.picture.append(node);
    }
  }

  // The cells of the sphere: arcs of great circles, those in front filled.
  sphereCells() {
    let last = null;
    const found = [svg("circle", { cx: STAGE / 2, cy: STAGE / 2, r: STAGE * 0.44 * this.zoom, class: "tx-sphere" })];
    const rim = (point) => {
      const [x, y, depth] = this.project(point);
      if (depth >= 0) return [x, y];
      const [dx, dy] = [x - STAGE / 2, y - STAGE / 2];
      const scale = (STAGE * 0.44 * this.zoom) / (Math.hypot(dx, dy) || 1); // what lies behind is drawn on the rim
      return [STAGE / 2 + dx * scale, STAGE / 2 + dy * scale];
    };
    this.app.scene.sphere.cells.forEach((cell, i) => {
      if (cell.every((place) => this.project(place)[2] < 0)) return;
      const d = cell.map((place, k) => `${k ? "L" : "M"}${rim(place).map((v) => v.toFixed(1)).join(" ")}`).join("");
      const node = this.nodeOf[i];
      const isOff = this.partOf[node] < 0;
      const mark = svg("path", { d: `${d}Z`, fill: this.colour(node), "data-cone": i,
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
    this.frame = requestAnimationFrame(() => this.strokeCanvas());
  }

  strokeCanvas() {
    const pen = this.canvas.getContext("2d");
    const style = getComputedStyle(this.stage);
    const ink = style.getPropertyValue("--tx-faint");
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.clearRect(0, 0, STAGE, STAGE);
    const groups = new Map();
    const most = this.isTurning ? 6000 : 60000; // coarser while the picture moves
    const skip = Math.max(1, Math.ceil(this.edges.length / most));
    for (let k = 0; k < this.edges.length; k += skip) {
      const [a, b, loss] = this.edges[k];
      const part = loss <= this.level ? this.partOf[a] % 6 : -1;
      if (!groups.has(part)) groups.set(part, new Path2D());
      groups.get(part).moveTo(this.at[a][0], this.at[a][1]);
      groups.get(part).lineTo(this.at[b][0], this.at[b][1]);
    }
    pen.lineWidth = 0.5;
    for (const [part, path] of [...groups].sort(([a], [b]) => a - b)) {
      pen.globalAlpha = part < 0 ? 0.25 : 0.35;
      pen.strokeStyle = part < 0 ? ink : componentColour(part);
      pen.stroke(path);
    }
    pen.globalAlpha = 1;
    const order = this.at.map((_, i) => i).sort((a, b) => this.at[a][2] - this.at[b][2]);
    for (const i of order) {
      const isOn = this.partOf[i] >= 0;
      pen.globalAlpha = isOn ? 1 : 0.35;
      pen.fillStyle = isOn ? this.colour(i) : ink;
      pen.beginPath();
      pen.arc(this.at[i][0], this.at[i][1], isOn ? this.radius(i) : 2, 0, 7);
      pen.fill();
      if (isOn && this.lit < 600) {
        pen.strokeStyle = componentColour(this.partOf[i]);
        pen.lineWidth = 2;
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
    pen.strokeStyle = style.getPropertyValue("--tx-accent");
    pen.lineWidth = 3;
    if (this.trail.length > 1) pen.stroke(new Path2D(this.trailPath()));
    if (this.app.selected !== null) {
      const [x, y] = this.at[this.nodeOf[this.app.selected]];
      pen.beginPath();
      pen.arc(x, y, 9, 0, 7);
      pen.stroke();
    }
  }

  // Pointer and keys

  listen() {
    let start = null;
    this.stage.addEventListener("pointerdown", (event) => {
      start = { at: [event.clientX, event.clientY], turn: this.turn, moved: false };
      this.stage.setPointerCapture(event.pointerId);
    });
    this.stage.addEventListener("pointermove", (event) => {
      if (!start) return this.hover(event);
      const [dx, dy] = [event.clientX - start.at[0], event.clientY - start.at[1]];
      if (Math.hypot(dx, dy) > 4) start.moved = true;
      if (!start.moved || this.view === "landscape") return;
      this.isTurning = true;
      this.turn = [start.turn[0] - dx / 130, start.turn[1] + dy / 130];
      this.paint();
    });
    const end = (event) => {
      if (start && !start.moved && event.type === "pointerup") {
        const i = this.under(event);
        if (i !== null) this.app.select(i);
      }
      if (this.isTurning) {
        this.isTurning = false;
        this.paint();
      }
      start = null;
    };
    this.stage.addEventListener("pointerup", end);
    this.stage.addEventListener("pointercancel", end);
    this.stage.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.scale(Math.exp(-event.deltaY / 200));
    }, { passive: false });
    this.stage.addEventListener("keydown", (event) => this.key(event));
  }

  local(event) {
    const box = this.stage.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * STAGE, ((event.clientY - box.top) / box.height) * STAGE];
  }

  // The cone under the pointer, or null.
  under(event) {
    const [x, y] = this.local(event);
    if (this.view === "sphere") {
      const cell = document.elementsFromPoint(event.clientX, event.clientY).find((e) => e.dataset?.cone !== undefined);
      return cell ? Number(cell.dataset.cone) : null;
    }
    let best = null;
    let distance = NEAR;
    this.at.forEach(([u, v, depth], i) => {
      const own = Math.hypot(u - x, v - y) - depth;
      if (own < distance) [best, distance] = [i, own];
    });
    return best === null ? null : this.members[best][0];
  }

  hover(event) {
    const i = this.under(event);
    this.stage.style.cursor = i === null ? "grab" : "pointer";
    this.stage.title = i === null ? "" : `cone ${i + 1}, loss ${this.app.fan.cones[i].loss}`;
  }

  key(event) {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turns = { PageUp: [0.2, 0], PageDown: [-0.2, 0] };
    if (directions[event.key]) this.step(directions[event.key]);
    else if (turns[event.key]) {
      this.turn = this.turn.map((angle, k) => angle + turns[event.key][k]);
      this.paint();
    } else if (event.key === "+" || event.key === "=") this.scale(1.25);
    else if (event.key === "-") this.scale(1 / 1.25);
    else return;
    event.preventDefault();
  }

  // Walk to the neighbour that lies most in a direction.
  step([dx, dy]) {
    const { fan, selected } = this.app;
    if (selected === null) return this.app.select(0);
    const [x, y] = this.at[this.nodeOf[selected]];
    let [best, score] = [null, 0];
    for (const [j] of fan.neighbours[selected]) {
      const [u, v] = this.at[this.nodeOf[j]];
      const length = Math.hypot(u - x, v - y) || 1;
      const own = ((u - x) * dx + (v - y) * dy) / length;
      if (own > score) [best, score] = [j, own];
    }
    if (best !== null) this.app.select(best);
  }
}
