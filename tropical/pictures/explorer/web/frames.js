// The picture of a checkpoint as a scene of regions; frames hold every vertex once.
export function expanded(frame) {
  const { places, exact } = frame;
  return {
    axes: frame.axes,
    note: frame.note,
    window: frame.window,
    counts: frame.counts,
    boundary: frame.boundary,
    isRounded: !exact,
    regions: frame.regions.map(([pattern, number, tint, cycle, map]) => ({ pattern, number, tint, map,
      vertices: cycle.map((i) => exact?.[i] ?? places[i].map(String)), places: cycle.map((i) => places[i]) })),
    sides: frame.sides.map(([a, b, layer, gate, bends, i, j]) => ({ regions: [a, b], layer, gate, bends: Boolean(bends),
      places: [places[i], places[j]] })),
  };
}
