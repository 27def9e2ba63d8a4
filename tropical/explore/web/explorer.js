// The explorer: mounts the panes of a scene in an element. A host may compute new scenes and listen to the selection.
import { parameterRows, winners } from "./classifier.js";
import { ConeView } from "./coneview.js";
import { DataView } from "./dataview.js";
import { button, download, html, standalone } from "./dom.js";
import { homogeneous, parseRational } from "./exact.js";
import { Fan } from "./fan.js";
import { FanView } from "./fanview.js";
import { PolytopeView } from "./polytopeview.js";
import { RegionView } from "./regionview.js";
import { Tour } from "./tour.js";

const PATIENCE = 200; // milliseconds after which a computation shows that it goes on

class Explorer {
  constructor(root, host) {
    this.root = root;
    root.explorer = this;
    this.host = host;
    this.past = [];
    this.selected = null;
    this.canCompute = Boolean(host.compute);
    this.root.classList.add("tropical-explore");
    this.live = html("p", { class: "tx-live", role: "status", "aria-live": "polite" });
    this.title = html("h1");
    this.counts = html("p", { class: "tx-counts" });
    this.progress = html("div", { class: "tx-progress", hidden: true });
    this.alert = html("p", { class: "tx-alert", role: "alert", hidden: true });
    this.bar = html("div", { class: "tx-bar" });
    this.panes = html("main", { class: "tx-panes" });
    this.root.replaceChildren(html("header", {}, html("div", {}, this.title, this.counts), this.bar), this.alert,
      this.progress, this.panes, this.live);
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
    system.addEventListener("change", () => this.hasOwnTheme || this.setTheme(system.matches ? "dark" : "light"));
  }

  setTheme(theme) {
    this.root.dataset.theme = theme;
    if (this.scene) (this.fanView ?? this.view).draw();
  }

  start(scene) {
    this.buttons(scene.kind);
    if (scene.kind !== "fan") {
      this.scene = scene;
      this.view = scene.kind === "regions" ? new RegionView(this) : new PolytopeView(this);
      this.panes.append(...this.view.elements);
      this.headline(scene.title, this.view.counts());
      this.view.load();
      return;
    }
    this.dataView = new DataView(this);
    this.fanView = new FanView(this);
    this.coneView = new ConeView(this);
    this.panes.append(this.dataView.element, this.fanView.element, this.coneView.element);
    this.restore(scene);
  }

  buttons(kind) {
    const tools = [];
    if (kind === "fan" && this.canCompute) {
      this.undoButton = button("Undo", () => this.undo(), { disabled: true, title: "Ctrl+Z" });
      tools.push(this.undoButton, ...this.termFields());
      this.root.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target.tagName !== "INPUT") {
          event.preventDefault();
          this.undo();
        }
      });
    }
    tools.push(button("SVG", () => this.exportPicture(), { "aria-label": "export the pictures as SVG" }),
      button("JSON", () => this.exportScene(), { "aria-label": "export the data as JSON" }),
      button("Theme", () => this.changeTheme(), { "aria-label": "change between light and dark" }),
      button("Tour", () => this.tour.start(), { "aria-label": "start the guided tour" }));
    this.bar.replaceChildren(...tools);
  }

  termFields() {
    return ["g", "h"].map((name, side) => {
      const field = html("input", { type: "number", min: 1, max: 4, "aria-label": `number of terms of ${name}`,
        onchange: () => {
          const terms = this.draft.terms.map((old, k) => (k === side ? Number(field.value) || old : old));
          this.edit({ ...this.draft, terms });
        } });
      (this.termInputs ??= []).push(field);
      return html("label", { class: "check" }, `${name}: `, field);
    });
  }

  // Scenes

  load(scene) {
    const before = this.theta;
    this.scene = scene;
    this.fan = new Fan(scene);
    this.names ??= scene.data.names; // those of the file; requests are about + and −
    const { points, labels, weights } = scene.data;
    this.draft = { points, labels, weights, terms: scene.terms };
    this.termInputs?.forEach((field, side) => (field.value = scene.terms[side]));
    this.selected = this.found(before);
    const { counts } = scene;
    this.headline(scene.title, `${counts.maximal_cones} activation cones, ${counts.chambers} classification chambers, ` +
      `${counts.dichotomies} dichotomies; dimension ${counts.dimension}, lineality ${counts.lineality}`);
    this.fanView.load();
    this.dataView.load();
    this.coneView.load();
    this.host.onselect?.(this.selection());
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
    if (theta && theta.length === terms[0] + terms[1] && theta[0].length === data.dim + 1) {
      const colours = data.points.map((texts) => winners(theta, homogeneous(texts.map(parseRational)))[0]);
      const i = this.fan.find(colours);
      if (i !== null) return i;
    }
    const i = this.fan.cones.findIndex((cone) => cone.loss === this.fan.losses[0]);
    return i < 0 ? null : i;
  }

  // Editing

  remember(draft) {
    this.past.push(draft);
    this.undoButton.disabled = false;
  }

  edit(draft, isStep = true) {
    if (isStep) this.remember(this.draft);
    this.draft = draft;
    this.dataView.draw();
    this.recompute();
  }

  undo() {
    if (!this.past.length) return;
    this.draft = this.past.pop();
    this.undoButton.disabled = !this.past.length;
    this.dataView.draw();
    this.recompute();
    this.say("undone");
  }

  // One computation at a time: while one runs, only the newest wish is kept.
  async recompute() {
    this.wish = this.draft;
    if (this.running) return;
    while (this.wish) {
      const request = this.wish;
      this.wish = null;
      await this.computeOnce(request);
    }
  }

  async computeOnce(request) {
    const control = new AbortController();
    this.running = control;
    const timer = setTimeout(() => this.showProgress("computing", control), PATIENCE);
    try {
      const scene = await this.host.compute({ ...request, title: this.scene.title }, control.signal,
        (text) => (this.progress.hidden ? null : this.showProgress(text, control)));
      this.fail("");
      this.load(scene);
      if (this.wish) {
        this.draft = this.wish;
        this.dataView.draw();
      }
      this.note();
      this.say(this.counts.textContent);
    } catch (error) {
      if (control.signal.aborted) this.fail("Cancelled; the picture of the fan is that of the data before.");
      else this.fail(error.message);
    } finally {
      clearTimeout(timer);
      this.progress.hidden = true;
      this.running = null;
    }
  }

  showProgress(text, control) {
    this.progress.hidden = false;
    this.progress.replaceChildren(html("progress"), ` ${text} `, button("Cancel", () => control.abort()));
  }

  fail(text) {
    this.alert.textContent = text;
    this.alert.hidden = !text;
  }

  // Selection

  select(i, { keepPath = false } = {}) {
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
    if (inside) this.coneView.element.querySelector(".tx-walls button")?.focus({ preventScroll: true });
    this.note();
    this.say(`cone ${i + 1}, loss ${this.fan.cones[i].loss}`);
    this.host.onselect?.(this.selection());
  }

  selection() {
    if (this.selected === null) return null;
    const cone = this.scene.cones[this.selected];
    return { colours: cone.colours, parameter: cone.parameter, loss: cone.loss };
  }

  showPath(path) {
    this.fanView.trail = path;
    this.fanView.paint();
  }

  say(text) {
    this.live.textContent = text;
  }

  // The state of the view as text, in the address of the page if it has one of its own.

  state() {
    const parts = new URLSearchParams();
    if (this.selected !== null) parts.set("cone", this.scene.cones[this.selected].colours.join("."));
    parts.set("loss", this.fanView.level);
    parts.set("view", this.fanView.view);
    if (this.fanView.folded) parts.set("folded", "1");
    if (this.canCompute) {
      parts.set("points", this.draft.points.map((p) => p.join(",")).join(";"));
      parts.set("labels", this.draft.labels.map((label) => (label > 0 ? "+" : "-")).join(""));
      if (this.draft.weights.some((w) => w !== 1)) parts.set("weights", this.draft.weights.join(","));
      parts.set("terms", this.draft.terms.join(","));
    }
    return parts.toString();
  }

  note() {
    if (!this.host.keepsState || !this.fanView) return;
    clearTimeout(this.noting);
    this.noting = setTimeout(() => history.replaceState(null, "", `#${this.state()}`), 150);
  }

  restore(scene) {
    const parts = new URLSearchParams(this.host.keepsState ? location.hash.slice(1) : "");
    if (parts.has("view")) {
      this.fanView.view = parts.get("view");
      this.fanView.fresh = false;
    }
    this.fanView.folded = parts.get("folded") === "1";
    if (/^\d+$/.test(parts.get("loss") ?? "")) this.fanView.level = Number(parts.get("loss"));
    this.load(scene);
    const go = () => {
      const colours = (parts.get("cone") ?? "").split(".").map(Number);
      const i = this.fan.find(colours);
      if (i !== null) this.select(i);
    };
    go();
    const request = this.canCompute ? requestOf(parts, scene) : null;
    if (request && JSON.stringify(request) !== JSON.stringify(this.draft)) {
      this.draft = request;
      this.recompute().then(go);
    }
  }

  // Export

  exportPicture() {
    this.fanView?.showElements();
    const pictures = [...this.panes.querySelectorAll("svg.tx-plane, svg.tx-graph-picture")];
    const name = (picture) => (this.fanView ? (picture.matches(".tx-plane") ? "data" : "fan") : "view");
    for (const picture of pictures) download(`${name(picture)}.svg`, "image/svg+xml", standalone(picture));
    this.fanView?.draw();
  }

  exportScene() {
    const scene = this.fan ? { ...this.scene, selected: this.selection() } : this.scene;
    download("scene.json", "application/json", JSON.stringify(scene, null, 1));
  }

  changeTheme() {
    this.hasOwnTheme = true;
    this.setTheme(this.isDark() ? "light" : "dark");
  }
}

function requestOf(parts, scene) {
  if (!parts.has("points")) return null;
  const points = parts.get("points").split(";").map((text) => text.split(","));
  const labels = [...(parts.get("labels") ?? "")].map((mark) => (mark === "-" ? -1 : 1));
  const weights = parts.has("weights") ? parts.get("weights").split(",").map(Number) : points.map(() => 1);
  const terms = (parts.get("terms") ?? scene.terms.join(",")).split(",").map(Number);
  const isWhole = points.every((p) => p.length === scene.data.dim && p.every(parseRational)) &&
    labels.length === points.length && weights.length === points.length && terms.length === 2;
  return isWhole ? { points, labels, weights, terms } : null;
}

// Mount a scene in an element; host: { compute(request, signal, progress), onselect(selection), keepsState, tour }.
export function mount(root, scene, host = {}) {
  const explorer = new Explorer(root, host);
  explorer.start(scene);
  if (host.tour) explorer.tour.offer();
  return explorer;
}

// A host that asks the server that the page came from. The answer is a line of JSON for every step.
export function serverHost(address, client) {
  return {
    keepsState: true,
    tour: true,
    async compute(request, signal, progress) {
      const answer = await fetch(address, { method: "POST", signal, headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ...request, client }) });
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        rest += value ?? "";
        const lines = rest.split("\n");
        rest = done ? "" : lines.pop();
        for (const line of lines.filter(Boolean)) {
          const message = JSON.parse(line);
          if (message.error) throw new Error(message.error);
          if (message.scene) return message.scene;
          progress(message.progress);
        }
        if (done) throw new Error("the server gave no answer; is it still running?");
      }
    },
  };
}
