// Tints of affine maps in scenes that follow one another: as before where that tells maps that meet apart.
import { TINTS } from "./palette.js";

// What makes a region the same in two scenes.
export const nameOf = (region) => JSON.stringify(region.pattern);

// Give the maps of a scene the tints that regions of the same patterns had before.
export function keepTints(scene, before) {
  const known = new Map(before.regions.map((region) => [nameOf(region), region.tint]));
  const maps = new Map(); // from the numbers of maps to their tints: the own one, the one before, the one that is given
  for (const region of scene.regions) {
    if (!maps.has(region.number)) maps.set(region.number, { own: region.tint, near: new Set() });
    maps.get(region.number).before ??= known.get(nameOf(region));
  }
  for (const { regions } of scene.sides) {
    const [a, b] = regions.map((i) => maps.get(scene.regions[i].number));
    if (a === b) continue;
    a.near.add(b);
    b.near.add(a);
  }
  const order = [...maps.values()].sort((a, b) => (a.before === undefined) - (b.before === undefined));
  for (const map of order) {
    const taken = new Set([...map.near].map((other) => other.tint));
    map.tint = [map.before, map.own, ...TINTS.keys()].find((tint) => tint !== undefined && !taken.has(tint)) ?? map.own;
  }
  for (const region of scene.regions) region.tint = maps.get(region.number).tint;
}
