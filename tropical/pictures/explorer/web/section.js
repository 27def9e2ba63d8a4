// Sections of the regions of a network in space by planes x_k = t, as scenes of regions in the plane.
//
// What lies above a plane is decided exactly. Vertices on it count as below: the section is that of the plane just above,
// as it sinks to its place; so walls in the plane do no harm. Places are floats; exact corners and maps wait until asked.
import { float, homogeneous, parseRational, plusPair, rationalText, shortest, timesPair } from "./exact.js";

export class Sections {
  constructor(scene) {
    this.scene = scene;
    this.points = scene.vertices.map((texts) => texts.map(parseRational));
    this.floats = this.points.map((point) => point.map(float));
    this.facesOf = scene.regions.map(() => []);
    scene.faces.forEach((face) => face.regions.forEach((i) => this.facesOf[i].push(face)));
    this.boundary = scene.boundary.map((texts) => texts.map((point) => point.map(parseRational)));
  }

  // The section where coordinate k is the number t, a pair.
  at(k, t) {
    const cut = new Cut(this, k, t);
    const regions = this.scene.regions.flatMap((region, i) => cut.region(region, i, this.facesOf[i]));
    const others = [0, 1, 2].filter((axis) => axis !== k);
    return { kind: "regions", title: this.scene.title, note: "", axes: others.map((axis) => this.scene.axes[axis]),
      columns: this.scene.columns?.length ? others.map((axis) => this.scene.columns[axis]) : [],
      window: this.scene.window.map((corner) => others.map((axis) => float(parseRational(corner[axis])))),
      regions, sides: cut.sides(regions), boundary: this.boundary.flatMap((points) => cut.segment(points)) };
  }
}

class Cut {
  constructor({ scene, points, floats }, k, t) {
    Object.assign(this, { scene, points, floats, k, t });
    this.others = [0, 1, 2].filter((axis) => axis !== k);
    this.sign = points.map((point) => this.signOf(point)); // 1 above, 0 on the plane, −1 below
    this.places = new Map();
  }

  signOf(point) {
    const [[top, bottom], [height, below]] = [point[this.k], this.t];
    const gap = top * below - height * bottom;
    return gap > 0n ? 1 : gap < 0n ? -1 : 0;
  }

  // The points where a cycle of vertices goes through the plane, as pairs [above, not above]; points on the plane by their
  // own numbers alone.
  crossings(cycle) {
    return cycle.flatMap((a, n) => {
      const b = cycle[(n + 1) % cycle.length];
      if ((this.sign[a] > 0) === (this.sign[b] > 0)) return [];
      const [up, down] = this.sign[a] > 0 ? [a, b] : [b, a];
      return [this.sign[down] === 0 ? `${down}` : `${up},${down}`];
    });
  }

  // Where such a point is drawn; the same object each time.
  place(key) {
    if (!this.places.has(key)) {
      const [a, b = a] = key.split(",").map((i) => this.floats[i]);
      const share = a === b ? 0 : (float(this.t) - b[this.k]) / (a[this.k] - b[this.k]);
      this.places.set(key, this.others.map((axis) => b[axis] + Math.min(1, Math.max(0, share)) * (a[axis] - b[axis])));
    }
    return this.places.get(key);
  }

  // The same point exactly, as an integer row.
  corner(key) {
    const [a, b = a] = key.split(",").map((i) => homogeneous(this.points[i]));
    const [height, below] = this.t;
    const [up, down] = a === b ? [0n, 1n] : [a, b].map((row) => row[1 + this.k] * below - height * row[0]);
    const row = a === b ? a : a.map((entry, i) => b[i] * up - entry * down);
    return [row[0], ...this.others.map((axis) => row[1 + axis])];
  }

  // The part of the plane in a region: nothing, or one region of the section.
  region(region, i, faces) {
    const links = faces.map((face) => [...new Set(this.crossings(face.cycle))]).filter((ends) => ends.length === 2);
    const keys = this.withoutStraight(ringOf(links));
    if (keys.length < 3) return [];
    const cut = this;
    return [{ pattern: region.pattern, number: region.number, tint: region.tint, of: i, keys, places: keys.map((key) => this.place(key)),
      get corners() { return keys.map((key) => cut.corner(key)); },
      get vertices() { return this.corners.map(([w, ...row]) => row.map((entry) => rationalText(shortest(entry, w)))); },
      get map() { return region.map.map((form) => cut.form(form)); },
      get floats() { return region.map.map((form) => cut.formOfFloats(form)); } }];
  }

  // A form restricted to the plane.
  form(texts) {
    const constant = plusPair(parseRational(texts[0]), timesPair(parseRational(texts[1 + this.k]), this.t));
    return [rationalText(constant), ...this.others.map((axis) => texts[1 + axis])];
  }

  formOfFloats(texts) {
    const [constant, ...slopes] = texts.map((text) => float(parseRational(text)));
    return [constant + slopes[this.k] * float(this.t), ...this.others.map((axis) => slopes[axis])];
  }

  // The common sides of the cells. Cells meet side to side, and what lay between two of them may have sunk to a segment:
  // so sides are compared, and not the faces they come from.
  sides(regions) {
    const found = new Map();
    regions.forEach(({ keys }, i) => keys.forEach((key, n) => {
      const name = [key, keys[(n + 1) % keys.length]].sort().join(" ");
      if (!found.has(name)) found.set(name, { regions: [], ends: [key, keys[(n + 1) % keys.length]] });
      found.get(name).regions.push(i);
    }));
    return [...found.values()].filter((side) => side.regions.length === 2).map((side) => {
      const [one, other] = side.regions.map((i) => regions[i]);
      const layer = one.pattern.findIndex((own, n) => String(own) !== String(other.pattern[n]));
      return { regions: side.regions, layer, gate: one.pattern[layer].findIndex((winner, g) => winner !== other.pattern[layer][g]),
        bends: one.number !== other.number, places: side.ends.map((key) => this.place(key)) };
    });
  }

  // A ring without those points on the plane that are vertices in space only.
  withoutStraight(keys) {
    return keys.filter((key, n) => {
      if (key.includes(",") || keys.length < 3) return true;
      const [a, b, c] = [keys.at(n - 1), key, keys[(n + 1) % keys.length]].map((own) => this.corner(own));
      return determinant(a, b, c) !== 0n;
    });
  }

  // The segment of a polygon in space that lies in the plane, if there is one.
  segment(points) {
    const isAbove = points.map((point) => this.signOf(point) > 0);
    const found = points.flatMap((a, n) => {
      const next = (n + 1) % points.length;
      if (isAbove[n] === isAbove[next]) return [];
      const [p, q] = [a, points[next]].map((point) => point.map(float));
      const share = (float(this.t) - p[this.k]) / (q[this.k] - p[this.k]);
      return [this.others.map((axis) => p[axis] + share * (q[axis] - p[axis]))];
    });
    return found.length === 2 ? [found] : [];
  }
}

// The ends of links in the order in which these make up a ring.
function ringOf(links) {
  const near = new Map();
  for (const [a, b] of links) for (const [from, to] of [[a, b], [b, a]]) near.set(from, [...(near.get(from) ?? []), to]);
  const found = [];
  for (let here = links[0]?.[0], before; here !== undefined && !found.includes(here); ) {
    found.push(here);
    const next = near.get(here).find((other) => other !== before && !found.includes(other));
    [before, here] = [here, next];
  }
  return found;
}

const determinant = ([a, b, c], [d, e, f], [g, h, i]) => a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
