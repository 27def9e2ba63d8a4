"""How many activation regions has a network, and what is known of each of them?

Run: python examples/count_regions.py [NETWORK [BOX.json]]        default: the iris network over its data
"""

import json
import sys
from pathlib import Path

import tropical
from polytopes import LimitReached, Polyhedron
from tropical import activation_regions, count_regions

NETWORKS = Path(__file__).parent / "networks"


def main(path=NETWORKS / "iris.onnx", box_path=NETWORKS / "iris.box.json"):
    network = tropical.load(path)
    bounds = json.loads(Path(box_path).read_text())
    box = Polyhedron.box(bounds["lower"], bounds["upper"])
    print(network)

    everywhere = count_regions(network)
    bounded = everywhere.bounded_activation_regions
    print(f"over the whole space: {everywhere.activation_regions}, {bounded} of them bounded")
    print(f"over the box:         {count_regions(network, box).activation_regions}")

    # Regions come one by one, so a count of very many can be stopped; what was found is not lost.
    try:
        count_regions(network, box, limit=20)
    except LimitReached as stop:
        print(f"stopped early:        {stop.partial.activation_regions} found ({stop})")

    largest = max(activation_regions(network, box), key=lambda region: region.volume)
    digits = len(str(largest.volume.denominator))
    print("\nThe largest region:")
    print("  pattern ", " ".join("".join(map(str, part)) for part in largest.layer_patterns))
    print("  volume  ", float(largest.volume), f"(a fraction whose denominator has {digits} digits)")
    print("  facets  ", len(largest.facets))
    print("  inside  ", tuple(round(float(x), 3) for x in largest.point))
    assert network(largest.point) == largest.affine_map(largest.point)
    print("At the point inside, the network and the region's affine map give the same rational numbers.")


if __name__ == "__main__":
    main(*sys.argv[1:])
