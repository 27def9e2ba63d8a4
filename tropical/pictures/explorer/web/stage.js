// A stage: a picture in space that is turned and zoomed by pointer and keys, on which nodes are picked.
// A subclass has at (positions of its nodes), paint(), pick(node), chosen() and around(node).
import { html, svg } from "./dom.js";

export const STAGE = 520;
const NEAR = 16;
const START = [0.5, 0.35];

export class Stage {
  constructor(app, label) {
    this.app = app;
    this.turn = START;
    this.zoom = 1;
    this.at = [];
    this.picture = svg("svg", { viewBox: `0 0 ${STAGE} ${STAGE}`, class: "tx-graph-picture" });
    this.canvas = html("canvas", { class: "tx-canvas", width: 2 * STAGE, height: 2 * STAGE, "aria-hidden": "true" });
    this.stage = html("div", { class: "tx-stage", tabindex: 0, role: "application", "aria-label": label }, this.picture);
    this.listen();
  }

  get turns() {
    return true;
  }

  reset() {
    this.turn = START;
    this.zoom = 1;
    this.paint();
    this.app.note();
  }

  scale(factor) {
    this.zoom = Math.min(40, Math.max(0.3, this.zoom * factor));
    this.paint();
    this.app.note();
  }

  // How the picture is turned and zoomed, for the address of the page.
  sight() {
    return { turn: `${this.turn}` === `${START}` ? null : this.turn.map((angle) => Number(angle.toFixed(3))).join(","),
      zoom: this.zoom === 1 ? null : Number(this.zoom.toFixed(3)) };
  }

  restoreSight(parts) {
    const turn = (parts.get("turn") ?? "").split(",").map(Number);
    this.turn = turn.length === 2 && turn.every(Number.isFinite) ? turn : START;
    this.zoom = Math.min(40, Math.max(0.3, Number(parts.get("zoom")) || 1));
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
      if (!start.moved || !this.turns) return;
      this.isTurning = true;
      this.turn = [start.turn[0] - dx / 130, start.turn[1] + dy / 130];
      this.paint();
    });
    const end = (event) => {
      if (start && !start.moved && event.type === "pointerup") {
        const node = this.under(event);
        if (node !== null) this.pick(node);
      }
      if (this.isTurning) {
        this.isTurning = false;
        this.paint();
        this.app.note();
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

  // The node under the pointer, or null.
  under(event) {
    const [x, y] = this.local(event);
    let [best, distance] = [null, NEAR];
    this.at.forEach(([u, v, depth], i) => {
      const own = Math.hypot(u - x, v - y) - depth;
      if (own < distance) [best, distance] = [i, own];
    });
    return best;
  }

  hover(event) {
    const node = this.under(event);
    this.stage.style.cursor = node === null ? "grab" : "pointer";
    this.stage.title = node === null ? "" : this.hint(node);
  }

  key(event) {
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const turns = { PageUp: [0.2, 0], PageDown: [-0.2, 0] };
    if (directions[event.key]) this.step(directions[event.key]);
    else if (turns[event.key]) {
      this.turn = this.turn.map((angle, k) => angle + turns[event.key][k]);
      this.paint();
      this.app.note();
    } else if (event.key === "+" || event.key === "=") this.scale(1.25);
    else if (event.key === "-") this.scale(1 / 1.25);
    else return;
    event.preventDefault();
  }

  // Walk to the neighbour that lies most in a direction.
  step([dx, dy]) {
    const chosen = this.chosen();
    if (chosen === null) return this.pick(0);
    const [x, y] = this.at[chosen];
    let [best, score] = [null, 0];
    for (const node of this.around(chosen)) {
      const [u, v] = this.at[node];
      const own = ((u - x) * dx + (v - y) * dy) / (Math.hypot(u - x, v - y) || 1);
      if (own > score) [best, score] = [node, own];
    }
    if (best !== null) this.walkTo(best);
  }

  walkTo(node) {
    this.pick(node);
  }
}
