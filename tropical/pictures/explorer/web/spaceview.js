// The regions of a network with three inputs: a scene in space that turns, and the section by a plane that moves.
import { axisNames } from "./chart.js";
import { choice, check, button, html, svg } from "./dom.js";
import { float, minusPair, parseRational, plusPair, decimalText, timesPair } from "./exact.js";
import { legend } from "./legend.js";
import { mark } from "./marks.js";
import { shade } from "./palette.js";
import { RegionView } from "./regionview.js";
import { Sections } from "./section.js";
import { STAGE, Stage } from "./stage.js";
import { numberAt } from "./ticks.js";

const PLACES = 200; // of the plane
const MOST_WIRED = 200; // regions whose walls are drawn at first
const EDGES = [[0, 1], [2, 3], [4, 5], [6, 7], [0, 2], [1, 3], [4, 6], [5, 7], [0, 4], [1, 5], [2, 6], [3, 7]]; // of a cube

export class SpaceView extends Stage {
  constructor(app) {
    super(app, "Regions in space and the plane that cuts them. Arrow keys walk to neighbours in the section, page keys turn.");
    this.axis = 2;
    this.inner = { scene: null, host: {}, say: (text) => app.say(text), note: () => this.told() };
    this.section = new RegionView(this.inner);
    const [plane, detail] = [".tx-region-pane", ".tx-detail"].map((name) => this.section.elements.find((pane) => pane.matches(name)));
    plane.querySelector("h2").textContent = "Section";
    this.slider = html("input", { type: "range", min: 1, max: PLACES - 1, step: 1, class: "tx-slider", "aria-label": "place of the plane",
      oninput: () => this.moveTo(this.rounded(Number(this.slider.value) / PLACES)) });
    this.field = html("input", { size: 8, "aria-label": "exact place of the plane", onchange: () => this.type() });
    this.tools = html("div", { class: "tx-tools" });
    this.legendBox = html("div", { class: "tx-legend-picture" });
    this.elements = [html("section", { class: "tx-pane tx-space", "aria-label": "Space" }, html("h2", { text: "Space" }), this.tools,
      this.stage, this.legendBox, html("p", { class: "tx-note", text: app.scene.note })), plane, detail];
  }

  counts() {
    const { counts } = this.app.scene;
    return `${counts.activation_regions} activation regions, ${counts.linear_regions} linear regions, ${counts.affine_maps} affine maps ` +
      "in space";
  }

  load() {
    const { scene } = this.app;
    this.sections = new Sections(scene);
    this.ranges = scene.axes.map((_, k) => scene.window.map((corner) => parseRational(corner[k])));
    this.showsWalls = scene.regions.length <= MOST_WIRED;
    this.edges = [...new Map(scene.faces.flatMap(({ cycle }) => cycle.map((a, n) => {
      const pair = [a, cycle[(n + 1) % cycle.length]].sort((x, y) => x - y);
      return [pair.join(), pair];
    }))).values()];
    this.surface = this.sections.boundary.map((points) => points.map((point) => point.map(float)));
    this.frame();
    this.buildTools();
    const labels = this.labelEntries();
    this.legendBox.replaceChildren(...(labels.length ? [legend(labels, null, 420, "space")] : []));
    this.cut(this.rounded(0.5));
  }

  // Coordinates of the stage, in which the window is a box around 0; x3 is upwards.
  frame() {
    const bounds = this.ranges.map((range) => range.map(float));
    const widths = bounds.map(([low, high]) => high - low);
    const largest = Math.max(...widths);
    const isTrue = largest < 4 * Math.min(...widths);
    const unit = (x, k) => (1.15 * (x - (bounds[k][0] + bounds[k][1]) / 2)) / (isTrue ? largest : widths[k]);
    this.spot = (point) => {
      const [x, y, z] = point.map(unit);
      return this.project([x, z, -y]);
    };
    this.corners = [...Array(8).keys()].map((n) => bounds.map((pair, k) => pair[(n >> k) & 1]));
  }

  buildTools() {
    const { axes } = this.app.scene;
    this.tools.replaceChildren(
      html("label", { class: "check" }, "plane ", choice("coordinate of the plane", axes.map((name, k) => [`${k}`, name]), `${this.axis}`,
        (value) => {
          this.axis = Number(value);
          this.cut(this.rounded(0.5));
          this.app.note();
        }), " = "), this.field, this.slider,
      check("walls behind", this.showsWalls, (on) => {
        this.showsWalls = on;
        this.paint();
        this.app.note();
      }),
      button("−", () => this.scale(1 / 1.25), { "aria-label": "zoom out of space" }),
      button("+", () => this.scale(1.25), { "aria-label": "zoom into space" }),
      button("Reset", () => this.reset(), { "aria-label": "reset the view of space" }));
  }

  // The plane

  // The number at a share of the range of the coordinate, rounded to a short decimal in the interior.
  rounded(share) {
    const [low, high] = this.ranges[this.axis];
    const found = parseRational(numberAt([low, high], share).replace("−", "-"));
    const exact = plusPair(low, timesPair(minusPair(high, low), [BigInt(Math.round(share * PLACES)), BigInt(PLACES)]));
    return found && this.isInside(found) ? found : exact;
  }

  isInside([top, bottom]) {
    const [[low, lowBottom], [high, highBottom]] = this.ranges[this.axis];
    return top * lowBottom > low * bottom && top * highBottom < high * bottom;
  }

  type() {
    const value = parseRational(this.field.value);
    this.field.setCustomValidity(value && this.isInside(value) ? "" : "a number between the ends of the axis, such as 0.25 or 1/3");
    if (this.field.reportValidity()) this.moveTo(value);
  }

  moveTo(t) {
    this.cut(t);
    this.app.note();
  }

  // Cut at a number; the region that was selected stays so if it is met.
  cut(t) {
    const before = this.selectedInSpace();
    this.t = t;
    const [low, high] = this.ranges[this.axis].map(float);
    this.field.setCustomValidity("");
    this.field.value = decimalText(t);
    this.slider.value = Math.round(((float(t) - low) / (high - low)) * PLACES);
    this.slider.setAttribute("aria-valuetext", `${this.app.scene.axes[this.axis]} = ${this.field.value}`);
    this.inner.scene = this.sections.at(this.axis, t);
    this.isCutting = true;
    this.section.load();
    const again = this.inner.scene.regions.findIndex((region) => region.of === before);
    if (again >= 0) this.section.select(again, false);
    this.isCutting = false;
    this.paint();
  }

  selectedInSpace() {
    return this.inner.scene?.regions[this.section.selected]?.of ?? null;
  }

  // The section was colored or a region selected.
  told() {
    if (this.isCutting) return;
    this.paint();
    this.app.note();
  }

  // Drawing

  draw() {
    this.section.draw();
    this.paint();
  }

  lift(point) {
    const found = [...point];
    found.splice(this.axis, 0, float(this.t));
    return found;
  }

  paint() {
    if (!this.inner.scene) return;
    const toward = [0, 1].map((side) => this.spot([0, 1, 2].map((k) => (k === this.axis ? this.corners[side ? 7 : 0][k] : 0)))[2]);
    const front = toward[1] > toward[0] ? 1 : -1; // the side of the plane before it
    const parts = this.section.chart.coloring.parts.map((part) => ({ ...part, at: part.points.map((point) => this.spot(this.lift(point))) }));
    this.at = this.inner.scene.regions.map((region) => middleOf(region.places.map((place) => this.spot(this.lift(place)))));
    this.picture.replaceChildren(
      ...this.box(),
      svg("path", { class: "tx-wire", d: this.showsWalls && !this.isTurning ? this.wires(-front) : "" }),
      ...this.sheets(-front, "tx-sheet"),
      ...parts.map(({ at, fill, ramp, region }) => svg("path", { d: `${outline(at)}Z`, class: "tx-cut", "data-region": region,
        fill: fill ?? shade((ramp.shares[0] + ramp.shares[1]) / 2) })),
      svg("path", { class: "tx-cut-sides", d: this.inner.scene.sides.map((side) =>
        outline(side.places.map((place) => this.spot(this.lift(place))))).join("") }),
      svg("path", { class: "tx-cut-boundary", d: this.section.showsBoundary ? this.inner.scene.boundary.map((points) =>
        outline(points.map((point) => this.spot(this.lift(point))))).join("") : "" }),
      ...this.solid(),
      ...this.sheets(front, "tx-sheet tx-before"),
      ...this.marks());
  }

  // Data points, from back to front; those on the other side of the plane are pale.
  marks() {
    const { data } = this.app.scene;
    const t = float(this.t);
    const isIn = (place) => place.every((x, k) => x >= this.corners[0][k] && x <= this.corners[7][k]);
    const found = (data?.places ?? []).map((place, p) => ({ place, at: this.spot(place), kind: data.kinds[p] ?? 0,
      isOn: place[this.axis] === t })).filter(({ place }) => isIn(place));
    return found.sort((p, q) => p.at[2] - q.at[2]).map(({ at: [x, y], kind, isOn }) => svg("g", { class: isOn ? "tx-data-mark" :
      "tx-data-mark tx-off", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, mark(kind, isOn ? 5 : 3.5)));
  }

  // The edges of the window, those behind dashed, with the names and the ends of the axes.
  box() {
    const at = this.corners.map((corner) => this.spot(corner));
    const far = at.map(([, , depth]) => depth).indexOf(Math.min(...at.map(([, , depth]) => depth)));
    const lines = EDGES.map(([a, b]) => svg("path", { d: outline([at[a], at[b]]), class: `tx-box${a === far || b === far ? " tx-hidden" : ""}` }));
    return [...lines, ...[0, 1, 2].map((k) => this.axisName(k, at))];
  }

  // The name of an axis at the edge of the box that lies outermost.
  axisName(k, at) {
    const edges = EDGES.filter(([a, b]) => b - a === 1 << k);
    const score = ([a, b]) => (k === 2 ? -(at[a][0] + at[b][0]) : at[a][1] + at[b][1]); // on the left, or below
    const [a, b] = edges.reduce((best, edge) => (score(edge) > score(best) ? edge : best));
    const away = ([x, y], by) => {
      const [u, v] = k === 2 ? [-1, 0] : [x < STAGE / 2 ? -0.3 : 0.3, 1];
      return { x: x + by * u, y: y + by * v + 4 };
    };
    const text = (point, by, content, name) => svg("text", { ...away(point, by), text: content, class: name, "text-anchor": anchor });
    const between = (p, q, share) => [0, 1].map((i) => p[i] + share * (q[i] - p[i]));
    const middle = between(at[a], at[b], 0.5);
    const aside = middle[0] - STAGE / 2; // two axes meet in front, and their numbers are on either side of the corner
    const anchor = k === 2 || aside < -STAGE / 20 ? "end" : aside > STAGE / 20 ? "start" : "middle";
    return svg("g", { class: "tx-ticks" }, text(middle, 22, axisNames(this.app.scene)[k], "tx-axis-name"),
      ...[0, 1].map((side) => text(between(at[a], at[b], side ? 0.93 : 0.07), 10, numberAt(this.ranges[k], side), null)));
  }

  // The edges of all regions on one side of the plane.
  wires(side) {
    const t = float(this.t);
    return this.edges.map((pair) => {
      const ends = clippedPolygon(pair.map((i) => this.sections.floats[i]), this.axis, t, side, false);
      return ends.length === 2 ? outline(ends.map((point) => this.spot(point))) : "";
    }).join("");
  }

  // The decision boundary on one side of the plane.
  sheets(side, name) {
    if (!this.section.showsBoundary) return [];
    return this.surface.map((points) => clippedPolygon(points, this.axis, float(this.t), side, true)).filter((points) => points.length > 2)
      .map((points) => points.map((point) => this.spot(point)))
      .sort((p, q) => middleOf(p)[2] - middleOf(q)[2])
      .map((points) => svg("path", { d: `${outline(points)}Z`, class: name }));
  }

  // The selected region as a solid.
  solid() {
    const i = this.selectedInSpace();
    if (i === null) return [];
    return this.sections.facesOf[i].map(({ cycle }) => svg("path", { class: "tx-solid",
      d: `${outline(cycle.map((k) => this.spot(this.sections.floats[k])))}Z` }));
  }

  // Picking: the regions of the section

  under(event) {
    const found = document.elementsFromPoint(event.clientX, event.clientY).find((mark) => mark.classList?.contains("tx-cut"));
    return found ? Number(found.dataset.region) : null;
  }

  pick(node) {
    this.section.select(node);
  }

  hint(node) {
    return this.section.words(node);
  }

  chosen() {
    return this.section.selected;
  }

  around(node) {
    return this.section.neighbors[node].map(([j]) => j);
  }

  // The state of the view, for the address of the page.
  state() {
    return { ...this.section.state(), axis: this.axis === 2 ? null : this.axis, at: decimalText(this.t), ...this.sight(),
      walls: this.showsWalls ? 1 : 0 };
  }

  restore(parts) {
    const axis = Number(parts.get("axis") ?? 2);
    if ([0, 1, 2].includes(axis)) this.axis = axis;
    const t = parseRational(parts.get("at") ?? "");
    if (parts.has("walls")) this.showsWalls = parts.get("walls") === "1";
    this.restoreSight(parts);
    this.buildTools();
    this.cut(t && this.isInside(t) ? t : this.rounded(0.5));
    this.isCutting = true;
    this.section.restore(parts);
    this.isCutting = false;
    this.paint();
  }

  showElements() {
    this.section.showElements();
  }

  hideElements() {
    this.section.hideElements();
  }

  labelEntries() {
    return (this.app.scene.data?.labels ?? []).map((name, k) => ({ mark: mark(k, 6), text: name }));
  }

  // What is exported: the picture in space, and the section with its axes.
  figures() {
    const [section] = this.section.figures();
    const place = `${this.app.scene.axes[this.axis]} = ${decimalText(this.t)}`;
    const filled = [...this.section.entries().filter((entry) => entry.fill), ...this.labelEntries()];
    return [{ name: "space", pictures: [this.picture], entries: filled, scale: section.scale, subtitle: `section at ${place}` },
      { ...section, name: "section", subtitle: `section at ${place}` }];
  }
}

const outline = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
const middleOf = (points) => [0, 1, 2].map((k) => points.reduce((sum, point) => sum + point[k], 0) / points.length);

// The part of a polygon, or of a segment, where side times (coordinate k − t) is not negative; in floats, for drawing.
function clippedPolygon(points, k, t, side, isClosed) {
  const height = (point) => side * (point[k] - t);
  return points.flatMap((point, n) => {
    const own = height(point) >= 0 ? [point] : [];
    if (!isClosed && n + 1 === points.length) return own;
    const next = points[(n + 1) % points.length];
    if (height(point) >= 0 === height(next) >= 0) return own;
    const share = height(point) / (height(point) - height(next));
    return [...own, point.map((x, i) => x + share * (next[i] - x))];
  });
}
