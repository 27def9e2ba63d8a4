// Colors of the regions of a network: by affine map, class, value of an output, or norm of the Jacobian. Classes are
// told apart exactly; values are floats, for drawing.
import { regions } from "./classifier.js";
import { float, homogeneous, parseRational, quotient, same } from "./exact.js";
import { COMPONENTS, shade, SHADES, TINTS } from "./palette.js";
import { rounded } from "./ticks.js";

const TIE = "#8c8c8c";
const CLASSES = [...COMPONENTS, ...TINTS];

export class Coloring {
  constructor(scene) {
    this.scene = scene;
    this.nOutputs = scene.regions.length ? this.forms(0).length : 0;
    this.by = "map";
    this.known = new Map();
  }

  // The ways to color, as pairs of a key and a text.
  get ways() {
    const outputs = [...Array(this.nOutputs).keys()];
    const classes = this.nOutputs === 1 ? "sign of y1" : "class (largest output)";
    return [["map", "affine map"], ...(this.nOutputs <= CLASSES.length ? [["class", classes]] : []),
      ...outputs.slice(0, CLASSES.length).map((k) => [`value${k}`, `value of y${k + 1}`]), ["gradient", "norm of the gradient"]];
  }

  // What is filled: { region, points (in the coordinates of the data), fill } or { ..., ramp } for a fill that changes.
  get parts() {
    if (!this.known.has(this.by)) this.known.set(this.by, this.find());
    return this.known.get(this.by);
  }

  find() {
    const all = this.scene.regions.map((region, i) => ({ region: i, points: region.places }));
    if (this.by === "class") return this.scene.regions.flatMap((region, i) => this.classParts(region, i));
    if (this.by === "map") return all.map((part, i) => ({ ...part, fill: TINTS[this.scene.regions[i].tint % TINTS.length] }));
    if (this.by === "gradient") {
      const shares = this.shares(this.norms);
      return all.map((part, i) => ({ ...part, fill: shade(shares[i]) }));
    }
    return all.map((part, i) => this.ramp(part, this.valuesAt(i)));
  }

  // The entries of the legend.
  get entries() {
    if (this.by === "map") return [{ fill: TINTS[0], text: "one color, one affine map (colors recur)" }];
    if (this.by !== "class") return [];
    const found = new Set(this.parts.map((part) => part.key));
    const names = this.nOutputs === 1 ? ["y1 > 0", "y1 < 0"] : [...Array(this.nOutputs).keys()].map((k) => `y${k + 1} largest`);
    const entries = names.map((text, k) => ({ key: k, fill: CLASSES[k], text }));
    return [...entries, { key: -1, fill: TIE, text: "tie" }].filter(({ key }) => found.has(key));
  }

  // The colors from the least to the largest number, and these numbers; null if colors are no numbers.
  get scale() {
    if (this.by === "map" || this.by === "class") return null;
    const [low, high] = this.bounds;
    const title = this.by === "gradient" ? "norm of the Jacobian" : `y${Number(this.by.slice(5)) + 1}`;
    return { stops: SHADES, title, texts: [low, high].map(rounded) };
  }

  get bounds() {
    const all = this.by === "gradient" ? this.norms : this.scene.regions.flatMap((_, i) => this.valuesAt(i));
    return all.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  }

  shares(numbers) {
    const [low, high] = this.bounds;
    return numbers.map((value) => (high > low ? (value - low) / (high - low) : 0));
  }

  get norms() {
    return this.scene.regions.map((_, i) => Math.hypot(...this.forms(i).flatMap(([, ...slopes]) => slopes)));
  }

  // The affine map of a region as floats.
  forms(i) {
    this.floats ??= [];
    this.floats[i] ??= this.scene.regions[i].floats ?? this.scene.regions[i].map.map((form) => form.map((text) => float(parseRational(text))));
    return this.floats[i];
  }

  valuesAt(i) {
    const [c, ...slopes] = this.forms(i)[Number(this.by.slice(5))];
    return this.scene.regions[i].places.map((place) => place.reduce((sum, x, k) => sum + slopes[k] * x, c));
  }

  // A fill that changes from the place of the least value to that of the largest: { from, to, shares } of the scale.
  ramp(part, values) {
    this.range ??= {};
    const [low, high] = (this.range[this.by] ??= this.bounds);
    const share = (value) => (high > low ? (value - low) / (high - low) : 0);
    const [least, largest] = [Math.min(...values), Math.max(...values)];
    if (share(largest) - share(least) < 1 / 256) return { ...part, fill: shade(share(least)) };
    return { ...part, ramp: { least: part.points[values.indexOf(least)], shares: [share(least), share(largest)],
      slopes: this.forms(part.region)[Number(this.by.slice(5))].slice(1), rise: largest - least } };
  }

  // The parts of a region on which one output is the largest, or the only one has a sign; ties have a color of their own.
  classParts(region, i) {
    const corners = region.corners ?? region.vertices.map((texts) => homogeneous(texts.map(parseRational)));
    const rows = integerRows(region.map);
    const forms = this.nOutputs === 1 ? [rows[0], rows[0].map(() => 0n)] : rows;
    const found = [];
    const polygons = regions(forms, corners);
    polygons.forEach((polygon, k) => {
      if (polygon.length < 3) return;
      const isTied = forms.some((form, j) => j !== k && same(form, forms[k]));
      if (isTied && forms.findIndex((form) => same(form, forms[k])) < k) return;
      const points = polygon.map(([w, ...row]) => row.map((entry) => quotient(entry, w)));
      found.push({ region: i, points, fill: isTied ? TIE : CLASSES[k], key: isTied ? -1 : k });
    });
    return found;
  }
}

// Rows of rational texts as integers, all multiplied by one positive number.
function integerRows(rows) {
  const pairs = rows.map((row) => row.map(parseRational));
  const [scale] = homogeneous(pairs.flat());
  return pairs.map((row) => row.map(([top, bottom]) => (top * scale) / bottom));
}
