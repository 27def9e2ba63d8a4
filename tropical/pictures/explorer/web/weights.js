// The numbers of a network in its JSON document: tensors are nested lists of texts, and each text is an exact rational.

const NO_TENSORS = new Set(["name", "kind", "inputs"]);

const isNested = (value) => typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every(isNested));

export const flat = (value) => (Array.isArray(value) ? value.flatMap(flat) : [value]);

// The tensors of a document: { node, kind, tensor, values, shape }.
export function tensorsOf(network) {
  return network.nodes.flatMap(({ name: node, kind, ...rest }) => Object.entries(rest)
    .filter(([tensor, value]) => !NO_TENSORS.has(tensor) && isNested(value))
    .map(([tensor, value]) => ({ node, kind, tensor, values: flat(value), shape: shapeOf(value) })));
}

function shapeOf(value) {
  return Array.isArray(value) ? [value.length, ...shapeOf(value[0])] : [];
}

// The document with some numbers changed; changes: [node, tensor, place, text].
export function changedDocument(network, changes) {
  const copy = structuredClone(network);
  for (const [name, tensor, place, text] of changes) {
    const node = copy.nodes.find((own) => own.name === name);
    node[tensor] = withValue(node[tensor], place, text);
  }
  return copy;
}

function withValue(value, place, text) {
  if (!Array.isArray(value)) return text;
  const size = flat(value[0]).length;
  const row = Math.floor(place / size);
  return value.map((own, i) => (i === row ? withValue(own, place % size, text) : own));
}

// What is changed together: the numbers of one unit, or of a tensor without units.
export function unitsOf(network) {
  const groups = new Map();
  for (const { node, kind, tensor, values, shape } of tensorsOf(network)) {
    if (!groups.has(node)) groups.set(node, { node, kind, units: [] });
    const { units } = groups.get(node);
    const count = shape.length ? shape[0] : 1;
    const size = values.length / count;
    for (let i = 0; i < count; i++) {
      units[i] ??= [];
      for (let k = 0; k < size; k++) {
        const index = placesOf(shape, i * size + k).map((own) => `[${own}]`).join("");
        units[i].push({ node, tensor, place: i * size + k, value: values[i * size + k], label: `${tensor}${index}` });
      }
    }
  }
  return [...groups.values()];
}

function placesOf(shape, place) {
  const found = [];
  for (const length of [...shape].reverse()) {
    found.unshift(place % length);
    place = Math.floor(place / length);
  }
  return found;
}

// The layer whose units are lines in the plane: the first one, if it reads two inputs.
export function firstLayer(network) {
  const [first] = network.nodes;
  const input = network.input_name ?? "input";
  const isLine = first?.kind === "Affine" && `${first.inputs}` === input && `${network.input_shape}` === "2";
  return isLine ? first.name : null;
}
