// A scene that is on its way: what is computed, and polygons as soon as they can be drawn. Then the scene itself.
import { html } from "./dom.js";
import { linesOf } from "./host.js";
import { TINTS } from "./palette.js";

const EARLY_SIDE = 640; // of the picture, in units; twice as many pixels

// Return the scene of a page: at once, or when it is there.
export async function complete(root, scene, address) {
  if (scene.kind !== "waiting") return scene;
  const early = new Early(root, scene.title);
  try {
    for await (const message of linesOf(await fetch(address))) {
      if (message.error) return early.fail(message.error);
      if (message.progress) early.say(message.progress);
      if (message.polygons) early.draw(message.polygons);
      if (message.ready) return await (await fetch(address.replace("?", "/whole?"))).json();
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // that of a fetch whose server has gone
  }
  return early.fail("The server has ended before the picture was there.");
}

class Early {
  constructor(root, title) {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    root.classList.add("tropical-explore");
    root.dataset.theme = isDark ? "dark" : "light";
    this.polygons = [];
    this.note = html("p", { class: "tx-counts", role: "status", text: "looking for activation regions" });
    this.bar = html("progress");
    this.canvas = html("canvas", { class: "tx-plane tx-early", width: 2 * EARLY_SIDE, height: 2 * EARLY_SIDE, "aria-hidden": "true" });
    root.replaceChildren(html("header", {}, html("div", {}, html("h1", { text: title || "Explorer" }), this.note)), this.bar, this.canvas);
  }

  say(text) {
    this.note.textContent = text;
  }

  // Say why there is no scene; the page stays as it is.
  fail(text) {
    this.bar.remove();
    this.note.replaceWith(html("p", { role: "alert", class: "tx-counts", text }));
    return new Promise(() => {});
  }

  // All polygons so far in the box around them.
  draw(polygons) {
    this.polygons.push(...polygons);
    const bounds = [0, 1].map((k) => this.polygons.flat().reduce(([low, high], point) =>
      [Math.min(low, point[k]), Math.max(high, point[k])], [Infinity, -Infinity]));
    const widths = bounds.map(([low, high]) => high - low);
    const isSquare = Math.max(...widths) < 2 * Math.min(...widths);
    const place = (point) => [0, 1].map((k) => {
      const width = isSquare ? Math.max(...widths) : widths[k];
      const share = 0.5 + (point[k] - (bounds[k][0] + bounds[k][1]) / 2) / width;
      return 2 * EARLY_SIDE * (k ? 1 - share : share);
    });
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, 2 * EARLY_SIDE, 2 * EARLY_SIDE);
    [pen.strokeStyle, pen.lineWidth, pen.globalAlpha] = ["#ffffff", 1, 0.6];
    this.polygons.forEach((points, i) => {
      pen.beginPath();
      for (const point of points) pen.lineTo(...place(point));
      pen.closePath();
      pen.fillStyle = TINTS[i % TINTS.length];
      pen.fill();
      pen.stroke();
    });
  }
}
