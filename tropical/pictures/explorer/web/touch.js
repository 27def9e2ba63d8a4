// A network that can be touched: its weights are changed by sliders, by typing, or by dragging lines of the first layer,
// and the regions follow. Whoever serves the page computes them exactly; a page in a file says that it cannot.
import { button, check, choice, download, html } from "./dom.js";
import { float, parseRational, rationalText } from "./exact.js";
import { shortDecimal, UnitLines } from "./unitlines.js";
import { changedDocument, firstLayer, unitsOf } from "./weights.js";

const TOUCH_PATIENCE = 200; // milliseconds after which a computation shows that it goes on
const SLIDER_STEPS = 400; // of a slider
const SHOWN_COUNTS = [["activation_regions", "activation regions"], ["linear_regions", "linear regions"],
  ["affine_maps", "affine maps"], ["whole_plane", "in the whole plane"]];

const keyOf = (node, tensor, place) => JSON.stringify([node, tensor, place]);

export class Touch {
  constructor(view) {
    this.view = view;
    this.app = view.app;
    this.changes = new Map();
    this.past = [];
    this.unit = 0;
    this.showsLines = true;
    this.body = html("div");
    this.element = html("section", { class: "tx-pane tx-touch", "aria-label": "Weights", hidden: true },
      html("h2", { text: "Weights" }), this.body);
  }

  get canCompute() {
    return Boolean(this.app.host.compute && this.base?.network);
  }

  // Take the scene of a page that was opened; scenes that follow are of changed weights.
  load() {
    const { scene } = this.app;
    if (this.base || scene.network === undefined) return;
    this.base = scene;
    this.element.hidden = false;
    if (!scene.network) return this.body.replaceChildren(html("p", { class: "tx-note", text: scene.untouched }));
    this.layers = unitsOf(scene.network).filter(({ units }) => units.length);
    this.first = scene.sliced ? null : firstLayer(scene.network);
    this.layer = this.layers[0]?.node;
    const numbers = this.layers.flatMap(({ units }) => units.flat());
    this.original = new Map(numbers.map(({ node, tensor, place, value }) => [keyOf(node, tensor, place), value]));
    this.labels = new Map(numbers.map(({ node, tensor, place, label }) => [keyOf(node, tensor, place), `${node} ${label}`]));
    this.good = new Map();
    if (this.canCompute && this.first !== null) this.unitLines = new UnitLines(this);
    this.build();
  }

  value(node, tensor, place) {
    const key = keyOf(node, tensor, place);
    return this.changes.get(key) ?? this.original.get(key);
  }

  get listed() {
    return [...this.changes].map(([key, text]) => [...JSON.parse(key), text]);
  }

  // What is shown

  build() {
    const inside = this.body.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
    const own = this.layers.find(({ node }) => node === this.layer);
    if (!own) return this.body.replaceChildren(html("p", { class: "tx-note", text: "The network has no weights." }));
    this.unit = Math.min(this.unit, own.units.length - 1);
    this.rows = new Map();
    this.typing = new Set();
    const layer = choice("layer", this.layers.map(({ node, kind }) => [node, `${node} (${kind})`]), this.layer, (name) => this.choose(0, name));
    const unit = choice("unit", own.units.map((_, i) => [i, `unit ${i}`]), this.unit, (i) => this.choose(Number(i)));
    this.counts = html("table", { class: "tx-changes" });
    this.status = html("p", { class: "tx-note" });
    const entries = own.units[this.unit].toSorted((a, b) => (a.tensor === "bias") - (b.tensor === "bias"));
    this.body.replaceChildren(...(this.canCompute ? this.tools() : [fileNote(this.app)]),
      html("div", { class: "tx-tools" }, layer, own.units.length > 1 ? unit : null),
      html("ul", { class: "tx-weights" }, entries.map((entry) => this.row(entry))), this.status, this.counts);
    this.refresh();
    if (inside) this.body.querySelector(`[aria-label=${JSON.stringify(inside)}]`)?.focus({ preventScroll: true });
  }

  tools() {
    this.undoButton = button("Undo", () => this.undo(), { "aria-label": "undo the last change" });
    this.resetButton = button("Reset", () => this.reset(), { "aria-label": "take all changes back" });
    const lines = check("drag lines", this.showsLines, (on) => {
      this.showsLines = on;
      this.unitLines.draw();
    }, { "aria-label": "drag lines of the first layer" });
    return [html("div", { class: "tx-tools" }, this.undoButton, this.resetButton,
      button("Fit", () => this.fit(), { "aria-label": "fit the window to all vertices" }),
      button("Save", () => this.save(), { "aria-label": "save the changed network as JSON" }),
      this.unitLines ? lines : null)];
  }

  row({ node, tensor, place, value, label }) {
    const exact = float(parseRational(value));
    const reach = 2 * Math.max(1, Math.abs(exact));
    const [low, high] = [exact - reach, exact + reach];
    const name = `${node} ${label}`;
    const field = html("input", { type: "text", "aria-label": name, spellcheck: "false", autocomplete: "off", disabled: !this.canCompute,
      oninput: () => this.typing.add(field), onchange: () => this.typed(node, tensor, place, field) });
    const slider = html("input", { type: "range", class: "tx-slider", min: low, max: high, step: "any", "aria-label": `slider of ${name}` });
    let isStep = true;
    slider.addEventListener("input", () => {
      this.set([[node, tensor, place, shortDecimal(Number(slider.value), (high - low) / SLIDER_STEPS)]], isStep);
      isStep = false;
    });
    slider.addEventListener("change", () => {
      isStep = true;
    });
    const back = button("↺", () => this.set([[node, tensor, place, value]]), { "aria-label": `take the change of ${name} back` });
    this.rows.set(keyOf(node, tensor, place), { field, slider, back });
    return html("li", {}, html("code", { text: label }), this.canCompute ? slider : null, field, this.canCompute ? back : null);
  }

  // Bring fields, sliders and counts up to date, but not the one that is being typed in.
  refresh() {
    for (const [key, { field, slider, back }] of this.rows ?? []) {
      const text = this.changes.get(key) ?? this.original.get(key);
      if (!this.typing.has(field)) field.value = text;
      field.title = `${text} ≈ ${Number(float(parseRational(text)).toPrecision(8))}`;
      if (document.activeElement !== slider) slider.value = float(parseRational(text));
      back.style.visibility = this.changes.has(key) ? "visible" : "hidden";
    }
    if (this.undoButton) this.undoButton.disabled = !this.past.length;
    if (this.resetButton) this.resetButton.disabled = !this.changes.size;
    const count = this.changes.size;
    this.status.textContent = count ? `${count} number${count === 1 ? "" : "s"} changed: ${this.words()}` : "";
    const [before, now] = [this.base.counts, this.app.scene.counts];
    const shown = SHOWN_COUNTS.filter(([name]) => name in before || name in now);
    this.counts.hidden = !this.canCompute;
    this.counts.replaceChildren(html("tr", {}, html("th"), html("th", { text: "now" }), html("th", { text: "in the file" })),
      ...shown.map(([name, text]) => html("tr", {}, html("th", { text }),
        html("td", { text: `${now[name] ?? "many"}` }), html("td", { text: `${before[name] ?? "many"}` }))));
    this.unitLines?.draw();
  }

  words() {
    const listed = [...this.changes].slice(0, 3).map(([key, text]) => `${this.labels.get(key)} = ${text}`);
    return listed.join("; ") + (this.changes.size > 3 ? "; …" : "");
  }

  // Lines of the first layer, as (w0, w1, b)

  lines() {
    if (!this.showsLines || !this.unitLines) return [];
    const size = this.base.network.nodes[0].bias.length;
    const number = (tensor, place) => float(parseRational(this.value(this.first, tensor, place)));
    return Array.from({ length: size }, (_, i) => [number("weight", 2 * i), number("weight", 2 * i + 1), number("bias", i)]);
  }

  moveLine(unit, { weights, bias }, isStep) {
    const turned = (weights ?? []).map((text, k) => [this.first, "weight", 2 * unit + k, text]);
    this.set([...turned, [this.first, "bias", unit, bias]], isStep);
  }

  // The unit of the first layer that is chosen; null if another layer is.
  get held() {
    return this.layer === this.first ? this.unit : null;
  }

  choose(unit, layer = this.layer) {
    [this.layer, this.unit] = [layer, unit];
    this.build();
  }

  // Changes

  typed(node, tensor, place, field) {
    this.typing.delete(field);
    const exact = parseRational(field.value);
    if (exact) return this.set([[node, tensor, place, rationalText(exact)]]);
    this.app.fail(`${field.value} is not a number; write 3, 0.25 or 1/3`);
    field.value = this.value(node, tensor, place);
  }

  set(changes, isStep = true) {
    if (isStep) this.past.push(new Map(this.changes));
    for (const [node, tensor, place, text] of changes) {
      const key = keyOf(node, tensor, place);
      if (rationalText(parseRational(this.original.get(key))) === text || this.original.get(key) === text) this.changes.delete(key);
      else this.changes.set(key, text);
    }
    this.refresh();
    this.ask();
  }

  undo() {
    if (!this.past.length) return;
    this.changes = this.past.pop();
    this.refresh();
    this.ask();
  }

  reset() {
    this.past.push(new Map(this.changes));
    this.changes = new Map();
    this.window = null;
    this.refresh();
    this.show(this.base);
    this.ask();
  }

  fit() {
    this.fits = true;
    this.ask();
  }

  save() {
    const name = this.base.title.replace(/[;:].*$/, "").replace(/\.[^.]*$/, "") || "network";
    download(`${name}-changed.json`, "application/json", `${JSON.stringify(changedDocument(this.base.network, this.listed), null, 1)}\n`);
  }

  // Computing: one scene at a time, and then the newest wish

  ask() {
    if (!this.canCompute) return;
    this.wish = new Map(this.changes);
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    while (this.wish) {
      const wish = this.wish;
      this.wish = null;
      if (!wish.size && !this.fits && !this.window) {
        this.good = wish;
        this.show(this.base);
      } else await this.once(wish);
    }
    this.running = false;
  }

  // Ask for nothing more.
  stop() {
    this.wish = null;
    this.control?.abort();
  }

  async once(wish) {
    const control = (this.control = new AbortController());
    const timer = setTimeout(() => this.app.computing.show("computing", control), TOUCH_PATIENCE);
    const changes = [...wish].map(([key, text]) => [...JSON.parse(key), text]);
    const window = this.fits ? null : (this.window ?? this.base.window);
    this.fits = false;
    try {
      const scene = await this.app.host.compute({ changes, window }, control.signal, () => {});
      if (!window) this.window = scene.window;
      this.good = wish;
      this.app.fail("");
      this.show({ ...this.base, ...scene });
    } catch (error) {
      this.app.fail(control.signal.aborted ? "Cancelled; the picture is that of the weights before." : error.message);
      if (!this.wish) {
        this.changes = new Map(this.good);
        if (JSON.stringify([...(this.past.at(-1) ?? [])]) === JSON.stringify([...this.good])) this.past.pop();
        this.refresh();
      }
    } finally {
      clearTimeout(timer);
      this.app.computing.progress.hidden = true;
    }
  }

  // Show the scene of changed weights.
  show(scene) {
    const { app, view } = this;
    view.change(scene);
    app.headline(scene.title, view.counts());
    this.refresh();
    app.note();
  }

  // The address of the page

  state() {
    return { changes: this.changes.size ? JSON.stringify(this.listed) : null };
  }

  restore(parts) {
    if (!this.canCompute) return;
    const found = new Map();
    try {
      for (const [node, tensor, place, text] of JSON.parse(parts.get("changes") ?? "[]")) {
        const key = keyOf(node, tensor, place);
        if (this.original.has(key) && parseRational(`${text}`)) found.set(key, rationalText(parseRational(`${text}`)));
      }
    } catch {
      return;
    }
    if (JSON.stringify([...found]) === JSON.stringify([...this.changes])) return;
    this.changes = found;
    this.refresh();
    this.ask();
  }
}

function fileNote(app) {
  const where = app.host.onselect ? "this page" : "a page in a file";
  return html("p", { class: "tx-note" }, `Weights can be read here, not changed: ${where} cannot compute regions exactly. Run `,
    html("code", { text: "tropical explore NET" }), " or use the widget in a notebook, and the regions follow every change.");
}
