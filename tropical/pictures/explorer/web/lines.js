// The sides of regions on which one gate changes, joined to broken lines: dashes go on from one side to the next.

// Lines { layer, bends, points } of sides { layer, gate, bends, places }; `hidden` layers are left out.
export function brokenLines(sides) {
  const groups = new Map();
  for (const side of sides) {
    const key = `${side.layer},${side.gate},${side.bends}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(side);
  }
  return [...groups.values()].flatMap((own) =>
    joined(own.map((side) => side.places)).map((points) => ({ layer: own[0].layer, bends: own[0].bends, points })));
}

// Segments as broken lines, as long as they can be: first those with ends, then the closed ones.
function joined(segments) {
  const at = new Map(); // from ends to the segments that have them
  segments.forEach((ends, i) => {
    for (const end of ends) {
      const key = String(end);
      if (!at.has(key)) at.set(key, []);
      at.get(key).push(i);
    }
  });
  const used = new Array(segments.length).fill(false);
  const follow = (i, from) => {
    const points = [from];
    for (let here = from, k = i; k !== undefined; ) {
      used[k] = true;
      here = String(segments[k][0]) === String(here) ? segments[k][1] : segments[k][0];
      points.push(here);
      const next = at.get(String(here));
      k = next.length === 2 ? next.find((j) => !used[j]) : undefined;
    }
    return points;
  };
  const found = [];
  segments.forEach((ends, i) => {
    const end = ends.find((point) => at.get(String(point)).length !== 2);
    if (!used[i] && end) found.push(follow(i, end));
  });
  segments.forEach((ends, i) => used[i] || found.push(follow(i, ends[0])));
  return found;
}
