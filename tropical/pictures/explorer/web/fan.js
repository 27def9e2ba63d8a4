// The combinatorics of a fan scene: neighbours, sublevel sets with components, paths, orbits under renaming terms.

export class Fan {
  constructor(scene) {
    this.scene = scene;
    this.n = scene.terms[0];
    this.isLabelled = scene.data.labelled;
    this.cones = this.isLabelled ? scene.cones : scene.cones.map((cone) => ({ ...cone, loss: 0 })); // all are alike
    this.neighbors = scene.cones.map(() => []);
    for (const [i, j, loss, ...points] of scene.walls) {
      this.neighbors[i].push([j, points, loss ?? 0]);
      this.neighbors[j].push([i, points, loss ?? 0]);
    }
    this.index = new Map(scene.cones.map((cone, i) => [cone.colors.join(","), i]));
    this.losses = this.isLabelled ? scene.levels.map((level) => level.loss) : [0];
    this.orbit = orbits(scene.cones, this.n);
    this.open = new Set(scene.part?.open); // the cones of a part of a fan that may have neighbours outside
  }

  find(colors) {
    return this.index.get(colors.join(",")) ?? null;
  }

  signs(i) {
    return this.cones[i].colors.map((color) => (color < this.n ? 1 : -1));
  }

  // A cone in words.
  words(i) {
    return `cone ${i + 1}${this.isLabelled ? `, loss ${this.cones[i].loss}` : ""}`;
  }

  termName(i) {
    return i < this.n ? `g${i + 1}` : `h${i - this.n + 1}`;
  }

  // The component of every cone with loss at most k (-1 for the others), the largest first. On a wall where copies of a
  // point with different labels change their sign the loss is more than on either side, so walls have losses too.
  components(level, folded = false) {
    const found = new Array(this.cones.length).fill(-1);
    const lists = [];
    this.cones.forEach((cone, start) => {
      if (found[start] >= 0 || cone.loss > level) return;
      const members = [start];
      found[start] = lists.length;
      for (const i of members) {
        const images = folded ? this.orbit.members[this.orbit.of[i]] : [];
        const open = this.neighbors[i].filter(([, , loss]) => loss <= level).map(([j]) => j);
        for (const j of [...open, ...images]) {
          if (found[j] < 0) {
            found[j] = lists.length;
            members.push(j);
          }
        }
      }
      lists.push(members);
    });
    const order = lists.map((_, i) => i).sort((a, b) => lists[b].length - lists[a].length || a - b);
    const rank = [];
    order.forEach((old, place) => (rank[old] = place));
    return { of: found.map((c) => (c < 0 ? -1 : rank[c])), lists: order.map((i) => lists[i]) };
  }

  // Whether the component of the cone in the sublevel set of its own loss has no smaller loss; null if that is not
  // known, because the component may go on outside the part of the fan that is here.
  isMinimum(i) {
    const level = this.cones[i].loss;
    const { of, lists } = this.components(level);
    const own = lists[of[i]];
    if (own.some((j) => this.cones[j].loss < level)) return false;
    return this.isOpen(own) ? null : true;
  }

  // The classification chambers: cones with equal signs, joined over walls between them; as orbits are.
  get chambers() {
    this.knownChambers ??= this.chamberGroups();
    return this.knownChambers;
  }

  chamberGroups() {
    const names = this.cones.map((_, i) => this.signs(i).join());
    const of = new Array(this.cones.length).fill(-1);
    const members = [];
    this.cones.forEach((_, start) => {
      if (of[start] >= 0) return;
      const own = [start];
      of[start] = members.length;
      for (const i of own) for (const [j] of this.neighbors[i]) {
        if (of[j] >= 0 || names[j] !== names[i]) continue;
        of[j] = members.length;
        own.push(j);
      }
      members.push(own);
    });
    return { of, members };
  }

  isOpen(component) {
    return component.some((j) => this.open.has(j));
  }

  // A shortest path through walls; null if there is none.
  path(from, to) {
    const before = new Map([[from, null]]);
    const queue = [from];
    for (const i of queue) {
      if (i === to) break;
      for (const [j] of this.neighbors[i]) {
        if (!before.has(j)) {
          before.set(j, i);
          queue.push(j);
        }
      }
    }
    if (!before.has(to)) return null;
    const steps = [];
    for (let i = to; i !== null; i = before.get(i)) steps.unshift(i);
    return steps;
  }
}

function orbits(cones, n) {
  const index = new Map();
  const members = [];
  const of = cones.map((cone, i) => {
    const key = renamed(cone.colors, n).join(",");
    if (!index.has(key)) {
      index.set(key, members.length);
      members.push([]);
    }
    members[index.get(key)].push(i);
    return index.get(key);
  });
  return { of, members };
}

// Terms of g, and those of h, numbered by first appearance.
export function renamed(colors, n) {
  const names = new Map();
  const next = [0, n];
  return colors.map((color) => {
    if (!names.has(color)) names.set(color, next[color < n ? 0 : 1]++);
    return names.get(color);
  });
}
