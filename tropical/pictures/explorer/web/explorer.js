// The explorer: mounts the panes of a scene in an element. A host may compute new scenes and listen to the selection.
import { requestOf, stateOf } from "./address.js";
import { parameterRows, winners } from "./classifier.js";
import { Computing } from "./computing.js";
import { ConeView } from "./coneview.js";
import { DataView } from "./dataview.js";
import { button, html } from "./dom.js";
import { homogeneous, parseRational } from "./exact.js";
import { Fan } from "./fan.js";
import { FanView } from "./fanview.js";
import { PolytopeView } from "./polytopeview.js";
import { RegionView } from "./regionview.js";
import { SpaceView } from "./spaceview.js";
import { Toolbar } from "./toolbar.js";
import { Tour } from "./tour.js";
import { TrainingView } from "./trainingview.js";

class Explorer {
  constructor(root, host, scene) {
    this.root = root;
    root.explorer = this;
    this.host = host;
    this.past = [];
    this.ending = new AbortController(); // of all that listens to the window and the system
    this.selected = null;
    this.wantedLevel = null;
    this.canCompute = Boolean(host.compute);
    this.root.classList.add("tropical-explore");
    this.live = html("p", { class: "tx-live", role: "status", "aria-live": "polite" });
    this.title = html("h1");
    this.counts = html("p", { class: "tx-counts" });
    this.computing = new Computing(this, host, scene);
    this.alert = html("p", { role: "alert" });
    this.alertBox = html("div", { class: "tx-alert", hidden: true }, this.alert,
      button("×", () => this.fail(""), { "aria-label": "close this message" }));
    this.toolbar = new Toolbar(this);
    this.panes = html("main", { class: "tx-panes" });
    this.root.replaceChildren(html("header", {}, html("div", {}, this.title, this.counts), this.toolbar.element), this.panes,
      this.live, html("div", { class: "tx-notices" }, html("div", {}, this.alertBox, this.computing.progress)));
    this.tour = new Tour(this);
    this.followTheme();
  }

  isDark() {
    return this.root.dataset.theme === "dark";
  }

  // The theme of the system, also when it changes, until another one is chosen.
  followTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.setTheme(system.matches ? "dark" : "light");
    system.addEventListener("change", () => this.hasOwnTheme || this.setTheme(system.matches ? "dark" : "light"),
      { signal: this.ending.signal });
  }

  setTheme(theme) {
    this.root.dataset.theme = theme;
    if (this.scene) (this.fanView ?? this.view).draw();
  }

  start(scene) {
    this.toolbar.build(scene.kind);
    if (scene.kind !== "fan") {
      this.scene = scene;
      this.view = new ({ regions: RegionView, space: SpaceView, polytope: PolytopeView, training: TrainingView }[scene.kind])(this);
      this.panes.append(...this.view.elements);
      this.headline(scene.title, this.view.counts());
      this.view.load();
      this.followAddress();
      return;
    }
    this.dataView = new DataView(this);
    this.fanView = new FanView(this);
    this.coneView = new ConeView(this);
    this.panes.append(this.dataView.element, this.fanView.element, this.coneView.element);
    this.load(scene);
    this.followAddress();
  }

  followAddress() {
    if (!this.host.keepsState) return;
    this.restore();
    addEventListener("hashchange", () => this.restore(), { signal: this.ending.signal });
  }

  // Leave the page: nothing listens, moves or is asked any more.
  end() {
    this.ending.abort();
    clearTimeout(this.noting);
    this.computing.end();
    (this.coneView ?? this.view)?.stop?.();
  }

  // Scenes

  load(scene, newer = null, around = null) {
    const inside = this.coneView.element.contains(document.activeElement);
    const before = this.theta;
    this.scene = scene;
    this.fan = new Fan(scene);
    this.names ??= scene.data.names; // those of the file; requests are about + and −
    this.columns ??= scene.data.columns; // so are the names of the coordinates
    const { points, labels, weights } = scene.data;
    this.known = { points, labels, weights, terms: scene.terms };
    this.draft = newer ?? this.known;
    this.age(Boolean(newer));
    this.toolbar.show(this.draft.terms, this.past.length);
    this.selected = (around && this.fan.find(around)) ?? this.found(before);
    this.headline(scene.title, fanCounts(scene));
    this.fanView.want(this.wantedLevel);
    this.wantedLevel = null;
    this.fanView.load();
    this.dataView.load();
    this.coneView.load();
    if (inside) this.coneView.focus();
    this.note();
    this.host.onselect?.(this.selection());
  }

  // The number of cones of data that is on the move; the picture of the fan is still an older one.
  count(counts) {
    this.counts.textContent = `${coneCount(counts)} activation cones; the fan follows when the data rests`;
  }

  // Whether the picture of the fan is that of older data.
  age(isOld) {
    this.root.classList.toggle("tx-aged", isOld);
  }

  headline(title, counts) {
    this.title.textContent = title || "Explorer";
    this.counts.textContent = counts;
  }

  get theta() {
    if (this.selected === null || !this.scene?.cones) return null;
    return parameterRows(this.scene.cones[this.selected].parameter);
  }

  // The cone of a parameter in the new fan; if it lies on a wall now, or there is none, a cone of least loss.
  found(theta) {
    const { terms, data } = this.scene;
    const colors = colorsOf(theta, data.points, terms);
    const own = colors && this.fan.find(colors);
    if (own !== null) return own;
    const i = this.fan.cones.findIndex((cone) => cone.loss === this.fan.losses[0]);
    return i < 0 ? null : i;
  }

  // Editing

  remember(draft) {
    this.past.push(draft);
    this.toolbar.show(this.draft.terms, true);
  }

  edit(draft, isStep = true, around = null) {
    if (isStep) this.remember(this.draft);
    this.change(draft, around);
  }

  change(draft, around = null) {
    this.draft = draft;
    this.toolbar.show(draft.terms, this.past.length);
    this.age(true);
    this.dataView.draw();
    this.computing.ask(draft, around);
  }

  // What was refused is taken back.
  revert() {
    this.draft = this.known;
    if (JSON.stringify(this.past.at(-1)) === JSON.stringify(this.draft)) this.past.pop();
    this.toolbar.show(this.draft.terms, this.past.length);
    this.age(false);
    this.counts.textContent = fanCounts(this.scene);
    this.dataView.draw();
  }

  get isDragging() {
    return this.dataView.dragged !== undefined;
  }

  // Where to look in the fan of a draft, if it is too large to be shown whole: at the selected parameter.
  around(draft) {
    return colorsOf(this.theta, draft.points, draft.terms);
  }

  undo() {
    if (!this.past.length) return;
    this.change(this.past.pop());
    this.say("undone");
  }

  fail(text) {
    this.alert.textContent = text;
    this.alertBox.hidden = !text;
  }

  // Selection

  // Go to a cone: over a wall of the one before if it walks, on a path if that is kept.
  select(i, { keepPath = false, walks = false } = {}) {
    this.selected = i;
    if (!keepPath) {
      this.coneView.stop();
      this.coneView.walked = null;
      this.fanView.trail = [];
    }
    const inside = this.coneView.element.contains(document.activeElement);
    this.dataView.draw();
    this.fanView.paint();
    this.coneView.draw();
    if (inside) this.coneView.focus();
    this.note();
    this.say(this.fan.words(i));
    this.host.onselect?.(this.selection());
    if (walks && this.canCompute && this.fan.open.has(i)) this.loadAround(i);
  }

  // Load the cones around another one, where the fan is too large to be shown whole.
  loadAround(i) {
    this.computing.ask(this.draft, this.fan.cones[i].colors);
  }

  selection() {
    if (this.selected === null) return null;
    const cone = this.scene.cones[this.selected];
    return { colors: cone.colors, parameter: cone.parameter, loss: cone.loss ?? null };
  }

  showPath(path) {
    this.fanView.trail = path;
    this.fanView.paint();
  }

  say(text) {
    this.live.textContent = text;
  }

  note() {
    if (!this.host.keepsState || !this.scene) return;
    clearTimeout(this.noting);
    this.noting = setTimeout(() => history.replaceState(null, "", `#${stateOf(this)}`), 150);
  }

  // The view, and if it can be computed the data, that the address says; also when another one is typed.
  restore() {
    clearTimeout(this.noting);
    const parts = new URLSearchParams(location.hash.slice(1));
    if (parts.size) (this.fan ? (all) => this.restoreFan(all) : (all) => this.view.restore(all))(parts);
  }

  restoreFan(parts) {
    const level = /^\d+$/.test(parts.get("loss") ?? "") ? Number(parts.get("loss")) : null;
    this.fanView.restore(parts, level);
    this.dataView.restore(parts);
    this.coneView.restore(parts);
    const colors = (parts.get("cone") ?? "").split(".").map(Number);
    const request = this.canCompute ? requestOf(parts, this.scene) : null;
    const i = this.fan.find(colors);
    const isHere = !request || JSON.stringify(request) === JSON.stringify(this.draft);
    if (i !== null && isHere) this.select(i);
    else if (request && (!isHere || (this.scene.part && colors.length === request.points.length))) {
      this.wantedLevel = level;
      this.edit(request, !isHere, colors.length === request.points.length ? colors : null);
    }
  }

  changeTheme() {
    this.hasOwnTheme = true;
    this.setTheme(this.isDark() ? "light" : "dark");
  }
}

// Mount a scene in an element; host: { compute(request, signal, progress), onselect(selection), keepsState, tour }.
export function mount(root, scene, host = {}) {
  const explorer = new Explorer(root, host, scene);
  explorer.start(scene);
  if (host.tour) explorer.tour.offer();
  return explorer;
}

// The colours that a parameter gives to points; null if it has not their number of terms and coordinates.
function colorsOf(theta, points, terms) {
  if (theta?.length !== terms[0] + terms[1] || theta[0].length !== points[0].length + 1) return null;
  return points.map((texts) => winners(theta, homogeneous(texts.map(parseRational)))[0]);
}

const coneCount = (counts) => (counts.maximal_cones === undefined ? `more than ${counts.more_than}` : counts.maximal_cones);

function fanCounts({ counts, part }) {
  const space = `dimension ${counts.dimension}, lineality ${counts.lineality}`;
  if (part) return `Part of the fan: ${counts.shown} of ${coneCount(counts)} activation cones, all within ${part.radius} ` +
    `walls of cone 1 and some of the next; ${space}`;
  return `${counts.maximal_cones} activation cones, ${counts.chambers} classification chambers, ` +
    `${counts.dichotomies} dichotomies; ${space}`;
}
