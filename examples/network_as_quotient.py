"""Which tropical rational functions are the scores of a trained network, and could one hidden layer do the same?

Converts a network trained on Iris into quotients of tropical polynomials, compares them with the network at the flowers
and on its boundary, builds a network of one kind of unit from them, and asks whether the scores are shallow.
Run: python examples/network_as_quotient.py
"""

import csv
from pathlib import Path

import tropical
from polytopes.arithmetic import as_vector, dot
from tropical import network_boundary, shallow_form
from tropical.networks import maxout_network
from tropical.representations import Witness, convert

HERE = Path(__file__).parent / "networks"


def main():
    network = tropical.load(HERE / "iris.json")
    with open(HERE / "iris.csv", newline="") as file:
        flowers = [as_vector(row[:2]) for row in list(csv.reader(file))[1:]]

    found = convert(network)
    for layer in found.layers:
        print(f"{layer.name}: {layer.n_units} units, {layer.n_before} terms before pruning, {layer.n_after} after")
    for k, sides in enumerate(found.outputs):
        (g, h) = ((side.n_before, side.n_after, side.bound) for side in sides)
        print(f"score {k}: g has {g[1]} terms of {g[0]:,}, h {h[1]} of {h[0]:,}; at most {g[2]} and {h[2]}")
    boundary = network_boundary(network).complex
    for point in (*flowers, *boundary.vertices):
        assert found.map(point) == network(point), "the map is the network"

    again = maxout_network(found.map)
    print(f"as one maxout layer: {again.n_gates} units of rank {max(again.program.gate_ranks)}")
    assert all(again(point) == network(point) for point in flowers)

    witness = shallow_form(network)
    assert isinstance(witness, Witness), "two trained layers are hardly one"
    assert all(not dot(witness.row, (1, *point)) for point in witness.points)
    print("not shallow: along one line the gradient jumps at one point and, elsewhere, by another amount or not at all")

    first = tropical.Network(
        network.nodes[: 1 + max(i for i, node in enumerate(network.nodes) if node.name == "relu1")]
    )
    form = shallow_form(first)
    print(f"its first layer alone needs {form.n_neurons} neurons; the seminorm is about {float(form.seminorm):.3g}")


if __name__ == "__main__":
    main()
