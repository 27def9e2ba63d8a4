// The buttons of the page: undo, numbers of terms, exports, theme and tour.
import { button, download, html } from "./dom.js";
import { figureText } from "./figure.js";

const MOST_TERMS = 6; // of g and h together, in a page

export class Toolbar {
  constructor(app) {
    this.app = app;
    this.fields = [];
    this.element = html("div", { class: "tx-bar" });
  }

  build(kind) {
    const { app } = this;
    const tools = [];
    this.tourButton = button("Tour", () => app.tour.start(), { "aria-label": "start the guided tour" });
    if (kind === "fan" && app.canCompute) {
      this.undo = button("Undo", () => app.undo(), { disabled: true, title: "Ctrl+Z" });
      this.fields = ["g", "h"].map((name, side) => this.field(name, side));
      tools.push(this.undo, ...this.fields.map((field, side) => html("label", { class: "check" }, `${"gh"[side]}: `, field)));
      app.root.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "z" && event.target.tagName !== "INPUT") {
          event.preventDefault();
          app.undo();
        }
      });
    }
    tools.push(button("SVG", () => this.exportPictures(), { "aria-label": "export the pictures as SVG" }),
      button("JSON", () => this.exportScene(), { "aria-label": "export the data as JSON" }),
      button("Theme", () => app.changeTheme(), { "aria-label": "change between light and dark" }),
      this.tourButton);
    this.element.replaceChildren(...tools);
  }

  // Show what the data is and whether there is an older one.
  show(terms, hasPast) {
    this.fields.forEach((field, side) => (field.value = terms[side]));
    if (this.undo) this.undo.disabled = !hasPast;
  }

  field(name, side) {
    const field = html("input", { type: "number", min: 1, max: MOST_TERMS - 1, "aria-label": `number of terms of ${name}`,
      onchange: () => this.changeTerms(side, Number(field.value)) });
    return field;
  }

  changeTerms(side, count) {
    const { app } = this;
    const terms = app.draft.terms.map((old, k) => (k === side ? count : old));
    if (Number.isInteger(count) && count > 0 && terms[0] + terms[1] <= MOST_TERMS) return app.edit({ ...app.draft, terms });
    this.fields[side].value = app.draft.terms[side];
    app.fail(`g and h have at least one term each, and at most ${MOST_TERMS} together.`);
  }

  exportPictures() {
    const { app } = this;
    const views = app.fan ? [app.dataView, app.fanView] : [app.view];
    for (const view of views) {
      view.showElements?.();
      for (const { name, ...figure } of view.figures())
        download(`${name}.svg`, "image/svg+xml", figureText({ title: app.scene.title, subtitle: app.counts.textContent, ...figure }));
      view.hideElements?.();
    }
  }

  exportScene() {
    const { fan, scene } = this.app;
    const found = fan ? { ...scene, selected: this.app.selection() } : scene;
    download("scene.json", "application/json", JSON.stringify(found, null, 1));
  }
}
